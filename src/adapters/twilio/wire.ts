import { parse } from "node:querystring";
import type { RawRequest } from "../../core/channel";
import { hashId } from "../../core/ids";

/** What Twilio sends and takes (Twilio: Messaging webhooks, Message resource). Only the Twilio channels know it. */

/** The pairs of a form: text, or a list where a name is repeated. Has no prototype, so any name is just a name. */
export type Form = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The two channels of a Twilio account. */
export type TwilioChannel = "sms" | "whatsapp";

/** Before every WhatsApp address: "whatsapp:+14155238886". */
const WHATSAPP_PREFIX = "whatsapp:";

/**
 * A WhatsApp customer who hides the phone number behind a user name has a business-scoped user id instead
 * (Twilio: Business-scoped user IDs, 2026).
 */
export const BUSINESS_SCOPED_ID = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/;

/** Query of the status callback's URL. Twilio signs the whole URL, so what stands in it is as we wrote it. */
export const CALLBACK_QUERY = {
  /** Our message id. */
  message: "m",
  /** Which of its calls, where a long text needed several: "1/2". */
  part: "p",
  /** The customer's address as sent to: Twilio may leave it out or mask it in the body. */
  customer: "c",
  /** Our address: a service may have sent from another of its numbers. */
  instance: "i",
} as const;

/** The Message resource as far as we read it (Twilio: Message resource). */
export interface MessageResource {
  sid: string;
  account_sid: string;
  messaging_service_sid: string | null;
  from: string | null;
  to: string;
  body: string;
  status: string;
  direction: "inbound" | "outbound-api" | "outbound-call" | "outbound-reply";
  /** RFC 2822, to the second. */
  date_created: string;
  date_updated: string;
  /** null until it left the queue. */
  date_sent: string | null;
  error_code: number | null;
  error_message: string | null;
  num_media: string;
  num_segments: string;
  price: string | null;
  price_unit: string | null;
  api_version: string;
  uri: string;
  subresource_uris: Readonly<Record<string, string>>;
}

/**
 * verify and the toInbound of two channels look at the same request, one after the other: it is parsed once. The last
 * one suffices, and costs a third less than a WeakMap (5.7 against 8.3 µs with the parsing).
 */
let last: { request: RawRequest; form: Form } | undefined;

/** The pairs of a form body. Never throws: any bytes are some pairs. */
export function readForm(request: RawRequest): Form {
  if (last?.request === request) return last.form;
  const form = parseForm(request.body.toString("utf8"));
  last = { request, form };
  return form;
}

/** Node's own parser without its limit of 1,000 pairs: those beyond it are signed as well. */
export function parseForm(text: string): Form {
  return parse(text, "&", "=", { maxKeys: 0 });
}

/** The first value of a name; undefined when absent or empty, which Twilio does not tell apart. */
export function firstOf(form: Form, name: string): string | undefined {
  const value = form[name];
  const first = typeof value === "object" ? value[0] : value;
  return first === "" ? undefined : first;
}

export function isWhatsApp(address: string | undefined): boolean {
  return address?.startsWith(WHATSAPP_PREFIX) ?? false;
}

/** "whatsapp:+14155238886" -> "+14155238886". */
export function withoutPrefix(address: string): string {
  return isWhatsApp(address) ? address.slice(WHATSAPP_PREFIX.length) : address;
}

/** True for the URL of a status callback. */
export function isStatusUrl(url: string): boolean {
  return /^[^?#]*\/status\/?(?:[?#]|$)/.test(url);
}

/** A number as the API wants it for the channel. */
export function toAddress(channel: TwilioChannel, number: string): string {
  return channel === "whatsapp" ? WHATSAPP_PREFIX + number : number;
}

/** Whose item it is: with a WhatsApp address on either side WhatsApp's, else the SMS channel's. */
export function channelOf(from: string | undefined, to: string | undefined): TwilioChannel {
  return isWhatsApp(from) || isWhatsApp(to) ? "whatsapp" : "sms";
}

/** Twilio's id of the message. Older accounts repeat it under older names only. */
export function sidOf(form: Form): string | undefined {
  return firstOf(form, "MessageSid") ?? firstOf(form, "SmsMessageSid") ?? firstOf(form, "SmsSid");
}

/** A key for what Twilio gave no id. */
export function toBodyKey(request: RawRequest): string {
  return hashId("", request.body.toString("latin1"));
}

/** The pairs as an ordinary object, for JSON and for bots. A loop: spreading what has no prototype costs five times. */
export function toRaw(form: Form): Record<string, unknown> {
  const raw: Record<string, unknown> = {};
  for (const name in form) {
    if (name === "__proto__") Object.defineProperty(raw, name, { value: form[name], enumerable: true });
    else raw[name] = form[name];
  }
  return raw;
}
