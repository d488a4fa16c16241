/** Says `text` once to screen readers, interrupting; a new text is said when it appears. */
export function Announcer({ text }: { text: string }) {
  return (
    <div className="visually-hidden" role="alert" aria-atomic="true">
      {text}
    </div>
  );
}
