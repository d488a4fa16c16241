import { type Offer, ROUTING_GROUP, type WorkItem } from "../core/conversation";
import { Conflict, InputError } from "../core/errors";
import { type Tx, transact } from "../core/transact";
import { answer } from "./offers";
import { loadedAgent, type QueuePorts, standInQueue } from "./queue";
import { sessionValuesOf } from "./sessionValues";
import { addLoad, needHolder, needItem, putItem } from "./workItems";

const DAY_MS = 24 * 60 * 60 * 1000;
const IDLE_MS = 30 * DAY_MS;
const WRAP_UP_MS = DAY_MS;

/** An agent takes a conversation that stands in a queue; may go over capacity. The loser is told who has it. */
export async function pick(ports: QueuePorts, conversationId: string, agentId: string): Promise<WorkItem> {
  return change(ports, "pick", conversationId, async (tx, item) => {
    if (item.holder === "agent" && item.agentId === agentId && item.state === "active") return item;
    if (item.holder !== "queue") {
      needHolder(item, agentId);
      throw wrongState(item, "You have it already.");
    }
    if (item.state !== "open") {
      throw new Conflict(
        "ALREADY_TAKEN",
        `It is being offered to ${item.offeredTo ?? item.agentId ?? "somebody"}.`,
        {
          details: { offeredTo: item.offeredTo },
        },
      );
    }
    return takeOver(ports, tx, item, agentId);
  });
}

/** Opens a waiting conversation again for its agent. */
export async function open(ports: QueuePorts, conversationId: string, agentId: string): Promise<WorkItem> {
  return change(ports, "open", conversationId, async (tx, item) => {
    needHolder(item, agentId);
    if (item.state === "active") return item;
    if (item.state !== "waiting") throw wrongState(item, "Only a waiting conversation can be opened.");
    return takeOver(ports, tx, item, agentId);
  });
}

/** The session ends and the conversation waits for the customer; it costs no capacity while it does. */
export async function putAside(
  ports: QueuePorts,
  conversationId: string,
  agentId: string,
): Promise<WorkItem> {
  return change(ports, "close", conversationId, async (tx, item) => {
    needHolder(item, agentId);
    if (item.state === "waiting") return item;
    if (item.state !== "active") throw wrongState(item, "Only an active conversation can be put aside.");
    await addLoad(tx, agentId, -item.units, ports.clock.now());
    return putItem(tx, item, {
      state: "waiting",
      due: ports.clock.now() + item.autoCloseHours * 60 * 60 * 1000,
    });
  });
}

/** The work is done: wrap-up, which still costs capacity, until it is closed or a day has gone by. */
export async function end(ports: QueuePorts, conversationId: string, agentId: string): Promise<WorkItem> {
  return change(ports, "end", conversationId, async (tx, item) => {
    needHolder(item, agentId);
    if (item.state === "wrapUp") return item;
    if (item.state === "waiting") await addLoad(tx, agentId, item.units, ports.clock.now());
    return putItem(tx, item, { state: "wrapUp", due: ports.clock.now() + WRAP_UP_MS });
  });
}

/** Back to its queue, behind those who wait. */
export async function release(ports: QueuePorts, conversationId: string, agentId: string): Promise<WorkItem> {
  return change(ports, "release", conversationId, async (tx, item) => {
    needHolder(item, agentId);
    await unload(ports, tx, item);
    return requeue(ports, tx, item, item.queueId ?? "");
  });
}

/** To another queue, wherever it is now, or only if `from` still has it. A queue without members would strand it: refused. */
export async function transferToQueue(
  ports: QueuePorts,
  conversationId: string,
  queueId: string,
  from?: string,
): Promise<WorkItem> {
  const queue = ports.settings.current().queues.get(queueId);
  if (queue === undefined) throw new InputError("INPUT_INVALID", `There is no queue "${queueId}".`);
  if (queue.members.length === 0)
    throw new InputError("INPUT_INVALID", `Queue "${queueId}" has no members; choose another.`);
  return change(ports, "transfer", conversationId, async (tx, item) => {
    needPeople(item);
    if (from !== undefined) needHolder(item, from);
    await unload(ports, tx, item);
    return requeue(ports, tx, item, queueId);
  });
}

/** Straight to an agent, over capacity and presence if need be; only if `from` still has it, when given. */
export async function assignTo(
  ports: QueuePorts,
  conversationId: string,
  agentId: string,
  from?: string,
): Promise<WorkItem> {
  if (!ports.settings.current().agents.has(agentId))
    throw new InputError("INPUT_INVALID", `There is no agent "${agentId}".`);
  return change(ports, "assign", conversationId, async (tx, item) => {
    needPeople(item);
    if (from !== undefined) needHolder(item, from);
    await unload(ports, tx, item);
    return takeOver(ports, tx, item, agentId);
  });
}

async function change(
  ports: QueuePorts,
  purpose: string,
  conversationId: string,
  decide: (tx: Tx, item: WorkItem) => Promise<WorkItem>,
): Promise<WorkItem> {
  return transact(ports.store, "routing", ROUTING_GROUP, purpose, async (tx) =>
    decide(tx, await needItem(tx, conversationId)),
  );
}

async function takeOver(ports: QueuePorts, tx: Tx, item: WorkItem, agentId: string): Promise<WorkItem> {
  const now = ports.clock.now();
  await addLoad(tx, agentId, item.units, now);
  return putItem(
    tx,
    item,
    {
      state: "active",
      holder: "agent",
      agentId,
      acceptedAt: now,
      due: now + IDLE_MS,
      ...sessionValuesOf(ports.settings, item),
    },
    ["sk", "offerId", "offeredTo"],
  );
}

function requeue(ports: QueuePorts, tx: Tx, item: WorkItem, queueId: string): WorkItem {
  const { formerAgentId: _former, ...rest } = item;
  const next = { ...standInQueue(ports, { ...rest, declined: {} }, queueId), version: item.version + 1 };
  tx.put(next);
  return next;
}

/** Takes the item off whoever it costs capacity now; a pending offer is withdrawn. */
async function unload(ports: QueuePorts, tx: Tx, item: WorkItem): Promise<void> {
  const agentId = loadedAgent(item);
  if (agentId !== undefined) await addLoad(tx, agentId, -item.units, ports.clock.now());
  const offer = item.offerId === undefined ? undefined : await tx.read<Offer>(item.offerId);
  if (offer?.state === "pending") answer(tx, offer, "withdrawn");
}

function needPeople(item: WorkItem): void {
  if (item.holder === "bot")
    throw new Conflict("WRONG_STATE", "The helper has this conversation; it must be taken over first.");
}

function wrongState(item: WorkItem, message: string): Conflict {
  return new Conflict("WRONG_STATE", `${message} It is ${item.state}.`, { details: { state: item.state } });
}
