import { createHmac, timingSafeEqual } from "node:crypto";
import { type Incoming, Refused } from "./answer";

/** Who may come in. */
export interface Access {
  /** Base64, as accounts have it. */
  key: string;
  /** Tokens of identities with the data role; the server under test may lose it. */
  tokens: Set<string>;
}

const KINDS = ["dbs", "colls", "docs", "pkranges"];
const CLOCK_TOLERANCE_MS = 15 * 60_000;

/** Throws 401 or 403; returns how the caller signed in. "Access control in Cosmos DB SQL API" (REST). */
export function checkAccess(access: Access, request: Incoming): "key" | "token" {
  const header = decodeURIComponent(request.headers.authorization ?? "");
  const parts = new Map(
    header.split("&").map((part) => [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)]),
  );
  const signature = parts.get("sig") ?? "";
  if (parts.get("type") === "aad") {
    if (access.tokens.has(signature)) return "token";
    throw new Refused(
      403,
      "Request blocked by Auth: principal does not have required RBAC permissions",
      5301,
    );
  }
  if (parts.get("type") !== "master") throw new Refused(401, "Required Header authorization is missing.");
  const date = request.headers["x-ms-date"] ?? "";
  if (!(Math.abs(Date.parse(date) - Date.now()) < CLOCK_TOLERANCE_MS))
    throw new Refused(403, "The authorization token is not valid at the current time.");
  const expected = sign(access.key, request, date);
  const given = Buffer.from(signature, "base64");
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new Refused(401, "The input authorization token can't serve the request.");
  return "key";
}

function sign(key: string, { method, path }: Incoming, date: string): Buffer {
  // An odd number of segments ends with a kind: the request is for the feed below the resource before it.
  const ends = path.length % 2 === 1;
  const kind = (ends ? path.at(-1) : path.at(-2)) ?? "";
  const link = (ends ? path.slice(0, -1) : path).join("/");
  const text = [
    method.toLowerCase(),
    KINDS.includes(kind) ? kind : "",
    link,
    date.toLowerCase(),
    "",
    "",
  ].join("\n");
  return createHmac("sha256", Buffer.from(key, "base64")).update(text, "utf8").digest();
}
