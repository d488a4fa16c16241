import { z } from "zod";

const days = z.number().int().min(1).max(36_500).optional();

/**
 * How long data is kept, in days: one object, "default". A kind left out is kept for ever. Counted from the end of the
 * day (UTC) on which a conversation closed, a contact was last touched, a ticket was closed and so on.
 */
export const retentionSchema = z.strictObject({
  id: z.literal("default"),
  /** Messages, their files, notes and traces of closed conversations. */
  transcripts: days,
  /** Rows of closed conversations, by which lists and reports know them. */
  history: days,
  /** Contacts that nobody changed and that had no conversation. */
  contacts: days,
  /** Closed tickets. */
  tickets: days,
  /** What people were told, agreed to or refused. The last word of each profile stays as long as the profile. */
  consents: days,
  /** Messages that nobody could work. */
  deadLetters: days,
  /** Who changed what. */
  audit: days,
});
export type RetentionSettings = z.infer<typeof retentionSchema>;

/** Kinds of data, in the order of the work. */
export const RETENTION_KINDS = [
  "transcripts",
  "history",
  "contacts",
  "tickets",
  "consents",
  "deadLetters",
  "audit",
] as const satisfies readonly Exclude<keyof RetentionSettings, "id">[];
export type RetentionKind = (typeof RETENTION_KINDS)[number];
