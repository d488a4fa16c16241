import type { Contact, ContactFields } from "../../core/contact";
import type { ContactBook } from "../../core/contactBook";
import { Conflict, InputError } from "../../core/errors";
import type { RecordsSettings } from "../../core/settings";
import type { Customer } from "../../core/workItem";

/** Who links and makes contacts when nobody did. */
export const BY_ITSELF = { kind: "system", id: "identification" } as const;

/** The contact that the instance's settings want for an unknown customer; made once for one id. */
export async function makeContact(
  book: Pick<ContactBook, "create" | "resolve">,
  contactId: string,
  customer: Customer,
  records: RecordsSettings,
): Promise<Contact | undefined> {
  try {
    return (await book.create(toFields(customer, records), BY_ITSELF, contactId)).doc;
  } catch (error) {
    if (error instanceof Conflict) return (await book.resolve(contactId))?.doc;
    if (!(error instanceof InputError)) throw error;
    // What a platform tells need not be what a contact may hold: an old form of a number, an odd language.
    return (await book.create(toPlainFields(customer, records), BY_ITSELF, contactId)).doc;
  }
}

function toFields(customer: Customer, records: RecordsSettings): Partial<ContactFields> {
  const { firstName, lastName, phone, locale } = customer;
  return {
    ...toPlainFields(customer, records),
    ...(firstName === undefined ? {} : { firstName }),
    ...(lastName === undefined ? {} : { lastName }),
    ...(phone === undefined ? {} : { phones: [{ number: phone, kind: "mobile" }] }),
    ...(locale === undefined ? {} : { language: locale.replaceAll("_", "-") }),
  };
}

function toPlainFields(customer: Customer, records: RecordsSettings): Partial<ContactFields> {
  const { unit, group, contactOrigin } = records;
  return {
    name: customer.name ?? customer.screenName ?? customer.phone ?? customer.id,
    ...(unit === undefined ? {} : { unit }),
    ...(group === undefined ? {} : { group }),
    ...(contactOrigin === undefined ? {} : { origin: contactOrigin }),
  };
}
