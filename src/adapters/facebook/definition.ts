import type { ChannelDefinition } from "../../core/channel";

/** Meta's Graph API; tests and the simulator put another in its place. */
export const GRAPH_URL = "https://graph.facebook.com";

/** Out since 2026-07-29 (Meta: Graph API changelog). An account may name another. */
export const GRAPH_VERSION = "v26.0";

/** How long after the customer's last message a person may still answer with the tag HUMAN_AGENT. */
export const HUMAN_AGENT_HOURS = 7 * 24;

/** Facebook Messenger: one account is one Meta application, its instances are pages. */
export const definition: ChannelDefinition = {
  id: "facebook",
  title: "Facebook Messenger",
  provider: "facebook",
  providerTitle: "Meta for Developers",
  accountFields: [
    {
      name: "applicationId",
      title: "App ID",
      kind: "text",
      required: true,
      pattern: "^[0-9]{1,32}$",
      help: "App settings > Basic of the application in Meta for Developers.",
    },
    {
      name: "applicationSecret",
      title: "App secret",
      kind: "secret",
      required: true,
      help: "App settings > Basic. Webhooks are checked and calls are proved with it.",
    },
    {
      name: "verifyToken",
      title: "Verify token",
      kind: "generated",
      required: false,
      help: "Paste it beside the callback URL under Messenger > Webhooks.",
    },
    {
      name: "graphVersion",
      title: "Graph API version",
      kind: "text",
      required: false,
      pattern: "^v[0-9]{1,3}\\.[0-9]{1,2}$",
      default: GRAPH_VERSION,
      help: "Change it only when Meta retires a version before Switchboard is updated.",
    },
  ],
  instance: {
    noun: "page",
    listKey: "pages",
    idField: "pageId",
    fields: [
      {
        name: "pageAccessToken",
        title: "Page access token",
        kind: "secret",
        required: true,
        help: "Messenger > Settings > Access tokens; needs pages_messaging and pages_manage_metadata.",
      },
      {
        name: "humanAgentTag",
        title: "Human Agent tag",
        kind: "text",
        required: false,
        options: ["off", "on"],
        default: "off",
        help: "On lets agents (never bots) answer up to 7 days later. Meta must have approved the Human Agent feature.",
      },
      {
        name: "customerAttachments",
        title: "File attachments from customers",
        kind: "text",
        required: false,
        options: ["on", "off"],
        default: "on",
        help: "Off: what customers attach is not kept; agents see that there was a file, and that it is switched off.",
      },
      {
        name: "agentAttachments",
        title: "File attachments from agents",
        kind: "text",
        required: false,
        options: ["on", "off"],
        default: "on",
        help: "Off: agents cannot attach files. What Messenger carries depends on Meta; in Europe some kinds arrive only as links.",
      },
    ],
    normaliseId: (text) => text.trim(),
  },
  limits: {
    // "under 2000 characters" (Meta: Send API reference).
    textLength: 1999,
    // 300 calls a second per page for text (Meta: Messenger rate limits, 2026-03).
    rates: [{ count: 300, seconds: 1 }],
  },
  abilities: {
    delivered: true,
    read: true,
    typing: true,
    quickReplies: true,
    attachments: true,
    templates: false,
  },
  // The standard messaging window (Meta: Messenger Platform policy).
  window: {
    hours: 24,
    closedText: "This conversation has exceeded the 24 hour limit to respond to the customer.",
    person: { hours: HUMAN_AGENT_HOURS, field: "humanAgentTag" },
    byReaction: true,
  },
  // Meta cannot be asked, but the echo carries our message id; it comes within seconds.
  // biome-ignore lint/suspicious/noThenProperty: a word of the channel contract; nobody awaits a definition
  ambiguous: { waitMs: 20_000, then: "resend" },
};
