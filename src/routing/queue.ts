import type { OverflowSettings } from "../core/distribution";
import type { MessageTrigger } from "../core/texts";
import { type Tx, transact } from "../core/transact";
import { type ClosureReason, ROUTING_GROUP, type WorkItem, type WorkItemSeed } from "../core/workItem";
import { giveLoad, takeLoad } from "./agentLoad";
import { closedNotice, customerHours } from "./hours/openHours";
import { begunAgain, newItem } from "./newItem";
import type { QueuePorts } from "./ports";
import { followLoad, offerGone } from "./presence";
import { overflowOf, overflowTime } from "./rules/overflow";
import { recordsClosed, sessionEnded, sessionResumed, stintBegun } from "./sessionRecords";
import { sessionValuesOf } from "./sessionValues";
import { announce } from "./texts/automatedMessages";
import { closing, IDLE_MS, itemId, putItem, toDue } from "./workItems";

const NEUTRAL_PRIORITY = 100;

/** Where routing puts a conversation, and what it found out on the way. */
export interface Placement {
  queueId: string;
  skills?: Record<string, number>;
  priority?: number;
  profiles?: string[];
  attributes?: Record<string, string | number>;
  /** Instead of the queue's own. */
  overflow?: OverflowSettings[];
  /** Queues that would not have it. */
  overflowed?: string[];
  /** No queue will have it: it is closed for this reason. */
  endAs?: ClosureReason;
  /** What the customer is told. */
  tell?: { trigger: MessageTrigger; values?: Record<string, string | number> }[];
}

/** The order of service as one text: queue priority, the conversation's own (smaller first), then who has waited longest. */
export function toSortKey(place: {
  queuePriority: number;
  priority?: number | undefined;
  since: number;
  conversationId: string;
}): string {
  const { queuePriority, priority = NEUTRAL_PRIORITY, since, conversationId } = place;
  const padded = (n: number): string => String(n).padStart(3, "0");
  return `${padded(queuePriority)}~${padded(priority)}~${new Date(since).toISOString()}~${conversationId}`;
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
  order: {
    conversationId: string;
    epoch: number;
    seed: WorkItemSeed;
    placement: Placement;
    /** The queue that a hand-off asked for. */
    wish?: string | undefined;
    /** Skills that a hand-off asked for. */
    skills?: Record<string, number> | undefined;
    /** What the helper tells people. */
    summary?: string | undefined;
    /** Fields of plugins that the rules read. */
    fields?: Readonly<Record<string, unknown>> | undefined;
  },
): Promise<void> {
  const { conversationId, epoch, seed, placement, wish, skills, summary, fields } = order;
  await transact(ports.store, "routing", ROUTING_GROUP, "enqueue", async (tx) => {
    const known = await tx.read<WorkItem>(itemId(conversationId));
    if (known !== undefined && known.epoch >= epoch) return;
    const item = begunAgain(newItem(ports, conversationId, epoch, seed), known);
    const routed = {
      at: ports.clock.now(),
      text: seed.lastText,
      ...(seed.context && { context: seed.context }),
      ...(wish !== undefined && { wish }),
      ...(skills !== undefined && { skills }),
      ...(fields !== undefined && { fields }),
    };
    const placed = place(ports, { ...item, routed, ...(summary !== undefined && { summary }) }, placement);
    tx.put(placed);
    for (const { trigger, values } of placement.tell ?? []) announce(ports, tx, placed, trigger, values);
  });
}

/** The item as a placement leaves it: in its queue, or on its way out. */
export function place(ports: QueuePorts, item: WorkItem, placement: Placement): WorkItem {
  const standing = standInQueue(ports, withFindings(item, placement), placement.queueId);
  return placement.endAs === undefined ? standing : onItsWayOut(ports, standing, placement.endAs);
}

