import type { IncomingMessage } from "node:http";

/**
 * Who sent a request, without a port: for the log, and for counting attempts to sign in. `hops` proxies stand in front of us: only that many entries of X-Forwarded-For,
 * counted from the right, were written by somebody we trust.
 */
export function clientAddress(request: IncomingMessage, hops: number): string {
  const own = request.socket.remoteAddress ?? "unknown";
  if (hops === 0) return own;
  const header = request.headers["x-forwarded-for"];
  const chain = [
    ...String(header ?? "")
      .split(",")
      .map((part) => withoutPort(part.trim()))
      .filter((part) => part !== ""),
    own,
  ];
  return (chain[Math.max(0, chain.length - 1 - hops)] ?? own).slice(0, 64);
}

/** App Service writes `1.2.3.4:61598` and `[2001:db8::1]:61598`: each connection would be somebody else. */
function withoutPort(entry: string): string {
  const v6 = /^\[([^\]]*)\](:\d+)?$/.exec(entry)?.[1];
  return v6 ?? /^([\d.]+):\d+$/.exec(entry)?.[1] ?? entry;
}
