import { ACTIVITY_EVENTS, type Activity } from "../../core/activity";
import type { Account, Inbound, RawRequest } from "../../core/channel";
import { isoTime } from "../../core/clock";
import { hashId, toThreadId } from "../../core/ids";
import { type Json, toId, toObject, toText, toTimeMs } from "../shared/narrow";
import { readJsonBody } from "../shared/readJson";
import { toCustomerText } from "./text";
import { ATTACHMENT_REASONS, IGNORED_LISTS } from "./wire";

const CHANNEL = "twitter";
/** X's ids count milliseconds from here in their upper bits. */
const SNOWFLAKE_EPOCH_MS = 1_288_834_974_657;

/** What the items of one body share. */
interface Envelope {
  /** Our handle that the body is for, where X says so. */
  handleId: string | undefined;
  /** User ids of all configured handles. */
  ownIds: readonly string[];
  users: Json | undefined;
}

/** Who and when, of one item. */
interface Origin {
  handleId: string;
  customerId: string;
  occurredAt: number | undefined;
  isOwn: boolean;
}

/** Every item of a body of any flavour: X Activity API, Account Activity API v2 and v1.1. Pure. */
export function toInbound(request: RawRequest, account: Account): Inbound[] {
  const body = readJsonBody(request.body);
  const ownIds = account.instances
    .filter(({ channel }) => channel === CHANNEL)
    .map(({ externalId }) => externalId);
  const data = toObject(body.data);
  if (data !== undefined && data.event_type !== undefined) return readActivityEvent(data, ownIds);
  const handleId = toId(body.for_user_id);
  const items = readLists(body, { handleId, ownIds, users: toObject(body.users) });
  if (items.length > 0) return items;
  // An account's body with lists that we do not know is one of the many events that X always sends.
  return handleId === undefined
    ? [toUnsupported("unknown webhook", body, undefined)]
    : [toIgnored("other event")];
}

/** The X Activity API wraps the same lists. */
function readActivityEvent(data: Json, ownIds: readonly string[]): Inbound[] {
  const type = toText(data.event_type) ?? "";
  const handleId = toId(toObject(data.filter)?.user_id);
  if (type.startsWith("chat.")) return [toUnsupported("encrypted message, unreadable", data, handleId)];
  if (type === "oauth.revoke") return [toUnsupported("access was revoked", data, handleId)];
  const payload = toObject(data.payload);
  const items =
    payload === undefined ? [] : readLists(payload, { handleId, ownIds, users: toObject(payload.users) });
  if (items.length > 0) return items;
  if (type === "dm.received" || type === "dm.sent")
    return [toUnsupported(`${type} without a message`, data, handleId)];
  return [toIgnored(type.slice(0, 60))];
}

function readLists(body: Json, envelope: Envelope): Inbound[] {
  const items: Inbound[] = [];
  for (const name of Object.keys(body)) {
    const list = body[name];
    if (name === "direct_message_events") {
      if (Array.isArray(list)) for (const event of list) items.push(toItem(event, envelope));
      else items.push(toUnsupported("unreadable list of messages", list, envelope.handleId));
    } else if (name === "direct_message_mark_read_events" && Array.isArray(list)) {
      for (const event of list) items.push(toReadReceipt(event, envelope));
    } else if (name === "user_event") {
      items.push(toUnsupported("access was revoked", list, envelope.handleId));
    } else if (Object.hasOwn(IGNORED_LISTS, name)) {
      items.push(toIgnored(IGNORED_LISTS[name] as string));
    }
  }
  return items;
}

function toItem(value: unknown, envelope: Envelope): Inbound {
  const event = toObject(value);
  const created = toObject(event?.message_create);
  if (event === undefined || created === undefined) {
    return toUnsupported("unreadable message", value, envelope.handleId, toId(event?.id));
  }
  const senderId = toId(created.sender_id);
  const recipientId = toId(toObject(created.target)?.recipient_id);
  if (senderId !== undefined && senderId === recipientId) {
    return toIgnored("note to self");
  }
  const id = toId(event.id);
  const origin = toOrigin(senderId, recipientId, event.created_timestamp, envelope);
  if (origin === undefined) return toUnsupported("message without sender", event, envelope.handleId, id);
  const data = toObject(created.message_data) ?? {};
  const text = toCustomerText(data);
  if (origin.isOwn) return toEcho(event, data, origin, envelope, text);
  if (text === "") return { ...toUnsupported(reasonOf(data), event, origin.handleId, id), ...baseOf(origin) };
  const activity = toActivity(event, origin, envelope, text);
  const choice = toObject(data.quick_reply_response)?.metadata;
  if (choice !== undefined) activity.value = choice;
  return { kind: "activity", ...baseOf(origin), key: id ?? toKey(event), activity };
}

