import { hashId } from "../../core/ids";
import type { RecordEvent } from "../../core/owed";
import type { Doc } from "../../core/store";

/** "waiting" for its next attempt, "done", or "dead": given up, and kept a while so that somebody may send it again. */
export const DELIVERY_STATES = ["waiting", "done", "dead"] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/**
 * One event on its way to one webhook or plugin, in the partition of that. It names the record and holds nothing of it: an
 * erasure has nothing to do here.
 */
export interface Delivery extends Doc {
  type: "delivery";
  /** Whom it goes to: a webhook's id, or "plugin~<name>". */
  target: string;
  event: RecordEvent;
  state: DeliveryState;
  attempts: number;
  /** Next attempt (ms), or until when the server that sends it has it. Only while it waits, like the next two. */
  sendAt?: number;
  /** Those of one record go one after the other, by `place`. */
  record?: string;
  place?: string;
  /** The server that sends it now. */
  server?: string;
  createdAt: number;
  /** Three days count from here: created, or sent again by an admin. */
  since: number;
  endedAt?: number;
  /** What became of the last attempt, in words of ours. */
  last?: { at: number; status?: number; text: string };
}

const DAY_SECONDS = 24 * 60 * 60;
const DONE_TTL = 7 * DAY_SECONDS;
/** Of dead ones, and of those of a webhook that nobody has any more. */
const KEPT_TTL = 40 * DAY_SECONDS;

/** The partition of what goes to a webhook or plugin. */
export const targetKey = (target: string): string => `webhook~${target}`;

/** An event told twice makes one delivery. */
export const deliveryId = (event: Pick<RecordEvent, "id">): string => hashId("d", event.id);

export function toDelivery(target: string, event: RecordEvent, now: number): Delivery {
  return waiting(
    {
      id: deliveryId(event),
      type: "delivery",
      target,
      event,
      state: "waiting",
      attempts: 0,
      createdAt: now,
      since: now,
    },
    now,
  );
}

/** The same, to be sent at `sendAt`. */
export function waiting(delivery: Delivery, sendAt: number): Delivery {
  const { server: _, endedAt: __, ...rest } = delivery;
  const { event } = rest;
  return { ...rest, state: "waiting", sendAt, record: recordOf(event), place: placeOf(event), ttl: KEPT_TTL };
}

/** The same, at its end. */
export function ended(delivery: Delivery, state: "done" | "dead", now: number): Delivery {
  const { sendAt: _, record: __, place: ___, server: ____, ...rest } = delivery;
  return { ...rest, state, endedAt: now, ttl: state === "done" ? DONE_TTL : KEPT_TTL };
}

function recordOf({ type, number = "", threadId = "", contactId = "" }: RecordEvent): string {
  if (type.startsWith("ticket.")) return `ticket~${number}`;
  if (type.startsWith("consent.")) return `profile~${threadId}`;
  return `contact~${contactId}`;
}

/** By time; what happened in the same millisecond by version. */
function placeOf({ at, version = 0, id }: RecordEvent): string {
  return `${String(at).padStart(15, "0")}~${String(version).padStart(9, "0")}~${id}`;
}
