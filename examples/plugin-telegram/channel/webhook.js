const { isEqualText, secretsOf, WebhookRejected } = require("switchboard");

const HEADER = "x-telegram-bot-api-secret-token";

/**
 * Telegram signs nothing: it repeats the secret that the webhook was registered with. Ours begins with the bot's id, so
 * that several bots of an account can share one address.
 * @param {string} botId
 * @param {string} secret
 */
exports.toSecretToken = (botId, secret) => `${botId}-${secret}`;

/**
 * During a rotation the old secret counts too. Constant time.
 * @type {import("switchboard").Channel["verify"]}
 */
exports.verify = (request, account) => {
  const given = request.headers[HEADER];
  const expected = secretsOf(account, "webhookSecret").flatMap((secret) =>
    botsOf(account).map(({ externalId }) => exports.toSecretToken(externalId, secret)),
  );
  // All of them, whichever fits.
  const fitting = expected.filter((token) => isEqualText(given, token));
  if (fitting.length === 0) throw new WebhookRejected("WEBHOOK_BAD_TOKEN");
};

/**
 * Which bot a verified update is for: the update itself does not say.
 * @param {import("switchboard").RawRequest} request
 */
exports.botIdOf = (request) => (request.headers[HEADER] ?? "").split("-", 1)[0] ?? "";

/** @param {import("switchboard").Account} account */
const botsOf = (account) => account.instances.filter(({ channel }) => channel === "telegram");
exports.botsOf = botsOf;
