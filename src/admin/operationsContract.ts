import { z } from "zod";

/** What operations give: `/api/admin/counts`, `/status`, `/deadletters`, `/health` and the checks of accounts. The web pages import only these types. */

/** One instance in one hour: what came to the door, what is stored, what became of it. */
export const countView = z.object({
  instanceId: z.string(),
  /** UTC: "2026-11-21T14". */
  hour: z.string(),
  received: z.number(),
  repeated: z.number(),
  /** Receipts and items that are not for us. */
  notKept: z.number(),
  stored: z.number(),
  worked: z.number(),
  waiting: z.number(),
  dead: z.number(),
  /** Inbound messages that stand in a transcript. */
  shown: z.number(),
  /** Messages of ours that were written. */
  written: z.number(),
  answered: z.number(),
  sending: z.number(),
  failed: z.number(),
  /** In words, each thing that does not add up; [] is the proof. */
  problems: z.array(z.string()),
});
export type CountView = z.infer<typeof countView>;

export const countsQuery = z.object({
  /** UTC; today when left out. */
  day: z.iso.date().optional(),
});

export const statusView = z.object({
  id: z.string(),
  channel: z.string(),
  account: z.string(),
  name: z.string(),
  /** Null when nothing has come in since the server started. */
  lastInboundAt: z.string().nullable(),
  /** Why the account cannot be used at present; null when it can. */
  problem: z.string().nullable(),
});
export type StatusView = z.infer<typeof statusView>;

export const deadLetterView = z.object({
  threadId: z.string(),
  messageId: z.string(),
  channel: z.string(),
  instanceId: z.string(),
  /** The page, handle or number as the platform names it; it may be configured nowhere. */
  instance: z.string(),
  customerId: z.string(),
  text: z.string(),
  storedAt: z.string(),
  deadAt: z.string(),
  reason: z.object({ code: z.string(), message: z.string() }),
  /** Finds its lines in the log; null of one that an older version stored. */
  correlationId: z.string().nullable(),
  /** The platform's item, whole. */
  raw: z.unknown(),
});
export type DeadLetterView = z.infer<typeof deadLetterView>;

/** One look at a connection: POST /api/admin/accounts/{id}/validate and …/register, and \`switchboard doctor\`. */
export const checkView = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(["ok", "warning", "failed", "skipped"]),
  text: z.string(),
  cure: z.string().nullable(),
  instanceId: z.string().nullable(),
});
export type CheckView = z.infer<typeof checkView>;

/** Health of one page, handle or number: GET /api/admin/health. */
export const healthView = z.object({
  instanceId: z.string(),
  accountId: z.string(),
  channel: z.string(),
  name: z.string(),
  /** "error": it cannot send; what waits is held and goes out when mended. "warning": works, but look at it. */
  state: z.enum(["ok", "warning", "error"]),
  /** What is wrong and the cure; null when ok. */
  text: z.string().nullable(),
  since: z.string().nullable(),
  lastInboundAt: z.string().nullable(),
  /** It fell silent against its own habit. */
  silent: z.boolean(),
});
export type HealthView = z.infer<typeof healthView>;
