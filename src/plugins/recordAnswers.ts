import { z } from "zod";
import type { ContactFields } from "../core/contact";

const text = z.string().min(1).max(500);

/** Fields of a contact, as far as their shape: the book of contacts checks them like those of an agent. */
const contact = z.strictObject({
  name: text.optional(),
  firstName: text.optional(),
  lastName: text.optional(),
  emails: z.array(text).max(50).optional(),
  phones: z
    .array(z.strictObject({ number: text, kind: z.enum(["mobile", "home", "work", "other"]) }))
    .max(50)
    .optional(),
  language: text.optional(),
  timezone: text.optional(),
  unit: text.optional(),
  group: text.optional(),
  origin: text.optional(),
  fields: z.record(z.string().min(1).max(100), z.union([z.string(), z.number(), z.boolean()])).optional(),
  externalId: text.optional(),
});

/** What each part of `records` may answer; null: it has nothing to say. */
const ANSWERS = {
  findContact: contact.nullable(),
  contactChanged: z.strictObject({ externalId: text.optional() }).nullable(),
  contactErased: z.strictObject({}).nullable(),
  ticketChanged: z
    .strictObject({ external: z.strictObject({ id: text, url: z.url().max(2000).optional() }).optional() })
    .nullable(),
} as const satisfies Record<keyof RecordAnswers, z.ZodType>;

/** The same as types; an answer is JSON, so what is left out is absent and not undefined. */
export interface RecordAnswers {
  findContact: Partial<ContactFields>;
  contactChanged: { externalId?: string };
  contactErased: Record<string, never>;
  ticketChanged: { external?: { id: string; url?: string } };
}
export type RecordPart = keyof RecordAnswers;

export const RECORD_PARTS = Object.keys(ANSWERS) as RecordPart[];

/** In words what is wrong with an answer; undefined when nothing is. */
export function recordFault(part: RecordPart, answer: unknown): string | undefined {
  const checked = ANSWERS[part].safeParse(answer);
  if (checked.success) return undefined;
  const [first] = checked.error.issues;
  return `Its answer cannot be used: ${(first?.path ?? []).map(String).join(".")} ${first?.message ?? ""}`.trim();
}
