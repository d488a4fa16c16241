import type { z } from "zod";
import { nearest } from "./nearest";

type Issue = z.core.$ZodIssue;

/**
 * What a schema finds wrong with `value`, in words for those who write files: what is asked for, and the nearest of the
 * words that are known. Never repeats the value: it may be a secret typed by mistake.
 */
export function issueWords(issue: Issue, value: unknown): string {
  // A refinement may speak of what is not there; it says so in its own words.
  if (issue.code === "custom") return issue.message;
  if (value === undefined || value === null) return "is missing";
  if (issue.code === "invalid_value") return valueWords(issue.values.map(String), value);
  if (issue.code === "invalid_type") return typeWords(issue);
  if (issue.code === "too_big" || issue.code === "too_small") return sizeWords(issue);
  if (issue.code === "invalid_key") return issue.issues[0]?.message ?? issue.message;
  return issue.message.replace(/^Invalid (input|option): /, "");
}

/** The value at a path inside another; undefined where the path leads nowhere. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (holder, step) => (holder as Record<PropertyKey, unknown> | null | undefined)?.[step],
    value,
  );
}

function valueWords(known: readonly string[], value: unknown): string {
  const words = `must be ${known.length === 1 ? "" : "one of "}${known.map((word) => `"${word}"`).join(", ")}`;
  const meant = typeof value === "string" ? nearest(value, known) : undefined;
  return meant === undefined || known.length === 1 ? words : `${words}; did you mean "${meant}"?`;
}

const KINDS: Readonly<Record<string, string>> = {
  number: "a number, without quotes",
  int: "a whole number",
  string: "a text",
  boolean: "true or false",
  array: "a list",
  object: "keys with values",
  record: "keys with values",
};

/** A schema with words of its own keeps them. */
function typeWords({ message, expected }: Extract<Issue, { code: "invalid_type" }>): string {
  const kind = KINDS[expected];
  return kind === undefined || !message.startsWith("Invalid input: ") ? message : `must be ${kind}`;
}

function sizeWords(issue: Extract<Issue, { code: "too_big" | "too_small" }>): string {
  if (!/^Too (big|small): /.test(issue.message)) return issue.message;
  const limit = Number("maximum" in issue ? issue.maximum : issue.minimum);
  const bound = issue.code === "too_big" ? "at most" : "at least";
  const side = issue.code === "too_big" ? "below" : "above";
  const least = issue.inclusive === false ? side : bound;
  if (issue.origin === "string")
    return `must have ${least} ${limit} ${limit === 1 ? "character" : "characters"}`;
  if (issue.origin === "array") return `must have ${least} ${limit} ${limit === 1 ? "item" : "items"}`;
  return `must be ${least} ${limit}`;
}
