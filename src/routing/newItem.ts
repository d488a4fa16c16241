import { type WorkstreamSettings, workstreamSchema } from "../core/distribution";
import { toConversationId } from "../core/ids";
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
  const previousId = previousOf(conversationId);
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
] as const satisfies readonly (keyof WorkItem)[];

/**
 * A fresh row in place of the `known` one, in other hands: routing decides anew, its history stays, and so does what the
 * customer said later than `fresh` knows.
 */
export function begunAgain(fresh: WorkItem, known: WorkItem | undefined): WorkItem {
  if (known === undefined) return fresh;
  const next: WorkItem = { ...fresh, version: known.version + 1 };
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
  "context",
  "optedOut",
  "notice",
] as const satisfies readonly (keyof WorkItemSeed)[];

/** What a row was begun with, as it is now. */
export function seedOf(item: WorkItem): WorkItemSeed {
  const { threadId, channel, instanceId, workstreamId, customer, openedAt, lastText } = item;
  const seed: WorkItemSeed = { threadId, channel, instanceId, workstreamId, customer, openedAt, lastText };
  for (const key of SEEDED) if (item[key] !== undefined) Object.assign(seed, { [key]: item[key] });
  return seed;
}

/** The conversation before, of the same customer with the same instance. */
function previousOf(conversationId: string): string | undefined {
  const dot = conversationId.lastIndexOf(".");
  const n = Number(conversationId.slice(dot + 1));
  return n > 1 ? toConversationId(conversationId.slice(0, dot), n - 1) : undefined;
}
