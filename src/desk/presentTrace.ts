import type { TraceEntry } from "../core/conversation";
import type { SessionRecord, WorkItem } from "../core/workItem";
import type { Refusal } from "../routing/line/contract";
import type { Masking } from "./masking";

/** What routing wrote down, and what became of every offer and session, in the order of time. */
export function fullTrace(
  entries: readonly TraceEntry[],
  now: {
    /** Closed ones of older versions have no sessions. */
    item: Pick<WorkItem, "state" | "holder"> & Partial<Pick<WorkItem, "sessions">>;
    waits?: readonly Refusal[] | undefined;
    now: number;
  },
): TraceEntry[] {
  const { item, waits } = now;
  const told = [...entries, ...(item.sessions ?? []).map(toEntry)].sort((a, b) => a.at - b.at);
  if (item.state !== "open" || item.holder !== "queue" || waits === undefined) return told;
  const text =
    waits.length === 0 ? "It waits; nobody works in its queue now." : "It waits; nobody can take it now.";
  return [...told, { at: now.now, kind: "assign", text, details: { passedOver: waits } }];
}

function toEntry(session: SessionRecord): TraceEntry {
  const { agentId, how, offeredAt, acceptedAt, endedAt, closure, why } = session;
  return {
    at: offeredAt ?? acceptedAt ?? 0,
    kind: "assign",
    text: `${offeredAt === undefined ? "" : "Offered to "}${agentId}: ${outcomeOf(session)}.`,
    details: { how, offeredAt, acceptedAt, endedAt, closure, ...why },
  };
}

function outcomeOf({ how, offeredAt, acceptedAt, endedAt, closure }: SessionRecord): string {
  if (acceptedAt === undefined)
    return OUTCOMES[closure ?? ""] ?? (endedAt === undefined ? "waits for an answer" : "withdrawn");
  return offeredAt === undefined ? TAKEN[how] : "accepted";
}

const TAKEN: Readonly<Record<SessionRecord["how"], string>> = {
  offer: "accepted",
  pick: "picked it",
  assign: "was assigned it",
  reopen: "opened it again",
  transfer: "got it back",
};
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
