import { createHmac } from "node:crypto";

/** What a call is signed with: OAuth 1.0a user context (X: Authentication, "Creating a signature"). */
export interface OAuthKeys {
  consumerKey: string;
  consumerSecret: string;
  token: string;
  tokenSecret: string;
}

export interface OAuthCall {
  method: string;
  /** Scheme, host and path, without the query. */
  url: string;
  /** Query, and the fields of a form body; JSON bodies are not signed. */
  parameters: Iterable<[string, string]>;
  nonce: string;
  timestampSeconds: number;
}

/** The Authorization header of a call. */
export function toAuthorization(call: OAuthCall, keys: OAuthKeys): string {
  const oauth: [string, string][] = [
    ["oauth_consumer_key", keys.consumerKey],
    ["oauth_nonce", call.nonce],
    ["oauth_signature_method", "HMAC-SHA1"],
    ["oauth_timestamp", String(call.timestampSeconds)],
    ["oauth_token", keys.token],
    ["oauth_version", "1.0"],
  ];
  const signature = toSignature(call, oauth, keys);
  const header = [...oauth, ["oauth_signature", signature] as const];
  return `OAuth ${header.map(([name, value]) => `${name}="${percentEncode(value)}"`).join(", ")}`;
}

/** Base64 HMAC-SHA1 over method, URL and all parameters in the order of their encoded names. */
export function toSignature(
  call: Pick<OAuthCall, "method" | "url" | "parameters">,
  oauth: Iterable<[string, string]>,
  keys: Pick<OAuthKeys, "consumerSecret" | "tokenSecret">,
): string {
  const pairs: string[] = [];
  for (const [name, value] of oauth) pairs.push(`${percentEncode(name)}=${percentEncode(value)}`);
  for (const [name, value] of call.parameters) pairs.push(`${percentEncode(name)}=${percentEncode(value)}`);
  // "=" sorts above some characters of longer names, so names and values are compared apart.
  pairs.sort(compareEncoded);
  const base = `${call.method.toUpperCase()}&${percentEncode(call.url)}&${percentEncode(pairs.join("&"))}`;
  const key = `${percentEncode(keys.consumerSecret)}&${percentEncode(keys.tokenSecret)}`;
  return createHmac("sha1", key).update(base).digest("base64");
}

/** RFC 3986: encodeURIComponent leaves five characters that OAuth wants encoded. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (unit) => `%${unit.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function compareEncoded(left: string, right: string): number {
  const [leftName = "", leftValue = ""] = left.split("=");
  const [rightName = "", rightValue = ""] = right.split("=");
  if (leftName !== rightName) return leftName < rightName ? -1 : 1;
  return leftValue < rightValue ? -1 : leftValue > rightValue ? 1 : 0;
}
