import type { ContactFacts } from "../../core/contact";
import type { Customer } from "../../core/workItem";
import type { FieldCatalogue } from "../../expressions/compile";

/** What rules and flows may ask of the contact behind a customer. */
export const CONTACT_FIELDS = {
  "contact.id": "text",
  "contact.name": "text",
  "contact.firstName": "text",
  "contact.lastName": "text",
  "contact.mobilePhone": "text", // Mobile Phone
  "contact.email": "text",
  "contact.unit": "text",
  "contact.group": "text",
  "contact.language": "text",
  "contact.fields.*": "any", // fields of one's own
} as const satisfies FieldCatalogue;

/**
 * The values of CONTACT_FIELDS. While nobody is linked, name and phone are those that the platform tells, so that rules
 * about them work with and without records; `contact.id` tells the two apart.
 */
export function toContactScope(
  contact: ContactFacts | undefined,
  customer: Pick<Customer, "name" | "phone">,
): Readonly<Record<string, unknown>> {
  if (contact === undefined) return { name: customer.name, mobilePhone: customer.phone };
  const { version: _version, ...facts } = contact;
  return { ...facts, fields: facts.fields ?? {} };
}

/** Of a made-up conversation: what is left out is as with a contact of whom no more is known. */
export type SampleContact = { [K in keyof Omit<ContactFacts, "version">]?: ContactFacts[K] | undefined };

/** The facts of a made-up contact; undefined: nobody is linked. */
export function toSampleFacts(
  contact: SampleContact | undefined,
  customer: { name?: string | undefined } | undefined,
): ContactFacts | undefined {
  if (contact === undefined) return undefined;
  const known = Object.entries(contact).filter(([, value]) => value !== undefined);
  return { id: "sample", version: 1, name: customer?.name ?? "", ...Object.fromEntries(known) };
}
