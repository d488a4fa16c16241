import type { Http } from "../../core/channel";
import { type Account, type HttpResponse, type Instance, secretOf } from "../../core/channel";
import type { Clock } from "../../core/clock";
import { ChannelError } from "../../core/errors";
import type { Json } from "../shared/narrow";
import { readJsonAnswer } from "../shared/readJson";
import { RecentMap } from "../shared/recentMap";
import { hmac } from "../shared/signature";
import { GRAPH_VERSION } from "./definition";
import { toChannelError } from "./errors";

const TIMEOUT_MS = 10_000;

/** One call of the Graph API: in a page's name, or with the application's own token. */
export interface GraphCall {
  method: "GET" | "POST";
  /** Below the host, with the version: "/v26.0/101/messages". */
  path: string;
  account: Account;
  /** The page in whose name; left out, the application speaks for itself. */
  page?: Instance;
  query?: Readonly<Record<string, string>>;
  body?: string;
  contentType?: "application/json" | "application/x-www-form-urlencoded";
  timeoutMs?: number;
}

export interface Graph {
  /** Throws ChannelError for every answer but a success. */
  call(call: GraphCall): Promise<{ response: HttpResponse; answer: Json }>;
}

/** "/v26.0/…" in the version that the account names. */
export function toGraphPath(account: Account, ...parts: string[]): string {
  const version = account.values.graphVersion || GRAPH_VERSION;
  return `/${[version, ...parts.map(encodeURIComponent)].join("/")}`;
}

/** Calls with their credentials: a page's token with its proof, or "application id|secret". */
export function createGraph(ports: { http: Http; baseUrl: string; clock: Clock }): Graph {
  const proofs = new RecentMap<string>(200);

  /** HMAC-SHA256 of the token under the app secret, in hexadecimal (Meta: Securing Graph API requests). */
  function proofOf(token: string, secret: string): string {
    const key = `${token} ${secret}`;
    let proof = proofs.get(key);
    if (proof === undefined) {
      proof = hmac("sha256", secret, token).toString("hex");
      proofs.set(key, proof);
    }
    return proof;
  }

  return {
    async call({ method, path, account, page, query = {}, body, contentType, timeoutMs = TIMEOUT_MS }) {
      const secret = secretOf(account, "applicationSecret");
      const token = page === undefined ? `${account.values.applicationId}|${secret}` : tokenOf(page);
      const search = new URLSearchParams(query);
      // The application's own token holds the secret: it needs no proof.
      if (page !== undefined) search.set("appsecret_proof", proofOf(token, secret));
      const response = await ports.http.request({
        origin: account.apiUrl ?? ports.baseUrl,
        path: search.size === 0 ? path : `${path}?${search}`,
        method,
        // The token never stands in the URL, which proxies log.
        headers: {
          authorization: `Bearer ${token}`,
          ...(contentType === undefined ? {} : { "content-type": contentType }),
        },
        ...(body === undefined ? {} : { body }),
        timeoutMs,
      });
      if (response.status >= 300) throw toChannelError(response, ports.clock.now());
      return { response, answer: readJsonAnswer(response.body) };
    },
  };
}

function tokenOf(page: Instance): string {
  const token = secretOf(page, "pageAccessToken");
  if (token !== "") return token;
  throw new ChannelError("CHANNEL_AUTH", "The page has no access token. An admin must set it.", {
    retryable: false,
    scope: "instance",
  });
}
