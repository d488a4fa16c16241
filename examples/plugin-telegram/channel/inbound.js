const { ACTIVITY_EVENTS, readJsonBody } = require("switchboard");
const { toEnvelope, toMessageId, toProfile } = require("./ids");
const { fillMessage } = require("./message");
const { botIdOf } = require("./webhook");

/** Kind of update -> who did it, where, and what it is to us. */
const UPDATES = {
  message: { read: toMessage, from: (message) => message.from },
  edited_message: { read: toEdit, from: (message) => message.from },
  callback_query: { read: toTap, from: (tap) => tap.from, chat: (tap) => tap.message?.chat },
  message_reaction: { read: toReaction, from: (reaction) => reaction.user },
  my_chat_member: { read: toMembership, from: (change) => change.from },
};

/**
 * Telegram posts one update at a time. One that cannot be read is kept whole.
 * @type {import("switchboard").Channel["toInbound"]}
 */
exports.toInbound = (request) => {
  const update = readJsonBody(request.body);
  const kind = Object.keys(UPDATES).find((name) => isObject(update[name]));
  if (kind === undefined)
    return [
      unsupported(
        update,
        Object.keys(update).find((name) => name !== "update_id"),
      ),
    ];
  const item = update[kind];
  const { read, from, chat = (one) => one.chat } = UPDATES[kind];
  const sender = from(item);
  if (!isId(sender?.id)) return [unsupported(update, kind)];
  const type = chat(item)?.type ?? "private";
  if (type !== "private") return [{ kind: "ignored", channel: "telegram", reason: `written in a ${type}` }];

  const botId = botIdOf(request);
  const where = { channel: "telegram", instanceExternalId: botId, customerId: String(sender.id) };
  const found = read(item, toEnvelope({ botId, from: sender }));
  if (found === undefined) return [{ ...unsupported(update, kind), ...where }];
  const { key, at, activity } = found;
  return [
    {
      kind: "activity",
      ...where,
      key,
      ...(Number.isFinite(at) && at > 0 ? { occurredAt: at * 1000 } : {}),
      profile: toProfile(sender),
      activity: { ...activity, channelData: { [kind]: item } },
    },
  ];
};

function toMessage(message, envelope) {
  const content = fillMessage(message);
  if (content === undefined || !isId(message.message_id)) return undefined;
  const id = toMessageId(envelope.from.id, message.message_id);
  const answered = message.reply_to_message?.message_id;
  const reply = isId(answered) ? { replyToId: toMessageId(envelope.from.id, answered) } : {};
  return { key: id, at: message.date, activity: { ...envelope, type: "message", id, ...content, ...reply } };
}

function toEdit(message, envelope) {
  const content = fillMessage(message);
  if (content === undefined || !isId(message.message_id)) return undefined;
  const replyToId = toMessageId(envelope.from.id, message.message_id);
  const key = `${replyToId}.edit.${message.edit_date}`;
  return {
    key,
    at: message.edit_date,
    activity: { ...envelope, type: "messageUpdate", id: key, replyToId, ...content },
  };
}

/** Telegram tells what the button carries; its title stands on the message that it belongs to. */
function toTap({ id, data, message }, envelope) {
  if (typeof id !== "string" || typeof data !== "string") return undefined;
  const buttons = (message?.reply_markup?.inline_keyboard ?? []).flat();
  const text = buttons.find(({ callback_data }) => callback_data === data)?.text ?? data;
  const key = `tap.${id}`;
  return { key, activity: { ...envelope, type: "message", id: key, textFormat: "plain", text, value: data } };
}

function toReaction({ message_id, date, old_reaction, new_reaction }, envelope) {
  if (!isId(message_id)) return undefined;
  const [before, now] = [emojisOf(old_reaction), emojisOf(new_reaction)];
  const added = now.filter((emoji) => !before.includes(emoji));
  const removed = before.filter((emoji) => !now.includes(emoji));
  const replyToId = toMessageId(envelope.from.id, message_id);
  const key = `${replyToId}.reaction.${date}.${now.join("")}`;
  const text = added.length > 0 ? `Reacted ${added.join(" ")}` : "Took a reaction back";
  return {
    key,
    at: date,
    activity: {
      ...envelope,
      type: "messageReaction",
      id: key,
      replyToId,
      text,
      ...(added.length > 0
        ? { reactionsAdded: added.map((type) => ({ type })) }
        : { reactionsRemoved: removed.map((type) => ({ type })) }),
    },
  };
}

/** The customer blocked the bot, or took that back. */
function toMembership({ date, new_chat_member }, envelope) {
  const isOut = new_chat_member?.status === "kicked";
  if (!isOut && new_chat_member?.status !== "member") return undefined;
  const key = `member.${envelope.from.id}.${date}.${new_chat_member.status}`;
  const name = isOut ? ACTIVITY_EVENTS.optOut : ACTIVITY_EVENTS.optIn;
  const text = isOut ? "Blocked the bot" : "Takes messages of the bot";
  return { key, at: date, activity: { ...envelope, type: "event", id: key, name, text } };
}

const emojisOf = (list) =>
  (Array.isArray(list) ? list : []).map(({ type, emoji }) => (type === "emoji" ? emoji : type));

/** @returns {Extract<import("switchboard").Inbound, { kind: "unsupported" }>} */
const unsupported = (update, kind) => ({
  kind: "unsupported",
  channel: "telegram",
  key: `update.${update.update_id ?? "?"}`,
  reason: `an update that this channel does not know: ${String(kind ?? "empty").slice(0, 60)}`,
  raw: update,
});

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isId = (value) => Number.isSafeInteger(value);
