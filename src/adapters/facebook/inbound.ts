import { ACTIVITY_EVENTS } from "../../core/activity";
import type { Account, Inbound, RawRequest } from "../../core/channel";
import { type Json, toId, toList, toObject, toText, toTimeMs } from "../shared/narrow";
import { readJsonBody } from "../shared/readJson";
import { bookingWords, fill, reasonOfMessage, toParts } from "./attachments";
import { toEvent, toReferral } from "./events";
import { toNotice } from "./notices";
import {
  baseOf,
  type Entry,
  type Origin,
  toActivity,
  toItemOf,
  toKey,
  toOrigin,
  toUnsupported,
} from "./origin";
import { CHANNEL, ITEM_REASONS } from "./wire";

/** What Meta cannot show to applications: a poll, a game, a payment (Meta: messages, `is_unsupported`). */
const NOT_PASSED_ON =
  "(The customer sent something that Messenger does not pass on. Please ask them to send it in another way.)";

/** Reason of an item that a fault of ours, not of the body, kept from being read. */
export const FAULT = "item that Switchboard failed to read";

/** Every item of every page in the body (Meta: Webhooks reference, object "page"). Pure. */
export function toInbound(request: RawRequest, account: Account): Inbound[] {
  const body = readJsonBody(request.body);
  if (body.object !== "page" || !Array.isArray(body.entry)) {
    return [toUnsupported(undefined, undefined, `webhook object ${String(toText(body.object))}`, body)];
  }
  const applicationId = account.values.applicationId ?? "";
  return body.entry.flatMap((entry) => readEntry(entry, applicationId));
}

function readEntry(value: unknown, applicationId: string): Inbound[] {
  const entry = toObject(value);
  if (entry === undefined) return [toUnsupported(undefined, undefined, "unreadable entry", value)];
  const about: Entry = { pageId: toId(entry.id), time: toTimeMs(entry.time), applicationId };
  const items = [
    ...toList(entry.messaging).flatMap((item) => safely(readItem, item, about)),
    ...toList(entry.standby).flatMap((item) => safely(readStandby, item, about)),
  ];
  if (entry.changes !== undefined) items.push({ kind: "ignored", channel: CHANNEL, reason: "page change" });
  return items;
}

/** A refused body would be sent again for an hour and then cost the page its subscription: better one item unread. */
function safely(read: typeof readItem, value: unknown, entry: Entry): Inbound[] {
  try {
    return read(value, entry);
  } catch {
    return [toUnsupported(entry.pageId, undefined, FAULT, value)];
  }
}

function readItem(value: unknown, entry: Entry): Inbound[] {
  const item = toObject(value);
  if (item === undefined) return [toUnsupported(entry.pageId, undefined, "unreadable item", value)];
  const notice = toNotice(item, entry);
  if (notice !== undefined) return [notice];
  const origin = toOrigin(item, entry);
  if (origin === undefined) return [toUnsupported(entry.pageId, undefined, reasonOf(item), value)];
  const said = toMessage(item, origin, entry.applicationId) ?? toPostback(item, origin);
  if (said !== undefined) {
    // Where the customer came from goes before the first words.
    const referral = said.kind === "activity" ? toReferral(item, origin) : undefined;
    return referral === undefined ? [said] : [referral, said];
  }
  return [
    toEvent(item, origin, entry) ??
      toReceipt(item, origin) ??
      toUnsupported(origin.pageId, origin, reasonOf(item), item),
  ];
}

/**
 * Another application has the conversation: what the customer does is shown and never answered. Who may write, and
 * what an admin must know, counts here too; receipts are that application's affair.
 */
function readStandby(value: unknown, entry: Entry): Inbound[] {
  const kinds = Object.keys(toObject(value) ?? {}).filter((key) => Object.hasOwn(ITEM_REASONS, key));
  if (kinds.every((kind) => kind === "delivery" || kind === "read"))
    return [{ kind: "ignored", channel: CHANNEL, reason: "standby" }];
  return readItem(value, entry).map((item): Inbound => {
    if (item.kind !== "activity" || item.activity.type === "event") return item;
    const { text = "Sent a file", ...activity } = item.activity;
    return { ...item, activity: { ...activity, type: "event", name: ACTIVITY_EVENTS.standby, text } };
  });
}

