import { ACTIVITY_EVENTS, type Activity } from "../../core/activity";
import type { Account, Inbound, RawRequest } from "../../core/channel";
import { isoTime } from "../../core/clock";
import { hashId, toThreadId } from "../../core/ids";
import { type Json, toId, toList, toObject, toText, toTimeMs } from "../shared/narrow";
import { readJsonBody } from "../shared/readJson";
import { ATTACHMENT_REASONS, ITEM_REASONS, USER_REF_PREFIX } from "./wire";

const CHANNEL = "facebook";

/** A customer wrote while another application has the thread: for the transcript, never for a bot. */
export const STANDBY_EVENT = "switchboard.standby";

/** Who and when, of one item. */
interface Origin {
  pageId: string;
  customerId: string;
  occurredAt: number | undefined;
}

/** Every item of every page in the body (Meta: Webhooks reference, object "page"). Pure. */
export function toInbound(request: RawRequest, account: Account): Inbound[] {
  const body = readJsonBody(request.body);
  if (body.object !== "page" || !Array.isArray(body.entry)) {
    return [toUnsupported(undefined, undefined, `webhook object ${String(toText(body.object))}`, body)];
  }
  const applicationId = account.values.applicationId ?? "";
  const items: Inbound[] = [];
  for (const entry of body.entry) readEntry(entry, applicationId, items);
  return items;
}

function readEntry(value: unknown, applicationId: string, items: Inbound[]): void {
  const entry = toObject(value);
  if (entry === undefined) {
    items.push(toUnsupported(undefined, undefined, "unreadable entry", value));
    return;
  }
  const pageId = toId(entry.id);
  const time = toTimeMs(entry.time);
  for (const item of toList(entry.messaging)) items.push(toItem(item, pageId, time, applicationId));
  for (const item of toList(entry.standby)) items.push(toStandby(item, pageId, time, applicationId));
  if (entry.changes !== undefined) items.push({ kind: "ignored", channel: CHANNEL, reason: "page change" });
}

function toItem(
  value: unknown,
  entryPageId: string | undefined,
  entryTime: number | undefined,
  applicationId: string,
): Inbound {
  const item = toObject(value);
  if (item === undefined) return toUnsupported(entryPageId, undefined, "unreadable item", value);
  const origin = toOrigin(item, entryPageId, entryTime);
  if (origin === undefined) return toUnsupported(entryPageId, undefined, reasonOf(item), value);
  const message = toObject(item.message);
  if (message !== undefined) {
    return message.is_echo === true
      ? toEcho(item, message, origin, applicationId)
      : toMessage(item, message, origin);
  }
  return (
    toPostback(item, origin) ??
    toReceipt(item, origin) ??
    toUnsupported(origin.pageId, origin, reasonOf(item), item)
  );
}

/** Another application has the thread: what the customer writes is shown, the rest is that application's affair. */
function toStandby(
  value: unknown,
  entryPageId: string | undefined,
  entryTime: number | undefined,
  applicationId: string,
): Inbound {
  const item = toObject(value);
  const inbound = toItem(value, entryPageId, entryTime, applicationId);
  if (inbound.kind === "echo") return inbound;
  const isSaid = item !== undefined && (toObject(item.message) ?? toObject(item.postback)) !== undefined;
  const origin = isSaid ? toOrigin(item, entryPageId, entryTime) : undefined;
  if (origin === undefined || !("key" in inbound))
    return { kind: "ignored", channel: CHANNEL, reason: "standby" };
  const said =
    inbound.kind === "activity"
      ? inbound.activity
      : toActivity(item, origin, toText(toObject(item?.message)?.mid));
  return {
    kind: "activity",
    ...baseOf(origin),
    key: inbound.key,
    activity: { ...said, type: "event", name: STANDBY_EVENT },
  };
}

function toMessage(item: Json, message: Json, origin: Origin): Inbound {
  const mid = toText(message.mid);
  if (message.is_deleted === true) return toUnsupported(origin.pageId, origin, "deleted message", item);
  const text = toText(message.text) ?? "";
  if (text === "") return toUnsupported(origin.pageId, origin, reasonOfMessage(message), item, mid);
  const activity = toActivity(item, origin, mid, text);
  const payload = toObject(message.quick_reply)?.payload;
  if (payload !== undefined) activity.value = payload;
  return { kind: "activity", ...baseOf(origin), key: mid || toKey(origin, item), activity };
}

function toPostback(item: Json, origin: Origin): Inbound | undefined {
  const postback = toObject(item.postback);
  if (postback === undefined) return undefined;
  const text = toText(postback.title) || toText(postback.payload);
  if (text === undefined || text === "") return undefined;
  const mid = toText(postback.mid);
  const key = mid || toKey(origin, postback);
  const activity = toActivity(item, origin, key, text);
  if (postback.payload !== undefined) activity.value = postback.payload;
  return { kind: "activity", ...baseOf(origin), key, activity };
}

