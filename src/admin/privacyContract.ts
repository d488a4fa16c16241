import { z } from "zod";
import { isName } from "../core/ids";
import { RETENTION_KINDS } from "../core/retention";

/** What the privacy routes take and give. */

const name = z.string().refine(isName, "is no id");

export const subjectBody = z.union([z.strictObject({ contactId: name }), z.strictObject({ threadId: name })]);

export const ERASURE_REASONS = ["request", "objection", "other"] as const;
const more = { confirm: z.string().min(1).max(200), reason: z.enum(ERASURE_REASONS).default("request") };
export const eraseBody = z.union([
  z.strictObject({ contactId: name, ...more }),
  z.strictObject({ threadId: name, ...more }),
]);

export const reapplyBody = z.strictObject({ lines: z.string().max(8_000_000) });

const counts = z.record(z.string(), z.number());

export const previewView = z.object({
  /** The contact that counts, and those merged into it. */
  contacts: z.array(z.string()),
  threads: z.array(
    z.object({
      threadId: z.string(),
      channel: z.string().nullable(),
      /** False: only the conversations that were theirs; somebody else has the number by now. */
      whole: z.boolean(),
      /** Other contacts that the thread is or was linked to: they stay. */
      linkedTo: z.array(z.string()),
    }),
  ),
  counts,
  /** Platforms and places that keep a copy of their own. */
  remains: z.array(z.string()),
  /** For the erasure; good for an hour and for exactly this. */
  confirm: z.string(),
});

export const erasureView = z.object({
  id: z.string(),
  state: z.enum(["running", "done"]),
  /** What is being done; "done" at the end. */
  step: z.string(),
  /** What it waits for, in words; null when it does not. */
  waiting: z.string().nullable(),
  pseudonym: z.string(),
  counts,
  reason: z.string(),
  by: z.string(),
  at: z.string(),
  finishedAt: z.string().nullable(),
  /** When the content was gone from the disk, too; null where the database service sees to that. */
  scrubbedAt: z.string().nullable(),
  remains: z.array(z.string()),
});
export type ErasureView = z.infer<typeof erasureView>;

export const retentionView = z.object({
  /** Null: it has not run yet. */
  ranAt: z.string().nullable(),
  kinds: z.array(
    z.object({
      kind: z.enum(RETENTION_KINDS),
      /** Null: for ever. */
      days: z.number().nullable(),
      removed: z.number(),
      lastRemoved: z.number(),
      lastRemovedAt: z.string().nullable(),
      oldestDay: z.string().nullable(),
      lagDays: z.number().nullable(),
      passedAt: z.string().nullable(),
    }),
  ),
});
