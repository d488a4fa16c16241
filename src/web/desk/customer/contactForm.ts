import type { ContactView, CustomerSummary } from "../../../desk/contactContract";
import type { ContactBody } from "../../api";
import { customerTexts } from "./customerTexts";

type Phone = ContactView["phones"][number];

/** What the dialog edits of a contact; texts as they are typed. */
export interface ContactForm {
  name: string;
  firstName: string;
  lastName: string;
  emails: string;
  /** `key` keeps a row's input while others come and go. */
  phones: readonly (Phone & { key: number })[];
  language: string;
  timezone: string;
}

/** The form for a contact that is there. */
export function formOf(contact: ContactView): ContactForm {
  return {
    // Made of its parts: shown empty, so that it follows when they are edited.
    name: contact.name === fullName(contact) ? "" : contact.name,
    firstName: contact.firstName ?? "",
    lastName: contact.lastName ?? "",
    emails: contact.emails.join(", "),
    phones: contact.phones.map((phone, key) => ({ ...phone, key })),
    language: contact.language ?? "",
    timezone: contact.timezone ?? "",
  };
}

/** The form for a new one, with what the channel tells. */
export function newForm({ name, screenName, phone, locale }: CustomerSummary["customer"]): ContactForm {
  const words = (name ?? "").trim().split(/\s+/);
  const last = words.length > 1 ? (words.at(-1) ?? "") : "";
  const parts = { firstName: words.slice(0, last === "" ? 1 : -1).join(" "), lastName: last };
  return {
    name: name === null ? (screenName ?? "") : "",
    ...parts,
    emails: "",
    phones: phone === null ? [] : [{ number: phone, kind: "mobile", key: 0 }],
    language: (locale ?? "").replaceAll("_", "-"),
    timezone: "",
  };
}

/** What is sent. `before`: the contact that is edited; what the dialog does not show stays as it is. */
export function toBody(form: ContactForm, before?: ContactView): ContactBody {
  const phones = form.phones
    .filter(({ number }) => number.trim() !== "")
    .map(({ number, kind }) => ({ number: number.trim(), kind }));
  const emails = form.emails
    .split(/[,;\s]+/)
    .map((email) => email.trim())
    .filter((email) => email !== "");
  return {
    ...keptOf(before),
    ...given({
      name: form.name,
      firstName: form.firstName,
      lastName: form.lastName,
      language: form.language,
      timezone: form.timezone,
    }),
    emails,
    phones,
  };
}

/** What the server says against it, with the fields as the dialog names them. */
export function faultOf(error: Error | null): Error | null {
  if (error === null) return null;
  const placed = (message: string, field: RegExp, name: (place: number) => string): string =>
    message.replace(field, (_, index: string) => name(Number(index) + 1));
  const phones = placed(
    error.message,
    /(?:create\.)?phones\.(\d+)(?:\.number)?/g,
    customerTexts.dialog.phone,
  );
  return new Error(placed(phones, /(?:create\.)?emails\.(\d+)/g, customerTexts.dialog.email));
}

/** A name alone is enough; so is a number, an address. */
export function isEmpty(form: ContactForm): boolean {
  const { name, firstName, lastName, emails, phones } = form;
  return [name, firstName, lastName, emails, ...phones.map(({ number }) => number)].every(
    (text) => text.trim() === "",
  );
}

function keptOf(before: ContactView | undefined): ContactBody {
  if (before === undefined) return {};
  const { unit, group, origin, externalId, fields } = before;
  return { ...given({ unit, group, origin, externalId }), fields };
}

function given(texts: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) => {
      const trimmed = (text ?? "").trim();
      return trimmed === "" ? [] : [[name, trimmed]];
    }),
  );
}

const fullName = ({ firstName, lastName }: ContactView): string =>
  [firstName, lastName].filter((part) => part !== null).join(" ");