/** Something said in the page's name: by us when our message id or application stands in it, else from another tool. */
function toEcho(item: Json, message: Json, origin: Origin, applicationId: string): Inbound {
  const mid = toText(message.mid);
  const text = toText(message.text) ?? "";
  const activity = toActivity(item, origin, mid, text === "" ? undefined : text);
  [activity.from, activity.recipient] = [activity.recipient, activity.from];
  if (text === "") {
    activity.type = "event";
    activity.name = ACTIVITY_EVENTS.unsupported;
    activity.value = { reason: reasonOfMessage(message) };
  }
  const echo: Inbound = { kind: "echo", ...baseOf(origin), key: mid || toKey(origin, item), activity };
  const metadata = toText(message.metadata) ?? "";
  const isOurs = metadata.startsWith("out~") || (metadata !== "" && toId(message.app_id) === applicationId);
  if (!isOurs) return echo;
  // The number of the part, where a long text was split, is no part of the message's id.
  const [, id = metadata, n, of] = /^(.*)#(\d{1,4})(?:\/(\d{1,4}))?$/.exec(metadata) ?? [];
  echo.ourMessageId = id;
  if (n !== undefined && of !== undefined) echo.part = { n: Number(n), of: Number(of) };
  return echo;
}

function toReceipt(item: Json, origin: Origin): Inbound | undefined {
  const delivery = toObject(item.delivery);
  const receipt = delivery ?? toObject(item.read);
  if (receipt === undefined) return undefined;
  const providerIds = toList(receipt.mids).filter((mid): mid is string => typeof mid === "string");
  const upTo = toTimeMs(receipt.watermark);
  if (providerIds.length === 0 && upTo === undefined) return undefined;
  return {
    kind: "receipt",
    ...baseOf(origin),
    status: delivery === undefined ? "read" : "delivered",
    ...(providerIds.length === 0 ? {} : { providerIds }),
    ...(upTo === undefined ? {} : { upTo }),
  };
}

/** undefined when no customer is named, as in policy notices. */
function toOrigin(
  item: Json,
  entryPageId: string | undefined,
  entryTime: number | undefined,
): Origin | undefined {
  const sender = toObject(item.sender);
  const senderId = toId(sender?.id);
  const recipientId = toId(toObject(item.recipient)?.id);
  // In echoes the page is the sender.
  const isEcho = toObject(item.message)?.is_echo === true;
  const pageId = entryPageId ?? (isEcho ? senderId : recipientId);
  if (pageId === undefined) return undefined;
  const userRef = toId(sender?.user_ref);
  const otherId = senderId === pageId ? recipientId : senderId;
  const customerId = otherId ?? (userRef === undefined ? undefined : USER_REF_PREFIX + userRef);
  if (customerId === undefined || customerId === pageId) return undefined;
  return { pageId, customerId, occurredAt: toTimeMs(item.timestamp) ?? entryTime };
}

function toActivity(item: unknown, origin: Origin, id: string | undefined, text?: string): Activity {
  const activity: Activity = {
    type: "message",
    channelId: CHANNEL,
    serviceUrl: "urn:switchboard:facebook",
    from: { id: origin.customerId, role: "user" },
    recipient: { id: origin.pageId, role: "bot" },
    conversation: { id: toThreadId(CHANNEL, origin.pageId, origin.customerId) },
    textFormat: "plain",
    channelData: item,
  };
  if (id !== undefined) activity.id = id;
  if (text !== undefined) activity.text = text;
  if (origin.occurredAt !== undefined) activity.timestamp = isoTime(origin.occurredAt);
  return activity;
}

function baseOf(origin: Origin) {
  const base = { channel: CHANNEL, instanceExternalId: origin.pageId, customerId: origin.customerId };
  return origin.occurredAt === undefined ? base : { ...base, occurredAt: origin.occurredAt };
}

function toUnsupported(
  pageId: string | undefined,
  origin: Origin | undefined,
  reason: string,
  raw: unknown,
  mid?: string,
): Inbound {
  return {
    kind: "unsupported",
    ...(origin === undefined ? { channel: CHANNEL } : baseOf(origin)),
    ...(pageId === undefined ? {} : { instanceExternalId: pageId }),
    key: mid || hashId("", pageId ?? "", JSON.stringify(raw) ?? ""),
    reason,
    raw,
  };
}

/** Stands for the message id where Meta gives none: what it sends again is the same in all of these. */
function toKey(origin: Origin, payload: unknown): string {
  return hashId(
    "",
    origin.pageId,
    origin.customerId,
    String(origin.occurredAt ?? ""),
    JSON.stringify(payload),
  );
}

function reasonOf(item: Json): string {
  for (const key in item) {
    if (Object.hasOwn(ITEM_REASONS, key)) return ITEM_REASONS[key] as string;
  }
  return "unknown event";
}

function reasonOfMessage(message: Json): string {
  if (message.is_unsupported === true) return "message that Messenger cannot pass on";
  const attachment = toObject(toList(message.attachments)[0]);
  const isSticker =
    message.sticker_id !== undefined || toObject(attachment?.payload)?.sticker_id !== undefined;
  if (isSticker) return "sticker";
  const type = toText(attachment?.type);
  if (type === undefined) return "message without text";
  return Object.hasOwn(ATTACHMENT_REASONS, type) ? (ATTACHMENT_REASONS[type] as string) : type.slice(0, 40);
}
