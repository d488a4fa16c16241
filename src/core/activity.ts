/**
 * The Bot Framework Activity as plain JSON: the one currency between the steps of a message.
 * Structural on purpose, so that only adapters/, dialogs/ and component/ import the SDK.
 * Meaning of each field: the Activity schema; what we add stands beside it.
 */
export interface Activity {
  /** "message", "event", "typing", "messageUpdate", "messageDelete", "messageReaction", … */
  type: string;
  /** Inbound: the provider's message id. Outbound: ours. */
  id?: string;
  name?: string;
  channelId: string;
  /** A fixed `urn:switchboard:<channel>`; never a URL that can be fetched (request forgery). */
  serviceUrl?: string;
  /** ISO 8601, UTC: the provider's time where it gives one, else the time of receipt. */
  timestamp?: string;
  locale?: string;
  from: ChannelParty;
  recipient: ChannelParty;
  /** The thread id: one customer with one of our instances. */
  conversation: { id: string };
  text?: string;
  textFormat?: "plain" | "markdown";
  value?: unknown;
  replyToId?: string;
  attachments?: Attachment[];
  suggestedActions?: { actions: { title: string; value: unknown; type?: string }[] };
  entities?: unknown[];
  /** Untouched platform data, without tokens. */
  channelData?: unknown;
}

/** A person, page, handle or number on a channel. `id` is the channel's own. */
export interface ChannelParty {
  id: string;
  name?: string;
  role?: "user" | "bot";
}

/** A file by URL; `content` only for what the Bot Framework calls cards. */
export interface Attachment {
  contentType: string;
  contentUrl?: string;
  name?: string;
  content?: unknown;
}

/** Event names of ours that ride in `Activity.name` when `type` is "event". */
export const ACTIVITY_EVENTS = {
  /** The platform sent a shape that we do not know; `channelData` holds it whole. */
  unsupported: "switchboard.unsupported",
  handoffInitiate: "handoff.initiate",
  handoffStatus: "handoff.status",
} as const;
