import { ROUTING_GROUP, type WorkItem } from "../../core/workItem";
import type { QueuePorts } from "../ports";

/** A count is believed for so long: a burst may pass a limit by a few. */
const FRESH_MS = 10_000;
/** Limits go to 100: more need not be counted. */
const MOST = 101;

/** How many conversations wait in a queue, at most 101; counted at most every ten seconds. */
export function createQueueLengths(ports: QueuePorts): (queueId: string) => Promise<number> {
  const known = new Map<string, { at: number; count: Promise<number> }>();

  async function count(queueId: string): Promise<number> {
    const page = await ports.store.query<WorkItem>("routing", "items", {
      partition: ROUTING_GROUP,
      equals: { type: "item", state: "open", holder: "queue", queueId },
      limit: MOST,
    });
    return page.items.length;
  }

  return (queueId) => {
    const now = ports.clock.now();
    const last = known.get(queueId);
    if (last !== undefined && now - last.at < FRESH_MS) return last.count;
    const counting = count(queueId);
    known.set(queueId, { at: now, count: counting });
    counting.catch(() => known.delete(queueId));
    return counting;
  };
}
