import type { ChannelDefinition } from "../../core/channel";

/** Web chat, Direct Line, Teams and the other channels of an Azure Bot; its instances are bots. */
export const definition: ChannelDefinition = {
  id: "azure",
  title: "Azure Bot Service",
  provider: "azure",
  providerTitle: "Azure Bot Service",
  // The bot's credentials stand in the environment (MicrosoftAppId and its like), as for every Bot Framework bot.
  accountFields: [],
  instance: {
    noun: "bot",
    listKey: "bots",
    idField: "botId",
    fields: [],
    normaliseId: (text) => text.trim().toLowerCase(),
  },
  limits: {
    // Bot Service names no number of characters. Teams, the narrowest, takes 100 KB a message; its older documents
    // say 28 KB, which this many characters of most scripts stay within.
    textLength: 15_000,
    // "The global limit per app per tenant is 50 Requests Per Second" (Microsoft Teams: Optimize your bot with rate
    // limiting); the other channels name none.
    rates: [{ count: 50, seconds: 1 }],
  },
  abilities: {
    delivered: false,
    read: false,
    typing: false,
    quickReplies: true,
    attachments: false,
    templates: false,
  },
  // Bot Service can neither be asked nor does it report anything later, so there is nothing to wait for. Sent again,
  // since a lost answer is worse than a doubled one and Microsoft wants 502 and 504 repeated (Teams, as above).
  // biome-ignore lint/suspicious/noThenProperty: a word of the channel contract; nobody awaits a definition
  ambiguous: { waitMs: 0, then: "resend" },
};
