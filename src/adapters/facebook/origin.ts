import type { Activity } from "../../core/activity";
import type { Inbound } from "../../core/channel";
import { isoTime } from "../../core/clock";
import { hashId, toThreadId } from "../../core/ids";
import { type Json, toId, toObject, toTimeMs } from "../shared/narrow";
import { CHANNEL, SECRET_MEMBERS, USER_REF_PREFIX } from "./wire";

/** Who and when, of one item. */
export interface Origin {
  pageId: string;
  customerId: string;
  occurredAt: number | undefined;
  /** Done in the page's name, not by the customer. */
  byPage: boolean;
  /** Another id of the customer: the plugin's reference that the person wrote under before. */
  alias?: string;
}

/** What the entry around an item tells. */
export interface Entry {
  pageId: string | undefined;
  time: number | undefined;
  applicationId: string;
}

/** undefined when no customer is named, as in policy notices. */
export function toOrigin(item: Json, entry: Entry): Origin | undefined {
  const sender = toObject(item.sender);
  const recipient = toObject(item.recipient);
  const senderId = toId(sender?.id);
  const recipientId = toId(recipient?.id);
  // In echoes the page is the sender.
  const isEcho = toObject(item.message)?.is_echo === true;
  const pageId = entry.pageId ?? (isEcho ? senderId : recipientId);
  if (pageId === undefined) return undefined;
  const byPage = senderId === pageId;
  const userRef = toId(sender?.user_ref) ?? toId(recipient?.user_ref) ?? toId(toObject(item.optin)?.user_ref);
  const otherId = byPage ? recipientId : senderId;
  const customerId = otherId ?? (userRef === undefined ? undefined : USER_REF_PREFIX + userRef);
  if (customerId === undefined || customerId === pageId) return undefined;
  const origin: Origin = {
    pageId,
    customerId,
    occurredAt: toTimeMs(item.timestamp) ?? entry.time,
    byPage: byPage || isEcho,
  };
  // The first message after a plugin's opt-in names the reference under which it was given.
  const earlier = toId(toObject(item.prior_message)?.identifier) ?? userRef;
  if (earlier !== undefined && otherId !== undefined) origin.alias = USER_REF_PREFIX + earlier;
  return origin;
}

/** A message of the customer, or of the page where that is the sender. */
export function toActivity(item: unknown, origin: Origin, id: string | undefined): Activity {
  const customer = { id: origin.customerId, role: "user" } as const;
  const page = { id: origin.pageId, role: "bot" } as const;
  const activity: Activity = {
    type: "message",
    channelId: CHANNEL,
    serviceUrl: "urn:switchboard:facebook",
    from: origin.byPage ? page : customer,
    recipient: origin.byPage ? customer : page,
    conversation: { id: toThreadId(CHANNEL, origin.pageId, origin.customerId) },
    textFormat: "plain",
    channelData: withoutSecrets(item),
  };
  if (id !== undefined) activity.id = id;
  if (origin.occurredAt !== undefined) activity.timestamp = isoTime(origin.occurredAt);
  return activity;
}

/** An activity as an item: what the page did elsewhere is an echo, never a turn. */
export function toItemOf(activity: Activity, origin: Origin, key: string): Inbound {
  return { kind: origin.byPage ? "echo" : "activity", ...baseOf(origin), key, activity };
}

export function baseOf(origin: Origin) {
  return {
    channel: CHANNEL,
    instanceExternalId: origin.pageId,
    customerId: origin.customerId,
    ...(origin.occurredAt === undefined ? {} : { occurredAt: origin.occurredAt }),
    ...(origin.alias === undefined ? {} : { profile: { aliases: [origin.alias] } }),
  };
}

export function toUnsupported(
  pageId: string | undefined,
  origin: Origin | undefined,
  reason: string,
  raw: unknown,
  key?: string,
): Inbound {
  return {
    kind: "unsupported",
    channel: CHANNEL,
    ...(pageId === undefined ? {} : { instanceExternalId: pageId }),
    ...(origin === undefined ? {} : { customerId: origin.customerId }),
    ...(origin?.occurredAt === undefined ? {} : { occurredAt: origin.occurredAt }),
    key: key || hashId("", pageId ?? "", JSON.stringify(raw) ?? ""),
    reason,
    raw,
  };
}

/** Stands for the message id where Meta gives none: what it sends again is the same in all of these. */
export function toKey(origin: Omit<Origin, "byPage">, payload: unknown): string {
  const { pageId, customerId, occurredAt } = origin;
  return hashId("", pageId, customerId, String(occurredAt ?? ""), JSON.stringify(payload) ?? "");
}

/** The item as it came; codes and tokens, with which somebody could act in the customer's name, are blotted out. */
function withoutSecrets(item: unknown): unknown {
  const object = toObject(item);
  if (object === undefined) return item;
  for (const [name, secrets] of Object.entries(SECRET_MEMBERS)) {
    const part = toObject(object[name]);
    if (part === undefined || !secrets.some((secret) => part[secret] !== undefined)) continue;
    const clean: Record<string, unknown> = { ...part };
    for (const secret of secrets) delete clean[secret];
    return { ...object, [name]: clean };
  }
  return item;
}
