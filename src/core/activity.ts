/**
 * The Bot Framework Activity as plain JSON: the one currency between the steps of a message.
 * Structural on purpose, so that only adapters/, dialogs/ and component/ import the SDK.
 * Meaning of each field: the Activity schema; what we add stands beside it.
 *
 * What comes in, by `type`:
 * - `message`: text, files (`attachments`), a place (`entities`: Place), a tap on a button (`text` its title, `value` its
 *   payload), a shared link or card (as text). `replyToId`: the platform's id of the message it answers.
 * - `messageUpdate`: an edit; `replyToId` names the edited message, `text` is the new text.
 * - `messageDelete`: unsent by the customer; `replyToId` names it.
 * - `messageReaction`: `reactionsAdded` or `reactionsRemoved`; `replyToId` names the message; `text` says it in words.
 * - `event`: anything else that belongs into the transcript; `name` out of ACTIVITY_EVENTS, `text` says it in words.
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
  /** How a list of attachments is shown; "list" when left out. */
  attachmentLayout?: string;
  reactionsAdded?: { type: string }[];
  reactionsRemoved?: { type: string }[];
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
  /** MIME type; inbound, where the platform tells only the kind: "image/*", "video/*", "audio/*", "application/octet-stream". */
  contentType: string;
  /**
   * Inbound: the platform's own URL, for our fetcher and nobody else. Outbound: `media:<id>` for a stored file, or a
   * public https URL.
   */
  contentUrl?: string;
  name?: string;
  content?: unknown;
}

/** A place that a customer sent, as an entity of the activity (schema.org GeoCoordinates, as Bot Framework has it). */
export interface Place {
  type: "GeoCoordinates";
  latitude: number;
  longitude: number;
  /** "Café Central, Herrengasse 14". */
  name?: string;
}

/** Event names of ours that ride in `Activity.name` when `type` is "event". */
export const ACTIVITY_EVENTS = {
  /** The platform sent a shape that we do not know; `channelData` holds it whole. */
  unsupported: "switchboard.unsupported",
  /** The customer asked for no more messages, or took that back. */
  optOut: "switchboard.optOut",
  optIn: "switchboard.optIn",
  /** Written while another application has the thread: shown, never answered. `text` is what was written. */
  standby: "switchboard.standby",
  /** Where the customer came from (an ad, a link): `value` as the platform tells it. */
  referral: "switchboard.referral",
  /**
   * Another application took or gave the thread: `value.ours` tells whether we may write now. We step back and say so.
   */
  threadControl: "switchboard.threadControl",
  /** Quiet happenings of a channel: account linking, ratings of answers, bookings. Shown, never answered. */
  notice: "switchboard.notice",
  /** Outbound, from a bot: a ticket is wanted; `value` is a TicketWish. */
  ticket: "switchboard.ticket",
  handoffInitiate: "handoff.initiate",
  handoffStatus: "handoff.status",
} as const;
