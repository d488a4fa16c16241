import type { Account, RawRequest, WebhookReply } from "../../core/channel";
import { WebhookRejected } from "../../core/errors";
import { secretsOf } from "../shared/accountSecrets";
import { afterPrefix, hmac, isEqualHex, isEqualText } from "../shared/signature";

/** Beyond this the second look at a refused body would cost more than a stranger should be able to ask for. */
const MAX_ESCAPE_BYTES = 300_000;

/**
 * Throws WebhookRejected unless Meta signed exactly these bytes: `X-Hub-Signature-256` is the HMAC-SHA256 of the body
 * under the app secret (Meta: Webhooks, "Validating payloads"). The legacy SHA-1 header alone is refused.
 */
export function verify(request: RawRequest, account: Account): void {
  const secrets = secretsOf(account, "applicationSecret");
  const given = afterPrefix(request.headers["x-hub-signature-256"], "sha256=");
  if (given === undefined || given.length !== 64) throw new WebhookRejected("WEBHOOK_BAD_SIGNATURE");
  const isSigned = (body: Buffer | string) =>
    secrets.some((secret) => isEqualHex(given, hmac("sha256", secret, body)));
  if (isSigned(request.body)) return;
  // Meta signs the form with \uXXXX escapes; something on the way may have decoded them.
  const escaped = toEscaped(request.body);
  if (escaped === undefined || !isSigned(escaped)) throw new WebhookRejected("WEBHOOK_BAD_SIGNATURE");
}

/** Answers Meta's check of the callback URL: the challenge, exactly. Throws WebhookRejected. */
export function challenge(request: RawRequest, account: Account): WebhookReply {
  const at = request.url.indexOf("?");
  const query = new URLSearchParams(at < 0 ? "" : request.url.slice(at + 1));
  const tokens = account.secrets.verifyToken ?? [account.values.verifyToken ?? ""];
  const given = query.get("hub.verify_token") ?? undefined;
  const isKnown = tokens.some((token) => token !== "" && isEqualText(given, token));
  const text = query.get("hub.challenge");
  if (query.get("hub.mode") !== "subscribe" || !isKnown || text === null) {
    throw new WebhookRejected("WEBHOOK_BAD_TOKEN");
  }
  return { status: 200, contentType: "text/plain; charset=utf-8", body: text };
}

/** Meta wants 200 within five seconds; anything else is sent again. */
export function acknowledge(): WebhookReply {
  return { status: 200, contentType: "text/plain; charset=utf-8", body: "EVENT_RECEIVED" };
}

/** The body with each UTF-16 unit beyond ASCII as `\u` and four lower-case digits; undefined when it has none. */
function toEscaped(body: Buffer): string | undefined {
  if (body.length > MAX_ESCAPE_BYTES || !body.some((byte) => byte >= 0x80)) return undefined;
  return escapeUnicode(body.toString("utf8"));
}

/** As Meta writes its JSON. */
export function escapeUnicode(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
