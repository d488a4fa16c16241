import type {
  Account,
  ChannelClient,
  ClientPorts,
  HttpResponse,
  PlatformRequest,
  Reconciled,
  SendContext,
  SendResult,
} from "../../core/channel";
import { ChannelError } from "../../core/errors";
import { toList, toObject, toText } from "../shared/narrow";
import { readJsonAnswer } from "../shared/readJson";
import { createCall, type TwilioCall } from "./api";
import { toMediaRequest } from "./mediaRequest";
import { toMessagesPath } from "./outbound";
import { listTemplates } from "./templates";
import { firstOf, parseForm } from "./wire";

/** Twilio's clock and ours may differ, and it dates messages to the second. */
const CLOCK_SLACK_MS = 2_000;
const PAGE_SIZE = 50;
/** Ids that the typing indicator takes (Twilio: Typing indicators). */
const INBOUND_SID = /^(SM|MM)[0-9a-fA-F]{32}$/;

/** Sends through the Messages resource (Twilio: Create a Message resource). */
export function createClient(ports: ClientPorts): ChannelClient {
  const call = createCall(ports);
  return {
    async send(request: PlatformRequest, { account }: SendContext): Promise<SendResult> {
      const response = await call(account, toCall(request));
      // Taken, even if something on the way garbled the answer: sending again would double it.
      const providerId = toText(readJsonAnswer(response.body).sid);
      return providerId === undefined ? {} : { providerId };
    },

    async reconcile(request: PlatformRequest, context: SendContext, sentAt: number): Promise<Reconciled> {
      const sent = parseForm(request.body);
      const response = await call(context.account, toListCall(context.account, sent));
      const wanted = {
        // Twilio keeps a template as its filled text, which the call does not have.
        body: firstOf(sent, "ContentSid") === undefined ? (firstOf(sent, "Body") ?? "") : undefined,
        since: sentAt - CLOCK_SLACK_MS,
        not: context.knownIds,
      };
      return findMessage(response, wanted);
    },

    mediaRequest: (contentUrl, { account }) => toMediaRequest(contentUrl, account),
  };
}

/** What WhatsApp has besides: typing and read marks, templates. */
export function createWhatsAppClient(ports: ClientPorts): ChannelClient {
  const call = createCall(ports);
  return {
    ...createClient(ports),
    // One call does both: it marks the message as read and shows that we type (Twilio: Typing indicators).
    async signal(_signal, { account, lastInboundId }) {
      if (lastInboundId === undefined || !INBOUND_SID.test(lastInboundId)) return;
      await call(account, {
        host: "messaging",
        method: "POST",
        path: "/v2/Indicators/Typing.json",
        body: new URLSearchParams({ channel: "whatsapp", messageId: lastInboundId }).toString(),
      });
    },
    templates: ({ account }) => listTemplates(call, account),
  };
}

function toCall(request: PlatformRequest): TwilioCall {
  const { method, path, contentType, body } = request;
  return { host: "api", method, path, contentType, ...(method === "GET" ? {} : { body }) };
}

/**
 * The newest messages between the two numbers. Not filtered by DateSent: a message that still stands in the queue has
 * none yet, and just after an ambiguous send that is the one we look for.
 */
function toListCall(account: Account, sent: ReturnType<typeof parseForm>): TwilioCall {
  const query = new URLSearchParams({
    To: firstOf(sent, "To") ?? "",
    From: firstOf(sent, "From") ?? "",
    PageSize: String(PAGE_SIZE),
  });
  return { host: "api", method: "GET", path: `${toMessagesPath(account.values.accountSid ?? "")}?${query}` };
}

interface Wanted {
  /** undefined: nobody here knows the text. */
  body: string | undefined;
  since: number;
  /** Ids of other messages. */
  not: ReadonlySet<string> | undefined;
}

/** Looks for our text among the messages created from `since` on. Throws ChannelError when the list is no list. */
function findMessage(response: HttpResponse, { body, since, not }: Wanted): Reconciled {
  const messages = readJsonAnswer(response.body).messages;
  if (!Array.isArray(messages)) {
    throw new ChannelError("CHANNEL_UNAVAILABLE", "Twilio's message list cannot be read now.", {
      retryable: true,
    });
  }
  let reachesBack = messages.length < PAGE_SIZE;
  for (const entry of toList(messages)) {
    const message = toObject(entry);
    const createdAt = Date.parse(toText(message?.date_created) ?? "");
    if (createdAt < since) {
      reachesBack = true;
    } else if (
      createdAt >= since &&
      message?.direction === "outbound-api" &&
      not?.has(String(message.sid)) !== true
    ) {
      // Some message of ours that nobody knows: it may be this one, its callback will tell.
      if (body === undefined) return { outcome: "unknown" };
      if (isSameText(message.body, body)) {
        const providerId = toText(message.sid);
        return providerId === undefined ? { outcome: "sent" } : { outcome: "sent", providerId };
      }
    }
  }
  // A full page of newer messages: ours may stand on the next.
  return { outcome: reachesBack ? "notSent" : "unknown" };
}

/** Twilio may trim the text at its ends, and a file alone has none. */
function isSameText(kept: unknown, sent: string): boolean {
  return (typeof kept === "string" ? kept.trim() : kept === null ? "" : undefined) === sent.trim();
}
