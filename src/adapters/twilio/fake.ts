import { randomBytes } from "node:crypto";
import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks";
import { type Account, secretOf } from "../../core/channel";
import type { Clock } from "../../core/clock";
import {
  createFakePlatform,
  type FakeAnswer,
  type FakeCall,
  type FakeMessage,
  type FakeOptions,
  type FakeParts,
  type FakePlatform,
  type FakeReceipt,
  type FakeWebhooks,
  fakeInstance,
  type SignedWebhook,
} from "../shared/fakePlatform";
import { toMessagesPath } from "./outbound";
import {
  BUSINESS_SCOPED_ID,
  isWhatsApp,
  type MessageResource,
  type TwilioChannel,
  toAddress,
  withoutPrefix,
} from "./wire";

const API_VERSION = "2010-04-01";
const MAX_BODY = 1600;
/** For the list; half is dropped at once. */
const KEPT = 10_000;

type Pairs = Record<string, string>;

/**
 * Plays Twilio: the Messages resource with its checks, its list, and signed webhooks. The API answers for both
 * channels, so one fake serves a whole account; `channel` is what its customers write on. Two fakes of one account
 * may share the work: one listens, both sign.
 */
export function createTwilioFake(channel: TwilioChannel, options: FakeOptions): FakePlatform {
  const { account } = options;
  const messages: MessageResource[] = [];

  const webhook: FakeWebhooks = {
    say: (message) => sign(options, toInboundPairs(channel, account, message)),
    batch: (said) => said.map((message) => sign(options, toInboundPairs(channel, account, message))),
    receipt: (receipt) => toCallback(options, receipt),
    // Twilio tells nobody what was sent from elsewhere.
    echo: () => undefined,
    sign: (body) => signBody(options, Buffer.from(body as string), ""),
  };

  const parts: FakeParts = {
    webhook,
    errorBody: (status) => toErrorBody(status),
    answer(call, take) {
      const { pathname, searchParams } = new URL(call.path, "http://api");
      const sid = account.values.accountSid ?? "";
      if (call.headers.authorization !== basic(sid, secretOf(account, "authToken"))) {
        return refuse(401, 20003, "Authenticate");
      }
      if (pathname !== toMessagesPath(sid)) {
        return refuse(404, 20404, `The requested resource ${pathname} was not found`);
      }
      if (call.method === "GET") return toList(messages, searchParams, pathname);
      const form = new URLSearchParams(call.body);
      const fault = checkMessage(call, form, account);
      if (fault !== undefined) return fault;
      const message = toResource(form, account, options.clock);
      messages.push(message);
      if (messages.length > KEPT) messages.splice(0, KEPT / 2);
      take({
        id: message.sid,
        instanceId: withoutPrefix(message.from ?? ""),
        customerId: withoutPrefix(message.to),
        text: message.body,
        raw: Object.fromEntries(form),
      });
      return { status: 201, body: message };
    },
  };
  return createFakePlatform(options, parts);
}

/** What Twilio posts for a message to us (Twilio: Webhooks, "Incoming message parameters"). */
function toInboundPairs(channel: TwilioChannel, account: Account, message: FakeMessage): Pairs {
  const sid = message.id ?? newSid("SM");
  const to = fakeInstance(account, channel, message.instance).externalId;
  const { customerId } = message;
  const pairs: Pairs = {
    SmsMessageSid: sid,
    NumMedia: "0",
    SmsSid: sid,
    SmsStatus: "received",
    Body: message.text,
    To: toAddress(channel, to),
    NumSegments: "1",
    MessageSid: sid,
    AccountSid: account.values.accountSid ?? "",
    From: toAddress(channel, customerId),
    ApiVersion: API_VERSION,
  };
  if (channel === "sms") {
    return {
      ...pairs,
      ToCountry: "US",
      ToState: "",
      ToCity: "",
      ToZip: "",
      FromCountry: "US",
      FromState: "",
      FromCity: "",
      FromZip: "",
    };
  }
  Object.assign(pairs, { ProfileName: message.name ?? "Customer", MessageType: "text" });
  if (BUSINESS_SCOPED_ID.test(customerId)) pairs.ExternalUserId = toAddress(channel, customerId);
  else pairs.WaId = customerId.replace(/^\+/, "");
  return pairs;
}

