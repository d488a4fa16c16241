import { z } from "zod";
import { ROLES } from "../core/roles";

/** What the desk API takes and gives: `/api/desk`. The web pages import only these types. */

/** A list, or a part of one: `next` is the cursor of what follows. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable() });

export const conversationView = z.object({
  id: z.string(),
  state: z.enum(["open", "active", "waiting", "wrapUp", "closed"]),
  holder: z.enum(["bot", "queue", "agent"]),
  channel: z.string(),
  instanceId: z.string(),
  workstreamId: z.string(),
  queueId: z.string().nullable(),
  agentId: z.string().nullable(),
  /** Whom it is offered to while nobody has accepted. */
  offeredTo: z.string().nullable(),
  distribution: z.enum(["push", "pick"]),
  customer: z.object({
    id: z.string(),
    name: z.string().nullable(),
    screenName: z.string().nullable(),
    phone: z.string().nullable(),
    locale: z.string().nullable(),
    /** Hours from GMT. */
    timezone: z.number().nullable(),
    followers: z.number().nullable(),
    friends: z.number().nullable(),
  }),
  /** Who the customer is, when somebody knows. */
  contact: z.object({ id: z.string(), name: z.string() }).nullable(),
  openedAt: z.string(),
  queuedAt: z.string().nullable(),
  lastAt: z.string(),
  lastText: z.string(),
  /** End of the reply window; null where the channel has none. */
  windowClosesAt: z.string().nullable(),
  /** What a person may send now, and why not. */
  window: z.object({
    /** "none": no window; "humanAgent": shut, but a person may still answer until `closesAt`. */
    state: z.enum(["none", "open", "humanAgent", "closed"]),
    closesAt: z.string().nullable(),
    /** For humanAgent and closed: what to tell the agent, and what is still possible. */
    text: z.string().nullable(),
  }),
  /** What the composer may offer. */
  abilities: z.object({
    attachments: z.boolean(),
    quickReplies: z.boolean(),
    templates: z.boolean(),
    typing: z.boolean(),
  }),
  /** Whether the page, handle or number can send and receive; `text` says what is wrong and the cure. */
  health: z.object({ state: z.enum(["ok", "warning", "error"]), text: z.string().nullable() }),
  /** Ids of what agents said came of it. */
  dispositions: z.array(z.string()),
  /** What the customer answered when asked; `complete`: all of it. Null when nothing (yet). */
  survey: z
    .object({
      surveyId: z.string(),
      answers: z.record(z.string(), z.union([z.string(), z.number()])),
      complete: z.boolean(),
      at: z.string(),
    })
    .nullable(),
  /** Whether the helper meets customers here, and so may get the conversation back. */
  helper: z.enum(["off", "first", "only"]),
  /** What the helper told people when it last handed over; null when nothing. */
  summary: z.string().nullable(),
  /** Variables of the helper and of classification. */
  context: z.record(z.string(), z.union([z.string(), z.number()])),
  /** Skills that it was found to need, with their ratings. */
  skills: z.record(z.string(), z.number()),
  /** Smaller first; 100 when nothing set it. */
  priority: z.number(),
  /** The conversation before, of the same customer here; null for the first. */
  previousId: z.string().nullable(),
  /** Since when the customer wants nothing automatic; what an agent writes is still sent. Null: they do not mind. */
  optedOut: z.object({ since: z.string() }).nullable(),
  /** The privacy notice that the customer was last sent. `answer`: null for one that asks nothing. */
  notice: z
    .object({
      id: z.string(),
      version: z.string(),
      shownAt: z.string(),
      answer: z.enum(["waiting", "accepted", "declined"]).nullable(),
    })
    .nullable(),
  /** Tells the agent that the talk is recorded; null where no notice says so. */
  recordingNotice: z.string().nullable(),
  version: z.number(),
});
export type ConversationView = z.infer<typeof conversationView>;

/** A file of a message. */
export const attachmentView = z.object({
  kind: z.enum(["image", "video", "audio", "file"]),
  contentType: z.string(),
  name: z.string().nullable(),
  bytes: z.number().nullable(),
  /** "pending": still being fetched; "refused" and "failed": `reason` says why, there is no file. */
  state: z.enum(["pending", "stored", "refused", "failed"]),
  reason: z.string().nullable(),
  /** Where the desk reads it (signed in): "/api/desk/media/…"; null unless stored. */
  url: z.string().nullable(),
});
export type AttachmentView = z.infer<typeof attachmentView>;

