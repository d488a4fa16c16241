import type { Account } from "../../core/channel";
import type { FakeAnswer, FakeCall } from "../shared/fakePlatform";
import { newSid, refuse } from "./fakeAnswer";
import { toTemplatePage } from "./fakeTemplates";
import { toAddress } from "./wire";

type Resource = Record<string, unknown>;

/** What stands in the fake's console: a call reads or changes it. undefined: the call is for something else. */
export type AnswerConsole = (call: FakeCall) => FakeAnswer | undefined;

/** The numbers, services and senders of the account, none with a webhook yet. */
export function createConsole(account: Account): AnswerConsole {
  const accountSid = account.values.accountSid ?? "";
  const root = `/2010-04-01/Accounts/${accountSid}`;
  const numbers = ownOf(account, "sms", (id) => id.startsWith("+")).map(toNumber);
  const shortCodes = ownOf(account, "sms", (id) => /^\d{3,6}$/.test(id)).map(toShortCode);
  const senders = ownOf(account, "whatsapp", () => true).map(toSender);
  const services = new Map(
    account.instances
      .map(({ values }) => values.messagingServiceSid ?? "")
      .filter((sid) => sid !== "")
      .map((sid) => [sid, toService(sid)]),
  );

  return (call) => {
    const { pathname, searchParams } = new URL(call.path, "http://api");
    if (pathname === `${root}.json`) return { status: 200, body: toAccountResource(accountSid) };
    if (pathname.startsWith(`${root}/IncomingPhoneNumbers`)) {
      const found = byPart(numbers, "phone_number", searchParams.get("PhoneNumber"));
      return resourcesOf(call, { key: "incoming_phone_numbers", found, all: numbers });
    }
    if (pathname.startsWith(`${root}/SMS/ShortCodes`)) {
      const found = byPart(shortCodes, "short_code", searchParams.get("ShortCode"));
      return resourcesOf(call, { key: "short_codes", found, all: shortCodes });
    }
    if (pathname.startsWith("/v1/Services/"))
      return serviceOf(call, services.get(pathname.split("/")[3] ?? ""));
    if (pathname.startsWith("/v2/Channels/Senders")) return sendersOf(call, senders);
    if (pathname === "/v1/ContentAndApprovals") return toTemplatePage(searchParams);
    return pathname === "/v2/Indicators/Typing.json" ? showTyping(call) : undefined;
  };
}

function ownOf(account: Account, channel: string, isKind: (externalId: string) => boolean): string[] {
  return account.instances
    .filter((instance) => instance.channel === channel && isKind(instance.externalId))
    .map(({ externalId }) => externalId);
}

/** Twilio: Account resource. It does hold the token, which nobody may keep. */
function toAccountResource(sid: string): Resource {
  return { sid, friendly_name: "Shop", status: "active", type: "Full", auth_token: "[redacted]" };
}

/** Twilio: IncomingPhoneNumber resource. */
function toNumber(phone_number: string): Resource {
  return {
    sid: newSid("PN"),
    phone_number,
    capabilities: { voice: true, sms: true, mms: true, fax: false },
    sms_application_sid: "",
    sms_url: "",
    sms_method: "POST",
    sms_fallback_url: "",
    sms_fallback_method: "POST",
  };
}

/** Twilio: ShortCode resource. */
function toShortCode(short_code: string): Resource {
  return { sid: newSid("SC"), short_code, sms_url: null, sms_method: "POST", sms_fallback_url: null };
}

/** Twilio: Service resource. */
function toService(sid: string): Resource {
  return {
    sid,
    inbound_request_url: null,
    inbound_method: "POST",
    fallback_url: null,
    use_inbound_webhook_on_number: false,
  };
}

/** Twilio: Senders API. */
function toSender(number: string): Resource {
  const webhook = { callback_url: "", callback_method: "POST", fallback_url: "", status_callback_url: "" };
  return {
    sid: newSid("XE"),
    sender_id: toAddress("whatsapp", number),
    status: "ONLINE",
    offline_reasons: null,
    webhook,
  };
}

/** Twilio's filter also finds parts of numbers. */
function byPart(all: readonly Resource[], name: string, part: string | null): Resource[] {
  return all.filter((one) => String(one[name]).includes(part ?? ""));
}

