import { randomBytes } from "node:crypto";
import {
  type Account,
  type ClientPorts,
  type HttpResponse,
  type Instance,
  secretOf,
} from "../../core/channel";
import { ChannelError } from "../../core/errors";
import { toText } from "../shared/narrow";
import { readJsonAnswer } from "../shared/readJson";
import { toLookError } from "./errors";
import { type OAuthKeys, percentEncode, toAuthorization } from "./oauth";

const TIMEOUT_MS = 15_000;

/** One call of X's API. At most one of `json`, `form`, `raw`. */
export interface Call {
  method: string;
  /** Path and query. */
  path: string;
  json?: string;
  /** Fields of a form; they are signed. */
  form?: Readonly<Record<string, string>>;
  raw?: { contentType: string; body: Buffer };
  timeoutMs?: number;
}

/** Whose keys sign. */
export interface Holder {
  account: Account;
  instance: Instance;
}

/** Calls with either of X's credentials. Each throws ChannelError when X cannot be reached or a key is missing. */
export interface Calls {
  /** OAuth 1.0a in the handle's name. */
  asHandle(call: Call, holder: Holder): Promise<HttpResponse>;
  /** OAuth 2.0 of the application alone, with the token of `fetchBearer`. */
  asApp(call: Call, account: Account, bearer: string): Promise<HttpResponse>;
  /** The application's bearer token; throws CHANNEL_AUTH when X refuses key and secret. */
  fetchBearer(account: Account): Promise<string>;
  /** The Authorization header of one GET by the handle; `url` with its query. */
  signGet(url: URL, holder: Holder): string;
}

export function createCalls(ports: ClientPorts): Calls {
  function sign(method: string, url: URL, form: Call["form"], holder: Holder): string {
    return toAuthorization(
      {
        method,
        url: url.origin + url.pathname,
        parameters: [...url.searchParams, ...Object.entries(form ?? {})],
        nonce: randomBytes(16).toString("hex"),
        timestampSeconds: Math.floor(ports.clock.now() / 1000),
      },
      toKeys(holder),
    );
  }

  function request(call: Call, account: Account, authorization: string): Promise<HttpResponse> {
    const origin = account.apiUrl ?? ports.baseUrl;
    const { method, path, timeoutMs = TIMEOUT_MS } = call;
    const headers: Record<string, string> = { authorization };
    const body = toBody(call);
    if (body === undefined) return ports.http.request({ origin, path, method, headers, timeoutMs });
    headers["content-type"] = body.contentType;
    return ports.http.request({ origin, path, method, headers, body: body.body, timeoutMs });
  }

  return {
    asHandle(call, holder) {
      const url = new URL((holder.account.apiUrl ?? ports.baseUrl) + call.path);
      return request(call, holder.account, sign(call.method, url, call.form, holder));
    },
    asApp: (call, account, bearer) => request(call, account, `Bearer ${bearer}`),
    async fetchBearer(account) {
      const key = percentEncode(account.values.consumerKey ?? "");
      const basic = Buffer.from(`${key}:${percentEncode(secretOf(account, "consumerSecret"))}`);
      const form = { grant_type: "client_credentials" };
      const call: Call = { method: "POST", path: "/oauth2/token", form };
      const response = await request(call, account, `Basic ${basic.toString("base64")}`);
      const token = toText(readJsonAnswer(response.body).access_token);
      if (response.status === 200 && token !== undefined && token !== "") return token;
      throw toLookError(response, ports.clock.now());
    },
    signGet: (url, holder) => sign("GET", url, undefined, holder),
  };
}

function toBody({ json, form, raw }: Call): { contentType: string; body: string | Buffer } | undefined {
  if (raw !== undefined) return raw;
  if (json !== undefined) return { contentType: "application/json", body: json };
  if (form === undefined) return undefined;
  // As it was signed: a form's "+" for a space is another text.
  const fields = Object.entries(form).map(
    ([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`,
  );
  return { contentType: "application/x-www-form-urlencoded", body: fields.join("&") };
}

function toKeys({ account, instance }: Holder): OAuthKeys {
  const keys = {
    consumerKey: account.values.consumerKey ?? "",
    consumerSecret: secretOf(account, "consumerSecret"),
    token: secretOf(instance, "accessToken"),
    tokenSecret: secretOf(instance, "accessTokenSecret"),
  };
  if (Object.values(keys).every((key) => key !== "")) return keys;
  throw new ChannelError(
    "CHANNEL_AUTH",
    "The account or the handle lacks a key or token. An admin must set it.",
    {
      retryable: false,
      scope: "instance",
    },
  );
}