/** The item with what routing found out about it; where it stands is another matter. */
export function withFindings(item: WorkItem, placement: Placement): WorkItem {
  const { skills, priority, profiles, attributes, overflow, overflowed } = placement;
  const next: WorkItem = { ...item, skills: { ...item.skills, ...skills } };
  if (priority !== undefined) next.priority = priority;
  if (profiles !== undefined) Object.assign(next, { profiles, units: 0 });
  if (attributes !== undefined) next.context = { ...item.context, ...attributes };
  if (overflow === undefined) delete next.overflow;
  else next.overflow = overflow;
  if (overflowed !== undefined) next.overflowed = overflowed;
  if (Object.keys(next.skills ?? {}).length === 0) delete next.skills;
  return next;
}

/** Nobody is offered it; whoever looks after timers closes it. */
export function onItsWayOut(ports: QueuePorts, item: WorkItem, endAs: ClosureReason): WorkItem {
  const { sk: _sk, overflowAt: _overflowAt, ...rest } = item;
  const next: WorkItem = { ...rest, endAs, ...closing(ports.clock.now(), 0) };
  return { ...next, due: toDue(next) };
}

/**
 * The customer wrote while people have the conversation: a waiting one goes back to its queue (its former agent
 * first), one in wrap-up back to its agent, any other only shows the newer text.
 */
export async function customerWrote(
  ports: QueuePorts,
  said: {
    conversationId: string;
    seq: number;
    at: number;
    text: string;
    context?: Record<string, string | number>;
  },
): Promise<void> {
  await transact(ports.store, "routing", ROUTING_GROUP, "customerWrote", async (tx) => {
    const item = await tx.read<WorkItem>(itemId(said.conversationId));
    if (item === undefined || (item.lastInboundSeq ?? 0) >= said.seq) return;
    const now = ports.clock.now();
    const news = {
      lastInboundSeq: said.seq,
      lastInboundAt: said.at,
      lastText: said.text,
      lastAt: now,
      ...(said.context === undefined ? {} : { context: { ...item.context, ...said.context } }),
      ...closing(now, IDLE_MS),
    };
    if (item.endAs !== undefined) putItem(tx, item, { ...news, ...closing(now, 0) });
    else if (item.state === "waiting") wake(ports, tx, { ...item, ...news });
    else if (item.state === "wrapUp") await backToWork(ports, tx, item, news);
    else putItem(tx, item, news);
  });
}

/** It waits for people again; when they are not there now the customer is told so. */
function wake(ports: QueuePorts, tx: Tx, item: WorkItem): void {
  const next = woken(ports, item);
  tx.put(next);
  const settings = ports.settings.current();
  const hours = [customerHours(settings, item), settings.queues.get(item.queueId ?? "")?.operatingHours];
  const closed = closedNotice(settings, hours, ports.clock.now());
  if (closed !== undefined) announce(ports, tx, next, closed.trigger, closed.values);
}

/** A waiting conversation stands in its queue again; where the work stream says so, its agent is asked first. */
function woken(ports: QueuePorts, item: WorkItem): WorkItem {
  const stream = ports.settings.current().workstreams.get(item.workstreamId);
  const former = item.agentId ?? item.formerAgentId;
  const keeps = item.distribution === "push" && stream?.keepSameAgent !== false && former !== undefined;
  const { formerAgentId: _former, keepAgentUntil: _until, ...rest } = item;
  const kept: WorkItem = keeps
    ? {
        ...rest,
        formerAgentId: former,
        keepAgentUntil: ports.clock.now() + (stream?.keepAgentMinutes ?? 10) * 60_000,
      }
    : rest;
  return { ...standInQueue(ports, { ...kept, declined: {} }, item.queueId ?? ""), version: item.version + 1 };
}

async function backToWork(ports: QueuePorts, tx: Tx, item: WorkItem, news: Partial<WorkItem>): Promise<void> {
  const { agentId } = item;
  if (item.unblocked && agentId !== undefined) {
    await takeLoad(ports, tx, agentId, item);
    await followLoad(ports, tx, agentId);
  }
  const { isNew, sessions } = sessionResumed(item, ports.clock.now());
  const values = isNew ? sessionValuesOf(ports.settings, item) : {};
  putItem(tx, item, { ...news, state: "active", sessions, ...values }, ["blockUntil", "unblocked"]);
}

