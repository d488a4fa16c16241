const { readJsonAnswer, secretOf } = require("switchboard");
const { toMessageId } = require("./ids");
const { botsOf } = require("./webhook");

const MOST = 4096;
const CALL = /^\/bot([^/]+)\/(\w+)$/;
const FILE = /^\/file\/bot([^/]+)\/([^/]+)$/;

/** What the Bot API answers a call, checked as documented. */
exports.answerCall = ({ method, path, body }, world) => {
  const file = FILE.exec(path);
  if (file !== null) return serveFile(file, world);
  const [, token, name = ""] = CALL.exec(path) ?? [];
  const bot = botOf(token, world);
  if (token === undefined || method !== "POST") return refuse(404, "Not Found");
  if (bot === undefined) return refuse(401, "Unauthorized");
  const answer = METHODS[name];
  return answer === undefined
    ? refuse(404, "Not Found: method not found")
    : answer(readJsonAnswer(body), bot, world);
};

const METHODS = {
  getMe: (_given, { externalId }) =>
    result({ id: Number(externalId), is_bot: true, username: "contoso_bot" }),
  setWebhook({ url, secret_token, allowed_updates }, { externalId }, { webhooks }) {
    if (!/^[A-Za-z0-9_-]{1,256}$/.test(secret_token))
      return refuse(400, "Bad Request: secret token contains unallowed characters");
    webhooks.set(externalId, { url, allowed_updates });
    return result(true);
  },
  getWebhookInfo: (_given, { externalId }, { webhooks }) =>
    result({ url: "", has_custom_certificate: false, pending_update_count: 0, ...webhooks.get(externalId) }),
  getFile({ file_id }, _bot, { files }) {
    return files.has(file_id)
      ? result({ file_id, file_path: file_id })
      : refuse(400, "Bad Request: invalid file_id");
  },
  sendChatAction: () => result(true),
  sendMessage(given, bot, world) {
    if (typeof given.text !== "string" || given.text.trim() === "")
      return refuse(400, "Bad Request: message text is empty");
    if (given.text.length > MOST) return refuse(400, "Bad Request: message is too long");
    return takeMessage(given, bot, world, { text: given.text });
  },
  sendPhoto: (given, bot, world) =>
    takeFile(given, bot, world, { url: given.photo, contentType: "image/png" }),
  sendDocument: (given, bot, world) =>
    takeFile(given, bot, world, { url: given.document, contentType: "application/octet-stream" }),
};

function takeFile(given, bot, world, file) {
  if (!/^https?:/.test(file.url ?? "")) return refuse(400, "Bad Request: wrong HTTP URL specified");
  return takeMessage(given, bot, world, { text: given.caption ?? "", media: [file] });
}

function takeMessage(given, bot, { updates, take }, shown) {
  const { chat_id, reply_markup } = given;
  if (!Number.isSafeInteger(chat_id)) return refuse(400, "Bad Request: chat not found");
  const buttons = [...(reply_markup?.inline_keyboard ?? []), ...(reply_markup?.keyboard ?? [])].flat();
  if (
    buttons.some(({ callback_data }) => callback_data !== undefined && Buffer.byteLength(callback_data) > 64)
  )
    return refuse(400, "Bad Request: BUTTON_DATA_INVALID");
  for (const { text } of (reply_markup?.keyboard ?? []).flat()) updates.offerTyped(text);
  const choices = buttons
    .filter(({ url }) => url === undefined)
    .map(({ text, callback_data }) => ({ title: text, value: callback_data ?? text }));
  const message_id = updates.nextMessageId();
  const id = toMessageId(chat_id, message_id);
  const parties = { instanceId: bot.externalId, customerId: String(chat_id) };
  take({ id, ...parties, ...shown, ...(choices.length === 0 ? {} : { choices }), raw: given });
  return result({ message_id, chat: { id: chat_id, type: "private" }, date: 0 });
}

/** @param {string[]} found */
function serveFile([, token, fileId], world) {
  if (botOf(token, world) === undefined) return refuse(401, "Unauthorized");
  const file = world.files.get(decodeURIComponent(fileId));
  if (file === undefined) return refuse(404, "Not Found");
  return {
    status: 200,
    body: file.content ?? Buffer.alloc(0),
    headers: { "Content-Type": file.contentType },
  };
}

const botOf = (token, { account }) => botsOf(account).find((bot) => secretOf(bot, "botToken") === token);
const result = (value) => ({ status: 200, body: { ok: true, result: value } });
const refuse = (status, description) => ({ status, body: { ok: false, error_code: status, description } });