export const messageView = z.object({
  id: z.string(),
  seq: z.number(),
  conversationId: z.string(),
  direction: z.enum(["in", "out"]),
  author: z.object({
    kind: z.enum(["customer", "bot", "agent", "system", "external"]),
    id: z.string().nullable(),
    name: z.string().nullable(),
  }),
  /** As it reads now: an edited message has its new text, a deleted one none. */
  text: z.string(),
  /** "message", or "event" for what is no message (reactions, edits, unsupported items, opt-outs). */
  kind: z.enum(["message", "event"]),
  /** Of an event: "reaction", "edit", "delete", "unsupported", "optOut", "referral", …; `text` says it in words. */
  event: z.string().nullable(),
  attachments: z.array(attachmentView),
  place: z.object({ latitude: z.number(), longitude: z.number(), name: z.string().nullable() }).nullable(),
  /** Titles of the buttons (or numbered choices) that went with it. */
  choices: z.array(z.string()),
  /** Id of the message that this one answers, edits, deletes or reacts to, when it is one of this thread. */
  replyToId: z.string().nullable(),
  /** Of a reaction: the emoji, and whether it was put on or taken back. */
  reaction: z.object({ emoji: z.string(), removed: z.boolean() }).nullable(),
  editedAt: z.string().nullable(),
  deletedAt: z.string().nullable(),
  /** The platform's time. */
  occurredAt: z.string(),
  storedAt: z.string(),
  /** In: received, worked, dead. Out: queued, sending, accepted, delivered, read, failed. */
  status: z.enum([
    "received",
    "worked",
    "dead",
    "queued",
    "sending",
    "accepted",
    "delivered",
    "read",
    "failed",
  ]),
  error: z.object({ code: z.string(), message: z.string(), platformCode: z.string().nullable() }).nullable(),
  clientId: z.string().nullable(),
});
export type MessageView = z.infer<typeof messageView>;

/** GET /api/desk/conversations/{id}/consents: what the customer was told, agreed to or refused. */
export const consentView = z.object({
  id: z.string(),
  kind: z.enum(["noticeShown", "accepted", "declined", "optedOut", "optedIn"]),
  noticeId: z.string().nullable(),
  version: z.string().nullable(),
  language: z.string().nullable(),
  /** The words that were sent, or written. */
  text: z.string().nullable(),
  conversationId: z.string().nullable(),
  messageId: z.string().nullable(),
  at: z.string(),
});
export type ConsentView = z.infer<typeof consentView>;

export const offerView = z.object({
  id: z.string(),
  conversationId: z.string(),
  queueId: z.string(),
  agentId: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  customer: conversationView.shape.customer,
  channel: z.string(),
  lastText: z.string(),
  /** The helper's words for whoever takes it; null when it told nothing. */
  summary: z.string().nullable(),
  /** As the work stream's notification says. */
  title: z.string().nullable(),
  /** Lines about the customer, filled in. */
  fields: z.array(z.string()),
  /** When a desktop notification goes with it. */
  desktop: z.enum(["never", "background", "always"]),
  mayReject: z.boolean(),
  /** The colleague who hands it over; null for one from the queue. */
  transferredBy: z.string().nullable(),
});
export type OfferView = z.infer<typeof offerView>;

export const presenceView = z.object({
  agentId: z.string(),
  /** "inactive": set after a missed offer, until the agent chooses again. */
  presence: z.enum(["available", "busy", "doNotDisturb", "away", "offline", "inactive"]),
  used: z.number(),
  capacity: z.number(),
});
export type PresenceView = z.infer<typeof presenceView>;

export const meView = z.object({
  id: z.string(),
  name: z.string(),
  roles: z.array(z.enum(ROLES)),
  presence: presenceView,
  queues: z.array(z.object({ id: z.string(), name: z.string() })),
});
export type MeView = z.infer<typeof meView>;

/** Server-sent events of GET /api/desk/events; the event id is an opaque cursor for Last-Event-ID. */
export type DeskEvent =
  /** Read the conversation again (list row, state, holder). */
  | { type: "conversation"; conversationId: string; version: number }
  /** Read messages after the last seq you have, or the one whose status changed. */
  | { type: "message"; conversationId: string; version: number }
  /** An offer to you was made, accepted, rejected, withdrawn or ran out: read GET /offers. */
  | { type: "offer"; conversationId: string; version: number }
  /** Your presence or load changed: read GET /me. */
  | { type: "presence"; conversationId: ""; version: number }
  /** The customer is typing; not repeated after a reconnect. Show it for a few seconds. */
  | { type: "typing"; conversationId: string; version: number }
  /** The cursor is too old: read everything again. */
  | { type: "reset"; conversationId: ""; version: 0 };

