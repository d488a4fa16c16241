import type { TraceEntry } from "../core/conversation";
import type { Masking } from "./masking";

/** The trace with what it repeats of the customer's words hidden: the helper's summary, values that rules looked at. */
export function toTraceViews(entries: readonly TraceEntry[], masking: Masking): TraceEntry[] {
  // The same values stand in the trace of every rule that looked at them.
  const known = new Map<string, string>();
  const mask = (text: string): string => {
    const masked = known.get(text) ?? masking.mask(text, "customer");
    known.set(text, masked);
    return masked;
  };
  return entries.map((entry) => ({
    ...entry,
    text: mask(entry.text),
    ...(entry.details === undefined ? {} : { details: maskIn(entry.details, mask) }),
  }));
}

function maskIn(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === "string") return mask(value);
  if (typeof value === "number") {
    const digits = String(value);
    const masked = mask(digits);
    return masked === digits ? value : masked;
  }
  if (Array.isArray(value)) return value.map((each) => maskIn(each, mask));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, maskIn(each, mask)]));
}
