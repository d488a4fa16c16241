/** A text without case, accents, punctuation and what else is no letter or digit: words compare by it. */
export function plainWords(text: string): string {
  const letters = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return letters.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}
