const { secretOf } = require("switchboard");
const { createFakePlatform, fakeInstance } = require("switchboard/testing");
const { answerCall } = require("./fakeApi");
const { createUpdates } = require("./fakeUpdates");
const { toSecretToken } = require("./webhook");

/**
 * Plays Telegram: the Bot API with its checks, the files that customers send, updates with their secret. The telephones
 * and the tests run on it.
 * @type {import("switchboard/testing").CreateFake}
 */
exports.createFake = (options) => {
  const { account, clock } = options;
  const files = new Map();
  const webhooks = new Map();
  const updates = createUpdates({ clock, files });

  /**
   * Whom an update is for only its secret tells.
   * @param {string | Buffer} body
   * @param {string | undefined} instance
   * @returns {import("switchboard/testing").SignedWebhook}
   */
  function sign(body, instance) {
    const { externalId } = fakeInstance(account, "telegram", instance);
    return {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-telegram-bot-api-secret-token": toSecretToken(externalId, secretOf(account, "webhookSecret")),
      },
      body: Buffer.from(/** @type {string} */ (body)),
    };
  }
  /** @param {object} update @param {{ instance?: string }} deed */
  const signed = (update, { instance }) => sign(JSON.stringify(update), instance);
  const say = (message) => signed(updates.say(message), message);

  return createFakePlatform(options, {
    answer: (call, take) => answerCall(call, { account, files, webhooks, updates, take }),
    errorBody: (status) => ({
      ok: false,
      error_code: status,
      description: WORDS[status] ?? "Internal Server Error",
    }),
    webhook: {
      say,
      // One update a webhook.
      batch: (messages) => messages.map(say),
      // Telegram tells a bot neither that a message arrived nor what the bot itself wrote.
      receipt: () => undefined,
      echo: () => undefined,
      react: (deed) => signed(updates.react(deed), deed),
      edit: (deed) => signed(updates.edit(deed), deed),
      sign: (body) => sign(body, undefined),
    },
  });
};

const WORDS = {
  401: "Unauthorized",
  403: "Forbidden: bot was blocked by the user",
  429: "Too Many Requests",
};
