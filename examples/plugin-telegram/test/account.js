/** @type {import("switchboard").Account} */
exports.account = {
  id: "shop",
  provider: "telegram",
  name: "Shop",
  values: {},
  secrets: { webhookSecret: ["a-webhook-secret"] },
  publicUrls: [],
  instances: [
    {
      id: "telegram~110201543",
      channel: "telegram",
      accountId: "shop",
      externalId: "110201543",
      name: "Contoso bot",
      values: {},
      secrets: { botToken: ["110201543:a-bot-token"] },
      workstreamId: "telegram",
    },
  ],
};
