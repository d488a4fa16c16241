/** A text put in place of what is chosen between `from` and `to`, and where the caret then stands: behind it. */
export function insertText(
  draft: string,
  text: string,
  { from, to }: { from: number; to: number },
): { draft: string; caret: number } {
  return { draft: draft.slice(0, from) + text + draft.slice(to), caret: from + text.length };
}

/** Typed at the beginning of an empty text, it asks for the quick replies. */
export const QUICK_REPLY_KEYS = "/q ";
