import { type InboundMessage, OPEN } from "../../core/conversation";
import type { Op, Store, Stored } from "../../core/store";
import { GRACE_MS } from "../messages";
import type { TurnPlan } from "../plan/planParts";

/** Messages that waited, as they stand in the inbox again: in the batch of the yes, so that they are worked once. */
export interface Released {
  ops: Op[];
  docs: InboundMessage[];
}

/** Reads what a turn lets go. What the customer deleted meanwhile stays where it is. Throws StoreError. */
export async function toRelease(store: Store, plan: TurnPlan, now: number): Promise<Released> {
  const released: Released = { ops: [], docs: [] };
  if (plan.release === undefined || plan.release.length === 0) return released;
  const { threadId } = plan.head;
  const found = await Promise.all(
    plan.release.map((id) => store.read<InboundMessage>("threads", threadId, id)),
  );
  for (const stored of found) {
    if (stored === undefined || !isWaiting(stored)) continue;
    const doc = intoInbox(stored.doc, now);
    released.docs.push(doc);
    released.ops.push({ do: "replace", doc, etag: stored.etag });
  }
  return released;
}

const isWaiting = ({ doc }: Stored<InboundMessage>): boolean =>
  doc.type === "message" && doc.status !== "received" && doc.deletedAt === undefined;

function intoInbox(doc: InboundMessage, now: number): InboundMessage {
  const { deadAt: _deadAt, deadReason: _deadReason, ...rest } = doc;
  return { ...rest, status: "received", attempts: 0, open: OPEN.inbox(doc.occurredAt), due: now + GRACE_MS };
}
