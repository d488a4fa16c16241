import { messageOf } from "../core/errors";
import { nearest } from "../core/nearest";

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

/** The known field that a mistyped one probably means: one with the same last word, the nearest of these, else the nearest of all; or undefined. */
export function nearestField(name: string, known: readonly string[]): string | undefined {
  const same = known.filter((field) => lastWord(field) === lastWord(name));
  return nearest(name, same) ?? same[0] ?? nearest(name, known);
}

const lastWord = (field: string): string => field.split(".").at(-1)?.toLowerCase() ?? "";
