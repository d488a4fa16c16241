const { checked, secretOf } = require("switchboard");
const { createApi } = require("./api");
const { ALLOWED_UPDATES } = require("./definition");
const { botsOf, toSecretToken } = require("./webhook");

const TOKEN_CURE =
  "Copy the token again from @BotFather (/mybots, API Token), and the number before its colon as bot id.";
const WEBHOOK_CURE = "Register the account: POST /api/admin/accounts/{id}/register, as an admin.";
/** The only ones that Telegram calls (Bot API: setWebhook). */
const PORTS = ["", "443", "80", "88", "8443"];

/** @type {import("switchboard").ChannelConnect} */
exports.connect = {
  async validate(account, ports) {
    const api = createApi(ports);
    const checks = [checkAddress(ports.callbackUrl, account)];
    for (const instance of botsOf(account)) {
      const holder = { account, instance };
      checks.push(await checkToken(api, holder), await checkWebhook(api, holder, ports));
    }
    return checks;
  },

  async register(account, ports) {
    const api = createApi(ports);
    return Promise.all(
      botsOf(account).map((instance) =>
        checked(about("registration", "Registration", instance), TOKEN_CURE, async () => {
          const body = {
            url: ports.callbackUrl,
            secret_token: toSecretToken(instance.externalId, secretOf(account, "webhookSecret")),
            allowed_updates: ALLOWED_UPDATES,
          };
          await api.call({ account, instance }, "setWebhook", JSON.stringify(body));
          return { state: "ok", text: "Telegram posts updates to us." };
        }),
      ),
    );
  },
};

/** @returns {import("switchboard").Check} */
function checkAddress(callbackUrl, account) {
  const check = { id: "callbackUrl", title: "Callback URL" };
  if (account.apiUrl !== undefined)
    return {
      ...check,
      state: "skipped",
      text: "The account talks to another Bot API than Telegram's.",
      cure: "Nothing.",
    };
  const { protocol, port } = new URL(callbackUrl);
  if (protocol === "https:" && PORTS.includes(port))
    return { ...check, state: "ok", text: `Telegram can use ${callbackUrl}` };
  return {
    ...check,
    state: "failed",
    text: `Telegram refuses ${callbackUrl}.`,
    cure: "Set PUBLIC_URL to an https address with port 443, 80, 88 or 8443.",
  };
}

const checkToken = (api, holder) =>
  checked(about("token", "Token", holder.instance), TOKEN_CURE, async () => {
    const { id, username } = await api.call(holder, "getMe");
    if (String(id) === holder.instance.externalId) return { state: "ok", text: `It is @${username}'s.` };
    return {
      state: "failed",
      text: `It is @${username}'s, whose id is ${id}, not ${holder.instance.externalId}.`,
      cure: TOKEN_CURE,
    };
  });

const checkWebhook = (api, holder, { callbackUrl, clock }) =>
  checked(about("webhook", "Webhook", holder.instance), WEBHOOK_CURE, async () => {
    const info = await api.call(holder, "getWebhookInfo");
    if (info.url !== callbackUrl)
      return {
        state: "failed",
        text: info.url ? `Telegram posts to ${info.url}.` : "Telegram posts nowhere.",
        cure: WEBHOOK_CURE,
      };
    const missing = ALLOWED_UPDATES.filter((kind) => !(info.allowed_updates ?? []).includes(kind));
    if (missing.length > 0)
      return {
        state: "warning",
        text: `Telegram keeps to itself: ${missing.join(", ")}.`,
        cure: WEBHOOK_CURE,
      };
    const agoMs = clock.now() - (info.last_error_date ?? 0) * 1000;
    if (agoMs < 3_600_000)
      return {
        state: "warning",
        text: `Within the last hour it failed: ${info.last_error_message}. ${info.pending_update_count} updates wait.`,
        cure: "Look whether PUBLIC_URL is reached from outside and its certificate is good.",
      };
    return { state: "ok", text: `Telegram posts to ${callbackUrl}` };
  });

const about = (id, title, { id: instanceId, name }) => ({ id, title: `${title} of ${name}`, instanceId });
