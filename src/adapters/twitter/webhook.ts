import type { Account, RawRequest, WebhookReply } from "../../core/channel";
import { WebhookRejected } from "../../core/errors";
import { secretsOf } from "../shared/accountSecrets";
import { afterPrefix, hmac, isEqualBase64 } from "../shared/signature";

/**
 * The check below signs any text that a stranger asks for, with the secret that signs webhooks. So the two must have no
 * text in common: a webhook is a JSON object and has a brace, a token of X's is letters and digits and has none.
 */
const BRACE = "{";

/**
 * Throws WebhookRejected unless X signed exactly these bytes: `x-twitter-webhooks-signature` is the HMAC-SHA256 of the
 * body under the consumer secret, in base64 (X: Webhooks, "Securing webhooks").
 */
export function verify(request: RawRequest, account: Account): void {
  const secrets = secretsOf(account, "consumerSecret");
  const given = afterPrefix(request.headers["x-twitter-webhooks-signature"], "sha256=");
  const isSigned =
    given !== undefined &&
    request.body.includes(BRACE) &&
    secrets.some((secret) => isEqualBase64(given, hmac("sha256", secret, request.body)));
  if (!isSigned) throw new WebhookRejected("WEBHOOK_BAD_SIGNATURE");
}

/** X's challenge-response check, made on registration and about hourly: proves that we know the consumer secret. */
export function challenge(request: RawRequest, account: Account): WebhookReply {
  const at = request.url.indexOf("?");
  const token = new URLSearchParams(at < 0 ? "" : request.url.slice(at + 1)).get("crc_token");
  if (token === null || token === "" || token.includes(BRACE)) return { status: 400 };
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
