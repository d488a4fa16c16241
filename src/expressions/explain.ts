import { messageOf } from "../core/errors";

/** The library's messages in words an admin can act on; `functions`: those that might have been meant. */
export function explainParseError(error: unknown, functions: readonly string[] = []): string {
  const raw = messageOf(error);
  const at = /line \d+:(\d+)/.exec(raw);
  if (at !== null) return `Cannot read the expression near character ${Number(at[1]) + 1}.`;
  const unknown = /^(\S+) does not have an evaluator/.exec(raw);
  if (unknown !== null) {
    const meant = nearest(unknown[1] ?? "", functions);
    return `Unknown function "${unknown[1]}".${meant === undefined ? "" : ` Did you mean "${meant}"?`}`;
  }
  return raw.split("\n", 1)[0] ?? "The expression cannot be read.";
}

/** The known field nearest to a mistyped one, or undefined. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const tail = name.split(".").at(-1)?.toLowerCase() ?? "";
  return (
    known.find((field) => field.split(".").at(-1)?.toLowerCase() === tail) ??
    known
      .map((field) => ({ field, cost: distance(name.toLowerCase(), field.toLowerCase()) }))
      .sort((a, b) => a.cost - b.cost)
      .find(({ cost }) => cost <= 3)?.field
  );
}

/** Edits between two short texts (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, swap));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
