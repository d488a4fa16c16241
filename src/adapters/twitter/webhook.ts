import type { Account, RawRequest, WebhookReply } from "../../core/channel";
import { WebhookRejected } from "../../core/errors";
import { secretsOf } from "../shared/accountSecrets";
import { afterPrefix, hmac, isEqualBase64 } from "../shared/signature";

/**
 * Throws WebhookRejected unless X signed exactly these bytes: `x-twitter-webhooks-signature` is the HMAC-SHA256 of the
 * body under the consumer secret, in base64 (X: Webhooks, "Securing webhooks").
 */
export function verify(request: RawRequest, account: Account): void {
  const secrets = secretsOf(account, "consumerSecret");
  const given = afterPrefix(request.headers["x-twitter-webhooks-signature"], "sha256=");
  const isSigned =
    given !== undefined &&
    secrets.some((secret) => isEqualBase64(given, hmac("sha256", secret, request.body)));
  if (!isSigned) throw new WebhookRejected("WEBHOOK_BAD_SIGNATURE");
}

/** X's challenge-response check, made on registration and about hourly: proves that we know the consumer secret. */
export function challenge(request: RawRequest, account: Account): WebhookReply {
  const at = request.url.indexOf("?");
  const token = new URLSearchParams(at < 0 ? "" : request.url.slice(at + 1)).get("crc_token");
  if (token === null || token === "") return { status: 400 };
  const [newest = ""] = secretsOf(account, "consumerSecret");
  const proof = hmac("sha256", newest, token).toString("base64");
  return {
    status: 200,
    contentType: "application/json; charset=utf-8",
    body: JSON.stringify({ response_token: `sha256=${proof}` }),
  };
}

/** X wants a 2xx soon; anything else is sent again after 3, 27 and 242 s, then never. */
export function acknowledge(): WebhookReply {
  return { status: 200 };
}
