import { Conflict, NotAllowed, NotFound } from "../core/errors";
import { newId } from "../core/ids";
import { type Tx, transact } from "../core/transact";
import {
  type AssignmentReason,
  type Offer,
  ROUTING_GROUP,
  type SessionRecord,
  type WorkItem,
} from "../core/workItem";
import { agentDocId, giveLoad, readAgent, takeLoad } from "./agentLoad";
import type { QueuePorts } from "./ports";
import { afterDecline, followLoad, offerGone } from "./presence";
import { standInQueue } from "./queue";
import { sessionEnded, withSession, withSessionChange } from "./sessionRecords";
import { TAKEN, takenBy } from "./taken";
import { agentName, announceTaken } from "./texts/automatedMessages";
import { closing, IDLE_MS, itemId, needHolder, putItem } from "./workItems";

const KEEP_ANSWERED_SECONDS = 24 * 60 * 60;
/** Ids come from URLs: the store refuses those that are none, which would look like a fault of ours. */
const OFFER_ID = /^offer~[A-Za-z0-9_-]{1,50}$/;
/** Presences in which a colleague may be handed a conversation. */
const REACHABLE: readonly string[] = ["available", "busy"];

/**
 * Offers the item to an agent, in the batch of whoever decided so; where the work stream says so the agent has it at
 * once. Throws Conflict when a colleague cannot take what is handed over.
 */
export async function offerTo(
  ports: QueuePorts,
  tx: Tx,
  item: WorkItem,
  agentId: string,
  why: AssignmentReason,
): Promise<WorkItem> {
  if (item.transferredBy !== undefined) await needReachable(ports, tx, agentId);
  const now = ports.clock.now();
  const session: SessionRecord = {
    agentId,
    how: item.transferredBy === undefined ? "offer" : "transfer",
    offeredAt: now,
    why,
  };
  if (item.queueId !== undefined) session.queueId = item.queueId;
  await takeLoad(ports, tx, agentId, item);
  const offered: WorkItem = { ...item, ...withSession(item, session) };
  const stream = ports.settings.current().workstreams.get(item.workstreamId);
  if (stream?.notification.autoAccept === true) return taken(ports, tx, offered, agentId);
  const offer = toOffer(offered, agentId, now);
  tx.put(offer);
  return putItem(
    tx,
    offered,
    { state: "active", holder: "queue", offerId: offer.id, offeredTo: agentId, ...closing(now, IDLE_MS) },
    ["sk", "overflowAt"],
  );
}

/** The agent takes what was offered. Exactly one of accept, reject and expiry wins; the others are told. */
export async function acceptOffer(ports: QueuePorts, offerId: string, agentId: string): Promise<WorkItem> {
  return transact(ports.store, "routing", ROUTING_GROUP, "accept", async (tx) => {
    const offer = await needOffer(tx, offerId, agentId);
    if (offer.state !== "accepted") needPending(offer);
    const item = (await tx.read<WorkItem>(itemId(offer.conversationId))) ?? gone();
    if (offer.state === "accepted") {
      needHolder(item, agentId);
      return item;
    }
    answer(tx, offer, "accepted");
    return taken(ports, tx, item, agentId);
  });
}

async function taken(ports: QueuePorts, tx: Tx, item: WorkItem, agentId: string): Promise<WorkItem> {
  await followLoad(ports, tx, agentId);
  announceTaken(ports, tx, item, agentId);
  const session = withSessionChange(item, { acceptedAt: ports.clock.now() });
  return putItem(tx, item, { ...takenBy(ports, item, agentId, "accepted"), ...session }, TAKEN);
}

/**
 * Back to its old place in the queue, or to the colleague who handed it over; the agent is asked later than others, and
 * not again after as many times as the work stream says. Throws NotAllowed when the work stream lets nobody reject.
 */
export async function rejectOffer(ports: QueuePorts, offerId: string, agentId: string): Promise<void> {
  await transact(ports.store, "routing", ROUTING_GROUP, "reject", async (tx) => {
    const offer = await needOffer(tx, offerId, agentId);
    if (offer.state === "rejected") return;
    needPending(offer);
    const stream = ports.settings.current().workstreams.get(offer.workstreamId);
    if (stream?.notification.reject === false)
      throw new NotAllowed(
        "NOT_ALLOWED",
        "Offers of this work stream cannot be rejected; accept it, or let it run out.",
      );
    await giveBack(ports, tx, offer, "rejected");
  });
}

/** Nobody answered in time. Does nothing when somebody just did. */
export async function expireOffer(ports: QueuePorts, offerId: string): Promise<boolean> {
  return transact(ports.store, "routing", ROUTING_GROUP, "expire", async (tx) => {
    const offer = await tx.read<Offer>(offerId);
    if (offer?.state !== "pending" || offer.expiresAt > ports.clock.now()) return false;
    await giveBack(ports, tx, offer, "expired");
    return true;
  });
}

