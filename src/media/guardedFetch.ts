import type { IncomingMessage } from "node:http";
import type { Duplex, Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { MediaRequest } from "../core/channel";
import type { Clock } from "../core/clock";
import { ChannelError } from "../core/errors";
import { MAX_MEDIA_BYTES } from "../core/media";
import { settleContentType } from "./contentType";
import { nameInDisposition, nameInUrl } from "./fileName";
import { ask, type Connect, connectTo, type Resolve, resolveAll } from "./guardedHop";
import { refused, unavailable } from "./mediaFault";

export interface GuardedFetchOptions {
  clock: Clock;
  /** All addresses of a host name; the system's own look-up when left out. */
  resolve?: Resolve;
  /** Opens a connection to one of `addresses`; for tests, since nothing local is ever public. */
  connect?: Connect;
  /** Largest file in bytes; MAX_MEDIA_BYTES when left out. */
  maxBytes?: number;
  /** For everything together: names, connections, redirects, the last byte. 30 s when left out. */
  timeoutMs?: number;
}

export interface FetchedMedia {
  /** By the first bytes, not as the other side says. */
  contentType: string;
  /** Safe to show and to save under. */
  name?: string;
  content: Buffer;
}

/**
 * Fetches what a customer sent, from nowhere but where `request` allows. Throws ChannelError with words for the agent:
 * CHANNEL_UNAVAILABLE, retryable (5xx, 404, 408, 429, time-outs, broken connections; a file may be there some seconds
 * later), or CHANNEL_REFUSED, final (a foreign host, a private address, a redirect loop, too large, empty).
 */
export type FetchMedia = (request: MediaRequest) => Promise<FetchedMedia>;

const TIMEOUT_MS = 30_000;
const MAX_REDIRECTS = 4;
/** 404: Twilio may answer so right after its webhook. */
const RETRYABLE = new Set([404, 408, 425, 429]);

/** The one way out to addresses that other people's messages name. */
export function createGuardedFetch(options: GuardedFetchOptions): FetchMedia {
  const { clock, maxBytes = MAX_MEDIA_BYTES, timeoutMs = TIMEOUT_MS } = options;
  const ways = { resolve: options.resolve ?? resolveAll, connect: options.connect ?? connectTo };

  return async (request) => {
    const late = new AbortController();
    const cancel = clock.after(timeoutMs, () => late.abort());
    try {
      const { url, response } = await follow(request, ways, late.signal);
      const content = await readAll(response, maxBytes, clock, late.signal);
      const name = nameInDisposition(response.headers["content-disposition"]) ?? nameInUrl(url);
      const contentType = settleContentType(response.headers["content-type"], content);
      return { contentType, content, ...(name === undefined ? {} : { name }) };
    } catch (error) {
      if (late.signal.aborted)
        throw unavailable(`The file did not arrive within ${timeoutMs / 1000} s.`, error);
      throw error instanceof ChannelError ? error : unavailable("The connection for the file broke.", error);
    } finally {
      cancel();
      // Ends whatever is still open: a body that nobody reads, a look-up that nobody waits for.
      late.abort();
    }
  };
}

/** The last stop of a chain of redirects, each checked like the first. */
async function follow(
  request: MediaRequest,
  ways: { resolve: Resolve; connect: Connect },
  signal: AbortSignal,
): Promise<{ url: URL; response: IncomingMessage }> {
  let url = toUrl(request.url);
  const home = url.origin;
  let headers = request.headers;
  const seen = new Set<string>();
  for (;;) {
    // Never again, once left: a redirect back could be somebody else's idea.
    if (url.origin !== home) headers = {};
    seen.add(url.href);
    const response = await ask(url, { headers, request, ...ways, signal });
    const target = redirectOf(response);
    if (target === undefined) return { url, response };
    response.destroy();
    url = toUrl(target, url);
    if (seen.has(url.href)) throw refused("The link to the file leads in a circle.");
    if (seen.size > MAX_REDIRECTS) throw refused("The link to the file is passed on too often.");
  }
}

function redirectOf({ statusCode = 0, headers }: IncomingMessage): string | undefined {
  return [301, 302, 303, 307, 308].includes(statusCode) ? (headers.location ?? "") : undefined;
}

function toUrl(text: string, base?: URL): URL {
  if (text !== "" && URL.canParse(text, base?.href)) return new URL(text, base);
  throw refused("The link to the file cannot be read.");
}

/** The body of a 200, whole. */
async function readAll(
  response: IncomingMessage,
  maxBytes: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<Buffer> {
  needSuccess(response, clock);
  const tooLarge = () => refused(`The file is larger than ${Math.floor(maxBytes / 1024 / 1024)} MB.`);
  if (Number(response.headers["content-length"] ?? 0) > maxBytes) throw tooLarge();
  const parts: Buffer[] = [];
  let size = 0;
  const body = unpacked(response);
  const stop = () => body.destroy(new Error("expired"));
  signal.addEventListener("abort", stop);
  try {
    // Counted after unpacking, so a small bomb of an archive gets no further than a large file.
    for await (const part of body as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > maxBytes) throw tooLarge();
      parts.push(part);
    }
  } finally {
    signal.removeEventListener("abort", stop);
  }
  if (size === 0) throw refused("The file is empty.");
  return Buffer.concat(parts);
}

const UNPACK = new Map<string, () => Duplex>([
  ["gzip", createGunzip],
  ["x-gzip", createGunzip],
  ["deflate", createInflate],
  ["br", createBrotliDecompress],
]);

/** We ask for nothing packed, yet some stores send what they were given. */
function unpacked(response: IncomingMessage): Readable {
  const coding = (response.headers["content-encoding"] ?? "identity").trim().toLowerCase();
  if (coding === "identity" || coding === "") return response;
  const unpack = UNPACK.get(coding)?.();
  if (unpack === undefined) throw refused("The file is packed in a way that is not known here.");
  response.on("error", (error) => unpack.destroy(error));
  unpack.on("close", () => response.destroy());
  return response.pipe(unpack);
}

function needSuccess({ statusCode = 0, headers }: IncomingMessage, clock: Clock): void {
  if (statusCode === 200) return;
  const platformCode = String(statusCode);
  if (statusCode >= 500 || RETRYABLE.has(statusCode)) {
    const waitMs = waitOf(headers["retry-after"], clock.now());
    throw unavailable(`The file cannot be fetched now (HTTP ${statusCode}).`, undefined, {
      platformCode,
      ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
    });
  }
  const why =
    statusCode === 401 || statusCode === 403
      ? "The platform does not hand over the file; its link may have expired"
      : "The platform does not have the file";
  throw refused(`${why} (HTTP ${statusCode}).`, { platformCode });
}

/** Retry-After in seconds or as a date, at most an hour. */
function waitOf(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), 3_600_000) : undefined;
}
