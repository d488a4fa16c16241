import type { Inbound } from "../../core/channel";
import { hashId } from "../../core/ids";
import { type Json, toTimeMs } from "../shared/narrow";
import { findUser, toProfile } from "./profile";

export const CHANNEL = "twitter";

/** What the items of one body share. */
export interface Envelope {
  /** Our handle that the body is for, where X says so. */
  handleId: string | undefined;
  /** User ids of all configured handles. */
  ownIds: readonly string[];
  /** Profiles of the people in the body. */
  users: unknown;
  /** Applications that sent its messages, by id. */
  apps: Json | undefined;
}

/** Who and when, of one item. */
export interface Origin {
  handleId: string;
  customerId: string;
  occurredAt: number | undefined;
  isOwn: boolean;
}

/**
 * X documents a body whose `for_user_id` is neither party, so the parties are compared with it first and with the
 * configured handles second. Ids are compared, never screen names.
 */
export function toOrigin(
  senderId: string | undefined,
  recipientId: string | undefined,
  time: unknown,
  envelope: Envelope,
): Origin | undefined {
  if (senderId === undefined) return undefined;
  const occurredAt = toTimeMs(time);
  const { handleId, ownIds } = envelope;
  const isIncoming =
    recipientId !== undefined &&
    (recipientId === handleId || (senderId !== handleId && ownIds.includes(recipientId)));
  const isOwn = !isIncoming && (senderId === handleId || ownIds.includes(senderId));
  if (isOwn) {
    if (recipientId === undefined) return undefined;
    return { handleId: senderId, customerId: recipientId, occurredAt, isOwn };
  }
  const to = isIncoming ? recipientId : (handleId ?? recipientId);
  return to === undefined ? undefined : { handleId: to, customerId: senderId, occurredAt, isOwn };
}

/** The fields that every item of a customer has; `profile` where the body tells about them. */
export function baseOf(origin: Origin, envelope: Envelope) {
  const profile = toProfile(findUser(envelope.users, origin.customerId));
  return {
    channel: CHANNEL,
    instanceExternalId: origin.handleId,
    customerId: origin.customerId,
    ...(origin.occurredAt === undefined ? {} : { occurredAt: origin.occurredAt }),
    ...(profile === undefined ? {} : { profile }),
  };
}

/** Stands for the event id where X gives none. */
export function toKey(raw: unknown): string {
  return hashId("", JSON.stringify(raw) ?? "");
}

export function toUnsupported(
  reason: string,
  raw: unknown,
  handleId: string | undefined,
  key = toKey(raw),
): Inbound {
  return {
    kind: "unsupported",
    channel: CHANNEL,
    ...(handleId === undefined ? {} : { instanceExternalId: handleId }),
    key,
    reason,
    raw,
  };
}

export function toIgnored(reason: string): Inbound {
  return { kind: "ignored", channel: CHANNEL, reason };
}
