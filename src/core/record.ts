import { isoTime } from "./clock";
import type { ConsentRecord } from "./consent";
import type { Contact, ContactFields, ContactState } from "./contact";
import type { Ticket, TicketPriority, TicketState } from "./ticket";

// Records as webhooks and plugins hear of them.

export interface ContactRecord extends ContactFields {
  id: string;
  /** "merged": `mergedInto` stands for it now. */
  state: ContactState;
  mergedInto?: string;
  /** Grows with every change: an older one can be told from a newer one. */
  version: number;
  /** ISO 8601, UTC. */
  createdAt: string;
  updatedAt: string;
}

export interface TicketRecord {
  number: string;
  subject: string;
  description?: string;
  state: TicketState;
  priority: TicketPriority;
  activity?: string;
  group?: string;
  unit?: string;
  origin?: string;
  owner?: string;
  fields: Readonly<Record<string, string | number>>;
  conversationId?: string;
  conversations: readonly string[];
  channel?: string;
  instanceId?: string;
  contactId?: string;
  customer?: { id: string; name?: string };
  external?: { id: string; url?: string };
  /** Oldest first. */
  notes: readonly { at: string; by: { kind: string; id: string }; text: string }[];
  /** Grows with every change. */
  version: number;
  createdAt: string;
  updatedAt: string;
}

/** What a person was told, agreed to or refused last. */
export interface ConsentFact {
  threadId: string;
  kind: ConsentRecord["kind"];
  noticeId?: string;
  /** The notice's. */
  version?: string;
  language?: string;
  conversationId?: string;
  at: string;
}

const CONTACT_KEYS = [
  "name",
  "firstName",
  "lastName",
  "emails",
  "phones",
  "language",
  "timezone",
  "unit",
  "group",
  "origin",
  "fields",
  "externalId",
  "state",
  "mergedInto",
  "version",
] as const satisfies readonly (keyof Contact)[];

/** Where it stands in the store and in the look-ups is nobody's business outside. */
export function toContactRecord(contact: Contact): ContactRecord {
  return {
    id: contact.contactId,
    ...pick(contact, CONTACT_KEYS),
    createdAt: isoTime(contact.createdAt),
    updatedAt: isoTime(contact.updatedAt),
  };
}

const TICKET_KEYS = [
  "number",
  "subject",
  "description",
  "state",
  "priority",
  "activity",
  "group",
  "unit",
  "origin",
  "owner",
  "conversationId",
  "conversations",
  "channel",
  "instanceId",
  "contactId",
  "customer",
  "external",
  "version",
] as const satisfies readonly (keyof Ticket)[];

export function toTicketRecord(ticket: Ticket): TicketRecord {
  const { notes, fields = {}, createdAt, updatedAt } = ticket;
  return {
    ...pick(ticket, TICKET_KEYS),
    fields,
    notes: notes.map(({ at, by: { kind, id }, text }) => ({ at: isoTime(at), by: { kind, id }, text })),
    createdAt: isoTime(createdAt),
    updatedAt: isoTime(updatedAt),
  };
}

/** The words that were said stay here. */
export function toConsentFact(consent: ConsentRecord): ConsentFact {
  const keys = ["threadId", "kind", "noticeId", "version", "language", "conversationId"] as const;
  return { ...pick(consent, keys), at: isoTime(consent.at) };
}

function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  const present = keys.filter((key) => from[key] !== undefined);
  return Object.fromEntries(present.map((key) => [key, from[key]])) as Pick<T, K>;
}