function toMessage(item: Json, origin: Origin, applicationId: string): Inbound | undefined {
  const message = toObject(item.message);
  if (message === undefined) return undefined;
  const mid = toText(message.mid) || undefined;
  if (message.is_deleted === true) return toDeletion(item, origin, mid);
  const parts = toParts(message);
  const activity = toActivity(item, origin, mid);
  fill(activity, toText(message.text) ?? "", parts);
  if (message.is_unsupported === true && !origin.byPage && isEmpty(activity)) activity.text = NOT_PASSED_ON;
  if (parts.booking !== undefined && isEmpty(activity)) {
    activity.type = "event";
    activity.name = ACTIVITY_EVENTS.notice;
    activity.text = bookingWords(parts.booking);
    activity.value = { kind: "appointment", ...parts.booking };
  }
  const payload = toObject(message.quick_reply)?.payload;
  if (payload !== undefined) activity.value = payload;
  const quoted = toText(toObject(message.reply_to)?.mid);
  if (quoted) activity.replyToId = quoted;

  const key = mid ?? toKey(origin, item);
  if (isEmpty(activity)) {
    const reason = parts.unknown ?? reasonOfMessage(message);
    if (!origin.byPage) return toUnsupported(origin.pageId, origin, reason, item, mid);
    activity.type = "event";
    activity.name = ACTIVITY_EVENTS.unsupported;
    activity.text = `Sent something from another tool: ${reason}`;
    activity.value = { reason };
  }
  const inbound = toItemOf(activity, origin, key);
  if (inbound.kind === "echo") addOurId(inbound, message, applicationId);
  return inbound;
}

const isEmpty = ({
  text,
  attachments,
  entities,
}: {
  text?: string;
  attachments?: unknown;
  entities?: unknown;
}) => text === undefined && attachments === undefined && entities === undefined;

function toDeletion(item: Json, origin: Origin, mid: string | undefined): Inbound {
  const key = mid === undefined ? toKey(origin, item) : `${mid}#deleted`;
  const activity = toActivity(item, origin, undefined);
  activity.type = "messageDelete";
  activity.text = "Deleted a message";
  if (mid !== undefined) activity.replyToId = mid;
  return toItemOf(activity, origin, key);
}

function toPostback(item: Json, origin: Origin): Inbound | undefined {
  const postback = toObject(item.postback);
  if (postback === undefined) return undefined;
  const text = toText(postback.title) || toText(postback.payload);
  if (!text) return undefined;
  const key = toText(postback.mid) || toKey(origin, postback);
  const activity = toActivity(item, origin, key);
  activity.text = text;
  if (postback.payload !== undefined) activity.value = postback.payload;
  return toItemOf(activity, origin, key);
}

/** An echo with our message id or application is our own; any other was said with another tool. */
function addOurId(echo: Inbound & { kind: "echo" }, message: Json, applicationId: string): void {
  const metadata = toText(message.metadata) ?? "";
  const isOurs = metadata.startsWith("out~") || (metadata !== "" && toId(message.app_id) === applicationId);
  if (!isOurs) return;
  // The number of the part, where a message took several calls, is no part of the message's id.
  const [, id = metadata, n, of] = /^(.*)#(\d{1,4})(?:\/(\d{1,4}))?$/.exec(metadata) ?? [];
  echo.ourMessageId = id;
  if (n !== undefined && of !== undefined) echo.part = { n: Number(n), of: Number(of) };
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

function reasonOf(item: Json): string {
  for (const key in item) {
    if (Object.hasOwn(ITEM_REASONS, key)) return ITEM_REASONS[key] as string;
  }
  return "unknown event";
}
