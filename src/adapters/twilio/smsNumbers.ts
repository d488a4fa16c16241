import type { Check } from "../../core/channel";
import { type Json, toObject, toText } from "../shared/narrow";
import { toAccountPath } from "./api";
import { checkNumber, entriesOf, isSameUrl, type Look, shownUrl } from "./connect";

type Finding = Pick<Check, "state" | "text" | "cure">;

/** Twilio repeats a webhook only when it could not connect, unless the URL says more (Twilio: Connection overrides). */
const REPEAT_ADVICE = "#rc=2&rp=5xx,ct,rt";
const CURE_NUMBER =
  "Compare the number with Phone Numbers > Manage > Active numbers in Twilio's console, of this very account.";

/** A number, a short code or a sender's name: each has its own place in Twilio's API. */
type Kind = "number" | "shortCode" | "name" | "incomplete";

/** Looks at an SMS number: owned, able to send texts, its webhook ours. */
export async function validateSmsNumber(look: Look): Promise<Check[]> {
  const kind = kindOf(look.instance.externalId);
  if (kind === "incomplete") return [await checkIncomplete(look)];
  if (kind === "name") return [checkName(look)];
  let found: Json | undefined;
  const owned = await checkNumber(look, { id: "number", title: "Number", cure: CURE_NUMBER }, async () => {
    found = await find(look, kind);
    return found === undefined ? notOwned(look, kind) : toCapability(found);
  });
  if (found === undefined) return [owned];
  const service = serviceOf(look);
  const webhooks = service === "" ? webhookChecks(look, found) : await serviceChecks(look, service, found);
  return [owned, ...webhooks];
}

/** Sets our webhook on the number, or on the messaging service that it belongs to. */
export async function registerSmsNumber(look: Look): Promise<Check[]> {
  const { account, callbackUrl, instance } = look;
  const kind = kindOf(instance.externalId);
  if (kind === "incomplete") return [await checkIncomplete(look)];
  if (kind === "name") return [checkName(look)];
  const service = serviceOf(look);
  const check = {
    id: "webhook",
    title: "Webhook of",
    cure: CURE_NUMBER,
    missing: "Twilio knows no such messaging service in this account.",
  };
  const registered = await checkNumber(look, check, async () => {
    if (service !== "") {
      await postForm(look, "messaging", `/v1/Services/${encodeURIComponent(service)}`, {
        InboundRequestUrl: callbackUrl,
        InboundMethod: "POST",
        FallbackUrl: callbackUrl,
        FallbackMethod: "POST",
        UseInboundWebhookOnNumber: "false",
      });
      return { state: "ok", text: `The messaging service now calls ${callbackUrl}.` };
    }
    const found = await find(look, kind);
    const sid = toText(found?.sid);
    if (found === undefined || sid === undefined) return notOwned(look, kind);
    const application = toText(found.sms_application_sid) ?? "";
    if (application !== "") return toApplicationFault(application);
    await postForm(
      look,
      "api",
      toAccountPath(account.values.accountSid ?? "", `${PLACES[kind]}/${encodeURIComponent(sid)}`),
      { SmsUrl: callbackUrl, SmsMethod: "POST", SmsFallbackUrl: callbackUrl, SmsFallbackMethod: "POST" },
    );
    return { state: "ok", text: `Twilio now calls ${callbackUrl}.` };
  });
  return [registered];
}

const PLACES = { number: "IncomingPhoneNumbers", shortCode: "SMS/ShortCodes" } as const;

function kindOf(externalId: string): Kind {
  if (externalId.startsWith("+")) return "number";
  if (/^\d{3,6}$/.test(externalId)) return "shortCode";
  return /^\d+$/.test(externalId) ? "incomplete" : "name";
}

const serviceOf = ({ instance }: Look): string => instance.values.messagingServiceSid ?? "";

/** The number with exactly this address: Twilio's filter also finds parts of numbers. */
async function find(look: Look, kind: "number" | "shortCode"): Promise<Json | undefined> {
  const { externalId } = look.instance;
  const entries = await list(look, kind, externalId);
  return entries.find((entry) => entry[kind === "number" ? "phone_number" : "short_code"] === externalId);
}

async function list(look: Look, kind: "number" | "shortCode", filter: string): Promise<Json[]> {
  const name = kind === "number" ? "PhoneNumber" : "ShortCode";
  const path = toAccountPath(look.account.values.accountSid ?? "", PLACES[kind]);
  const query = new URLSearchParams({ [name]: filter, PageSize: "50" });
  const answer = await look.ask({ host: "api", method: "GET", path: `${path}?${query}` });
  return entriesOf(answer, kind === "number" ? "incoming_phone_numbers" : "short_codes");
}

async function notOwned(look: Look, kind: "number" | "shortCode"): Promise<Finding> {
  const { externalId } = look.instance;
  if (kind === "shortCode") {
    return { state: "failed", text: "This account has no such short code.", cure: CURE_NUMBER };
  }
  const meant = await findMeant(look, externalId.slice(1));
  if (meant !== undefined) return toMeant(meant);
  const text = "This number does not belong to the account.";
  return { state: "failed", text, cure: `${CURE_NUMBER} It must begin with its country code.` };
}

/** An owned number that ends with these digits: then the country code was left out. */
async function findMeant(look: Look, digits: string): Promise<string | undefined> {
  const local = digits.replace(/^0+/, "");
  if (local.length < 6) return undefined;
  const numbers = (await list(look, "number", local)).map((entry) => toText(entry.phone_number) ?? "");
  return numbers.find((number) => number.endsWith(local));
}