/** A status callback to the URL that the call gave; none without one (Twilio: Track outbound message status). */
function toCallback(options: FakeOptions, receipt: FakeReceipt): SignedWebhook | undefined {
  const { sent, status, code } = receipt;
  const raw = sent.raw as Readonly<Record<string, string | undefined>>;
  const url = raw.StatusCallback;
  const whatsApp = isWhatsApp(raw.To);
  if (url === undefined || (status === "read" && !whatsApp)) return undefined;
  const failure = whatsApp ? "failed" : "undelivered";
  const word = status === "accepted" ? "sent" : status === "failed" ? failure : status;
  const pairs: Pairs = {
    SmsSid: sent.id,
    SmsStatus: word,
    MessageStatus: word,
    To: raw.To ?? "",
    MessageSid: sent.id,
    AccountSid: options.account.values.accountSid ?? "",
    From: raw.From ?? "",
    ApiVersion: API_VERSION,
  };
  if (status === "failed") pairs.ErrorCode = code ?? (whatsApp ? "63016" : "30008");
  if (whatsApp) {
    pairs.ChannelPrefix = "whatsapp";
    pairs.ChannelToAddress = withoutPrefix(raw.To ?? "").replace(/\d{4}$/, "XXXX");
    if (status === "delivered" || status === "read") pairs.EventType = status.toUpperCase();
  } else if (status === "delivered") {
    pairs.RawDlrDoneDate = new Date(receipt.at ?? options.clock.now())
      .toISOString()
      .replace(/\D/g, "")
      .slice(2, 12);
  }
  return sign(options, pairs, toExtraPath(options.webhookUrl, url));
}

/** What of the callback's URL stands behind the webhook's: "/status?m=…". */
function toExtraPath(webhookUrl: string, callbackUrl: string): string {
  const { pathname, search } = new URL(callbackUrl);
  const base = new URL(webhookUrl).pathname;
  return (pathname.startsWith(base) ? pathname.slice(base.length) : "/status") + search;
}

function sign(options: FakeOptions, pairs: Pairs, path = ""): SignedWebhook {
  return signBody(options, Buffer.from(new URLSearchParams(pairs).toString()), path);
}

/** Signs any form, repeated names and all, for the public URL of the webhook. */
function signBody(options: FakeOptions, body: Buffer, path: string): SignedWebhook {
  const pairs: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(body.toString("utf8"))) {
    const before = pairs[name];
    pairs[name] = before === undefined ? value : [before, value].flat();
  }
  const url = options.publicUrl + new URL(options.webhookUrl).pathname + path;
  return {
    ...(path === "" ? {} : { path }),
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      "user-agent": "TwilioProxy/1.1",
      "i-twilio-idempotency-token": randomBytes(16).toString("hex"),
      "x-twilio-signature": getExpectedTwilioSignature(secretOf(options.account, "authToken"), url, pairs),
    },
    body,
  };
}

