import type { QueueStint, WorkItem } from "../core/workItem";
import type { QueuePorts } from "./ports";
import { stintEnded } from "./sessionRecords";
import { sessionValuesOf } from "./sessionValues";
import { closing, IDLE_MS } from "./workItems";

/** What only a conversation has that stands in line, is offered or wraps up: gone once an agent takes it. */
export const TAKEN = [
  "sk",
  "offerId",
  "offeredTo",
  "overflowAt",
  "transferredBy",
  "formerAgentId",
  "keepAgentUntil",
  "toldPosition",
  "blockUntil",
  "unblocked",
] as const satisfies readonly (keyof WorkItem)[];

/** What an item is like once an agent has it, its stay in the queue ended as `left` says; the records of sessions aside. */
export function takenBy(
  ports: QueuePorts,
  item: WorkItem,
  agentId: string,
  left: NonNullable<QueueStint["left"]>,
): Partial<WorkItem> {
  const now = ports.clock.now();
  return {
    state: "active",
    holder: "agent",
    agentId,
    acceptedAt: now,
    declined: {},
    ...stintEnded(item, left, now),
    ...closing(now, IDLE_MS),
    ...sessionValuesOf(ports.settings, item),
  };
}
