import { z } from "zod";
import { SETTINGS, type SettingsKind } from "../core/settings";

/** What the admin API takes and gives: `/api/admin`. The web pages import only these types. */

/** What the server adds to an object; ignored when the object is put back. */
export const metaView = z.object({
  /** For `If-Match`, without quotes. */
  etag: z.string(),
  revision: z.number(),
  editedAt: z.string(),
  editedBy: z.string(),
  /** It came from a configuration file. */
  fromFile: z.boolean(),
  /** It came from a file and was edited since: the next file will ask before it overwrites the edit. */
  editedSinceFile: z.boolean(),
});

/** What the server adds to an account. */
export const accountExtras = z.object({
  /** The URL to paste into the provider's console. */
  callbackUrl: z.string(),
  /** Where the provider reports what became of messages; null where that is the same URL. */
  statusUrl: z.string().nullable(),
  /** Why the account cannot be used at present; null when it can. */
  problem: z.string().nullable(),
});
export type AccountExtras = z.infer<typeof accountExtras>;

/** Keys that a reply carries besides the object's own. */
export const READ_ONLY_KEYS: readonly string[] = [
  ...Object.keys(metaView.shape),
  ...Object.keys(accountExtras.shape),
];

/** The schema of one object of a kind. */
export function objectView(kind: SettingsKind): z.ZodType {
  const shape: z.ZodRawShape = SETTINGS[kind].shape;
  const own = z.object({ ...shape, ...metaView.shape });
  return kind === "accounts" ? own.extend(accountExtras.shape) : own;
}

/** A page of a list; `next` is the `cursor` of the next one. */
export function listView(item: z.ZodType): z.ZodType {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

export const auditView = z.object({
  id: z.string(),
  at: z.string(),
  by: z.string(),
  action: z.enum(["create", "change", "delete"]),
  source: z.enum(["console", "file"]),
  kind: z.string(),
  objectId: z.string(),
  revision: z.number(),
  /** The object before and after; null where it did not exist. Secrets are references. */
  before: z.unknown(),
  after: z.unknown(),
});
export type AuditView = z.infer<typeof auditView>;

/** Query of every list. */
export const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).optional(),
  cursor: z.string().max(2000).optional(),
});

export const auditQuery = listQuery.extend({
  /** UTC; today when left out. */
  day: z.iso.date().optional(),
});

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
