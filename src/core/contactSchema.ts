import { z } from "zod";
import type { ContactFields } from "./contact";
import { language, settingId } from "./settingFields";

const PHONE_KINDS = ["mobile", "home", "work", "other"] as const;

const phoneNumber = z.string().trim().min(1).max(50);
const line = z.string().trim().min(1).max(200);

/** A text is a mobile number; other kinds are told. */
const phone = z.union([
  phoneNumber,
  z.strictObject({ number: phoneNumber, kind: z.enum(PHONE_KINDS).default("mobile") }),
]);

/** A contact as it is written in the configuration file and sent to the API. Whether a number can exist, the book tells. */
export const contactSchema = z.strictObject({
  /** Made of the names below when left out. */
  name: line.optional(),
  firstName: line.optional(),
  lastName: line.optional(),
  emails: z.array(z.string().trim().min(3).max(254)).max(20).default([]),
  phones: z.array(phone).max(20).default([]),
  language: language.optional(),
  /** IANA: "Europe/Lisbon". */
  timezone: z.string().min(1).max(64).optional(),
  unit: settingId.optional(),
  group: settingId.optional(),
  origin: z.string().trim().min(1).max(100).optional(),
  /** Fields of one's own. */
  fields: z
    .record(
      z.string().regex(/^[A-Za-z_][\w.-]{0,63}$/, "a name of letters, digits, dot, dash and underscore"),
      z.union([z.string().max(2000), z.number(), z.boolean()]),
    )
    .refine((fields) => Object.keys(fields).length <= 100, "at most 100 fields")
    .default({}),
  /** The person's id in the company's own system. */
  externalId: line.optional(),
});
type ContactInput = z.infer<typeof contactSchema>;

/** What the book takes: texts for phones are mobile numbers. */
export function toContactInput({ phones, ...rest }: ContactInput): Partial<ContactFields> {
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  return {
    ...(Object.fromEntries(given) as Partial<ContactFields>),
    phones: phones.map((each) => (typeof each === "string" ? { number: each, kind: "mobile" } : each)),
  };
}

const actorView = z.object({
  kind: z.enum(["agent", "flow", "rule", "plugin", "system", "file"]),
  id: z.string(),
});

/** A contact as it leaves the server. */
export const contactView = z.object({
  id: z.string(),
  /** "merged": `mergedInto` stands for it. "inactive": nothing links to it by itself. */
  state: z.enum(["active", "inactive", "merged"]),
  name: z.string(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  emails: z.array(z.string()),
  /** E.164: "+351912345678". */
  phones: z.array(z.object({ number: z.string(), kind: z.enum(PHONE_KINDS) })),
  language: z.string().nullable(),
  timezone: z.string().nullable(),
  unit: z.string().nullable(),
  group: z.string().nullable(),
  origin: z.string().nullable(),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  externalId: z.string().nullable(),
  mergedInto: z.string().nullable(),
  /** Contacts that it stands for. */
  merged: z.array(z.string()),
  version: z.number(),
  /** For If-Match, without quotes. */
  etag: z.string(),
  createdAt: z.string(),
  createdBy: actorView,
  updatedAt: z.string(),
  updatedBy: actorView,
});
export type ContactView = z.infer<typeof contactView>;

/** A contact that was read can be put back: what the server added is dropped, null is "not there". */
export function withoutReadOnly(body: unknown, schema: z.ZodObject): unknown {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(
    Object.entries(body).filter(([key, value]) =>
      Object.hasOwn(schema.shape, key) ? value !== null : !Object.hasOwn(contactView.shape, key),
    ),
  );
}

const FIELD_KEYS = Object.keys(contactSchema.shape) as (keyof ContactFields)[];

/** What of a contact an admin or agent edits. */
export function fieldsOf(contact: ContactFields): ContactFields {
  return Object.fromEntries(
    FIELD_KEYS.filter((key) => contact[key] !== undefined).map((key) => [key, contact[key]]),
  ) as unknown as ContactFields;
}
