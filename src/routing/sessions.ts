import { Conflict, InputError } from "../core/errors";
import { type Tx, transact } from "../core/transact";
import { type ClosureReason, ROUTING_GROUP, type SessionRecord, type WorkItem } from "../core/workItem";
import { giveLoad, takeLoad } from "./agentLoad";
import { offerTo, withdraw } from "./offers";
import type { QueuePorts } from "./ports";
import { followLoad } from "./presence";
import { loadedAgent, movedToWaiting, standInQueue, unloaded } from "./queue";
import { sessionEnded, stintEnded, withSession, withSessionChange } from "./sessionRecords";
import { TAKEN, takenBy } from "./taken";
import { agentName, announce, announceLeft, announceSurvey, announceTaken } from "./texts/automatedMessages";
import { closing, needHolder, needItem, putItem, WRAP_UP_MS } from "./workItems";

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
        { details: { offeredTo: item.offeredTo } },
      );
    }
    return takeOver(ports, tx, item, agentId, "pick");
  });
}

/** Opens a waiting conversation again for its agent. */
export async function open(ports: QueuePorts, conversationId: string, agentId: string): Promise<WorkItem> {
  return change(ports, "open", conversationId, async (tx, item) => {
    needHolder(item, agentId);
    if (item.state === "active") return item;
    if (item.state !== "waiting") throw wrongState(item, "Only a waiting conversation can be opened.");
    return takeOver(ports, tx, item, agentId, "reopen");
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
    await giveLoad(ports, tx, agentId, item);
    await followLoad(ports, tx, agentId);
    announceLeft(ports, tx, item, agentId);
    return putItem(tx, item, movedToWaiting(ports, item));
  });
}

/** The work is done: wrap-up, until it is closed or a day has gone by. How long it costs capacity is the work stream's to say. */
export async function end(ports: QueuePorts, conversationId: string, agentId: string): Promise<WorkItem> {
  return change(ports, "end", conversationId, async (tx, item) => {
    needHolder(item, agentId);
    if (item.state === "wrapUp") return item;
    const now = ports.clock.now();
    const blocks = item.wrapUpBlock !== "never";
    const [costs, costed] = [blocks, item.state === "active"];
    if (costs && !costed) await takeLoad(ports, tx, agentId, item);
    if (!costs && costed) await giveLoad(ports, tx, agentId, item);
    if (costs !== costed) await followLoad(ports, tx, agentId);
    announce(ports, tx, item, "ended", { AgentName: agentName(ports.settings.current(), agentId) });
    announceSurvey(ports, tx, item);
    return putItem(tx, item, {
      state: "wrapUp",
      ...withSessionChange(item, { wrapUpAt: now }),
      ...(blocks ? {} : { unblocked: true }),
      ...(typeof item.wrapUpBlock === "number" ? { blockUntil: now + item.wrapUpBlock * 1000 } : {}),
      ...closing(now, WRAP_UP_MS),
    });
  });
}

/** The time for which its wrap-up costs capacity is over. Does nothing when it was closed or taken up again. */
export async function unblock(ports: QueuePorts, conversationId: string): Promise<void> {
  await change(ports, "unblock", conversationId, async (tx, item) => {
    const due = item.state === "wrapUp" && (item.blockUntil ?? Number.POSITIVE_INFINITY) <= ports.clock.now();
    if (!due || item.agentId === undefined) return item;
    await giveLoad(ports, tx, item.agentId, item);
    await followLoad(ports, tx, item.agentId);
    return putItem(tx, item, { unblocked: true }, ["blockUntil"]);
  });
}

/** Back to its queue, behind those who wait. */
export async function release(ports: QueuePorts, conversationId: string, agentId: string): Promise<WorkItem> {
  return change(ports, "release", conversationId, async (tx, item) => {
    needHolder(item, agentId);
    await unload(ports, tx, item);
    announceLeft(ports, tx, item, agentId);
    return requeue(ports, tx, item, { queueId: item.queueId ?? "", closure: "released" });
  });
}

/** To another queue, wherever it is now, or only if `from` still has it. A queue without members would strand it: refused. */
export async function transferToQueue(
  ports: QueuePorts,
  conversationId: string,
  queueId: string,
  from?: string,
): Promise<WorkItem> {
  needQueue(ports, queueId);
  return change(ports, "transfer", conversationId, async (tx, item) => {
    needPeople(item);
    if (from !== undefined) needHolder(item, from);
    await unload(ports, tx, item);
    return requeue(ports, tx, item, { queueId, closure: "transferredToQueue" });
  });
}

/**
 * Offers one's own conversation to a colleague, who accepts or rejects; meanwhile nobody has it, and rejected or missed
 * it comes back. Throws Conflict when the colleague could not take it: away, offline, or not to be disturbed.
 */
