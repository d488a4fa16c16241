/** Puts the focus back on the lists, where work goes on after a conversation or an offer has gone. */
export function focusLists(): void {
  document.querySelector<HTMLElement>('#lists [role="tab"][aria-selected="true"]')?.focus();
}
