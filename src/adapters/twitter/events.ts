import type { Inbound } from "../../core/channel";
import { type Json, toObject, toText, toTimeMs } from "../shared/narrow";
import { idOf, toSnowflakeTime, toXId } from "./ids";
import { baseOf, CHANNEL, type Envelope, toIgnored, toKey, toOrigin, toUnsupported } from "./origin";

export function toTyping(value: unknown, envelope: Envelope): Inbound {
  const event = toObject(value);
  const recipientId = toXId(toObject(event?.target)?.recipient_id);
  const origin = toOrigin(toXId(event?.sender_id), recipientId, event?.created_timestamp, envelope);
  // Of no use to anybody later, so nothing of it is kept.
  if (origin === undefined) return toIgnored("unreadable typing");
  if (origin.isOwn) return toIgnored("typing by ourselves");
  return { kind: "typing", ...baseOf(origin, envelope) };
}

export function toReadReceipt(value: unknown, envelope: Envelope): Inbound {
  const event = toObject(value);
  const recipientId = toXId(toObject(event?.target)?.recipient_id);
  const origin = toOrigin(toXId(event?.sender_id), recipientId, event?.created_timestamp, envelope);
  if (origin === undefined) return toUnsupported("unreadable read receipt", value, envelope.handleId);
  if (origin.isOwn) return toIgnored("read by ourselves");
  const lastReadId = toXId(event?.last_read_event_id);
  const upTo = toSnowflakeTime(lastReadId, origin.occurredAt) ?? origin.occurredAt;
  return {
    kind: "receipt",
    ...baseOf(origin, envelope),
    status: "read",
    ...(lastReadId === undefined ? {} : { providerIds: [lastReadId] }),
    ...(upTo === undefined ? {} : { upTo }),
  };
}

/** `user_event` of the Account Activity API. */
export function toUserEvent(value: unknown, envelope: Envelope): Inbound {
  const revoke = toObject(toObject(value)?.revoke);
  if (revoke === undefined) return toUnsupported("unknown event of an account", value, envelope.handleId);
  return toRevoked(revoke, toXId(toObject(revoke.source)?.user_id), envelope);
}

/** A handle took back what it had allowed our application: nothing can be sent in its name any more. */
export function toRevoked(revoke: Json, userId: string | undefined, envelope: Envelope): Inbound {
  const handleId = userId ?? envelope.handleId;
  if (handleId !== undefined && !envelope.ownIds.includes(handleId))
    return toIgnored("access revoked by somebody who is no handle of ours");
  const occurredAt = toTimeMs(Date.parse(toText(revoke.date_time) ?? ""));
  return {
    kind: "notice",
    channel: CHANNEL,
    ...(handleId === undefined ? {} : { instanceExternalId: handleId }),
    key: `revoked/${toKey([handleId ?? "", revoke])}`,
    ...(occurredAt === undefined ? {} : { occurredAt }),
    level: "error",
    code: "accessRevoked",
    text: "The handle took back the application's access on X, so nothing can be sent or received. Make a new Access Token and Access Token Secret for the handle in the X Developer Console, put both into the handle, and press Register.",
  };
}

/** The end of a replay that somebody asked X for: what it sends again is known by its ids. */
export function toReplayStatus(value: unknown, envelope: Envelope): Inbound {
  const status = toObject(value);
  const state = toText(status?.job_state)?.slice(0, 60) ?? "unknown";
  const jobId = toXId(status?.job_id) ?? "";
  const isFailed = /fail|error|incomplete/i.test(state);
  const name = jobId === "" ? "A replay" : `The replay ${jobId.slice(0, 40)}`;
  return {
    kind: "notice",
    channel: CHANNEL,
    ...(envelope.handleId === undefined ? {} : { instanceExternalId: envelope.handleId }),
    key: `replay/${toKey(value)}`,
    level: isFailed ? "warning" : "info",
    code: "replay",
    text: `${name} of missed messages is over: ${state}.${isFailed ? " Ask X for it again, or read the missed messages on X." : ""}`,
  };
}

const ENCRYPTED =
  "An encrypted message (XChat) arrived for the handle. It is encrypted, cannot be read here and is not answered. Read it on X, and let the handle's customers write unencrypted direct messages.";

/**
 * A `chat.*` event: X's end-to-end encrypted messages (X: XChat, "Real-time events"). The admin is told, and where it
 * came from a customer the transcript shows that there was something.
 */
export function toEncrypted(type: string, data: Json, envelope: Envelope): Inbound[] {
  const payload = toObject(data.payload);
  const parties = (toText(payload?.conversation_id) ?? "").split(/[-:]/);
  const senderId = toXId(payload?.sender_id);
  const handleId = envelope.handleId ?? parties.find((party) => envelope.ownIds.includes(party));
  const id = idOf(payload) ?? toXId(data.event_uuid) ?? toKey(data);
  const occurredAt = toTimeMs(payload?.created_at_msec);
  const about = {
    channel: CHANNEL,
    ...(handleId === undefined ? {} : { instanceExternalId: handleId }),
    ...(occurredAt === undefined ? {} : { occurredAt }),
  };
  const notice: Inbound = {
    kind: "notice",
    ...about,
    key: `chat/${id}`,
    level: "warning",
    code: "encrypted",
    text: ENCRYPTED,
  };
  const isOwn = senderId === handleId || (senderId !== undefined && envelope.ownIds.includes(senderId));
  if (type !== "chat.received" || senderId === undefined || handleId === undefined || isOwn) return [notice];
  const reason = "The customer wrote an encrypted message (XChat) that cannot be read here";
  return [notice, { kind: "unsupported", ...about, customerId: senderId, key: id, reason, raw: data }];
}