function toMeant(number: string): Finding {
  return {
    state: "failed",
    text: "This number does not belong to the account; its country code seems to be missing.",
    cure: `Write it as ${number}.`,
  };
}

function checkIncomplete(look: Look): Promise<Check> {
  const cure = "Write the number with + and its country code, for example +14252306549.";
  return checkNumber(look, { id: "number", title: "Number", cure }, async () => {
    const meant = await findMeant(look, look.instance.externalId);
    return meant === undefined ? { state: "failed", text: "It has no country code.", cure } : toMeant(meant);
  });
}

function checkName({ instance }: Look): Check {
  return {
    id: "number",
    title: `Number ${instance.externalId}`,
    instanceId: instance.id,
    state: "warning",
    text: "A sender's name: customers cannot answer it, and the United States and Canada do not allow it.",
    cure: "Use a number where customers shall write back. Twilio has no way to check a name.",
  };
}

/** `capabilities` has keys in small letters or capitals. */
function toCapability(found: Json): Finding {
  const capabilities = Object.entries(toObject(found.capabilities) ?? {});
  const sms = capabilities.find(([name]) => name.toLowerCase() === "sms")?.[1];
  if (sms === false) {
    const text = "The number belongs to the account but cannot send or receive texts.";
    return { state: "failed", text, cure: "Choose a number with the capability SMS in Twilio's console." };
  }
  return { state: "ok", text: "The number belongs to the account and can send and receive texts." };
}

/** The webhook that stands on a number or short code, and what happens when we do not answer. */
function webhookChecks({ instance, callbackUrl }: Look, found: Json): Check[] {
  const { sms_url, sms_method, sms_fallback_url } = found;
  const about = { instanceId: instance.id };
  const webhook = { id: "webhook", title: `Webhook of ${instance.externalId}`, ...about };
  const application = toText(found.sms_application_sid) ?? "";
  if (application !== "") return [{ ...webhook, ...toApplicationFault(application) }];
  return [
    { ...webhook, ...toWebhookFinding({ url: sms_url, method: sms_method, callbackUrl }) },
    {
      id: "fallback",
      title: `Fallback URL of ${instance.externalId}`,
      ...about,
      ...toFallbackFinding(sms_url, sms_fallback_url, callbackUrl),
    },
  ];
}

function toApplicationFault(application: string): Finding {
  return {
    state: "failed",
    text: `The number belongs to the TwiML application ${application.slice(0, 40)}, so Twilio ignores its webhook URL.`,
    cure: "Under Phone Numbers > (number) > Messaging choose Webhook instead of TwiML App.",
  };
}

function toWebhookFinding(found: { url: unknown; method: unknown; callbackUrl: string }): Finding {
  const { url, method, callbackUrl } = found;
  const cure = `Set "A message comes in" to Webhook, ${callbackUrl}, HTTP POST.`;
  if (!isSameUrl(url, callbackUrl)) {
    return { state: "failed", text: `Twilio calls ${shownUrl(url)} instead of this server.`, cure };
  }
  if (toText(method)?.toUpperCase() === "GET") {
    return { state: "failed", text: "Twilio calls this server with GET.", cure };
  }
  return { state: "ok", text: "Twilio calls this server." };
}

function toFallbackFinding(url: unknown, fallback: unknown, callbackUrl: string): Finding {
  if (toText(fallback)) return { state: "ok", text: "A second try is set." };
  if (/#.*\brp=/.test(toText(url) ?? ""))
    return { state: "ok", text: "The URL tells Twilio when to repeat." };
  return {
    state: "warning",
    text: "Empty: a message is lost when this server does not answer, as Twilio repeats only failed connections.",
    cure: `Set the fallback URL to ${callbackUrl} as well, or put ${REPEAT_ADVICE} behind the webhook URL.`,
  };
}

/** A number in a messaging service: the service decides where its messages go (Twilio: Services). */
async function serviceChecks(look: Look, service: string, number: Json): Promise<Check[]> {
  const title = "Messaging service of";
  const cure = "Compare the Messaging Service SID with Messaging > Services in Twilio's console.";
  const missing = "Twilio knows no such messaging service in this account.";
  let found: Json | undefined;
  const check = await checkNumber(look, { id: "service", title, cure, missing }, async () => {
    const path = `/v1/Services/${encodeURIComponent(service)}`;
    found = await look.ask({ host: "messaging", method: "GET", path });
    return toServiceFinding(found, look.callbackUrl);
  });
  return found?.use_inbound_webhook_on_number === true ? [check, ...webhookChecks(look, number)] : [check];
}

function toServiceFinding(service: Json, callbackUrl: string): Finding {
  if (service.use_inbound_webhook_on_number === true) {
    return { state: "ok", text: "It leaves incoming messages to the number's own webhook." };
  }
  const { inbound_request_url: url, inbound_method: method } = service;
  const cure = `Set "Incoming messages" of the service to "Send a webhook", ${callbackUrl}, POST.`;
  if ((toText(url) ?? "") === "") {
    return { state: "failed", text: "The service drops incoming messages: it has no webhook.", cure };
  }
  const finding = toWebhookFinding({ url, method, callbackUrl });
  return finding.state === "ok" ? finding : { ...finding, cure };
}

async function postForm(
  look: Look,
  host: "api" | "messaging",
  path: string,
  pairs: Record<string, string>,
): Promise<void> {
  await look.ask({ host, method: "POST", path, body: new URLSearchParams(pairs).toString() });
}
