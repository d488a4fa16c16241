import type { IncomingMessage, ServerResponse } from "node:http";
import {
  ChannelError,
  ConfigError,
  Conflict,
  type ErrorCode,
  InputError,
  messageOf,
  NotAllowed,
  NotFound,
  StoreError,
  type SwitchboardError,
  WebhookRejected,
} from "../core/errors";
import type { Log } from "../core/log";
import { correlationOf } from "./correlationHeader";

const COMMON = { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" };

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  if (body === undefined) {
    response.writeHead(status, { ...COMMON, ...headers });
    response.end();
    return;
  }
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    ...COMMON,
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": text.length,
    ...headers,
  });
  response.end(text);
}

export function sendWrongMethod(response: ServerResponse): void {
  sendJson(response, 405, {
    code: "NOT_FOUND",
    message: "This address has no such method.",
    details: null,
  });
}

const NOT_ALLOWED_STATUS: Partial<Record<ErrorCode, number>> = {
  SIGN_IN_NEEDED: 401,
  LINK_UNUSABLE: 401,
  TOO_MANY_UPLOADS: 429,
  TOO_MANY_ATTEMPTS: 429,
};

/** The HTTP status of anything thrown. */
export function statusOf(error: unknown): number {
  if (error instanceof WebhookRejected) return error.code === "WEBHOOK_BAD_SIGNATURE" ? 401 : 403;
  if (error instanceof InputError) return error.code === "INPUT_TOO_LARGE" ? 413 : 400;
  if (error instanceof NotAllowed) return NOT_ALLOWED_STATUS[error.code] ?? 403;
  if (error instanceof NotFound) return 404;
  if (error instanceof Conflict)
    return error.code === "CHANGED_MEANWHILE" ? 412 : error.code === "IF_MATCH_NEEDED" ? 428 : 409;
  if (error instanceof ChannelError) return 409;
  // An account that lacks a secret is mended by us, not by the platform: it shall send again.
  if (error instanceof ConfigError) return error.code.startsWith("CONFIG_") ? 400 : 503;
  return error instanceof StoreError ? 503 : 500;
}

/** What stands in a vault's or a body's way is told in words without secrets: whoever sees it must mend it. */
function isToldInFull(error: unknown): error is ConfigError {
  return error instanceof ConfigError && /^(VAULT|SECRET|BODY)_/.test(error.code);
}

/**
 * Answers with `{ code, message, details }`; of what is our fault it tells no more than the correlation id, by which the log
 * has the cause. The header of that name is on every answer.
 */
export function sendError(
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
  log: Log,
): void {
  const status = statusOf(error);
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const headers = headersFor(status, error);
  if (status >= 500) {
    const correlationId = correlationOf(response);
    const fields = { correlationId, method: request.method, path: pathOf(request), error: messageOf(error) };
    log.error(
      status === 500 && error instanceof Error ? { ...fields, stack: error.stack } : fields,
      "a request failed",
    );
    const code = error instanceof StoreError || error instanceof ConfigError ? error.code : "INTERNAL";
    const message =
      error instanceof StoreError || isToldInFull(error)
        ? error.message
        : "Something went wrong on our side; the log has the cause.";
    sendJson(response, status, { code, message, details: { correlationId } }, headers);
    return;
  }
  const known = error as SwitchboardError;
  sendJson(
    response,
    status,
    { code: known.code, message: known.message, details: known.details ?? null },
    headers,
  );
}

/** Whoever must wait says how long in `details.retryAfterSeconds`. */
function headersFor(status: number, error: unknown): Record<string, string> {
  if (status === 413) return { Connection: "close" };
  const details = error instanceof NotAllowed ? error.details : undefined;
  const seconds = (details as { retryAfterSeconds?: number } | undefined)?.retryAfterSeconds;
  if (seconds !== undefined) return { "Retry-After": String(seconds) };
  return status === 503 ? { "Retry-After": "2" } : {};
}

/** Path without the query, which may hold tokens. */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? "").split("?", 1)[0]?.slice(0, 200) ?? "";
}
