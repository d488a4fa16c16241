import { type Account, type ClientPorts, type HttpResponse, secretOf } from "../../core/channel";
import { ChannelError } from "../../core/errors";
import { toChannelError } from "./errors";

/** Twilio's API; tests and the simulator put another in its place. */
export const TWILIO_API_URL = "https://api.twilio.com";

/** Which of Twilio's hosts answers a call (Twilio: Messaging services, Senders, Content API). */
export type TwilioHost = "api" | "messaging" | "content";

const HOST_URLS: Readonly<Record<Exclude<TwilioHost, "api">, string>> = {
  messaging: "https://messaging.twilio.com",
  content: "https://content.twilio.com",
};
const TIMEOUT_MS = 15_000;

/** One call without credentials. */
export interface TwilioCall {
  host: TwilioHost;
  method: string;
  /** Path and query. */
  path: string;
  contentType?: string;
  body?: string;
}

/** Makes a call with the account's credentials. Throws ChannelError for any answer but a success. */
export type CallTwilio = (account: Account, call: TwilioCall) => Promise<HttpResponse>;

export function createCall(ports: ClientPorts): CallTwilio {
  // Keyed by the account itself, which lives as long as its secrets may: nothing outlives a renewed token.
  const headers = new WeakMap<Account, string>();

  function authorizationOf(account: Account): string {
    let header = headers.get(account);
    if (header === undefined) {
      header = toAuthorization(account);
      headers.set(account, header);
    }
    return header;
  }

  return async (account, { host, method, path, contentType, body }) => {
    const response = await ports.http.request({
      origin: account.apiUrl ?? originOf(ports, host),
      path,
      method,
      headers: {
        authorization: authorizationOf(account),
        ...(body === undefined ? {} : { "content-type": contentType ?? "application/x-www-form-urlencoded" }),
      },
      ...(body === undefined ? {} : { body }),
      timeoutMs: TIMEOUT_MS,
    });
    // The error is made of the answer alone: the request holds the token.
    if (response.status >= 300) {
      const what = method === "POST" && path.endsWith("/Messages.json") ? "message" : "request";
      throw toChannelError(response, ports.clock.now(), what);
    }
    return response;
  };
}

/**
 * Basic authentication with account SID and auth token (Twilio: Authenticate with HTTP).
 * Throws ChannelError CHANNEL_AUTH when one of them is missing.
 */
export function toAuthorization(account: Account): string {
  const sid = account.values.accountSid ?? "";
  const token = secretOf(account, "authToken");
  if (sid === "" || token === "") {
    throw new ChannelError(
      "CHANNEL_AUTH",
      "The Twilio account has no account SID or no auth token. An admin must set it.",
      { retryable: false, scope: "instance" },
    );
  }
  return `Basic ${Buffer.from(`${sid}:${token}`).toString("base64")}`;
}

/** Path of something below the account in the 2010 API: "Messages", "IncomingPhoneNumbers/PN…". */
export function toAccountPath(accountSid: string, below: string): string {
  return `/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/${below}.json`;
}

function originOf(ports: ClientPorts, host: TwilioHost): string {
  return host === "api" ? ports.baseUrl : (ports.baseUrls?.[host] ?? HOST_URLS[host]);
}
