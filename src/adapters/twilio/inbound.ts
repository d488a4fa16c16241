import type { Activity } from "../../core/activity";
import type { DeliveryStatus, Inbound, MessagePart, RawRequest } from "../../core/channel";
import { hashId, toThreadId } from "../../core/ids";
import { readJsonBody } from "../shared/readJson";
import { wordsOf } from "./errors";
import {
  BUSINESS_SCOPED_ID,
  CALLBACK_QUERY,
  type Form,
  firstOf,
  isWhatsApp,
  parseForm,
  readForm,
  type TwilioChannel,
  withoutPrefix,
} from "./wire";

/** Names of the events for a customer who stops or resumes messages; the customer's word stays in `text`. */
export const OPT_EVENTS = { out: "switchboard.optOut", in: "switchboard.optIn" } as const;

/** Twilio: MessageStatus values. Others are counted and dropped. */
const STATUSES: ReadonlyMap<string, DeliveryStatus> = new Map([
  ["accepted", "accepted"],
  ["scheduled", "accepted"],
  ["queued", "accepted"],
  ["sending", "accepted"],
  ["sent", "accepted"],
  ["partially_delivered", "delivered"],
  ["delivered", "delivered"],
  ["read", "read"],
  ["failed", "failed"],
  ["undelivered", "failed"],
  ["canceled", "failed"],
]);

/** Twilio stops all further messages to a customer who sends exactly one of these (Twilio: Advanced Opt-Out). */
const STOP_WORDS = new Set(["STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"]);
/** "YES" resumes as well, but far more often answers a question: it counts only when Twilio says so. */
const START_WORDS = new Set(["START", "UNSTOP"]);
const LONGEST_WORD = "UNSUBSCRIBE".length;

/**
 * What of a webhook belongs to `channel`: one item or none. Both channels of an account share its URL, so each is
 * asked about each request; what names no WhatsApp address is the SMS channel's. Pure.
 */
export function toInbound(request: RawRequest, channel: TwilioChannel): Inbound[] {
  if (request.headers["content-type"]?.includes("json")) return channel === "sms" ? [toForeign(request)] : [];
  const form = readForm(request);
  const status = firstOf(form, "MessageStatus");
  // In a callback about our message From is ours and To the customer's: the reverse of a message to us.
  if (status !== undefined) return toReceipt({ request, form, status, channel });
  const from = firstOf(form, "From");
  const to = firstOf(form, "To");
  if (channelOf(from, to) !== channel) return [];
  const sid = sidOf(form);
  if (from === undefined || to === undefined || sid === undefined) {
    const missing = from === undefined ? "From" : to === undefined ? "To" : "MessageSid";
    return [
      toIncomplete({
        form,
        channel,
        customer: from,
        instance: to,
        key: sid ?? toBodyKey(request),
        reason: `webhook without ${missing}`,
      }),
    ];
  }
  const base = { channel, instanceExternalId: withoutPrefix(to), customerId: toCustomerId(from, form) };
  const activity = toActivity(form, { ...base, sid });
  if (activity !== undefined) return [{ kind: "activity", ...base, key: sid, activity }];
  return [{ kind: "unsupported", ...base, key: sid, reason: reasonOf(form), raw: toRaw(form) }];
}

/** The customer's id: the phone number where there is one, else the business-scoped id, without "whatsapp:". */
function toCustomerId(address: string, form: Form): string {
  const id = withoutPrefix(address);
  if (!isWhatsApp(address) || !BUSINESS_SCOPED_ID.test(id)) return id;
  const digits = firstOf(form, "WaId");
  return digits !== undefined && /^\d{6,15}$/.test(digits) ? `+${digits}` : id;
}

/** undefined for a message without text. */
function toActivity(
  form: Form,
  origin: { channel: TwilioChannel; instanceExternalId: string; customerId: string; sid: string },
): Activity | undefined {
  const { channel, instanceExternalId, customerId, sid } = origin;
  const text = textOf(form);
  if (text === undefined) return undefined;
  const event = optEventOf(form, text, channel);
  const name = firstOf(form, "ProfileName");
  return {
    type: event === undefined ? "message" : "event",
    ...(event === undefined ? {} : { name: event }),
    id: sid,
    channelId: channel,
    serviceUrl: `urn:switchboard:${channel}`,
    from: name === undefined ? { id: customerId, role: "user" } : { id: customerId, name, role: "user" },
    recipient: { id: instanceExternalId, role: "bot" },
    conversation: { id: toThreadId(channel, instanceExternalId, customerId) },
    text,
    textFormat: "plain",
    channelData: toRaw(form),
  };
}

/** The body, else the title of what the customer chose. NUL, which some telephones send, is no text. */
function textOf(form: Form): string | undefined {
  for (const name of ["Body", "ButtonText", "ListTitle"]) {
    const value = firstOf(form, name);
    const text = value?.includes("\0") ? value.replaceAll("\0", "") : value;
    if (text !== undefined && text.trim() !== "") return text;
  }
  return undefined;
}

/** HELP stays a message: Twilio has answered it, but a person may have to as well. */
function optEventOf(form: Form, text: string, channel: TwilioChannel): string | undefined {
  const told = firstOf(form, "OptOutType")?.toUpperCase();
  if (told === "STOP") return OPT_EVENTS.out;
  if (told === "START") return OPT_EVENTS.in;
  // On WhatsApp nothing is stopped by Twilio itself, so there a word is just a word.
  if (told !== undefined || channel !== "sms") return undefined;
  const word = text.trim();
  if (word.length > LONGEST_WORD) return undefined;
  const upper = word.toUpperCase();
  if (STOP_WORDS.has(upper)) return OPT_EVENTS.out;
  return START_WORDS.has(upper) ? OPT_EVENTS.in : undefined;
}

