import { z } from "zod";
import { AUDIT_ACTIONS } from "../core/audit";
import { SETTINGS, type SettingsKind } from "../core/settings";

/** What the uniform admin API takes and gives: `/api/admin/{kind}`, lists and the audit. Each other part has a contract of its own. */

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
  action: z.enum(AUDIT_ACTIONS),
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