/** The conversation's row now; undefined once it is closed. */
export async function readItem(ports: QueuePorts, conversationId: string): Promise<WorkItem | undefined> {
  return (await ports.store.read<WorkItem>("routing", ROUTING_GROUP, itemId(conversationId)))?.doc;
}

/** The conversation is over: the row goes and its agent is free again. Returns the row as it last was, its records ended. */
export async function removeItem(
  ports: QueuePorts,
  conversationId: string,
  reason: ClosureReason = "agentClosed",
): Promise<WorkItem | undefined> {
  return transact(ports.store, "routing", ROUTING_GROUP, "closed", async (tx) => {
    const item = await tx.read<WorkItem>(itemId(conversationId));
    if (item === undefined) return undefined;
    const agentId = loadedAgent(item);
    if (agentId !== undefined) await unloaded(ports, tx, agentId, item);
    if (item.offerId !== undefined) tx.remove(item.offerId);
    tx.remove(item.id);
    return { ...item, ...recordsClosed(item, reason, ports.clock.now()) };
  });
}

/** The item costs its agent nothing any more, and the agent's presence says so. */
export async function unloaded(ports: QueuePorts, tx: Tx, agentId: string, item: WorkItem): Promise<void> {
  await giveLoad(ports, tx, agentId, item);
  if (item.holder === "agent") await followLoad(ports, tx, agentId);
  else await offerGone(ports, tx, agentId);
}

/**
 * The item standing in `queueId`, with everything about an agent or offer taken off: from now on and behind those who
 * wait, or, when it did not leave the line for good, `since` then (ms) and in its old place (`placeAt`).
 */
export function standInQueue(ports: QueuePorts, item: WorkItem, queueId: string, since?: number): WorkItem {
  const now = ports.clock.now();
  const queue = ports.settings.current().queues.get(queueId);
  const queuedAt = since ?? now;
  const open = item.stints.at(-1);
  const stays = open !== undefined && open.leftAt === undefined && open.queueId === queueId;
  const next: WorkItem = {
    ...item,
    ...(stays ? {} : stintBegun(item, queueId, now)),
    state: "open",
    holder: "queue",
    queueId,
    queuedAt,
    sk: toSortKey({
      queuePriority: queue?.priority ?? NEUTRAL_PRIORITY,
      priority: item.priority,
      since: since === undefined ? queuedAt : (item.placeAt ?? queuedAt),
      conversationId: item.conversationId,
    }),
    ...closing(now, IDLE_MS),
  };
  if (since === undefined) delete next.placeAt;
  for (const key of NOT_WAITING) delete next[key];
  const overflowAt = overflowTime(overflowOf(queue, next.overflow), queuedAt);
  if (overflowAt !== undefined) next.overflowAt = overflowAt;
  return { ...next, due: toDue(next) };
}

/** What only a conversation has that somebody is looking after. */
const NOT_WAITING = [
  "agentId",
  "offerId",
  "offeredTo",
  "acceptedAt",
  "blockUntil",
  "unblocked",
  "transferredBy",
  "overflowAt",
] as const;

/** The agent whose capacity the item uses now: offered, active or in wrap-up. */
export function loadedAgent(item: WorkItem): string | undefined {
  if (item.state === "active") return item.holder === "agent" ? item.agentId : item.offeredTo;
  return item.state === "wrapUp" && item.unblocked !== true ? item.agentId : undefined;
}

/** Its session ended and it waits for the customer again. */
export function movedToWaiting(ports: QueuePorts, item: WorkItem): Partial<WorkItem> {
  const now = ports.clock.now();
  return {
    state: "waiting",
    ...sessionEnded(item, "movedToWaiting", now),
    ...closing(now, item.autoCloseHours * 60 * 60 * 1000),
  };
}