/** GET /api/desk/conversations/{id}/templates: what may be sent when the window is shut. */
export const templateView = z.object({
  id: z.string(),
  name: z.string(),
  language: z.string(),
  /** With {{1}} or {{name}} where the variables go. */
  text: z.string(),
  variables: z.array(z.object({ name: z.string(), sample: z.string() })),
  approved: z.boolean(),
  reason: z.string().nullable(),
});
export type TemplateView = z.infer<typeof templateView>;

/** GET /api/desk/conversations/{id}/quickReplies: a ready answer, filled in for the conversation. */
export const quickReplyView = z.object({
  id: z.string(),
  title: z.string(),
  language: z.string(),
  text: z.string(),
  tags: z.array(z.string()),
});
export type QuickReplyView = z.infer<typeof quickReplyView>;

/** GET /api/desk/conversations/{id}/dispositions: what may have come of a conversation. */
export const dispositionView = z.object({ id: z.string(), name: z.string() });
export type DispositionView = z.infer<typeof dispositionView>;

/** POST /api/desk/media?name=… (the file as the body, with its Content-Type): what was stored. */
export const mediaView = z.object({
  id: z.string(),
  contentType: z.string(),
  bytes: z.number(),
  name: z.string().nullable(),
});
export type MediaView = z.infer<typeof mediaView>;

/** One of text, attachments and template is needed. */
export const sendBody = z
  .strictObject({
    text: z.string().max(20_000).default(""),
    /** Files uploaded before (POST /api/desk/media). */
    attachments: z
      .array(z.strictObject({ mediaId: z.string().min(1).max(100) }))
      .max(10)
      .default([]),
    /** Choices for the customer to tap, or to answer by number. */
    choices: z.array(z.string().min(1).max(200)).max(13).default([]),
    /** Instead of text: an approved template with its variables. */
    template: z
      .strictObject({ id: z.string().min(1).max(100), variables: z.record(z.string(), z.string().max(1000)) })
      .optional(),
    /** Id of a message of this conversation that this one answers; dropped where the channel has no replies. */
    replyToId: z.string().min(1).max(100).optional(),
    /** Made by the client, unique for this message: sending again with the same one is sending once. */
    clientId: z.string().min(1).max(100).optional(),
  })
  .refine(
    ({ text, attachments, template }) =>
      text.trim() !== "" || attachments.length > 0 || template !== undefined,
    "there is nothing to send: give text, attachments or a template",
  );
export const presenceBody = z.strictObject({
  presence: z.enum(["available", "busy", "doNotDisturb", "away", "offline"]),
});
/** Nothing, or `force` of a supervisor: closed for good, whoever has it. */
export const closeBody = z.strictObject({ force: z.boolean().default(false) });
/** POST /api/desk/conversations/{id}/helper. */
export const helperBody = z.strictObject({
  /** For the helper, as context variable `handoffNote`; it stands in the transcript too. */
  note: z.string().trim().min(1).max(2000).optional(),
});
export const transferBody = z.strictObject({
  queueId: z.string().optional(),
  agentId: z.string().optional(),
});

/** GET /api/desk/queues: a queue now and today (UTC). */
export const queueView = z.object({
  id: z.string(),
  name: z.string(),
  /** For an agent, offered to somebody or not. */
  waiting: z.number(),
  longestWaitMs: z.number(),
  /** Its members by presence. */
  agents: z.object({
    available: z.number(),
    busy: z.number(),
    doNotDisturb: z.number(),
    away: z.number(),
    inactive: z.number(),
    offline: z.number(),
  }),
  /** How long the last twenty who were taken today had waited in it; null before the first. */
  averageWaitMs: z.number().nullable(),
  acceptedToday: z.number(),
  /** Share of today's accepted within serviceLevelSeconds, 0 to 1; null before the first. */
  serviceLevelToday: z.number().nullable(),
});
export type QueueView = z.infer<typeof queueView>;
/** In place of those chosen before; [] takes them back. */
export const dispositionsBody = z.strictObject({
  dispositions: z.array(z.string().min(1).max(64)).max(100),
});
