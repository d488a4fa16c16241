const { ChannelError, readJsonAnswer, toRetryAfterMs } = require("switchboard");

/**
 * What to do about a refusal: try again, wait, stop the bot's line, or tell the agent.
 * @param {import("switchboard").HttpResponse} response
 * @param {number} now
 */
exports.toChannelError = ({ status, headers, body }, now) => {
  const { description, parameters } = readJsonAnswer(body);
  const words = typeof description === "string" ? description.slice(0, 300) : "no reason given";
  const fault = { retryable: false, platformCode: String(status) };

  if (status === 429) {
    const seconds = /** @type {any} */ (parameters)?.retry_after;
    const wait = Number.isFinite(seconds) ? seconds * 1000 : toRetryAfterMs(headers["retry-after"], now);
    return new ChannelError(
      "CHANNEL_RATE_LIMITED",
      "Telegram asks us to slow down. The message goes out by itself.",
      {
        ...fault,
        retryable: true,
        scope: "instance",
        ...(wait === undefined ? {} : { retryAfterMs: wait }),
      },
    );
  }
  // 404: what stands in the place of the token cannot be one.
  if (status === 401 || status === 404)
    return new ChannelError(
      "CHANNEL_AUTH",
      "Telegram refuses the bot's token. An admin must put the newest one of @BotFather into the bot; held messages then go out.",
      {
        ...fault,
        scope: "instance",
      },
    );
  if (status === 403)
    return new ChannelError(
      "CHANNEL_UNDELIVERABLE",
      `This person does not take messages of the bot (${words}). Reach them another way.`,
      fault,
    );
  if (status === 400 && /chat not found|user not found|PEER_ID_INVALID/i.test(words))
    return new ChannelError("CHANNEL_UNDELIVERABLE", `Telegram does not know this person (${words}).`, fault);
  if (status >= 500 || status === 408)
    return new ChannelError(
      "CHANNEL_UNAVAILABLE",
      "Telegram has a passing fault. The message is tried again by itself.",
      {
        ...fault,
        retryable: true,
        // It may have gone out before the fault. "Service unavailable" is said before the work.
        ambiguous: status !== 503,
      },
    );
  return new ChannelError("CHANNEL_REFUSED", `Telegram refuses this: ${words}`, fault);
};
