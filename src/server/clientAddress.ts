import type { IncomingMessage } from "node:http";

/**
 * Who sent a request, for the log. `hops` proxies stand in front of us: only that many entries of X-Forwarded-For,
 * counted from the right, were written by somebody we trust.
 */
export function clientAddress(request: IncomingMessage, hops: number): string {
  const own = request.socket.remoteAddress ?? "unknown";
  if (hops === 0) return own;
  const header = request.headers["x-forwarded-for"];
  const chain = [
    ...String(header ?? "")
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== ""),
    own,
  ];
  return (chain[Math.max(0, chain.length - 1 - hops)] ?? own).slice(0, 64);
}
