import { type Offer, ROUTING_GROUP, type WorkItem } from "../core/conversation";
import { Conflict, NotAllowed, NotFound } from "../core/errors";
import { type Tx, transact } from "../core/transact";
import { type QueuePorts, standInQueue } from "./queue";
import { sessionValuesOf } from "./sessionValues";
import { addLoad, itemId, needHolder, putItem } from "./workItems";

const KEEP_ANSWERED_SECONDS = 24 * 60 * 60;
/** Ids come from URLs: the store refuses those that are none, which would look like a fault of ours. */
const OFFER_ID = /^offer~[A-Za-z0-9_-]{1,50}$/;
const IDLE_MS = 30 * 24 * 60 * 60 * 1000;

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
    const now = ports.clock.now();
    answer(tx, offer, "accepted");
    return putItem(
      tx,
      item,
      {
        state: "active",
        holder: "agent",
        agentId,
        acceptedAt: now,
        due: now + IDLE_MS,
        declined: {},
        ...sessionValuesOf(ports.settings, item),
      },
      ["offerId", "offeredTo", "sk"],
    );
  });
}

/** Back to its old place in the queue; the agent is asked later than others, and not again after three times. */
export async function rejectOffer(ports: QueuePorts, offerId: string, agentId: string): Promise<void> {
  await transact(ports.store, "routing", ROUTING_GROUP, "reject", async (tx) => {
    const offer = await needOffer(tx, offerId, agentId);
    if (offer.state === "rejected") return;
    needPending(offer);
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
  await addLoad(tx, offer.agentId, -item.units, ports.clock.now());
  const declined = { ...item.declined, [offer.agentId]: (item.declined[offer.agentId] ?? 0) + 1 };
  const back = standInQueue(ports, item, offer.queueId, item.queuedAt);
  tx.put({ ...back, declined, version: item.version + 1 });
}

/** Closes an offer's record; it is kept a day for the trace. */
export function answer(tx: Tx, offer: Offer, state: Offer["state"]): void {
  const { offeredTo: _offeredTo, due: _due, ...rest } = offer;
  tx.put({ ...rest, state, ttl: KEEP_ANSWERED_SECONDS });
}

async function needOffer(tx: Tx, offerId: string, agentId: string): Promise<Offer> {
  const offer = OFFER_ID.test(offerId) ? await tx.read<Offer>(offerId) : undefined;
  if (offer?.type !== "offer")
    throw new NotFound("NOT_FOUND", "There is no such offer; it may have run out.");
  if (offer.agentId !== agentId) throw new NotAllowed("NOT_ALLOWED", "This offer was made to somebody else.");
  return offer;
}

function needPending(offer: Offer): void {
  if (offer.state === "pending") return;
  throw new Conflict(
    "WRONG_STATE",
    `This offer is ${offer.state === "expired" ? "over: it ran out" : offer.state} already.`,
    {
      details: { state: offer.state },
    },
  );
}

function gone(): never {
  throw new Conflict("WRONG_STATE", "The conversation has been closed meanwhile.");
}
