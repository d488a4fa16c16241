import type { OverflowSettings } from "../core/distribution";
import type { SettingsSnapshot } from "../core/settings";
import { transact } from "../core/transact";
import { ROUTING_GROUP, type WorkItem } from "../core/workItem";
import type { QueuePorts } from "./ports";
import { onItsWayOut, standInQueue } from "./queue";
import { overflowOf, overflowTime, overflowWaiting } from "./rules/overflow";
import { stintEnded } from "./sessionRecords";
import { announce } from "./texts/automatedMessages";
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
    const queuedAt = item.queuedAt ?? now;
    const overflow = usable(item, ports.settings.current());
    const says = overflowWaiting(overflow, now - queuedAt);
    if (says?.do === "end") {
      announce(ports, tx, item, "overflowEnded");
      tx.put({ ...onItsWayOut(ports, item, "overflowEnded"), version: item.version + 1 });
    } else if (says?.queue !== undefined) tx.put(sentOn(ports, item, says.queue));
    else {
      const overflowAt = overflowTime(overflow, queuedAt);
      if (overflowAt === undefined) putItem(tx, item, {}, ["overflowAt"]);
      else putItem(tx, item, { overflowAt });
    }
  });
}

/** What may be done: it goes to no queue twice, and to none where nobody would ever take it. */
function usable(item: WorkItem, { queues }: SettingsSnapshot): OverflowSettings[] {
  const seen = [...(item.overflowed ?? []), item.queueId];
  return overflowOf(queues.get(item.queueId ?? ""), item.overflow).filter(
    ({ queue }) =>
      queue === undefined || (!seen.includes(queue) && (queues.get(queue)?.members.length ?? 0) > 0),
  );
}

/** It may overflow there too, but not by the time it has waited elsewhere: only its place in line is the old one. */
function sentOn(ports: QueuePorts, item: WorkItem, queueId: string): WorkItem {
  const now = ports.clock.now();
  const { overflow: _overflow, ...rest } = { ...item, ...stintEnded(item, "overflow", now) };
  const left: WorkItem = {
    ...rest,
    overflowed: [...(item.overflowed ?? []), item.queueId ?? ""],
    placeAt: item.placeAt ?? item.queuedAt ?? now,
  };
  return { ...standInQueue(ports, left, queueId, now), version: item.version + 1 };
}
