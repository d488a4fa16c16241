const { ChannelError, readJsonAnswer, secretOf, toRetryAfterMs } = require("switchboard");

const TIMEOUT_MS = 15_000;

/** @type {import("switchboard").Channel["createClient"]} */
exports.createClient = ({ http, baseUrl, clock }) => ({
  async send(request, { account }) {
    const base = new URL(account.apiUrl ?? baseUrl);
    const response = await http.request({
      origin: base.origin,
      path: base.pathname.replace(/\/$/, "") + request.path,
      method: request.method,
      headers: {
        authorization: `Bearer ${secretOf(account, "apiToken")}`,
        "content-type": request.contentType,
      },
      body: request.body,
      timeoutMs: TIMEOUT_MS,
    });
    if (response.status >= 300) throw toError(response, clock.now());
    const { id } = readJsonAnswer(response.body);
    return typeof id === "string" ? { providerId: id } : {};
  },
  // The platform cannot be asked: the definition says what to do then.
  reconcile: async () => ({ outcome: "unknown" }),
});

/** What to do about a refusal: try again, wait, stop the whole line, or tell the agent. */
function toError({ status, headers, body }, now) {
  const { code, message } = readJsonAnswer(body);
  const platformCode = String(code ?? status);
  if (status === 401 || status === 403)
    return new ChannelError("CHANNEL_AUTH", "The platform refuses the API token. Renew it.", {
      retryable: false,
      platformCode,
      scope: "instance",
    });
  if (status === 429) {
    const retryAfterMs = toRetryAfterMs(headers["retry-after"], now);
    return new ChannelError("CHANNEL_RATE_LIMITED", "The platform asks us to slow down.", {
      retryable: true,
      platformCode,
      scope: "instance",
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  // A gateway does not know whether the platform behind it has the message.
  const ambiguous = status === 502 || status === 504;
  if (status >= 500)
    return new ChannelError("CHANNEL_UNAVAILABLE", "The platform had a fault.", {
      retryable: true,
      platformCode,
      ambiguous,
    });
  return new ChannelError("CHANNEL_REFUSED", String(message ?? "The platform refuses this message."), {
    retryable: false,
    platformCode,
  });
}
