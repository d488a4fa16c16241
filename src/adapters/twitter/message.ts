import { ACTIVITY_EVENTS, type Activity } from "../../core/activity";
import type { Inbound } from "../../core/channel";
import { isoTime } from "../../core/clock";
import { toThreadId } from "../../core/ids";
import { type Json, toList, toObject, toText } from "../shared/narrow";
import { type Carried, toCarried } from "./attachments";
import { idOf, toXId } from "./ids";
import {
  baseOf,
  CHANNEL,
  type Envelope,
  type Origin,
  toIgnored,
  toKey,
  toOrigin,
  toUnsupported,
} from "./origin";
import { findUser, toProfile } from "./profile";
import { toCustomerText } from "./text";

/** One entry of `direct_message_events`: nearly always one item; what led to the message stands before it. */
export function toMessages(value: unknown, envelope: Envelope): Inbound[] {
  const event = toObject(value);
  const created = toObject(event?.message_create);
  const id = idOf(event);
  if (event === undefined || created === undefined) {
    const type = toText(event?.type);
    const reason =
      type === undefined || type === "message_create"
        ? "unreadable message"
        : `unknown kind of direct message event: ${type.slice(0, 40)}`;
    return [toUnsupported(reason, value, envelope.handleId, id)];
  }
  const senderId = toXId(created.sender_id);
  const recipientId = toXId(toObject(created.target)?.recipient_id);
  if (senderId !== undefined && senderId === recipientId) return [toIgnored("note to self")];
  const origin = toOrigin(senderId, recipientId, event.created_timestamp, envelope);
  if (origin === undefined) return [toUnsupported("message without sender", event, envelope.handleId, id)];

  const data = toObject(created.message_data) ?? {};
  const carried = toCarried(data);
  const activity = toActivity(event, origin, envelope, { data, carried });
  const key = id ?? toKey(event);
  const base = baseOf(origin, envelope);
  const isEmpty =
    activity.text === "" && activity.attachments === undefined && activity.entities === undefined;
  if (origin.isOwn)
    return [toEcho(event, activity, { base, key, envelope, reason: reasonOf(carried) }, isEmpty)];
  if (isEmpty)
    return [{ ...toUnsupported(reasonOf(carried), event, origin.handleId, key), ...withoutProfile(base) }];

  const choice = toText(toObject(data.quick_reply_response)?.metadata);
  if (choice !== undefined) activity.value = choice;
  const items: Inbound[] = [...toReferral(event, activity, key, base)];
  items.push({ kind: "activity", ...base, key, activity });
  // The text is read; what came with it and is not known must not vanish beside it.
  if (carried.unknown.length > 0) {
    const raw = toUnsupported(reasonOf(carried), event, origin.handleId, `${key}/attachment`);
    items.push({ ...raw, ...withoutProfile(base) });
  }
  return items;
}

type Base = ReturnType<typeof baseOf>;

function withoutProfile({ profile: _profile, ...base }: Base): Omit<Base, "profile"> {
  return base;
}

/** Sent from the handle: by us (its id is then known) or from X itself or another application. */
function toEcho(
  event: Json,
  activity: Activity,
  about: { base: Base; key: string; envelope: Envelope; reason: string },
  isEmpty: boolean,
): Inbound {
  [activity.from, activity.recipient] = [activity.recipient, activity.from];
  const appId = toXId(toObject(event.message_create)?.source_app_id);
  const apps = about.envelope.apps;
  const app =
    appId !== undefined && apps !== undefined && Object.hasOwn(apps, appId) ? apps[appId] : undefined;
  const appName = toText(toObject(app)?.name)?.slice(0, 200);
  if (appName !== undefined && appName !== "") activity.from = { ...activity.from, name: appName };
  if (isEmpty) {
    activity.type = "event";
    activity.name = ACTIVITY_EVENTS.unsupported;
    activity.value = { reason: about.reason };
    delete activity.text;
  }
  return { kind: "echo", ...about.base, key: about.key, activity };
}

function toActivity(
  event: Json,
  origin: Origin,
  envelope: Envelope,
  { data, carried }: { data: Json; carried: Carried },
): Activity {
  const user = findUser(envelope.users, origin.customerId);
  const name = toProfile(user)?.name;
  const id = idOf(event);
  const lines = [toCustomerText(data), carried.placeText ?? "", ...toOffers(data)];
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
    text: lines.filter((line) => line !== "").join("\n"),
    textFormat: "plain",
    ...(carried.media.length === 0 ? {} : { attachments: carried.media }),
    ...(carried.place === undefined ? {} : { entities: [carried.place] }),
    // X keeps the profile beside the list; it belongs to the message.
    channelData: user === undefined ? event : { ...event, users: { [origin.customerId]: user } },
  };
}

/** Choices and buttons of a message that another tool sent in our name, as lines that can be read. */
function toOffers(data: Json): string[] {
  const options = toList(toObject(data.quick_reply)?.options).slice(0, 50);
  const choices = options.map((option, index) => {
    const label = toText(toObject(option)?.label) ?? "";
    return label === "" ? "" : `${index + 1}. ${label}`;
  });
  const buttons = toList(data.ctas).slice(0, 10);
  const links = buttons.map((button) => {
    const url = toText(toObject(button)?.tco_url) ?? toText(toObject(button)?.url) ?? "";
    const label = toText(toObject(button)?.label) ?? "";
    return label === "" || url === "" ? label + url : `${label}: ${url}`;
  });
  return [...choices, ...links];
}

/** A conversation that began at a post or a welcome message says so before its first message. */
function toReferral(event: Json, message: Activity, key: string, base: Base): Inbound[] {
  const via = toObject(event.initiated_via);
  const postId = toXId(via?.tweet_id);
  const welcomeId = toXId(via?.welcome_message_id);
  if (via === undefined || (postId === undefined && welcomeId === undefined)) return [];
  const from = [
    postId === undefined ? "" : `the post https://x.com/i/status/${encodeURIComponent(postId)}`,
    welcomeId === undefined ? "" : `the welcome message ${welcomeId.slice(0, 40)}`,
  ];
  const { attachments: _files, entities: _place, textFormat: _format, ...common } = message;
  const activity: Activity = {
    ...common,
    type: "event",
    name: ACTIVITY_EVENTS.referral,
    id: `${key}/referral`,
    text: `Came from ${from.filter((part) => part !== "").join(" and ")}`,
    value: via,
    channelData: { initiated_via: via },
  };
  return [{ kind: "activity", ...base, key: `${key}/referral`, activity }];
}

function reasonOf({ unknown }: Carried): string {
  return unknown.length === 0
    ? "message without text"
    : `attachment of an unknown kind: ${unknown.join(", ")}`;
}
