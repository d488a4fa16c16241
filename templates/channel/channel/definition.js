/** @type {import("switchboard").ChannelDefinition} */
exports.definition = {
  id: "__NAME__",
  title: "__TITLE__",
  provider: "__NAME__",
  providerTitle: "__TITLE__",
  // The platform's own address; the field apiUrl of an account overrides it.
  apiUrl: "https://api.example.com",
  accountFields: [
    {
      name: "apiUrl",
      title: "API address",
      kind: "text",
      required: false,
      help: "Base URL of the API, when it is not the platform's usual one.",
      pattern: "https?://.+",
    },
    {
      name: "apiToken",
      title: "API token",
      kind: "secret",
      required: true,
      help: "Token that messages are sent with, from the platform's console.",
    },
    {
      name: "webhookSecret",
      title: "Webhook secret",
      kind: "secret",
      required: true,
      help: "Secret that the platform signs webhooks with.",
    },
  ],
  instance: {
    noun: "line",
    listKey: "lines",
    idField: "lineId",
    fields: [
      {
        name: "lineId",
        title: "Line id",
        kind: "text",
        required: true,
        help: "The platform's id of the line that customers write to.",
      },
    ],
    normaliseId: (text) => text.trim(),
  },
  limits: { textLength: 1000, rates: [{ count: 10, seconds: 1 }] },
  abilities: {
    delivered: true,
    read: false,
    typing: false,
    quickReplies: false,
    attachments: false,
    templates: false,
  },
  // The platform cannot be asked whether a message arrived: after a minute it is sent again.
  ambiguous: { waitMs: 60_000, then: "resend" },
};
