import type { IncomingMessage, ServerResponse } from "node:http";
import type { RawRequest, WebhookReply } from "../core/channel";
import { messageOf, WebhookRejected } from "../core/errors";
import type { Log } from "../core/log";
import { readBody } from "./body";
import { clientAddress } from "./clientAddress";
import { pathOf, sendError } from "./respond";

/** The pipeline's door. Both throw WebhookRejected, NotFound or StoreError. */
export interface WebhookReceiver {
  challenge(provider: string, accountId: string, request: RawRequest): Promise<WebhookReply>;
  receive(provider: string, accountId: string, request: RawRequest): Promise<WebhookReply>;
}

/** Escaped non-ASCII text makes real Facebook bodies large; a smaller cap would break their signatures. */
const LIMIT_BYTES = 1024 * 1024;

/** webhook: raw bytes in, the platform's answer out; the bytes are handed on untouched. */
export function webhookHandler(receiver: WebhookReceiver, log: Log, trustProxyHops: number) {
  return async (
    request: IncomingMessage,
    response: ServerResponse,
    provider: string,
    accountId: string,
  ): Promise<void> => {
    try {
      const raw: RawRequest = {
        method: request.method === "GET" ? "GET" : "POST",
        url: request.url ?? "/",
        headers: toHeaders(request),
        body: request.method === "GET" ? Buffer.alloc(0) : await readBody(request, LIMIT_BYTES),
      };
      const reply =
        raw.method === "GET"
          ? await receiver.challenge(provider, accountId, raw)
          : await receiver.receive(provider, accountId, raw);
      send(response, reply);
    } catch (error) {
      if (error instanceof WebhookRejected) logRefusal(log, request, accountId, error, trustProxyHops);
      sendError(request, response, withoutHint(error), log);
    }
  };
}

function send(response: ServerResponse, { status, contentType, body = "" }: WebhookReply): void {
  const headers: Record<string, string | number> = { "Content-Length": Buffer.byteLength(body) };
  if (contentType !== undefined) headers["Content-Type"] = contentType;
  if (status === 204) delete headers["Content-Length"];
  response.writeHead(status, headers);
  response.end(body);
}

function toHeaders(request: IncomingMessage): RawRequest["headers"] {
  const headers: Record<string, string | undefined> = Object.create(null) as Record<
    string,
    string | undefined
  >;
  for (const [name, value] of Object.entries(request.headers))
    headers[name] = Array.isArray(value) ? value.join(", ") : value;
  return headers;
}

function logRefusal(
  log: Log,
  request: IncomingMessage,
  accountId: string,
  error: WebhookRejected,
  hops: number,
): void {
  log.warn(
    {
      accountId,
      from: clientAddress(request, hops),
      code: error.code,
      path: pathOf(request),
      details: error.details,
      reason: messageOf(error),
    },
    "a webhook was refused",
  );
}

/** Whoever forges webhooks learns nothing of what was expected. */
function withoutHint(error: unknown): unknown {
  return error instanceof WebhookRejected
    ? new WebhookRejected(error.code, "The webhook was refused.")
    : error;
}
