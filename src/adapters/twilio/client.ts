import {
  type Account,
  type ChannelClient,
  type ClientPorts,
  type HttpResponse,
  type PlatformRequest,
  type Reconciled,
  type SendContext,
  type SendResult,
  secretOf,
} from "../../core/channel";
import { ChannelError } from "../../core/errors";
import { toList, toObject, toText } from "../shared/narrow";
import { readJsonAnswer } from "../shared/readJson";
import { toChannelError } from "./errors";
import { toMessagesPath } from "./outbound";
import { firstOf, parseForm } from "./wire";

/** Twilio's API; tests and the simulator put another in its place. */
export const TWILIO_API_URL = "https://api.twilio.com";

const TIMEOUT_MS = 15_000;
/** Twilio's clock and ours may differ, and it dates messages to the second. */
const CLOCK_SLACK_MS = 2_000;
const PAGE_SIZE = 50;

/** Sends through the Messages resource (Twilio: Create a Message resource). */
export function createClient(ports: ClientPorts): ChannelClient {
  // Keyed by the account itself, which lives as long as its secrets may: nothing outlives a renewed token.
  const headers = new WeakMap<Account, string>();

  function authorizationOf(account: Account): string {
    let header = headers.get(account);
    if (header === undefined) {
      header = toAuthorization(account);
      headers.set(account, header);
    }
    return header;
  }

  async function call(account: Account, request: PlatformRequest): Promise<HttpResponse> {
    const response = await ports.http.request({
      origin: account.apiUrl ?? ports.baseUrl,
      path: request.path,
      method: request.method,
      headers:
        request.method === "GET"
          ? { authorization: authorizationOf(account) }
          : { authorization: authorizationOf(account), "content-type": request.contentType },
      ...(request.method === "GET" ? {} : { body: request.body }),
      timeoutMs: TIMEOUT_MS,
    });
    // The error is made of the answer alone: the request holds the token.
    if (response.status >= 300) throw toChannelError(response, ports.clock.now());
    return response;
  }

  return {
    async send(request: PlatformRequest, { account }: SendContext): Promise<SendResult> {
      const response = await call(account, request);
      // Taken, even if something on the way garbled the answer: sending again would double it.
      const providerId = toText(readJsonAnswer(response.body).sid);
      return providerId === undefined ? {} : { providerId };
    },

    async reconcile(request: PlatformRequest, context: SendContext, sentAt: number): Promise<Reconciled> {
      const sent = parseForm(request.body);
      const response = await call(context.account, toListRequest(context.account, sent));
      const wanted = {
        body: firstOf(sent, "Body") ?? "",
        since: sentAt - CLOCK_SLACK_MS,
        not: context.knownIds,
      };
      return findMessage(response, wanted);
    },
  };
}

/**
 * The newest messages between the two numbers. Not filtered by DateSent: a message that still stands in the queue has
 * none yet, and just after an ambiguous send that is the one we look for.
 */
function toListRequest(account: Account, sent: ReturnType<typeof parseForm>): PlatformRequest {
  const query = new URLSearchParams({
    To: firstOf(sent, "To") ?? "",
    From: firstOf(sent, "From") ?? "",
    PageSize: String(PAGE_SIZE),
  });
  return {
    method: "GET",
    path: `${toMessagesPath(account.values.accountSid ?? "")}?${query}`,
    contentType: "application/x-www-form-urlencoded",
    body: "",
  };
}

interface Wanted {
  body: string;
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
      not?.has(String(message.sid)) !== true &&
      isSameText(message.body, body)
    ) {
      const providerId = toText(message.sid);
      return providerId === undefined ? { outcome: "sent" } : { outcome: "sent", providerId };
    }
  }
  // A full page of newer messages: ours may stand on the next.
  return { outcome: reachesBack ? "notSent" : "unknown" };
}

/** Twilio may trim the text at its ends. */
function isSameText(kept: unknown, sent: string): boolean {
  return typeof kept === "string" && kept.trim() === sent.trim();
}

function toAuthorization(account: Account): string {
  const sid = account.values.accountSid ?? "";
  const token = secretOf(account, "authToken");
  if (sid === "" || token === "") {
    throw new ChannelError(
      "CHANNEL_AUTH",
      "The Twilio account has no account SID or no auth token. An admin must set it.",
      { retryable: false, scope: "instance" },
    );
  }
  return `Basic ${Buffer.from(`${sid}:${token}`).toString("base64")}`;
}