/** Sent from the handle: by us (its id is then known) or from X itself. */
function toEcho(event: Json, data: Json, origin: Origin, envelope: Envelope, text: string): Inbound {
  const activity = toActivity(event, origin, envelope, text);
  [activity.from, activity.recipient] = [activity.recipient, activity.from];
  if (text === "") {
    activity.type = "event";
    activity.name = ACTIVITY_EVENTS.unsupported;
    activity.value = { reason: reasonOf(data) };
    delete activity.text;
  }
  return { kind: "echo", ...baseOf(origin), key: toId(event.id) ?? toKey(event), activity };
}

function toReadReceipt(value: unknown, envelope: Envelope): Inbound {
  const event = toObject(value);
  const recipientId = toId(toObject(event?.target)?.recipient_id);
  const origin = toOrigin(toId(event?.sender_id), recipientId, event?.created_timestamp, envelope);
  if (origin === undefined) return toUnsupported("unreadable read receipt", value, envelope.handleId);
  if (origin.isOwn) return toIgnored("read by ourselves");
  const lastReadId = toId(event?.last_read_event_id);
  const upTo = toSnowflakeTime(lastReadId, origin.occurredAt) ?? origin.occurredAt;
  return {
    kind: "receipt",
    ...baseOf(origin),
    status: "read",
    ...(lastReadId === undefined ? {} : { providerIds: [lastReadId] }),
    ...(upTo === undefined ? {} : { upTo }),
  };
}

/**
 * X documents a body whose `for_user_id` is neither party, so the parties are compared with it first and with the
 * configured handles second. Ids are compared, never screen names.
 */
function toOrigin(
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

function toActivity(event: Json, origin: Origin, envelope: Envelope, text: string): Activity {
  const user = toUser(envelope.users, origin.customerId);
  const name = toText(toObject(user?.data)?.name) ?? toText(user?.name);
  const id = toId(event.id);
  return {
    type: "message",
    ...(id === undefined ? {} : { id }),
    channelId: CHANNEL,
    serviceUrl: "urn:switchboard:twitter",
    ...(origin.occurredAt === undefined ? {} : { timestamp: isoTime(origin.occurredAt) }),
    from:
      name === undefined
        ? { id: origin.customerId, role: "user" }
        : { id: origin.customerId, name, role: "user" },
    recipient: { id: origin.handleId, role: "bot" },
    conversation: { id: toThreadId(CHANNEL, origin.handleId, origin.customerId) },
    text,
    textFormat: "plain",
    // X keeps the profile beside the list; it belongs to the message.
    channelData: user === undefined ? event : { ...event, users: { [origin.customerId]: user } },
  };
}

function toUser(users: Json | undefined, id: string): Json | undefined {
  return users !== undefined && Object.hasOwn(users, id) ? toObject(users[id]) : undefined;
}

function baseOf(origin: Origin) {
  const base = { channel: CHANNEL, instanceExternalId: origin.handleId, customerId: origin.customerId };
  return origin.occurredAt === undefined ? base : { ...base, occurredAt: origin.occurredAt };
}

function toUnsupported(reason: string, raw: unknown, handleId: string | undefined, id?: string): Inbound {
  return {
    kind: "unsupported",
    channel: CHANNEL,
    ...(handleId === undefined ? {} : { instanceExternalId: handleId }),
    key: id ?? toKey(raw),
    reason,
    raw,
  };
}

function toIgnored(reason: string): Inbound {
  return { kind: "ignored", channel: CHANNEL, reason };
}

/** Stands for the event id where X gives none. */
function toKey(raw: unknown): string {
  return hashId("", JSON.stringify(raw) ?? "");
}

function reasonOf(data: Json): string {
  const attachment = toObject(data.attachment);
  if (attachment === undefined) return "message without text";
  const type = toText(toObject(attachment.media)?.type) ?? toText(attachment.type) ?? "attachment";
  return Object.hasOwn(ATTACHMENT_REASONS, type) ? (ATTACHMENT_REASONS[type] as string) : type.slice(0, 40);
}

/** When the message with this id was made; undefined unless that was before `latest`. */
function toSnowflakeTime(id: string | undefined, latest: number | undefined): number | undefined {
  if (id === undefined || !/^\d{15,20}$/.test(id)) return undefined;
  const ms = Number(BigInt(id) >> 22n) + SNOWFLAKE_EPOCH_MS;
  return latest !== undefined && ms <= latest ? ms : undefined;
}