export async function transferToAgent(
  ports: QueuePorts,
  conversationId: string,
  agentId: string,
  from: string,
): Promise<WorkItem> {
  needAgent(ports, agentId);
  if (agentId === from) throw new InputError("INPUT_INVALID", "You have it already; choose somebody else.");
  return change(ports, "transfer", conversationId, async (tx, item) => {
    needHolder(item, from);
    await giveBackLoad(ports, tx, item);
    const now = ports.clock.now();
    // Should nobody have it in the end, it stands in its old place in line, where its waiting has just begun.
    const free: WorkItem = {
      ...item,
      ...sessionEnded(item, "transferredToAgent", now),
      holder: "queue",
      state: "open",
      declined: {},
      transferredBy: from,
      queuedAt: now,
      placeAt: item.placeAt ?? item.queuedAt ?? now,
    };
    for (const key of ["agentId", "acceptedAt", "blockUntil", "unblocked"] as const) delete free[key];
    return offerTo(ports, tx, free, agentId, { method: "transfer", passedOver: [], others: 0 });
  });
}

/** Straight to an agent, over capacity and presence if need be; only if `from` still has it, when given. */
export async function assignTo(
  ports: QueuePorts,
  conversationId: string,
  agentId: string,
  from?: string,
): Promise<WorkItem> {
  needAgent(ports, agentId);
  return change(ports, "assign", conversationId, async (tx, item) => {
    needPeople(item);
    if (from !== undefined) needHolder(item, from);
    await unload(ports, tx, item);
    const now = ports.clock.now();
    const ended = { ...item, ...sessionEnded(item, "supervisorAssigned", now) };
    return takeOver(ports, tx, ended, agentId, "assign");
  });
}

async function change(
  ports: QueuePorts,
  purpose: string,
  conversationId: string,
  decide: (tx: Tx, item: WorkItem) => Promise<WorkItem>,
): Promise<WorkItem> {
  return transact(ports.store, "routing", ROUTING_GROUP, purpose, async (tx) => {
    const item = await needItem(tx, conversationId);
    // The customer has been told so; who took it now would have it closed under their hands.
    if (item.endAs !== undefined) throw wrongState(item, "No queue would have it: it is just being closed.");
    return decide(tx, item);
  });
}

async function takeOver(
  ports: QueuePorts,
  tx: Tx,
  item: WorkItem,
  agentId: string,
  how: SessionRecord["how"],
): Promise<WorkItem> {
  const now = ports.clock.now();
  await takeLoad(ports, tx, agentId, item);
  await followLoad(ports, tx, agentId);
  announceTaken(ports, tx, item, agentId);
  const session: SessionRecord = { agentId, how, acceptedAt: now };
  if (item.queueId !== undefined) session.queueId = item.queueId;
  const change = takenBy(ports, item, agentId, how === "assign" ? "assigned" : "accepted");
  return putItem(tx, item, { ...change, ...withSession(item, session) }, TAKEN);
}

function requeue(
  ports: QueuePorts,
  tx: Tx,
  item: WorkItem,
  { queueId, closure }: { queueId: string; closure: ClosureReason },
): WorkItem {
  const now = ports.clock.now();
  const {
    formerAgentId: _former,
    keepAgentUntil: _until,
    overflow: _overflow,
    overflowed: _seen,
    ...rest
  } = item;
  const left: WorkItem = { ...rest, ...sessionEnded(item, closure, now), declined: {} };
  if (queueId !== item.queueId) Object.assign(left, stintEnded(item, "transferred", now));
  const next = { ...standInQueue(ports, left, queueId), version: item.version + 1 };
  tx.put(next);
  return next;
}

/** Takes the item off whoever it costs capacity now; a pending offer is withdrawn. */
async function unload(ports: QueuePorts, tx: Tx, item: WorkItem): Promise<void> {
  await giveBackLoad(ports, tx, item);
  await withdraw(tx, item);
}

async function giveBackLoad(ports: QueuePorts, tx: Tx, item: WorkItem): Promise<void> {
  const agentId = loadedAgent(item);
  if (agentId !== undefined) await unloaded(ports, tx, agentId, item);
}

/** Throws InputError for a queue that does not exist, or that would strand a conversation: it has no members. */
export function needQueue(ports: Pick<QueuePorts, "settings">, queueId: string): void {
  const queue = ports.settings.current().queues.get(queueId);
  if (queue === undefined) throw new InputError("INPUT_INVALID", `There is no queue "${queueId}".`);
  if (queue.members.length === 0)
    throw new InputError("INPUT_INVALID", `Queue "${queueId}" has no members; choose another.`);
}

/** Throws InputError when nobody has this id. */
export function needAgent(ports: Pick<QueuePorts, "settings">, agentId: string): void {
  if (!ports.settings.current().agents.has(agentId))
    throw new InputError("INPUT_INVALID", `There is no agent "${agentId}".`);
}

function needPeople(item: WorkItem): void {
  if (item.holder === "bot")
    throw new Conflict("WRONG_STATE", "The helper has this conversation; it must be taken over first.");
}

function wrongState(item: WorkItem, message: string): Conflict {
  return new Conflict("WRONG_STATE", `${message} It is ${item.state}.`, { details: { state: item.state } });
}
