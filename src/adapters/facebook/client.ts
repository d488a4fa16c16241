import {
  type ChannelClient,
  type ClientPorts,
  type HttpResponse,
  type PlatformRequest,
  type SendContext,
  type SendResult,
  secretOf,
} from "../../core/channel";
import { ChannelError } from "../../core/errors";
import { toText } from "../shared/narrow";
import { readJsonAnswer } from "../shared/readJson";
import { RecentMap } from "../shared/recentMap";
import { hmac } from "../shared/signature";
import { toChannelError } from "./errors";

const TIMEOUT_MS = 10_000;
const MINUTE_MS = 60_000;

/** Sends through the Graph API with the page's token and its proof. */
export function createClient(ports: ClientPorts): ChannelClient {
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
    async send(request: PlatformRequest, context: SendContext): Promise<SendResult> {
      const { account, instance } = context;
      const token = secretOf(instance, "pageAccessToken");
      if (token === "") {
        throw new ChannelError("CHANNEL_AUTH", "The page has no access token. An admin must set it.", {
          retryable: false,
          scope: "instance",
        });
      }
      const proof = proofOf(token, secretOf(account, "applicationSecret"));
      const response = await ports.http.request({
        origin: account.apiUrl ?? ports.baseUrl,
        path: `${request.path}?appsecret_proof=${proof}`,
        method: request.method,
        // The token never stands in the URL, which proxies log.
        headers: { authorization: `Bearer ${token}`, "content-type": request.contentType },
        body: request.body,
        timeoutMs: TIMEOUT_MS,
      });
      const now = ports.clock.now();
      if (response.status >= 300) throw toChannelError(response, now);
      return toResult(response, now);
    },

    // Meta keeps no list that we may read; the echo with our message id in its metadata decides.
    reconcile: async () => ({ outcome: "unknown" }),
  };
}

function toResult(response: HttpResponse, now: number): SendResult {
  const result: SendResult = {};
  const providerId = toText(readJsonAnswer(response.body).message_id);
  if (providerId !== undefined) result.providerId = providerId;
  // Minutes until calls are allowed again; 0 in normal times (Meta: X-Business-Use-Case-Usage).
  const usage = response.headers["x-business-use-case-usage"];
  const minutes =
    usage === undefined ? null : /"estimated_time_to_regain_access"\s*:\s*([1-9]\d{0,5})/.exec(usage);
  if (minutes !== null) result.pauseUntil = now + Number(minutes[1]) * MINUTE_MS;
  return result;
}
