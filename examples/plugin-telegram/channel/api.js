const { readJsonAnswer, secretOf } = require("switchboard");
const { toChannelError } = require("./errors");

const TIMEOUT_MS = 15_000;

/**
 * Calls of the Bot API in a bot's name: `/bot<token>/<method>`.
 * @param {import("switchboard").ClientPorts} ports
 */
exports.createApi = ({ http, baseUrl, clock }) => {
  /** @param {import("switchboard").Account} account */
  const baseOf = (account) => new URL(account.apiUrl ?? baseUrl);

  return {
    baseOf,
    /**
     * Gives `result` of the answer. Throws ChannelError.
     * @param {{ account: import("switchboard").Account, instance: import("switchboard").Instance }} holder
     * @param {string} method
     * @param {string} [body] JSON
     * @returns {Promise<any>}
     */
    async call({ account, instance }, method, body = "{}") {
      const base = baseOf(account);
      const response = await http.request({
        origin: base.origin,
        path: `${base.pathname.replace(/\/$/, "")}/bot${secretOf(instance, "botToken")}/${method}`,
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
        timeoutMs: TIMEOUT_MS,
      });
      const answer = readJsonAnswer(response.body);
      if (response.status >= 300 || answer.ok !== true) throw toChannelError(response, clock.now());
      return answer.result;
    },
  };
};
