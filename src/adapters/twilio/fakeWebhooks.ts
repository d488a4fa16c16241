import { randomBytes } from "node:crypto";
import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks";
import { type Account, secretOf } from "../../core/channel";
import {
  type FakeFile,
  type FakeMessage,
  type FakeOptions,
  type FakeReceipt,
  fakeInstance,
  type SignedWebhook,
} from "../shared/fakePlatform";
import { newSid } from "./fakeAnswer";
import { filesOf } from "./fakeFiles";
import { BUSINESS_SCOPED_ID, isWhatsApp, type TwilioChannel, toAddress, withoutPrefix } from "./wire";

const API_VERSION = "2010-04-01";

type Pairs = Record<string, string>;

/** What Twilio posts for a message to us (Twilio: Webhooks, "Incoming message parameters"). */
export function toInboundPairs(channel: TwilioChannel, account: Account, message: FakeMessage): Pairs {
  const media = message.media ?? [];
  const sid = message.id ?? newSid(media.length > 0 ? "MM" : "SM");
  const to = fakeInstance(account, channel, message.instance).externalId;
  const { customerId } = message;
  const pairs: Pairs = {
    SmsMessageSid: sid,
    NumMedia: String(media.length),
    SmsSid: sid,
    SmsStatus: "received",
    Body: message.choice?.title ?? message.text,
    To: toAddress(channel, to),
    NumSegments: "1",
    MessageSid: sid,
    AccountSid: account.values.accountSid ?? "",
    From: toAddress(channel, customerId),
    ApiVersion: API_VERSION,
    ...toMediaPairs(account, sid, media),
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
  return { ...pairs, ...toWhatsAppPairs(message) };
}

function toMediaPairs(account: Account, sid: string, media: readonly FakeFile[]): Pairs {
  const pairs: Pairs = {};
  media.forEach((file, index) => {
    pairs[`MediaUrl${index}`] = filesOf(account).add(sid, file);
    pairs[`MediaContentType${index}`] = file.contentType;
  });
  return pairs;
}

/** What WhatsApp adds: who writes, a place, a tapped button, the message that is answered. */
function toWhatsAppPairs({ customerId, name, media, location, choice, replyTo }: FakeMessage): Pairs {
  const [kind] = media?.[0]?.contentType.split("/") ?? [];
  const type = location !== undefined ? "location" : choice !== undefined ? "button" : (kind ?? "text");
  const pairs: Pairs = { ProfileName: name ?? "Customer", MessageType: type };
  if (BUSINESS_SCOPED_ID.test(customerId)) pairs.ExternalUserId = toAddress("whatsapp", customerId);
  else pairs.WaId = customerId.replace(/^\+/, "");
  if (location !== undefined) {
    Object.assign(pairs, {
      Body: "",
      Latitude: String(location.latitude),
      Longitude: String(location.longitude),
    });
    if (location.name !== undefined) pairs.Label = location.name;
  }
  if (choice !== undefined) Object.assign(pairs, { ButtonText: choice.title, ButtonPayload: choice.value });
  if (replyTo !== undefined) pairs.OriginalRepliedMessageSid = replyTo;
  return pairs;
}

/** A status callback to the URL that the call gave; none without one (Twilio: Track outbound message status). */
export function toCallback(options: FakeOptions, receipt: FakeReceipt): SignedWebhook | undefined {
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

/** Signs the pairs for the webhook, or for `path` behind it. */
export function sign(options: FakeOptions, pairs: Pairs, path = ""): SignedWebhook {
  return signBody(options, Buffer.from(new URLSearchParams(pairs).toString()), path);
}

/** Signs any form, repeated names and all, for the public URL of the webhook. */
export function signBody(options: FakeOptions, body: Buffer, path: string): SignedWebhook {
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
