import type { Clock } from "../core/clock";
import { ROUTING_GROUP, type WorkItem, type WorkItemSeed } from "../core/conversation";
import type { SettingsReader } from "../core/settings";
import type { Store } from "../core/store";
import { transact } from "../core/transact";
import { addLoad, itemId, putItem } from "./workItems";

export interface QueuePorts {
  store: Store;
  settings: SettingsReader;
  clock: Clock;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Open and active conversations that nobody touches close after this long. */
const IDLE_MS = 30 * DAY_MS;

/** The order of service as one text: smaller queue priority first, then who has waited longest. */
export function toSortKey(priority: number, since: number, conversationId: string): string {
  return `${String(priority).padStart(3, "0")}~${new Date(since).toISOString()}~${conversationId}`;
}

/** A row for a conversation that the helper holds. Applying it twice changes nothing. */
export async function openWithBot(
  ports: QueuePorts,
  conversationId: string,
  epoch: number,
  seed: WorkItemSeed,
): Promise<void> {
  await transact(ports.store, "routing", ROUTING_GROUP, "opened", async (tx) => {
    if ((await tx.read(itemId(conversationId))) !== undefined) return;
    tx.put({ ...newItem(ports, conversationId, epoch, seed), holder: "bot" });
  });
}

/** Puts the conversation into a queue. An effect of an older epoch, or one applied before, changes nothing. */
export async function enqueue(
  ports: QueuePorts,
  order: { conversationId: string; epoch: number; seed: WorkItemSeed; queueId: string },
): Promise<void> {
  await transact(ports.store, "routing", ROUTING_GROUP, "enqueue", async (tx) => {
    const known = await tx.read<WorkItem>(itemId(order.conversationId));
    if (known !== undefined && known.epoch >= order.epoch) return;
    const fresh = newItem(ports, order.conversationId, order.epoch, order.seed);
    const item =
      known === undefined
        ? fresh
        : { ...known, ...fresh, version: known.version + 1, declined: known.declined };
    tx.put(standInQueue(ports, item, order.queueId));
  });
}

/**
 * The customer wrote while people have the conversation: a waiting one goes back to its queue (its former agent
 * first), one in wrap-up back to its agent, any other only shows the newer text.
 */
export async function customerWrote(
  ports: QueuePorts,
  said: { conversationId: string; seq: number; at: number; text: string },
): Promise<void> {
  await transact(ports.store, "routing", ROUTING_GROUP, "customerWrote", async (tx) => {
    const item = await tx.read<WorkItem>(itemId(said.conversationId));
    if (item === undefined || (item.lastInboundSeq ?? 0) >= said.seq) return;
    const news = {
      lastInboundSeq: said.seq,
      lastInboundAt: said.at,
      lastText: said.text,
      lastAt: ports.clock.now(),
    };
    const due = ports.clock.now() + IDLE_MS;
    if (item.state === "waiting") {
      const formerAgentId = item.agentId ?? item.formerAgentId;
      const woken: WorkItem = { ...item, ...news, ...(formerAgentId === undefined ? {} : { formerAgentId }) };
      delete woken.agentId;
      tx.put({ ...standInQueue(ports, woken, item.queueId ?? ""), version: item.version + 1 });
    } else if (item.state === "wrapUp") putItem(tx, item, { ...news, state: "active", due });
    else putItem(tx, item, { ...news, due });
  });
}

/** The conversation's row now; undefined once it is closed. */
export async function readItem(ports: QueuePorts, conversationId: string): Promise<WorkItem | undefined> {
  return (await ports.store.read<WorkItem>("routing", ROUTING_GROUP, itemId(conversationId)))?.doc;
}

/** The conversation is over: the row goes and its agent is free again. Returns the row as it last was. */
export async function removeItem(ports: QueuePorts, conversationId: string): Promise<WorkItem | undefined> {
  return transact(ports.store, "routing", ROUTING_GROUP, "closed", async (tx) => {
    const item = await tx.read<WorkItem>(itemId(conversationId));
    if (item === undefined) return undefined;
    const agentId = loadedAgent(item);
    if (agentId !== undefined) await addLoad(tx, agentId, -item.units, ports.clock.now());
    if (item.offerId !== undefined) tx.remove(item.offerId);
    tx.remove(item.id);
    return item;
  });
}

/** The item standing in `queueId` from now on, with everything about an agent or offer taken off. */
export function standInQueue(ports: QueuePorts, item: WorkItem, queueId: string, since?: number): WorkItem {
  const now = ports.clock.now();
  const queue = ports.settings.current().queues.get(queueId);
  const queuedAt = since ?? now;
  const next: WorkItem = {
    ...item,
    state: "open",
    holder: "queue",
    queueId,
    queuedAt,
    sk: toSortKey(queue?.priority ?? 100, queuedAt, item.conversationId),
    due: now + IDLE_MS,
  };
  for (const key of ["agentId", "offerId", "offeredTo", "acceptedAt"] as const) delete next[key];
  return next;
}

/** The agent whose capacity the item uses now: offered, active or in wrap-up. */
export function loadedAgent(item: WorkItem): string | undefined {
  if (item.state === "active") return item.holder === "agent" ? item.agentId : item.offeredTo;
  return item.state === "wrapUp" ? item.agentId : undefined;
}

function newItem(ports: QueuePorts, conversationId: string, epoch: number, seed: WorkItemSeed): WorkItem {
  const workstream = ports.settings.current().workstreams.get(seed.workstreamId);
  const now = ports.clock.now();
  return {
    ...seed,
    id: itemId(conversationId),
    type: "item",
    conversationId,
    state: "open",
    holder: "queue",
    epoch,
    version: 1,
    distribution: workstream?.distribution ?? "push",
    units: workstream?.capacity ?? 1,
    offerSeconds: workstream?.offerSeconds ?? 120,
    autoCloseHours: workstream?.autoCloseHours ?? 28 * 24,
    lastAt: now,
    allowedPresences: workstream?.allowedPresences ?? ["available", "busy"],
    skillMatching: workstream?.skillMatching ?? "exact",
    maxDeclines: workstream?.maxDeclines ?? 3,
    wrapUpBlock: workstream?.wrapUpBlock ?? "always",
    declined: {},
    sessions: [],
    stints: [],
    due: now + Math.min(IDLE_MS, (workstream?.autoCloseHours ?? 28 * 24) * 60 * 60 * 1000),
  };
}
