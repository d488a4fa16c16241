import { type WorkstreamSettings, workstreamSchema } from "../core/distribution";
import { numberOf, threadOf, toConversationId } from "../core/ids";
import type { WorkItem, WorkItemSeed } from "../core/workItem";
import type { QueuePorts } from "./ports";
import { closing, IDLE_MS, itemId, toDue } from "./workItems";

/** The terms of a conversation whose work stream is gone. */
const STANDARD: WorkstreamSettings = workstreamSchema.parse({
  id: "standard",
  channel: "facebook",
  fallbackQueue: "none",
});

/** A conversation's row as it begins, with the terms of its work stream as they are now. */
export function newItem(
  ports: QueuePorts,
  conversationId: string,
  epoch: number,
  seed: WorkItemSeed,
): WorkItem {
  const terms = ports.settings.current().workstreams.get(seed.workstreamId) ?? STANDARD;
  const now = ports.clock.now();
  const previousId = previousOf(conversationId, seed.ownerFrom);
  const item: WorkItem = {
    ...seed,
    id: itemId(conversationId),
    type: "item",
    conversationId,
    state: "open",
    holder: "queue",
    epoch,
    version: 1,
    distribution: terms.distribution,
    units: terms.capacityProfiles.length > 0 ? 0 : terms.capacity,
    ...(terms.capacityProfiles.length > 0 ? { profiles: terms.capacityProfiles } : {}),
    offerSeconds: terms.offerSeconds,
    autoCloseHours: terms.autoCloseHours,
    allowedPresences: terms.allowedPresences,
    skillMatching: terms.skillMatching,
    maxDeclines: terms.maxDeclines,
    wrapUpBlock: terms.wrapUpBlock,
    ...(previousId === undefined ? {} : { previousId }),
    lastAt: now,
    declined: {},
    sessions: [],
    stints: [],
    ...closing(now, Math.min(IDLE_MS, terms.autoCloseHours * 60 * 60 * 1000)),
  };
  return { ...item, due: toDue(item) };
}

/** What a conversation keeps when it goes from the helper to people, or back. */
const KEPT = [
  "sessions",
  "stints",
  "skills",
  "dispositions",
  "survey",
  "ownerFrom",
] as const satisfies readonly (keyof WorkItem)[];

/**
 * A fresh row in place of the `known` one, in other hands: routing decides anew, its history stays, and so does what the
 * customer said later than `fresh` knows.
 */
export function begunAgain(fresh: WorkItem, known: WorkItem | undefined): WorkItem {
  if (known === undefined) return fresh;
  const next: WorkItem = { ...asKnown(fresh, known), version: known.version + 1 };
  if (known.previousId === undefined) delete next.previousId;
  for (const key of KEPT) if (known[key] !== undefined) Object.assign(next, { [key]: known[key] });
  if ((known.lastInboundSeq ?? 0) > (fresh.lastInboundSeq ?? 0)) {
    const { lastInboundSeq, lastInboundAt, lastText } = known;
    Object.assign(next, { lastInboundSeq, lastInboundAt, lastText });
  }
  return next;
}

/** What only some rows begin with. */
const SEEDED = [
  "lastInboundAt",
  "lastInboundSeq",
  "hasMedia",
  "contact",
  "ownerFrom",
  "context",
  "optedOut",
  "notice",
] as const satisfies readonly (keyof WorkItemSeed)[];

/** A seed whose contact is the row's, where there is one: rows are told of each change, what a turn wrote down is older. */
export function asKnown<T extends Pick<WorkItemSeed, "contact">>(
  seed: T,
  known: Pick<WorkItem, "contact"> | undefined,
): T {
  if (known === undefined) return seed;
  const { contact: _older, ...rest } = seed;
  return { ...rest, ...(known.contact === undefined ? {} : { contact: known.contact }) } as T;
}

/** What a row was begun with, as it is now. */
export function seedOf(item: WorkItem): WorkItemSeed {
  const { threadId, channel, instanceId, workstreamId, customer, openedAt, lastText } = item;
  const seed: WorkItemSeed = { threadId, channel, instanceId, workstreamId, customer, openedAt, lastText };
  for (const key of SEEDED) if (item[key] !== undefined) Object.assign(seed, { [key]: item[key] });
  return seed;
}

/** The conversation before, of the same customer with the same instance: not of a former owner of the address. */
function previousOf(conversationId: string, ownerFrom = 1): string | undefined {
  const n = numberOf(conversationId);
  const threadId = threadOf(conversationId);
  return threadId !== undefined && n > 1 && n !== ownerFrom ? toConversationId(threadId, n - 1) : undefined;
}
