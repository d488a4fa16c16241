import type { IncomingHttpHeaders } from "node:http";
import type { RawRequest } from "../../core/channel";
import { ConfigError, InputError } from "../../core/errors";

/** Platforms send less; Meta's escaped bodies have passed 300 KB. */
export const MAX_BODY_BYTES = 1_048_576;
/** Read this far and thrown away: a caller that is cut off while it writes sees a broken connection, not the 413. */
const MAX_DRAIN_BYTES = 4 * MAX_BODY_BYTES;

/** What we need of a request of node:http, restify or express. */
export interface NodeRequest extends AsyncIterable<Buffer | string> {
  method?: string | undefined;
  url?: string | undefined;
  /** The URL before a router cut its mount point off (express). */
  originalUrl?: string;
  headers: IncomingHttpHeaders;
  /** Set by a body parser that ran before us. */
  body?: unknown;
  rawBody?: unknown;
  readableEnded?: boolean;
}

/** What we need of a response of node:http, restify or express. */
export interface NodeResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body?: string): unknown;
}

/** Reads the whole request with its untouched bytes. Throws InputError INPUT_TOO_LARGE over 1 MB. */
export async function readRawRequest(request: NodeRequest): Promise<RawRequest> {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  const method = request.method === "GET" ? "GET" : "POST";
  return { method, url: request.originalUrl ?? request.url ?? "/", headers, body: await readBody(request) };
}

async function readBody(request: NodeRequest): Promise<Buffer> {
  for (const kept of [request.rawBody, request.body]) {
    if (Buffer.isBuffer(kept)) return kept;
    if (typeof kept === "string") return Buffer.from(kept, "utf8");
  }
  if (request.readableEnded === true && typeof request.body === "object" && request.body !== null) {
    throw new ConfigError("BODY_CONSUMED");
  }
  if (Number(request.headers["content-length"] ?? 0) > MAX_BODY_BYTES)
    throw new InputError("INPUT_TOO_LARGE");
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    size += bytes.length;
    if (size <= MAX_BODY_BYTES) chunks.push(bytes);
    else if (size > MAX_DRAIN_BYTES) break;
  }
  if (size > MAX_BODY_BYTES) throw new InputError("INPUT_TOO_LARGE");
  return Buffer.concat(chunks, size);
}