function resourcesOf(
  call: FakeCall,
  { key, found, all }: { key: string; found: Resource[]; all: readonly Resource[] },
): FakeAnswer {
  const sid = /\/([A-Z]{2}[0-9a-f]{32})\.json$/.exec(new URL(call.path, "http://api").pathname)?.[1];
  if (sid === undefined) return { status: 200, body: { [key]: found, page: 0, next_page_uri: null } };
  const one = all.find((resource) => resource.sid === sid);
  if (one === undefined) return notFound(call);
  if (call.method !== "POST") return { status: 200, body: one };
  const refused = refuseBody(call, "application/x-www-form-urlencoded");
  if (refused !== undefined) return refused;
  const names = {
    SmsUrl: "sms_url",
    SmsMethod: "sms_method",
    SmsFallbackUrl: "sms_fallback_url",
    SmsFallbackMethod: "sms_fallback_method",
  };
  return changeForm(call, one, names) ?? { status: 200, body: one };
}

function serviceOf(call: FakeCall, service: Resource | undefined): FakeAnswer {
  if (service === undefined) return notFound(call);
  if (call.method !== "POST") return { status: 200, body: service };
  const refused = refuseBody(call, "application/x-www-form-urlencoded");
  if (refused !== undefined) return refused;
  const names = {
    InboundRequestUrl: "inbound_request_url",
    InboundMethod: "inbound_method",
    FallbackUrl: "fallback_url",
    FallbackMethod: "fallback_method",
    UseInboundWebhookOnNumber: "use_inbound_webhook_on_number",
  };
  const fault = changeForm(call, service, names);
  service.use_inbound_webhook_on_number = String(service.use_inbound_webhook_on_number) === "true";
  return fault ?? { status: 200, body: service };
}

function sendersOf(call: FakeCall, senders: readonly Resource[]): FakeAnswer {
  const sid = new URL(call.path, "http://api").pathname.split("/")[4];
  if (sid === undefined) {
    return { status: 200, body: { meta: { page: 0, next_page_url: null, key: "senders" }, senders } };
  }
  const sender = senders.find((one) => one.sid === sid);
  if (sender === undefined) return notFound(call);
  if (call.method !== "POST") return { status: 200, body: sender };
  const refused = refuseBody(call, "application/json");
  if (refused !== undefined) return refused;
  const given = (JSON.parse(call.body) as { webhook?: Resource }).webhook ?? {};
  // Names in camel case are taken and ignored, as with Twilio.
  const known = Object.entries(given).filter(([name]) => /^[a-z_]+$/.test(name));
  sender.webhook = { ...(sender.webhook as Resource), ...Object.fromEntries(known) };
  return { status: 202, body: sender };
}

/** Twilio: Typing indicators. */
function showTyping(call: FakeCall): FakeAnswer {
  const refused = refuseBody(call, "application/x-www-form-urlencoded");
  if (refused !== undefined) return refused;
  const form = new URLSearchParams(call.body);
  const isGood =
    form.get("channel") === "whatsapp" && /^(SM|MM)[0-9a-fA-F]{32}$/.test(form.get("messageId") ?? "");
  return isGood ? { status: 200, body: { success: true } } : refuse(400, 20001, "Invalid messageId");
}

/** Applies the pairs to the resource; an unknown name is refused, so that a slip of ours is seen. */
function changeForm(
  call: FakeCall,
  resource: Resource,
  names: Readonly<Record<string, string>>,
): FakeAnswer | undefined {
  for (const [name, value] of new URLSearchParams(call.body)) {
    const field = names[name];
    if (field === undefined) return refuse(400, 20001, `Unknown parameter ${name}`);
    resource[field] = value;
  }
  return undefined;
}

function refuseBody(call: FakeCall, wanted: string): FakeAnswer | undefined {
  const isWanted = (call.headers["content-type"] ?? "").startsWith(wanted);
  return isWanted ? undefined : refuse(415, 20415, "Unsupported media type");
}

function notFound(call: FakeCall): FakeAnswer {
  return refuse(404, 20404, `The requested resource ${call.path} was not found`);
}
