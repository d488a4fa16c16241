import { isDeepStrictEqual } from "node:util";
import type { ContactFields } from "../../core/contact";
import { fieldsOf } from "../../core/contactSchema";

/** As the survivor reads without choices: its own values, the other's where it has none, all phones and e-mails. */
export function mergedFields(survivor: ContactFields, other: ContactFields): ContactFields {
  const own = fieldsOf(survivor);
  const { firstName, lastName, ...rest } = fieldsOf(other);
  // Names of two people do not make a third.
  const names = own.firstName === undefined && own.lastName === undefined ? { firstName, lastName } : {};
  const numbers = new Set(own.phones.map(({ number }) => number));
  return fieldsOf({
    ...rest,
    ...names,
    ...own,
    phones: [...own.phones, ...other.phones.filter(({ number }) => !numbers.has(number))],
    emails: [...new Set([...own.emails, ...other.emails])],
    fields: { ...other.fields, ...own.fields },
  } as ContactFields);
}

/** Names of the fields in which both have a value, and not the same; own ones as "fields.<name>". */
export function differingFields(survivor: ContactFields, other: ContactFields): string[] {
  const [one, two] = [singles(survivor), singles(other)];
  return Object.keys(one).filter((name) => name in two && !isDeepStrictEqual(one[name], two[name]));
}

function singles(contact: ContactFields): Record<string, unknown> {
  const { phones: _phones, emails: _emails, fields, ...texts } = fieldsOf(contact);
  return {
    ...texts,
    ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [`fields.${name}`, value])),
  };
}
