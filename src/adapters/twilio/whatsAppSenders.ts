import type { Check } from "../../core/channel";
import { type Json, toList, toObject, toText } from "../shared/narrow";
import { checkNumber, entriesOf, isSameUrl, type Look, shownUrl } from "./connect";
import { toNextPath } from "./templates";
import { toAddress } from "./wire";

type Finding = Pick<Check, "state" | "text" | "cure">;

/** Twilio's sandbox, which every account shares: it has no sender to ask about. */
const SANDBOX = "+14155238886";
const FIRST_PAGE = "/v2/Channels/Senders?Channel=whatsapp&PageSize=50";
const MAX_PAGES = 20;
const WORKING = new Set(["ONLINE", "ONLINE:UPDATING"]);
const CURE_SENDER = "Compare the number with Messaging > Senders > WhatsApp senders in Twilio's console.";

/** Looks at a WhatsApp sender: registered, online, its webhook ours (Twilio: Senders API). */
export async function validateSender(look: Look): Promise<Check[]> {
  let sender: Json | undefined;
  const check = { id: "sender", title: "WhatsApp sender", cure: CURE_SENDER };
  const state = await checkNumber(look, check, async () => {
    const senders = await listSenders(look);
    sender = findSender(senders, look.instance.externalId);
    return sender === undefined ? toMissing(senders, look) : toStateFinding(sender);
  });
  if (sender === undefined) return [state];
  const known = sender;
  const webhook = await checkNumber(
    look,
    { id: "webhook", title: "Webhook of", cure: CURE_SENDER },
    async () => toWebhookFinding(await webhookOf(look, known), look.callbackUrl),
  );
  return [state, webhook];
}

/** Sets our webhook on the sender. Twilio takes this body as JSON with small letters only. */
export async function registerSender(look: Look): Promise<Check[]> {
  const check = { id: "webhook", title: "Webhook of", cure: CURE_SENDER };
  const registered = await checkNumber(look, check, async () => {
    const senders = await listSenders(look);
    const sid = toText(findSender(senders, look.instance.externalId)?.sid);
    if (sid === undefined) return toMissing(senders, look);
    const { callbackUrl } = look;
    await look.ask({
      host: "messaging",
      method: "POST",
      path: `/v2/Channels/Senders/${encodeURIComponent(sid)}`,
      contentType: "application/json",
      body: JSON.stringify({
        webhook: {
          callback_url: callbackUrl,
          callback_method: "POST",
          fallback_url: callbackUrl,
          fallback_method: "POST",
          status_callback_url: `${callbackUrl}/status`,
          status_callback_method: "POST",
        },
      }),
    });
    return { state: "ok", text: `Twilio now calls ${callbackUrl}.` };
  });
  return [registered];
}

async function listSenders(look: Look): Promise<Json[]> {
  const senders: Json[] = [];
  const seen = new Set<string>();
  let path: string | undefined = FIRST_PAGE;
  for (let pages = 0; path !== undefined && !seen.has(path) && pages < MAX_PAGES; pages++) {
    seen.add(path);
    const answer: Json = await look.ask({ host: "messaging", method: "GET", path });
    senders.push(...entriesOf(answer, "senders"));
    path = toNextPath(toObject(answer.meta)?.next_page_url);
  }
  return senders;
}

function findSender(senders: readonly Json[], externalId: string): Json | undefined {
  return senders.find(({ sender_id }) => sender_id === toAddress("whatsapp", externalId));
}

function toMissing(senders: readonly Json[], { instance, callbackUrl }: Look): Finding {
  const { externalId } = instance;
  if (externalId === SANDBOX) {
    return {
      state: "skipped",
      text: "This is Twilio's sandbox, which can only be looked at in Twilio's console.",
      cure: `Under Messaging > Try it out > Sandbox settings set "When a message comes in" to ${callbackUrl}, POST. Each customer must send the join word first.`,
    };
  }
  const local = externalId.replace(/^\+?0*/, "");
  const meant = senders
    .map(({ sender_id }) => (toText(sender_id) ?? "").replace(/^whatsapp:/, ""))
    .find((number) => local.length >= 6 && number.endsWith(local));
  if (meant !== undefined) {
    const text = "This number is no WhatsApp sender of the account; its country code seems to be missing.";
    return { state: "failed", text, cure: `Write it as ${meant}.` };
  }
  if (!externalId.startsWith("+")) {
    const cure = "Write the number with + and its country code, for example +14252306549.";
    return { state: "failed", text: "It has no country code.", cure };
  }
  const text = "This number is no WhatsApp sender of the account.";
  return { state: "failed", text, cure: `${CURE_SENDER} It must begin with its country code.` };
}

function toStateFinding(sender: Json): Finding {
  const status = toText(sender.status) ?? "unknown";
  if (WORKING.has(status)) return { state: "ok", text: "The sender is online." };
  const reasons = toList(sender.offline_reasons)
    .map((reason) => toText(toObject(reason)?.message) ?? "")
    .filter((reason) => reason !== "");
  const why = reasons.length === 0 ? "" : `: ${reasons.join(" ").slice(0, 400)}`;
  return {
    state: "failed",
    text: `The sender is ${status.slice(0, 40).toLowerCase().replaceAll("_", " ")}${why}`,
    cure: "Open the sender under Messaging > Senders > WhatsApp senders in Twilio's console and finish what it asks for.",
  };
}

/** The list may leave the webhook out; the sender itself has it. */
async function webhookOf(look: Look, sender: Json): Promise<Json> {
  const listed = toObject(sender.webhook);
  const sid = toText(sender.sid);
  if (listed !== undefined || sid === undefined) return listed ?? {};
  const path = `/v2/Channels/Senders/${encodeURIComponent(sid)}`;
  return toObject((await look.ask({ host: "messaging", method: "GET", path })).webhook) ?? {};
}

function toWebhookFinding(webhook: Json, callbackUrl: string): Finding {
  const { callback_url: url, callback_method: method, fallback_url: fallback } = webhook;
  const cure = `On the sender set "Webhook URL for incoming messages" to ${callbackUrl}, HTTP POST.`;
  if (!isSameUrl(url, callbackUrl)) {
    return { state: "failed", text: `Twilio calls ${shownUrl(url)} instead of this server.`, cure };
  }
  if (toText(method)?.toUpperCase() === "GET") {
    return { state: "failed", text: "Twilio calls this server with GET.", cure };
  }
  if (!toText(fallback)) {
    return {
      state: "warning",
      text: "Twilio calls this server, but there is no fallback URL: a message is lost when this server does not answer.",
      cure: `On the sender set the fallback URL to ${callbackUrl} as well.`,
    };
  }
  return { state: "ok", text: "Twilio calls this server." };
}