/** What a message without text is, for the agent. */
function reasonOf(form: Form): string {
  const count = Number(firstOf(form, "NumMedia") ?? 0);
  const type = firstOf(form, "MediaContentType0");
  if (count > 1) return `${Math.trunc(count)} files`;
  if (type !== undefined || count === 1) return mediaReasonOf(type?.toLowerCase() ?? "");
  if (firstOf(form, "Latitude") !== undefined && firstOf(form, "Longitude") !== undefined) return "location";
  // A hint only: Twilio sends it but documents no values.
  const kind = firstOf(form, "MessageType")?.toLowerCase();
  if (kind === "contacts") return "contact card";
  return kind === undefined || kind === "text" ? "message without text" : kind.slice(0, 40);
}

function mediaReasonOf(type: string): string {
  if (type.startsWith("image/webp")) return "sticker";
  if (type.includes("vcard")) return "contact card";
  const [kind] = type.split("/");
  if (kind === "image" || kind === "video") return kind;
  return kind === "audio" ? "voice or audio message" : "file";
}

/** A status callback (Twilio: Track outbound message status). */
function toReceipt(callback: {
  request: RawRequest;
  form: Form;
  status: string;
  channel: TwilioChannel;
}): Inbound[] {
  const { request, form, channel } = callback;
  const query = queryOf(request.url);
  // What we wrote into the URL comes first: it is the thread's, whatever number of a service sent in the end.
  const from = firstOf(query, CALLBACK_QUERY.instance) ?? firstOf(form, "From");
  const to = firstOf(query, CALLBACK_QUERY.customer) ?? firstOf(form, "To");
  const prefix = firstOf(form, "ChannelPrefix");
  if (channelOf(from ?? `${prefix}:`, to) !== channel) return [];
  const status = STATUSES.get(callback.status.toLowerCase());
  if (status === undefined) {
    return [{ kind: "ignored", channel, reason: `message status ${callback.status.slice(0, 40)}` }];
  }
  const sid = sidOf(form);
  const ourMessageId = firstOf(query, CALLBACK_QUERY.message);
  if (from === undefined || to === undefined || (sid === undefined && ourMessageId === undefined)) {
    const reason = from === undefined || to === undefined ? "addresses" : "MessageSid";
    return [
      toIncomplete({
        form,
        channel,
        customer: to,
        instance: from,
        key: `${sid ?? toBodyKey(request)}.${callback.status}`,
        reason: `status callback without ${reason}`,
      }),
    ];
  }
  return [
    {
      kind: "receipt",
      channel,
      instanceExternalId: withoutPrefix(from),
      customerId: withoutPrefix(to),
      status,
      ...(ourMessageId === undefined ? {} : { ourMessageId, ...partOf(query) }),
      ...(sid === undefined ? {} : { providerIds: [sid] }),
      ...(status === "failed" ? { error: toReceiptError(form, callback.status) } : {}),
    },
  ];
}

function partOf(query: Form): { part?: MessagePart } {
  const found = /^(\d{1,4})\/(\d{1,4})$/.exec(firstOf(query, CALLBACK_QUERY.part) ?? "");
  return found === null ? {} : { part: { n: Number(found[1]), of: Number(found[2]) } };
}

function toReceiptError(form: Form, status: string): { platformCode: string; message: string } {
  const code = firstOf(form, "ErrorCode");
  const words = firstOf(form, "ErrorMessage") ?? firstOf(form, "ChannelStatusMessage");
  return { platformCode: code ?? status, message: wordsOf(code, words) };
}

/** The query of the request line; Twilio signed it. */
function queryOf(url: string): Form {
  const at = url.indexOf("?");
  return parseForm(at < 0 ? "" : (url.slice(at + 1).split("#")[0] ?? ""));
}

function channelOf(from: string | undefined, to: string | undefined): TwilioChannel {
  return isWhatsApp(from) || isWhatsApp(to) ? "whatsapp" : "sms";
}

/** Older accounts repeat the id under older names only. */
function sidOf(form: Form): string | undefined {
  return firstOf(form, "MessageSid") ?? firstOf(form, "SmsMessageSid") ?? firstOf(form, "SmsSid");
}

/** Twilio left out what we need: kept whole for a person to look at. `customer` and `instance` are addresses. */
function toIncomplete(item: {
  form: Form;
  channel: TwilioChannel;
  customer: string | undefined;
  instance: string | undefined;
  key: string;
  reason: string;
}): Inbound {
  const { form, channel, customer, instance, key, reason } = item;
  return {
    kind: "unsupported",
    channel,
    ...(instance === undefined ? {} : { instanceExternalId: withoutPrefix(instance) }),
    ...(customer === undefined ? {} : { customerId: toCustomerId(customer, form) }),
    key,
    reason,
    raw: toRaw(form),
  };
}

/** JSON comes from other products of Twilio; none that we set up sends it here. */
function toForeign(request: RawRequest): Inbound {
  const raw = readJsonBody(request.body);
  return {
    kind: "unsupported",
    channel: "sms",
    key: toBodyKey(request),
    reason: "JSON instead of a form",
    raw,
  };
}

function toBodyKey(request: RawRequest): string {
  return hashId("", request.body.toString("latin1"));
}

/** The pairs as an ordinary object, for JSON and for bots. A loop: spreading what has no prototype costs five times. */
function toRaw(form: Form): Record<string, unknown> {
  const raw: Record<string, unknown> = {};
  for (const name in form) {
    if (name === "__proto__") Object.defineProperty(raw, name, { value: form[name], enumerable: true });
    else raw[name] = form[name];
  }
  return raw;
}
