import { lookup } from "node:dns/promises";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { isIP, type LookupFunction, connect as netConnect, type Socket } from "node:net";
import { connect as tlsConnect } from "node:tls";
import type { MediaRequest } from "../core/channel";
import { isPublicAddress } from "./addresses";
import { refused, unavailable } from "./mediaFault";

/** All IP addresses of a host name; rejects when there are none. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

/** Where to connect to; `addresses` are checked, and no other may be used. */
export interface Target {
  hostname: string;
  port: number;
  /** TLS, with a certificate for `hostname`. */
  secure: boolean;
  addresses: readonly string[];
}
export type Connect = (target: Target) => Socket;

export const resolveAll: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true })).map(({ address }) => address);

/** Connects to one of the addresses; the name is never looked up again, so it cannot come to mean another. */
export const connectTo: Connect = ({ hostname, port, secure, addresses }) => {
  const known = addresses.map((address) => ({ address, family: isIP(address) }));
  const pinned: LookupFunction = (_name, options, done) => {
    if (options.all === true) done(null, known);
    else done(null, known[0]?.address ?? "", known[0]?.family);
  };
  const target = { host: hostname, port, lookup: pinned, autoSelectFamily: true };
  if (!secure) return netConnect(target);
  return tlsConnect({ ...target, ...(isIP(hostname) === 0 ? { servername: hostname } : {}) });
};

export interface Hop {
  headers: Readonly<Record<string, string>>;
  request: MediaRequest;
  resolve: Resolve;
  connect: Connect;
  signal: AbortSignal;
}

/** One GET, without following anything; throws ChannelError unless the URL may be asked. */
export async function ask(url: URL, hop: Hop): Promise<IncomingMessage> {
  const trusted = isTrusted(url, hop.request.trustedOrigin);
  if (!trusted) needAllowed(url, hop.request.hosts);
  const addresses = await addressesOf(url, hop);
  // One private address among public ones is an attempt, not a mistake.
  if (!trusted && !addresses.every(isPublicAddress))
    throw refused("The link to the file leads to a private address; it is not fetched.", {
      details: { host: url.hostname },
    });
  return exchange(url, hop, () => hop.connect(targetOf(url, addresses)));
}

/** Where a connection for `url` goes, once its addresses are known. */
export function targetOf(url: URL, addresses: readonly string[]): Target {
  const secure = url.protocol === "https:";
  const port = url.port === "" ? (secure ? 443 : 80) : Number(url.port);
  return { hostname: hostnameOf(url), port, secure, addresses };
}

/** Brackets are a URL's way to write an IPv6 address, not a part of it. */
const hostnameOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, "");

function isTrusted(url: URL, origin: string | undefined): boolean {
  return origin !== undefined && URL.canParse(origin) && url.origin === new URL(origin).origin;
}

function needAllowed(url: URL, hosts: readonly string[]): void {
  const details = { host: url.hostname };
  if (url.protocol !== "https:")
    throw refused("The link to the file is not an https address; it is not fetched.", { details });
  const allowed = url.port === "" && url.username === "" && url.password === "";
  if (!allowed || !hosts.some((host) => isHost(url.hostname, host.toLowerCase())))
    throw refused("The link to the file leads to a place that is not the platform's; it is not fetched.", {
      details,
    });
}

/** "api.twilio.com" is itself alone; ".fbcdn.net" is fbcdn.net and all below it. */
const isHost = (hostname: string, allowed: string): boolean =>
  allowed.startsWith(".")
    ? hostname === allowed.slice(1) || hostname.endsWith(allowed)
    : hostname === allowed;

/** All addresses of a URL's host, looked up once. Throws ChannelError when there are none, or what ended `signal`. */
export async function addressesOf(
  url: URL,
  { resolve, signal }: Pick<Hop, "resolve" | "signal">,
): Promise<readonly string[]> {
  const hostname = hostnameOf(url);
  if (isIP(hostname) !== 0) return [hostname];
  const addresses = await orAborted(resolve(hostname), signal).catch((error) => {
    throw unavailable("The platform's file server cannot be found.", error);
  });
  if (addresses.length === 0) throw unavailable("The platform's file server cannot be found.");
  return addresses;
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** One request over a connection of its own, following nothing; a GET when `body` is left out, else a POST. */
export function exchange(
  url: URL,
  { headers, body, signal }: Pick<Hop, "headers" | "signal"> & { body?: string },
  connect: () => Socket,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = {
      method: body === undefined ? "GET" : "POST",
      host: url.hostname,
      path: `${url.pathname}${url.search}`,
      headers: {
        ...headers,
        Host: url.host,
        Accept: "*/*",
        "Accept-Encoding": "identity",
        "User-Agent": "Switchboard",
      },
      createConnection: connect,
      signal,
    };
    // Also for TLS: the socket has it, and an agent would connect by itself.
    const call = httpRequest(options, resolve);
    call.on("error", reject);
    call.end(body);
  });
}
