import type { Account } from "../../core/channel";
import type { Clock } from "../../core/clock";
import type { FakeAnswer, FakeCall, FakeFile, FakeSent } from "../shared/fakePlatform";
import { newSid, refuse, toRfc2822 } from "./fakeAnswer";
import { fillTemplate } from "./fakeTemplates";
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
const MAX_MEDIA = 10;
/** For the list; half is dropped at once. */
const KEPT = 10_000;

/** The Messages resource of the fake: POST takes a message, GET lists what was taken. */
export function createMessages(account: Account, clock: Clock) {
  const messages: MessageResource[] = [];
  return (call: FakeCall, take: (sent: Omit<FakeSent, "at">) => void): FakeAnswer => {
    const { pathname, searchParams } = new URL(call.path, "http://api");
    if (call.method === "GET") return toList(messages, searchParams, pathname);
    const form = new URLSearchParams(call.body);
    const fault = checkMessage(call, form, account) ?? checkContent(form);
    if (fault !== undefined) return fault;
    const message = toResource(form, account, clock);
    messages.push(message);
    if (messages.length > KEPT) messages.splice(0, KEPT / 2);
    const media = form.getAll("MediaUrl").map(toFile);
    take({
      id: message.sid,
      instanceId: withoutPrefix(message.from ?? ""),
      customerId: withoutPrefix(message.to),
      text: message.body,
      ...(media.length === 0 ? {} : { media }),
      raw: toRaw(form),
    });
    return { status: 201, body: message };
  };
}

/** Pairs as text; a repeated name as a list. */
function toRaw(form: URLSearchParams): Record<string, string | string[]> {
  const names = [...new Set(form.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = form.getAll(name);
      return [name, values.length === 1 ? (values[0] as string) : values];
    }),
  );
}

/** Twilio fetches the file later; until then its address is all that is known. */
function toFile(url: string): FakeFile {
  const path = URL.canParse(url) ? new URL(url).pathname : url;
  const ending = /\.([a-z0-9]{2,4})$/i.exec(path)?.[1]?.toLowerCase() ?? "";
  const type = { jpg: "image/jpeg", jpeg: "image/jpeg", png: "image/png", gif: "image/gif" }[ending];
  return { contentType: type ?? "application/octet-stream", url };
}

/** Files, places and templates (Twilio: errors 21620, 21654, 21655, 21656, 63030). */
function checkContent(form: URLSearchParams): FakeAnswer | undefined {
  const media = form.getAll("MediaUrl");
  const isWhats = isWhatsApp(form.get("To") ?? "");
  if (media.length > (isWhats ? 1 : MAX_MEDIA))
    return refuse(400, 21623, "Number of media files exceeds limit");
  if (media.some((url) => !/^https?:\/\/[^\s]+$/.test(url)))
    return refuse(400, 21620, "Invalid media URL(s)");
  const action = form.get("PersistentAction");
  if (action !== null && !/^geo:-?\d+(\.\d+)?,-?\d+(\.\d+)?(\|.+)?$/.test(action)) {
    return refuse(400, 63013, "Invalid PersistentAction");
  }
  const sid = form.get("ContentSid");
  const variables = form.get("ContentVariables");
  if (sid === null) return variables === null ? undefined : refuse(400, 21654, "ContentSid Required");
  if (form.has("Body") || media.length > 0) {
    return refuse(400, 63030, "Body and MediaUrl are not allowed with ContentSid");
  }
  if (fillTemplate(sid, {}) === undefined) return refuse(400, 21655, "The ContentSid is Invalid");
  return isVariables(variables ?? "{}")
    ? undefined
    : refuse(400, 21656, "The ContentVariables Parameter is invalid");
}

/** An object of texts, none empty or with line breaks. */
function isVariables(json: string): boolean {
  const values = readVariables(json);
  return (
    values !== undefined &&
    Object.values(values).every(
      (value) => typeof value === "string" && value !== "" && !/[\n\t]| {5}/.test(value),
    )
  );
}

function readVariables(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
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
    body: toBody(form),
    date_created: created,
    date_sent: null,
    date_updated: created,
    direction: "outbound-api",
    error_code: null,
    error_message: null,
    from: form.get("From"),
    messaging_service_sid: service,
    num_media: String(form.getAll("MediaUrl").length),
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

/** Twilio keeps a template as its filled text. */
function toBody(form: URLSearchParams): string {
  const sid = form.get("ContentSid");
  if (sid === null) return form.get("Body") ?? "";
  return fillTemplate(sid, readVariables(form.get("ContentVariables") ?? "{}") ?? {}) ?? "";
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
