// Comparing thousands of misspelt ids with thousands of others would take minutes.
const MAX_KNOWN = 500;

/** The known word that was probably meant, or undefined when none is near (or too many are known). */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length > MAX_KNOWN) return undefined;
  const scored = known.map((candidate) => ({
    candidate,
    steps: distance(word.toLowerCase(), candidate.toLowerCase()),
  }));
  scored.sort((a, b) => a.steps - b.steps);
  const best = scored[0];
  return best !== undefined && best.steps <= Math.max(2, Math.floor(word.length / 3))
    ? best.candidate
    : undefined;
}

/** "unknown key" with a suggestion where there is one. */
export function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  return meant === undefined
    ? `unknown key; known are ${known.join(", ")}`
    : `unknown key; did you mean "${meant}"?`;
}

/** Levenshtein's distance: single-letter edits between two words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
