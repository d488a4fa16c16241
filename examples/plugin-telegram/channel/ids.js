const { toThreadId } = require("switchboard");

/** Telegram numbers messages within a chat: only with the chat's id they are unique. */
exports.toMessageId = (chatId, messageId) => `${chatId}.${messageId}`;

/** Telegram's own number of a message id of ours; undefined for ids of taps and the like. */
exports.toTelegramNumber = (id) => {
  const number = /^-?\d+\.(\d+)$/.exec(id ?? "")?.[1];
  return number === undefined ? undefined : Number(number);
};

/** What every activity of a customer has. */
exports.toEnvelope = ({ botId, from }) => ({
  channelId: "telegram",
  serviceUrl: "urn:switchboard:telegram",
  from: { id: String(from.id), role: "user", ...nameOf(from) },
  recipient: { id: botId, role: "bot" },
  conversation: { id: toThreadId("telegram", botId, String(from.id)) },
});

/** @returns {import("switchboard").CustomerProfile} */
exports.toProfile = (from) => ({
  ...nameOf(from),
  ...textAs("firstName", from.first_name),
  ...textAs("lastName", from.last_name),
  ...textAs("screenName", from.username),
  ...textAs("locale", from.language_code),
});

const textAs = (name, value) => (typeof value === "string" && value !== "" ? { [name]: value } : {});

function nameOf({ first_name, last_name }) {
  const name = [first_name, last_name].filter((part) => typeof part === "string" && part !== "").join(" ");
  return name === "" ? {} : { name };
}
