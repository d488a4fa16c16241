import { z } from "zod";

/** What the desk API takes and gives: `/api/desk`. The web pages import only these types. */

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
  }),
  openedAt: z.string(),
  queuedAt: z.string().nullable(),
  lastAt: z.string(),
  lastText: z.string(),
  /** End of the reply window; null where the channel has none. */
  windowClosesAt: z.string().nullable(),
  version: z.number(),
});
export type ConversationView = z.infer<typeof conversationView>;

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
  text: z.string(),
  /** "message", or "event" for what is not text (unsupported items, opt-outs). */
  kind: z.enum(["message", "event"]),
  /** Of an event: "unsupported", "optOut", …; `text` says it in words. */
  event: z.string().nullable(),
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
});
export type OfferView = z.infer<typeof offerView>;

export const presenceView = z.object({
  agentId: z.string(),
  presence: z.enum(["available", "busy", "doNotDisturb", "away", "offline"]),
  used: z.number(),
  capacity: z.number(),
});
export type PresenceView = z.infer<typeof presenceView>;

export const meView = z.object({
  id: z.string(),
  name: z.string(),
  roles: z.array(z.enum(["agent", "supervisor", "admin"])),
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
  /** The cursor is too old: read everything again. */
  | { type: "reset"; conversationId: ""; version: 0 };

export const sendBody = z.strictObject({
  text: z.string().min(1).max(20_000),
  /** Made by the client, unique for this message: sending again with the same one is sending once. */
  clientId: z.string().min(1).max(100).optional(),
});
export const presenceBody = z.strictObject({
  presence: z.enum(["available", "busy", "doNotDisturb", "away", "offline"]),
});
export const transferBody = z.strictObject({
  queueId: z.string().optional(),
  agentId: z.string().optional(),
});
