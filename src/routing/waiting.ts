import { ROUTING_GROUP, type WorkItem } from "../core/conversation";
import { transact } from "../core/transact";
import { announce } from "./automatedMessages";
import { overflowOf, overflowWaiting } from "./overflow";
import type { QueuePorts } from "./ports";
import { onItsWayOut, standInQueue, toSortKey } from "./queue";
import { stintEnded } from "./sessionRecords";
import { itemId, putItem } from "./workItems";

/**
 * A conversation has waited as long as its queue's overflow lets it: it goes to the other queue, where it stands where
 * it stood in time, or is on its way out. Nothing when somebody took it meanwhile, or when every queue has been tried.
 */
export async function overflowWaitingItem(ports: QueuePorts, conversationId: string): Promise<void> {
  await transact(ports.store, "routing", ROUTING_GROUP, "overflow", async (tx) => {
    const item = await tx.read<WorkItem>(itemId(conversationId));
    const now = ports.clock.now();
    if (item?.sk === undefined || item.queueId === undefined || (item.overflowAt ?? now + 1) > now) return;
    const { queues } = ports.settings.current();
    const waited = now - (item.queuedAt ?? now);
    const says = overflowWaiting(overflowOf(queues.get(item.queueId), item.overflow), waited);
    const seen = [...(item.overflowed ?? []), item.queueId];
    if (says?.do === "end") {
      announce(ports, tx, item, "overflowEnded");
      tx.put({ ...onItsWayOut(ports, item, "overflowEnded"), version: item.version + 1 });
    } else if (says?.queue !== undefined && queues.has(says.queue) && !seen.includes(says.queue)) {
      const { overflow: _overflow, ...rest } = { ...item, ...stintEnded(item, "overflow", now) };
      // It may overflow there too, but not by the time it has waited elsewhere: only its place in line is the old one.
      const next = standInQueue(ports, { ...rest, overflowed: seen }, says.queue);
      const sk = toSortKey({
        queuePriority: queues.get(says.queue)?.priority ?? 100,
        priority: item.priority,
        since: item.queuedAt ?? now,
        conversationId,
      });
      tx.put({ ...next, sk, version: item.version + 1 });
    } else putItem(tx, item, {}, ["overflowAt"]);
  });
}
