import type { SessionRecord, TraceEntry, WorkItem } from "../core/conversation";
import type { Refusal } from "../routing/line/contract";
import type { Masking } from "./masking";

/** What routing wrote down, and what became of every offer and session, in the order of time. */
export function fullTrace(
  entries: readonly TraceEntry[],
  now: {
    item: Pick<WorkItem, "sessions" | "state" | "holder">;
    waits?: readonly Refusal[] | undefined;
    now: number;
  },
): TraceEntry[] {
  const { item, waits } = now;
  const told = [...entries, ...item.sessions.map(toEntry)].sort((a, b) => a.at - b.at);
  if (item.state !== "open" || item.holder !== "queue" || waits === undefined) return told;
  const text =
    waits.length === 0 ? "It waits; nobody works in its queue now." : "It waits; nobody can take it now.";
  return [...told, { at: now.now, kind: "assign", text, details: { passedOver: waits } }];
}

function toEntry(session: SessionRecord): TraceEntry {
  const { agentId, how, offeredAt, acceptedAt, endedAt, closure, why } = session;
  const outcome =
    acceptedAt !== undefined
      ? how === "offer" || how === "transfer"
        ? "accepted"
        : TAKEN[how]
      : (OUTCOMES[closure ?? ""] ?? "waits for an answer");
  return {
    at: offeredAt ?? acceptedAt ?? 0,
    kind: "assign",
    text: `${offeredAt === undefined ? "" : "Offered to "}${agentId}: ${outcome}.`,
    details: { how, offeredAt, acceptedAt, endedAt, closure, ...why },
  };
}

const TAKEN = { pick: "picked it", assign: "assigned", reopen: "opened it again" } as const;
const OUTCOMES: Readonly<Record<string, string>> = {
  agentRejected: "rejected",
  agentTimedOut: "ran out",
};

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
