import type { Actor } from "../../core/actor";
import type { Contact, ContactFields } from "../../core/contact";
import type { ContactBook } from "../../core/contactBook";
import { Conflict, InputError } from "../../core/errors";
import type { RecordsSettings } from "../../core/settings";
import type { Customer } from "../../core/workItem";

/** Who links and makes contacts when nobody did. */
export const BY_ITSELF = { kind: "system", id: "identification" } as const;

/** A contact of what the platform tells of a customer, with what the instance adds; made once for one id. */
export async function makeContact(
  book: Pick<ContactBook, "create" | "resolve">,
  contactId: string,
  customer: Customer,
  records: Partial<RecordsSettings>,
  by: Actor = BY_ITSELF,
): Promise<Contact | undefined> {
  try {
    return (await book.create(toFields(customer, records), by, contactId)).doc;
  } catch (error) {
    if (error instanceof Conflict) return (await book.resolve(contactId))?.doc;
    if (!(error instanceof InputError)) throw error;
    // What a platform tells need not be what a contact may hold: an old form of a number, an odd language.
    return (await book.create(toPlainFields(customer, records), by, contactId)).doc;
  }
}

function toFields(customer: Customer, records: Partial<RecordsSettings>): Partial<ContactFields> {
  const { firstName, lastName, phone, locale } = customer;
  return {
    ...toPlainFields(customer, records),
    ...(firstName === undefined ? {} : { firstName }),
    ...(lastName === undefined ? {} : { lastName }),
    ...(phone === undefined ? {} : { phones: [{ number: phone, kind: "mobile" }] }),
    ...(locale === undefined ? {} : { language: locale.replaceAll("_", "-") }),
  };
}

function toPlainFields(customer: Customer, records: Partial<RecordsSettings>): Partial<ContactFields> {
  return {
    name: customer.name ?? customer.screenName ?? customer.phone ?? customer.id,
    ...recordDefaults(records),
  };
}

/** What the instance gives to every contact made there (Default Unit, Default Group, Contact Origin). */
export function recordDefaults({
  unit,
  group,
  contactOrigin,
}: Partial<RecordsSettings>): Partial<ContactFields> {
  return {
    ...(unit === undefined ? {} : { unit }),
    ...(group === undefined ? {} : { group }),
    ...(contactOrigin === undefined ? {} : { origin: contactOrigin }),
  };
}
