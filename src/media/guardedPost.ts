import type { IncomingMessage } from "node:http";
import type { Clock } from "../core/clock";
import { SwitchboardError } from "../core/errors";
import { isPublicAddress } from "./addresses";
import {
  addressesOf,
  type Connect,
  connectTo,
  exchange,
  type Resolve,
  resolveAll,
  targetOf,
} from "./guardedHop";

export interface GuardedPostOptions {
  clock: Clock;
  /** Private addresses are refused unless this allows them. */
  allowsPrivate(url: URL): boolean;
  /** All addresses of a host name; the system's own look-up when left out. */
  resolve?: Resolve;
  /** Opens a connection to one of `addresses`; for tests, since nothing local is ever public. */
  connect?: Connect;
}

export interface GuardedPostRequest {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** For everything together: names, connection, the answer's last byte. */
  timeoutMs: number;
}

export interface PostAnswer {
  status: number;
  retryAfter?: string;
}

/** Nobody reads it: a receiver that says more is cut short. */
const MOST_ANSWER_BYTES = 64 * 1024;

/** Posts to an address that an admin named: never through a redirect. Throws SwitchboardError WEBHOOK_UNDELIVERED. */
export function createGuardedPost(options: GuardedPostOptions) {
  const { clock, resolve = resolveAll, connect = connectTo } = options;

  return async ({ url: text, headers, body, timeoutMs }: GuardedPostRequest): Promise<PostAnswer> => {
    const late = new AbortController();
    const cancel = clock.after(timeoutMs, () => late.abort());
    const url = new URL(text);
    try {
      const addresses = await addressesOf(url, { resolve, signal: late.signal });
      if (!addresses.every(isPublicAddress) && !options.allowsPrivate(url)) throw privateAddress(url);
      const hop = { headers, body, signal: late.signal };
      const response = await exchange(url, hop, () => connect(targetOf(url, addresses)));
      await readAway(response);
      const retryAfter = response.headers["retry-after"];
      return { status: response.statusCode ?? 0, ...(retryAfter === undefined ? {} : { retryAfter }) };
    } catch (error) {
      if (error instanceof SwitchboardError && error.code === "WEBHOOK_UNDELIVERED") throw error;
      const why = late.signal.aborted ? `did not answer within ${timeoutMs / 1000} s` : reasonOf(error);
      throw undelivered(`${url.host} ${why}.`, error);
    } finally {
      cancel();
      late.abort();
    }
  };
}

/** The answer counts when it is whole: one that breaks off may come of a receiver that fell over. */
async function readAway(response: IncomingMessage): Promise<void> {
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MOST_ANSWER_BYTES) return;
  }
}

const undelivered = (message: string, cause?: unknown): SwitchboardError =>
  new SwitchboardError("WEBHOOK_UNDELIVERED", message, { cause });

const privateAddress = (url: URL): SwitchboardError =>
  undelivered(
    `${url.host} is a private address, which production does not reach; allow it in SWITCHBOARD_WEBHOOK_HOSTS.`,
  );

/** Codes and words of Node, or of ours when the name means nothing. */
function reasonOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  if (code === "CHANNEL_UNAVAILABLE") return "cannot be found";
  return `cannot be reached (${typeof code === "string" ? code : "the connection broke"})`;
}
