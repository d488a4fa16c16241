import { randomBytes } from "node:crypto";
import {
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
import { toId, toList, toObject, toText } from "../shared/narrow";
import { readJsonAnswer } from "../shared/readJson";
import { isVersion1 } from "./definition";
import { toChannelError } from "./errors";
import { type OAuthKeys, toAuthorization } from "./oauth";
import { toPauseUntil } from "./rates";
import { decodeEntities } from "./text";

const TIMEOUT_MS = 15_000;
/** Our clock and X's may differ, but not by so much that an equal earlier message is taken for this one. */
const CLOCK_SKEW_MS = 2_000;

/** Sends and lists direct messages with OAuth 1.0a in the handle's name. */
export function createClient(ports: ClientPorts): ChannelClient {
  function call(method: string, path: string, context: SendContext, json?: string): Promise<HttpResponse> {
    const origin = context.account.apiUrl ?? ports.baseUrl;
    const [pathname = "", query = ""] = path.split("?", 2);
    const authorization = toAuthorization(
      {
        method,
        url: origin + pathname,
        parameters: new URLSearchParams(query),
        nonce: randomBytes(16).toString("hex"),
        timestampSeconds: Math.floor(ports.clock.now() / 1000),
      },
      toKeys(context),
    );
    const headers: Record<string, string> = { authorization };
    if (json === undefined)
      return ports.http.request({ origin, path, method, headers, timeoutMs: TIMEOUT_MS });
    headers["content-type"] = "application/json";
    return ports.http.request({ origin, path, method, headers, body: json, timeoutMs: TIMEOUT_MS });
  }

  return {
    async send(request: PlatformRequest, context: SendContext): Promise<SendResult> {
      const response = await call(request.method, request.path, context, request.body);
      const body = readJsonAnswer(response.body);
      const providerId = toId(toObject(body.data)?.dm_event_id) ?? toId(toObject(body.event)?.id);
      // A 200 may hold nothing but errors.
      const isRefused =
        response.status >= 300 || (providerId === undefined && toList(body.errors).length > 0);
      const error = isRefused ? toChannelError(response, ports.clock.now()) : undefined;
      if (error !== undefined) throw error;
      const pauseUntil = toPauseUntil(response.headers);
      return {
        ...(providerId === undefined ? {} : { providerId }),
        ...(pauseUntil === undefined ? {} : { pauseUntil }),
      };
    },

    async reconcile(request: PlatformRequest, context: SendContext, sentAt: number): Promise<Reconciled> {
      const response = await call("GET", toListPath(context), context);
      if (response.status >= 300) {
        throw (
          toChannelError(response, ports.clock.now()) ??
          new ChannelError("CHANNEL_UNAVAILABLE", "X gave no list.", { retryable: true })
        );
      }
      const wanted = comparable(toSentText(request.body));
      const found = toListed(response.body).find(
        (event) =>
          context.knownIds?.has(event.id) !== true &&
          event.senderId === context.instance.externalId &&
          // Version 1.1 lists all conversations of the handle.
          (event.recipientId ?? context.customerId) === context.customerId &&
          event.at >= sentAt - CLOCK_SKEW_MS &&
          comparable(event.text) === wanted,
      );
      return found === undefined ? { outcome: "notSent" } : { outcome: "sent", providerId: found.id };
    },
  };
}

function toKeys({ account, instance }: SendContext): OAuthKeys {
  const keys = {
    consumerKey: account.values.consumerKey ?? "",
    consumerSecret: secretOf(account, "consumerSecret"),
    token: secretOf(instance, "accessToken"),
    tokenSecret: secretOf(instance, "accessTokenSecret"),
  };
  if (Object.values(keys).every((key) => key !== "")) return keys;
  throw new ChannelError(
    "CHANNEL_AUTH",
    "The account or the handle lacks a key or token. An admin must set it.",
    {
      retryable: false,
      scope: "instance",
    },
  );
}

/** Newest first in both versions. */
function toListPath({ account, customerId }: SendContext): string {
  if (isVersion1(account.values.apiFlavor)) return "/1.1/direct_messages/events/list.json?count=50";
  const fields = "dm_event.fields=id,text,sender_id,created_at&event_types=MessageCreate&max_results=50";
  return `/2/dm_conversations/with/${encodeURIComponent(customerId)}/dm_events?${fields}`;
}

interface Listed {
  id: string;
  senderId: string;
  recipientId: string | undefined;
  at: number;
  text: string;
}

function toListed(body: string): Listed[] {
  const answer = readJsonAnswer(body);
  return [...toList(answer.data), ...toList(answer.events)].flatMap((value) => {
    const event = toObject(value);
    const created = toObject(event?.message_create);
    const id = toId(event?.id);
    const senderId = toId(event?.sender_id) ?? toId(created?.sender_id);
    const text = toText(event?.text) ?? toText(toObject(created?.message_data)?.text);
    const at = Date.parse(toText(event?.created_at) ?? "") || Number(event?.created_timestamp);
    if (id === undefined || senderId === undefined || text === undefined || !(at > 0)) return [];
    return [{ id, senderId, recipientId: toId(toObject(created?.target)?.recipient_id), at, text }];
  });
}

function toSentText(body: string): string {
  const sent = readJsonAnswer(body);
  const created = toObject(toObject(sent.event)?.message_create);
  return toText(sent.text) ?? toText(toObject(created?.message_data)?.text) ?? "";
}

/** X returns texts escaped and with its own links in place of ours. */
function comparable(text: string): string {
  return decodeEntities(text)
    .replace(/https?:\/\/\S+/g, "link")
    .replace(/\s+/g, " ")
    .trim();
}
