import type { Actor } from "./actor";
import type { Doc } from "./store";

/** Who is writing, whatever channel they write on. An identity is a profile; a contact is the person behind some of them. */

/** A phone number of a contact: E.164 inside ("+351912345678"), printed as each channel wants it. */
export interface ContactPhone {
  number: string;
  /** Messages come from mobile ones: only those link a profile by themselves. */
  kind: "mobile" | "home" | "work" | "other";
}

/** What is known of a person; what an admin or agent edits. */
export interface ContactFields {
  /** As it is shown; made of the parts below when left out. */
  name: string;
  firstName?: string;
  lastName?: string;
  /** Lower case, without repeats. */
  emails: readonly string[];
  phones: readonly ContactPhone[];
  /** BCP 47: "pt-PT". */
  language?: string;
  /** IANA: "Europe/Lisbon". */
  timezone?: string;
  /** Ids of settings. */
  unit?: string;
  group?: string;
  /** Where the record comes from ("Contact Origin"). */
  origin?: string;
  /** Fields of one's own. */
  fields: Readonly<Record<string, string | number | boolean>>;
  /** The person's id in the company's own system, where that is the master. */
  externalId?: string;
}

/** "merged": it stands for `mergedInto` now. "inactive": kept, but nothing links to it by itself. */
export type ContactState = "active" | "inactive" | "merged";

/** One contact: id "contact" in the partition `contact~<contactId>`, beside what it owes and the merges it survived. */
export interface Contact extends Doc, ContactFields {
  id: "contact";
  type: "contact";
  contactId: string;
  state: ContactState;
  mergedInto?: string;
  /** The merge that made it stand for another, or is about to: nobody changes it meanwhile. `state`: what it was before. */
  merge?: { id: string; into: string; state: "active" | "inactive" };
  /** Contacts that stand for this one. */
  merged: readonly string[];
  /** Keys under which it stands in the look-ups (phones, e-mails, words): brought in line by what is owed. */
  keys: readonly string[];
  /** Grows with every change. */
  version: number;
  createdAt: number;
  createdBy: Actor;
  /** Lists are ordered by it (ms). */
  updatedAt: number;
  updatedBy: Actor;
}

/** What conversations, rules and flows carry of a contact, so that no message has to look it up. */
export interface ContactFacts {
  /** Of the contact that counts: merges are followed. */
  id: string;
  version: number;
  name: string;
  firstName?: string;
  lastName?: string;
  mobilePhone?: string;
  email?: string;
  language?: string;
  timezone?: string;
  unit?: string;
  group?: string;
  fields?: Readonly<Record<string, string | number | boolean>>;
}

/** The facts of a contact. */
export function toContactFacts(contact: Contact): ContactFacts {
  const mobile = contact.phones.find(({ kind }) => kind === "mobile")?.number;
  const [email] = contact.emails;
  const { firstName, lastName, language, timezone, unit, group, fields } = contact;
  return {
    id: contact.contactId,
    version: contact.version,
    name: contact.name,
    ...(mobile === undefined ? {} : { mobilePhone: mobile }),
    ...(email === undefined ? {} : { email }),
    ...(firstName === undefined ? {} : { firstName }),
    ...(lastName === undefined ? {} : { lastName }),
    ...(language === undefined ? {} : { language }),
    ...(timezone === undefined ? {} : { timezone }),
    ...(unit === undefined ? {} : { unit }),
    ...(group === undefined ? {} : { group }),
    ...(Object.keys(fields).length === 0 ? {} : { fields }),
  };
}
