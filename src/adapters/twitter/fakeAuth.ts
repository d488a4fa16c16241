import { type Account, type Instance, secretOf } from "../../core/channel";
import type { Clock } from "../../core/clock";
import type { FakeAnswer, FakeCall } from "../shared/fakePlatform";
import { isVersion1 } from "./definition";
import { percentEncode, toSignature } from "./oauth";

/** X refuses calls whose time is further off. */
const MAX_AGE_SECONDS = 300;

/** The handle whose tokens signed the call; undefined when none did so rightly. */
export function findSigner(
  call: FakeCall,
  url: URL,
  { account, clock }: { account: Account; clock: Clock },
): Instance | undefined {
  const given = new Map<string, string>();
  const header = call.headers.authorization ?? "";
  if (!header.startsWith("OAuth ")) return undefined;
  for (const [, name = "", value = ""] of header.matchAll(/([a-z_]+)="([^"]*)"/g)) {
    given.set(name, decodeURIComponent(value));
  }
  const signature = given.get("oauth_signature");
  given.delete("oauth_signature");
  const handle = account.instances.find((one) => secretOf(one, "accessToken") === given.get("oauth_token"));
  const ageSeconds = Math.abs(clock.now() / 1000 - Number(given.get("oauth_timestamp")));
  const isKnown =
    given.get("oauth_consumer_key") === account.values.consumerKey && ageSeconds < MAX_AGE_SECONDS;
  if (handle === undefined || !isKnown) return undefined;
  const signed = {
    method: call.method,
    url: `http://${call.headers.host}${url.pathname}`,
    parameters: [...url.searchParams, ...formOf(call)],
  };
  const keys = {
    consumerSecret: secretOf(account, "consumerSecret"),
    tokenSecret: secretOf(handle, "accessTokenSecret"),
  };
  return toSignature(signed, given, keys) === signature ? handle : undefined;
}

/** Fields of a form; only these of all bodies are signed. */
export function formOf(call: FakeCall): URLSearchParams {
  const isForm = (call.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded");
  return new URLSearchParams(isForm ? call.body : "");
}

/** `POST /oauth2/token`: the application's bearer token for its key and secret. */
export function giveBearer(call: FakeCall, account: Account): FakeAnswer {
  const pair = [account.values.consumerKey ?? "", secretOf(account, "consumerSecret")].map(percentEncode);
  const basic = `Basic ${Buffer.from(pair.join(":")).toString("base64")}`;
  const isRight =
    call.headers.authorization === basic && formOf(call).get("grant_type") === "client_credentials";
  if (!isRight)
    return { status: 403, body: { errors: [{ code: 99, message: "Unable to verify your credentials" }] } };
  return { status: 200, body: { token_type: "bearer", access_token: bearerOf(account) } };
}

export function isApplication(call: FakeCall, account: Account): boolean {
  return call.headers.authorization === `Bearer ${bearerOf(account)}`;
}

const bearerOf = (account: Account): string => `AAAA${Buffer.from(account.id).toString("hex")}`;

/** A refusal in the words of the version that the path belongs to, or the account's where there is no path. */
export function refuse(about: Account | string, status: number, code: number, message: string): FakeAnswer {
  const isOld = typeof about === "string" ? about.startsWith("/1.1/") : isVersion1(about.values.apiFlavor);
  if (isOld) return { status, body: { errors: [{ code, message }] } };
  return { status, body: { title: TITLES[status] ?? "Error", type: "about:blank", status, detail: message } };
}

export function invalid(message: string): FakeAnswer {
  const type = "https://api.twitter.com/2/problems/invalid-request";
  return { status: 400, body: { title: "Invalid Request", type, detail: message, errors: [{ message }] } };
}

const TITLES: Readonly<Record<number, string>> = {
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

const VERSION_1_CODES: Readonly<Record<number, number>> = { 401: 89, 403: 349, 429: 88, 500: 131, 503: 130 };

export function errorBody(account: Account, status: number): unknown {
  return refuse(account, status, VERSION_1_CODES[status] ?? 131, TITLES[status] ?? "Error").body;
}
