import { type RefObject, useState } from "react";
import { useCompose } from "./compose";
import { insertText, QUICK_REPLY_KEYS } from "./insertText";

/** The search for a quick reply in one conversation: whether it is open, and what comes of it. */
export function useQuickReply(conversationId: string, input: RefObject<HTMLTextAreaElement | null>) {
  const { state, store } = useCompose(conversationId);
  const [open, setOpen] = useState(false);

  function close() {
    setOpen(false);
    input.current?.focus();
  }

  return {
    open,
    close,
    toggle: () => (open ? close() : setOpen(true)),
    /** True when it was not text but the keys that ask for a quick reply; deleting back to them asks for none. */
    takesKeys(draft: string): boolean {
      if (draft !== QUICK_REPLY_KEYS || state.draft.length > draft.length) return false;
      store.write(conversationId, "");
      setOpen(true);
      return true;
    },
    /** Puts the text where the caret was, which then stands behind it. */
    take(text: string) {
      const { selectionStart: from = 0, selectionEnd: to = 0 } = input.current ?? {};
      const { draft, caret } = insertText(state.draft, text, { from, to });
      store.write(conversationId, draft);
      close();
      requestAnimationFrame(() => input.current?.setSelectionRange(caret, caret));
    },
  };
}
