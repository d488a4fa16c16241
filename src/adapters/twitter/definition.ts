import type { ChannelDefinition } from "../../core/channel";

/** X's API, v1.1 and v2; tests and the simulator put another in its place. */
export const X_API_URL = "https://api.x.com";

/**
 * How X delivers and takes direct messages for an application: `xaa` X Activity API, `aaa2` Account Activity API v2,
 * `aaa1-*` its predecessor with the v1.1 calls.
 */
export const API_FLAVORS = ["xaa", "aaa2", "aaa1-enterprise", "aaa1-premium"] as const;

/** True when messages are sent and listed by the v1.1 calls. */
export function isVersion1(flavor: string | undefined): boolean {
  return flavor?.startsWith("aaa1-") ?? false;
}

/** X (Twitter) direct messages: one account is one X application, its instances are handles. */
export const definition: ChannelDefinition = {
  id: "twitter",
  title: "X Direct Messages",
  provider: "twitter",
  providerTitle: "X Developer Console",
  accountFields: [
    {
      name: "consumerKey",
      title: "API Key",
      kind: "text",
      required: true,
      pattern: "^\\S{1,200}$",
      help: "Keys and tokens of the application in the X Developer Console.",
    },
    {
      name: "consumerSecret",
      title: "API Key Secret",
      kind: "secret",
      required: true,
      help: "Shown once beside the API Key. Webhooks are checked and calls are signed with it.",
    },
    {
      name: "apiFlavor",
      title: "API",
      kind: "text",
      required: false,
      options: API_FLAVORS,
      default: "xaa",
      help: "xaa: X Activity API. aaa2: Account Activity API v2. aaa1-*: Account Activity API v1.1 contracts.",
    },
    {
      name: "environmentName",
      title: "Environment name",
      kind: "text",
      required: false,
      pattern: "^[A-Za-z0-9_-]{1,64}$",
      help: "Dev environment label, for aaa1-premium only. Upper and lower case matter.",
    },
  ],
  instance: {
    noun: "handle",
    listKey: "handles",
    idField: "userId",
    fields: [
      {
        name: "accessToken",
        title: "Access Token",
        kind: "secret",
        required: true,
        help: 'Of the handle, made with the permission "Read, Write and Direct Messages".',
      },
      {
        name: "accessTokenSecret",
        title: "Access Token Secret",
        kind: "secret",
        required: true,
        help: "Shown once beside the Access Token.",
      },
      {
        name: "customerAttachments",
        title: "File attachments from customers",
        kind: "text",
        required: false,
        options: ["on", "off"],
        default: "on",
        help: "off: customers can still send files, but no file reaches the agent, who sees that one was sent.",
      },
      {
        name: "agentAttachments",
        title: "File attachments from agents",
        kind: "text",
        required: false,
        options: ["on", "off"],
        default: "on",
        help: "off: agents and bots cannot send files. X takes images to 5 MB, GIFs to 15 MB and MP4 videos; other files go as links.",
      },
    ],
    normaliseId: (text) => text.trim(),
  },
  limits: {
    // Of the v1.1 call; v2 names none (X: Direct Messages).
    textLength: 10_000,
    // Shared by all POST dm_conversations calls of a user (X: rate limits page, 2026-01).
    rates: [
      { count: 15, seconds: 900 },
      { count: 1440, seconds: 86_400 },
    ],
  },
  abilities: {
    delivered: false,
    read: true,
    typing: false,
    // Version 1.1 has buttons, typing and read marks, and they are used there; what every account has stands here.
    quickReplies: false,
    attachments: true,
    templates: false,
  },
  // X can nearly always be asked (`reconcile`); where not, a message doubled in public service is the worse fault.
  // biome-ignore lint/suspicious/noThenProperty: a word of the channel contract; nobody awaits a definition
  ambiguous: { waitMs: 30_000, then: "fail" },
};
