/** @type {import("switchboard").ChannelDefinition} */
exports.definition = {
  id: "telegram",
  title: "Telegram",
  provider: "telegram",
  providerTitle: "Telegram",
  apiUrl: "https://api.telegram.org",
  accountFields: [
    {
      name: "webhookSecret",
      title: "Webhook secret",
      kind: "generated",
      required: true,
      help: "Comes with every update, so that nobody else can send any. Letters, digits, _ and - only.",
      pattern: "[A-Za-z0-9_-]{1,200}",
    },
    {
      name: "apiUrl",
      title: "API address",
      kind: "text",
      required: false,
      help: "Of a Bot API server of your own; left out: Telegram's.",
      pattern: "https?://.+",
    },
  ],
  instance: {
    noun: "bot",
    listKey: "bots",
    idField: "botId",
    fields: [
      {
        name: "botId",
        title: "Bot id",
        kind: "text",
        required: true,
        help: "The number before the colon of the bot's token.",
        pattern: "\\d{3,20}",
      },
      {
        name: "botToken",
        title: "Bot token",
        kind: "secret",
        required: true,
        help: "From @BotFather, as in 110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw.",
      },
    ],
    normaliseId: (text) => text.trim(),
  },
  // Telegram also slows down more than one message a second to one person; that it tells by 429 only.
  limits: { textLength: 4096, rates: [{ count: 30, seconds: 1 }] },
  abilities: {
    delivered: false,
    read: false,
    typing: true,
    quickReplies: true,
    attachments: true,
    templates: false,
  },
  // Bots cannot ask what they sent. A line that comes twice harms less than a question that never comes.
  ambiguous: { waitMs: 30_000, then: "resend" },
};

/** What a bot hears of: everything else stays at Telegram. */
exports.ALLOWED_UPDATES = [
  "message",
  "edited_message",
  "callback_query",
  "message_reaction",
  "my_chat_member",
];