async function giveBack(
  ports: QueuePorts,
  tx: Tx,
  offer: Offer,
  state: "rejected" | "expired",
): Promise<void> {
  answer(tx, offer, state);
  const item = await tx.read<WorkItem>(itemId(offer.conversationId));
  if (item?.offerId !== offer.id) return;
  await giveLoad(ports, tx, offer.agentId, item);
  await afterDecline(ports, tx, item, { agentId: offer.agentId, state });
  await offerGone(ports, tx, offer.agentId);
  const now = ports.clock.now();
  const closure = state === "rejected" ? "agentRejected" : "agentTimedOut";
  const declined = { ...item.declined, [offer.agentId]: (item.declined[offer.agentId] ?? 0) + 1 };
  const left: WorkItem = { ...item, declined, ...sessionEnded(item, closure, now) };
  if (await comesBack(ports, tx, left)) return;
  const back = standInQueue(ports, left, offer.queueId, item.queuedAt);
  tx.put({ ...back, version: item.version + 1 });
}

/** What a colleague would not have goes back to whoever handed it over, unless they have gone. */
async function comesBack(ports: QueuePorts, tx: Tx, item: WorkItem): Promise<boolean> {
  const by = item.transferredBy;
  if (by === undefined) return false;
  const now = ports.clock.now();
  const agent = await readAgent(tx, by, now);
  if (agent.presence === "offline" || !ports.settings.current().agents.has(by)) return false;
  await takeLoad(ports, tx, by, item);
  await followLoad(ports, tx, by);
  const session: SessionRecord = { agentId: by, how: "transfer", acceptedAt: now };
  if (item.queueId !== undefined) session.queueId = item.queueId;
  putItem(
    tx,
    item,
    {
      state: "active",
      holder: "agent",
      agentId: by,
      acceptedAt: now,
      declined: {},
      ...withSession(item, session),
      ...closing(now, IDLE_MS),
    },
    TAKEN,
  );
  return true;
}

/** A pending offer of the item ends without an answer. */
export async function withdraw(tx: Tx, item: WorkItem): Promise<void> {
  const offer = item.offerId === undefined ? undefined : await tx.read<Offer>(item.offerId);
  if (offer?.state === "pending") answer(tx, offer, "withdrawn");
}

/** Closes an offer's record; it is kept a day for the trace. */
function answer(tx: Tx, offer: Offer, state: Offer["state"]): void {
  const { offeredTo: _offeredTo, due: _due, ...rest } = offer;
  tx.put({ ...rest, state, ttl: KEEP_ANSWERED_SECONDS });
}

async function needReachable(ports: QueuePorts, tx: Tx, agentId: string): Promise<void> {
  const agent =
    (await tx.read<{ id: string; type: string; presence: string }>(agentDocId(agentId)))?.presence ??
    "offline";
  if (REACHABLE.includes(agent)) return;
  const name = agentName(ports.settings.current(), agentId);
  throw new Conflict(
    "WRONG_STATE",
    `${name} is ${agent === "doNotDisturb" ? "not to be disturbed" : agent} now; choose somebody else, or a queue.`,
    { details: { agentId, presence: agent } },
  );
}

async function needOffer(tx: Tx, offerId: string, agentId: string): Promise<Offer> {
  const offer = OFFER_ID.test(offerId) ? await tx.read<Offer>(offerId) : undefined;
  // Somebody else's is answered as none: an id that was guessed tells nothing.
  if (offer?.type !== "offer" || offer.agentId !== agentId)
    throw new NotFound("NOT_FOUND", "There is no such offer to you; it may have run out.");
  return offer;
}

function needPending(offer: Offer): void {
  if (offer.state === "pending") return;
  throw new Conflict(
    "WRONG_STATE",
    `This offer is ${offer.state === "expired" ? "over: it ran out" : offer.state} already.`,
    { details: { state: offer.state } },
  );
}

function gone(): never {
  throw new Conflict("WRONG_STATE", "The conversation has been closed meanwhile.");
}

function toOffer(item: WorkItem, agentId: string, now: number): Offer {
  const expiresAt = now + item.offerSeconds * 1000;
  return {
    id: newId("offer"),
    type: "offer",
    conversationId: item.conversationId,
    queueId: item.queueId ?? "",
    offeredTo: agentId,
    agentId,
    state: "pending",
    createdAt: now,
    expiresAt,
    due: expiresAt,
    customer: item.customer,
    channel: item.channel,
    lastText: item.lastText,
    ...(item.summary === undefined ? {} : { summary: item.summary }),
    workstreamId: item.workstreamId,
    ...(item.context === undefined ? {} : { context: item.context }),
    ...(item.transferredBy === undefined ? {} : { transferredBy: item.transferredBy }),
  };
}