/** undefined when the message can be taken (Twilio: Error and warning dictionary). */
function checkMessage(call: FakeCall, form: URLSearchParams, account: Account): FakeAnswer | undefined {
  const to = form.get("To") ?? "";
  const from = form.get("From") ?? "";
  const body = form.get("Body") ?? "";
  if (!(call.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded")) {
    return refuse(415, 20415, "Unsupported media type");
  }
  if (to === "") return refuse(400, 21604, "A 'To' phone number is required.");
  if (from === "") return refuse(400, 21603, "A 'From' phone number is required.");
  if (body === "" && !form.has("MediaUrl") && !form.has("ContentSid")) {
    return refuse(400, 21602, "Message body is required.");
  }
  if (body.length > MAX_BODY) {
    return refuse(400, 21617, "The concatenated message body exceeds the 1600 character limit.");
  }
  if (isWhatsApp(from) !== isWhatsApp(to)) {
    return refuse(400, 21910, "Invalid From and To pair. From and To should be of the same channel");
  }
  const channel: TwilioChannel = isWhatsApp(from) ? "whatsapp" : "sms";
  if (
    !account.instances.some((one) => one.channel === channel && toAddress(channel, one.externalId) === from)
  ) {
    return channel === "whatsapp"
      ? refuse(400, 63007, "Twilio could not find a Channel with the specified From address")
      : refuse(
          400,
          21606,
          `The 'From' phone number ${from} is not a valid, message-capable Twilio phone number`,
        );
  }
  const customer = withoutPrefix(to);
  if (!/^\+?\d{3,15}$/.test(customer) && !(channel === "whatsapp" && BUSINESS_SCOPED_ID.test(customer))) {
    return refuse(400, 21211, `Invalid 'To' Phone Number: ${to}`);
  }
  return undefined;
}

function toResource(form: URLSearchParams, account: Account, clock: Clock): MessageResource {
  const sid = newSid("SM");
  const created = toRfc2822(clock.now());
  const service = form.get("MessagingServiceSid");
  const accountSid = account.values.accountSid ?? "";
  const uri = toMessagesPath(accountSid).replace(".json", `/${sid}`);
  return {
    account_sid: accountSid,
    api_version: API_VERSION,
    body: form.get("Body") ?? "",
    date_created: created,
    date_sent: null,
    date_updated: created,
    direction: "outbound-api",
    error_code: null,
    error_message: null,
    from: form.get("From"),
    messaging_service_sid: service,
    num_media: "0",
    num_segments: service === null ? "1" : "0",
    price: null,
    price_unit: null,
    sid,
    status: service === null ? "queued" : "accepted",
    subresource_uris: { media: `${uri}/Media.json` },
    to: form.get("To") ?? "",
    uri: `${uri}.json`,
  };
}

/** Newest first, by the exact numbers (Twilio: Message resource, "List all messages"). */
function toList(messages: readonly MessageResource[], query: URLSearchParams, path: string): FakeAnswer {
  const pageSize = Math.min(Math.max(Number(query.get("PageSize") ?? 50) || 50, 1), 1000);
  const found = messages
    .filter(({ to, from }) => to === (query.get("To") ?? to) && from === (query.get("From") ?? from))
    .reverse();
  const uri = `${path}?${query}`;
  const more = found.length > pageSize ? `${uri}&Page=1&PageToken=PA${newSid("SM")}` : null;
  return {
    status: 200,
    body: {
      messages: found.slice(0, pageSize),
      first_page_uri: uri,
      next_page_uri: more,
      previous_page_uri: null,
      uri,
      page: 0,
      page_size: pageSize,
      start: 0,
      end: Math.max(0, Math.min(found.length, pageSize) - 1),
    },
  };
}

function refuse(status: number, code: number, message: string): FakeAnswer {
  return { status, body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status } };
}

function toErrorBody(status: number): unknown {
  if (status === 401) return refuse(status, 20003, "Authenticate").body;
  if (status === 403) return refuse(status, 20403, "Forbidden").body;
  if (status === 429) return refuse(status, 20429, "Too Many Requests").body;
  return refuse(
    status,
    status >= 500 ? 20500 : 20001,
    status >= 500 ? "Internal Server Error" : "Bad request",
  ).body;
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

function newSid(prefix: string): string {
  return prefix + randomBytes(16).toString("hex");
}

/** "Thu, 24 Aug 2023 05:01:45 +0000". */
function toRfc2822(ms: number): string {
  return new Date(ms).toUTCString().replace("GMT", "+0000");
}
