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

/** The conversation before, of the same customer with the same instance. */
function previousOf(conversationId: string): string | undefined {
  const dot = conversationId.lastIndexOf(".");
  const n = Number(conversationId.slice(dot + 1));
  return n > 1 ? toConversationId(conversationId.slice(0, dot), n - 1) : undefined;
}
