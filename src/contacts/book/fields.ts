import { z } from "zod";
import { checkInput } from "../../core/checkInput";
import type { ContactFields, ContactPhone } from "../../core/contact";
import { InputError } from "../../core/errors";
import { settingId } from "../../core/settingFields";
import { readPhone } from "./phone";

/** Room for a person with many addresses; each costs a look-up document. */
const MOST_ADDRESSES = 20;
const MOST_FIELDS = 100;
/** Of all custom fields together, as JSON. */
const MOST_FIELD_BYTES = 64_000;

const line = z
  .string()
  .max(200)
  .transform((text) => text.replace(/\s+/g, " ").trim());
const email = z
  .string()
  .max(254)
  .transform((text) => text.trim().toLowerCase())
  .pipe(z.email("this is no e-mail address"));
const phone = z.strictObject({
  number: z.string().max(50, "the number is too long"),
  kind: z.enum(["mobile", "home", "work", "other"]).default("mobile"),
});
const custom = z
  .record(
    z.string().regex(/^[A-Za-z_][\w.-]{0,63}$/, "a name of letters, digits, dot, dash and underscore"),
    z.union([z.string().max(2000), z.number(), z.boolean()]),
  )
  .refine((fields) => Object.keys(fields).length <= MOST_FIELDS, `at most ${MOST_FIELDS} fields`)
  .refine(
    (fields) => Buffer.byteLength(JSON.stringify(fields)) <= MOST_FIELD_BYTES,
    `at most ${MOST_FIELD_BYTES} bytes in all`,
  );

const schema = z.strictObject({
  name: line.optional(),
  firstName: line.optional(),
  lastName: line.optional(),
  emails: z.array(email).max(MOST_ADDRESSES).default([]),
  phones: z.array(phone).max(MOST_ADDRESSES).default([]),
  language: z
    .string()
    .max(35)
    .transform((text, context) => canonical(text) ?? fault(context, 'a language such as "en" or "pt-BR"'))
    .optional(),
  timezone: z.string().max(64).refine(isTimeZone, "a time zone such as Europe/Lisbon").optional(),
  unit: settingId.optional(),
  group: settingId.optional(),
  origin: line.optional(),
  fields: custom.default({}),
  externalId: line.optional(),
});

/**
 * Fields as they are kept: trimmed, phones in E.164, e-mails in lower case, nothing twice, `name` made of its parts when
 * left out. `country`: of phone numbers without "+". Throws InputError INPUT_INVALID that names every faulty field.
 */
export async function checkFields(given: Partial<ContactFields>, country?: string): Promise<ContactFields> {
  const { phones, emails, fields, ...texts } = checkInput(schema, given);
  const kept = Object.fromEntries(
    Object.entries(texts).flatMap(([key, text]) =>
      text === undefined || text === "" ? [] : [[key, text] as const],
    ),
  );
  const numbers = await checkPhones(phones, country);
  const addresses = [...new Set(emails)];
  const name = nameOf(kept) ?? numbers[0]?.number ?? addresses[0];
  if (name === undefined)
    throw new InputError(
      "INPUT_INVALID",
      "A contact needs at least a name, a phone number or an e-mail address.",
      {
        details: [{ path: "name", message: "a name, a phone number or an e-mail address is needed" }],
      },
    );
  return { ...kept, name, emails: addresses, phones: numbers, fields };
}

function nameOf({ name, firstName, lastName }: Record<string, string>): string | undefined {
  if (name !== undefined) return name;
  const parts = [firstName, lastName].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(" ");
}

async function checkPhones(given: readonly ContactPhone[], country?: string): Promise<ContactPhone[]> {
  const details: { path: string; message: string }[] = [];
  const phones = new Map<string, ContactPhone>();
  for (const [index, { number, kind }] of given.entries()) {
    const read = await readPhone(number, country);
    if ("fault" in read) details.push({ path: `phones.${index}.number`, message: read.fault });
    else if (!phones.has(read.number)) phones.set(read.number, { number: read.number, kind });
  }
  if (details.length === 0) return [...phones.values()];
  const words = details.map(({ path, message }) => `${path}: ${message}`).join("; ");
  throw new InputError("INPUT_INVALID", words, { details });
}

function canonical(language: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(language)[0];
  } catch {
    return undefined;
  }
}

function fault(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: "custom", message });
  return z.NEVER;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    // Node takes offsets such as "+01:00" too; they know no summer time.
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}
