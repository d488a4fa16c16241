const { hmac, isEqualHex, secretsOf, WebhookRejected } = require("switchboard");

const PREFIX = "sha256=";

/**
 * X-Signature: sha256=<hex of HMAC-SHA256 over the body's bytes>. During a rotation the old secret counts too.
 * @type {import("switchboard").Channel["verify"]}
 */
exports.verify = (request, account) => {
  const given = request.headers["x-signature"];
  const secrets = secretsOf(account, "webhookSecret");
  const signature = given?.startsWith(PREFIX) ? given.slice(PREFIX.length) : undefined;
  if (!secrets.some((secret) => isEqualHex(signature, hmac("sha256", secret, request.body))))
    throw new WebhookRejected("WEBHOOK_BAD_SIGNATURE");
};
