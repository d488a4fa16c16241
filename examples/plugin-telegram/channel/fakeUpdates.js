/** Updates as Telegram posts them. `files` gets what the API then serves, by file id. */
exports.createUpdates = ({ clock, files }) => {
  let updateId = 700_000;
  let messageId = 0;
  const reactions = new Map();
  /** Titles of keyboards in place of the customer's own: a tap there is a text. */
  const typed = new Set();

  const seconds = (at) => Math.floor((at ?? clock.now()) / 1000);
  const toUpdate = (kind, item) => ({ update_id: ++updateId, [kind]: item });

  function toPerson(customerId, name = "Customer") {
    const [first_name, ...rest] = name.split(" ");
    const last = rest.length === 0 ? {} : { last_name: rest.join(" ") };
    return { id: Number(customerId), is_bot: false, first_name, ...last, language_code: "en" };
  }
  const toChat = (customerId) => ({ id: Number(customerId), type: "private" });
  /** Our ids are "chat.number". */
  const toNumber = (id) => Number(String(id).split(".").at(-1));

  /** @param {readonly import("switchboard/testing").FakeFile[]} files Only the first: Telegram sends one a message. */
  function toFileParts([file]) {
    if (file === undefined) return {};
    const file_id = `file-${files.size + 1}`;
    const isPhoto = file.contentType.startsWith("image/") && file.contentType !== "image/gif";
    files.set(file_id, file);
    const sized = { file_id, file_unique_id: file_id, file_size: file.content?.length ?? 0 };
    if (isPhoto) return { photo: [{ ...sized, width: 90, height: 90 }] };
    const kind = file.contentType.startsWith("audio/") ? "voice" : "document";
    return {
      [kind]: {
        ...sized,
        mime_type: file.contentType,
        ...(file.name === undefined ? {} : { file_name: file.name }),
      },
    };
  }

  /** @param {import("switchboard/testing").FakeMessage} message */
  function toMessage({ customerId, text, name, id, at, media = [], location, replyTo }) {
    const { name: title, ...where } = location ?? {};
    return {
      message_id: id === undefined ? ++messageId : toNumber(id),
      from: toPerson(customerId, name),
      chat: toChat(customerId),
      date: seconds(at),
      ...toFileParts(media),
      ...(text === "" ? {} : { [media.length > 0 ? "caption" : "text"]: text }),
      ...(location === undefined ? {} : { location: where }),
      ...(title === undefined ? {} : { venue: { location: where, title, address: "" } }),
      ...(replyTo === undefined ? {} : { reply_to_message: { message_id: toNumber(replyTo) } }),
    };
  }

  function toTap({ customerId, name, id, choice: { title, value } }) {
    const inline_keyboard = [[{ text: title, callback_data: value }]];
    const message = {
      message_id: messageId,
      chat: toChat(customerId),
      date: seconds(),
      reply_markup: { inline_keyboard },
    };
    return {
      id: id ?? `tap${++messageId}`,
      from: toPerson(customerId, name),
      message,
      chat_instance: "1",
      data: value,
    };
  }

  return {
    /** The next number that a message gets. */
    nextMessageId: () => ++messageId,
    offerTyped: (title) => typed.add(title),
    say(message) {
      const { choice } = message;
      if (choice === undefined) return toUpdate("message", toMessage(message));
      if (typed.has(choice.title) && choice.value === choice.title)
        return toUpdate("message", toMessage({ ...message, text: choice.title }));
      return toUpdate("callback_query", toTap(message));
    },
    /** @param {import("switchboard/testing").FakeDeed & { text: string }} deed */
    edit({ customerId, messageId: edited, text, at }) {
      const message = toMessage({ customerId, text, id: edited, at });
      return toUpdate("edited_message", { ...message, edit_date: seconds(at) });
    },
    /** @param {import("switchboard/testing").FakeDeed & { emoji?: string }} deed */
    react({ customerId, messageId: target, emoji, at }) {
      const old_reaction = reactions.get(target) ?? [];
      const new_reaction = emoji === undefined ? [] : [{ type: "emoji", emoji }];
      reactions.set(target, new_reaction);
      const what = { chat: toChat(customerId), user: toPerson(customerId), date: seconds(at) };
      return toUpdate("message_reaction", {
        ...what,
        message_id: toNumber(target),
        old_reaction,
        new_reaction,
      });
    },
  };
};
