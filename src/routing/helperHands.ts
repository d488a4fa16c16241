import { transact } from "../core/transact";
import { ROUTING_GROUP, type SessionRecord, type WorkItem } from "../core/workItem";
import { takeLoad } from "./agentLoad";
import { begunAgain, newItem, seedOf } from "./newItem";
import { withdraw } from "./offers";
import type { QueuePorts } from "./ports";
import { followLoad } from "./presence";
import { loadedAgent, type Placement, unloaded, withFindings } from "./queue";
import { sessionEnded, stintEnded, withSession } from "./sessionRecords";
import { TAKEN, takenBy } from "./taken";
import { announceLeft, announceTaken } from "./texts/automatedMessages";
import { itemId, putItem } from "./workItems";

/** Conversations from people back into the helper's hands, and out of them by an agent. */

/** Whose hands the helper takes it from: those of a session or of a queue, as they were when it was asked for. */
export interface GivenBack {
  conversationId: string;
  /** Of the head, while people have it. */
  epoch: number;
  /** Undefined: it stands in a queue. */
  agentId?: string | undefined;
  /** When that session or waiting began (ms); undefined: whenever. */
  since?: number | undefined;
}

/**
 * The helper takes a conversation that still is in those hands; an offer is withdrawn, an agent free again. True when it
 * has it, also from before: exactly one of this and of an agent's acceptance wins.
 */
export async function giveToHelper(ports: QueuePorts, order: GivenBack): Promise<boolean> {
  return transact(ports.store, "routing", ROUTING_GROUP, "toHelper", async (tx) => {
    const item = await tx.read<WorkItem>(itemId(order.conversationId));
    if (item === undefined) return false;
    if (item.epoch > order.epoch) return item.holder === "bot";
    if (item.endAs !== undefined || !isIn(order, item)) return false;
    const loaded = loadedAgent(item);
    if (loaded !== undefined) await unloaded(ports, tx, loaded, item);
    await withdraw(tx, item);
    if (order.agentId !== undefined) announceLeft(ports, tx, item, order.agentId);
    tx.put(withHelper(ports, item, order));
    return true;
  });
}

function isIn({ epoch, agentId, since }: GivenBack, item: WorkItem): boolean {
  if (item.epoch !== epoch) return false;
  const [holder, began] = agentId === undefined ? ["queue", item.queuedAt] : ["agent", item.acceptedAt];
  if (item.holder !== holder || item.agentId !== agentId || item.state === "wrapUp") return false;
  return since === undefined || since === began;
}

function withHelper(ports: QueuePorts, item: WorkItem, { agentId }: GivenBack): WorkItem {
  const now = ports.clock.now();
  const ended: WorkItem = {
    ...item,
    ...sessionEnded(item, agentId === undefined ? "withdrawn" : "handedBack", now),
    ...stintEnded(item, "returned", now),
  };
  const fresh = newItem(ports, item.conversationId, item.epoch + 1, seedOf(item));
  return { ...begunAgain(fresh, ended), holder: "bot" };
}

/**
 * An agent has it who took it from the helper, over capacity and presence if need be. `placement`: where it would have
 * gone, which is its queue from now on. An order of an older epoch, or one carried out before, changes nothing.
 */
export async function takeFromHelper(
  ports: QueuePorts,
  order: {
    conversationId: string;
    epoch: number;
    agentId: string;
    how: "pick" | "assign";
    context?: Record<string, string | number> | undefined;
    placement: Placement;
  },
): Promise<void> {
  const { conversationId, epoch, agentId, how, context, placement } = order;
  await transact(ports.store, "routing", ROUTING_GROUP, "taken", async (tx) => {
    const item = await tx.read<WorkItem>(itemId(conversationId));
    if (item === undefined || item.epoch >= epoch) return;
    const { queueId } = placement;
    const found: WorkItem = {
      ...withFindings({ ...item, ...(context !== undefined && { context }) }, placement),
      epoch,
      queueId,
    };
    await takeLoad(ports, tx, agentId, found);
    await followLoad(ports, tx, agentId);
    announceTaken(ports, tx, found, agentId);
    const session: SessionRecord = { agentId, how, acceptedAt: ports.clock.now(), queueId };
    const change = takenBy(ports, found, agentId, how === "assign" ? "assigned" : "accepted");
    putItem(tx, found, { ...change, ...withSession(found, session) }, TAKEN);
  });
}
