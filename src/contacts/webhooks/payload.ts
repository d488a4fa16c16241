import { isoTime } from "../../core/clock";
import type { ConsentRecord } from "../../core/consent";
import type { Contact } from "../../core/contact";
import type { RecordEvent } from "../../core/owed";
import {
  type ConsentFact,
  type ContactRecord,
  type TicketRecord,
  toConsentFact,
  toContactRecord,
  toTicketRecord,
} from "../../core/record";
import type { Ticket } from "../../core/ticket";

/** Records as they stand now. */
export interface RecordReaders {
  /** Merged or not. */
  readContact(contactId: string): Promise<Contact | undefined>;
  readTicket(number: string): Promise<Ticket | undefined>;
  /** One thing that the person of a profile was told or said. */
  readConsent(threadId: string, id: string): Promise<ConsentRecord | undefined>;
}

/** The body of a webhook. */
export interface Payload {
  id: string;
  type: string;
  /** When it happened, ISO 8601, UTC. */
  timestamp: string;
  data: PayloadData;
}

/** The record stands here as it is when it is sent, which may be later than the event. */
export interface PayloadData {
  contactId?: string;
  number?: string;
  threadId?: string;
  conversationId?: string;
  /** Of the record: what is older than what one has is no news. */
  version?: number;
  /** There is no such record any more. */
  gone?: true;
  /** Who changed the record last: whoever keeps it elsewhere can tell their own changes. */
  by?: { kind: string; id: string };
  contact?: ContactRecord;
  ticket?: TicketRecord;
  consent?: ConsentFact;
}

const GONE = { gone: true } as const;

export async function toPayload(event: RecordEvent, readers: RecordReaders): Promise<Payload> {
  const { id, type, at, contactId, number, threadId, conversationId, version } = event;
  const named = { contactId, number, threadId, conversationId, version };
  const known = Object.entries(named).filter(([, value]) => value !== undefined);
  const data: PayloadData = { ...Object.fromEntries(known), ...(await recordOf(event, readers)) };
  return { id, type, timestamp: isoTime(at), data };
}

async function recordOf(event: RecordEvent, readers: RecordReaders): Promise<PayloadData> {
  const { type, contactId = "", number = "", threadId = "" } = event;
  if (type === "contact.erased") return GONE;
  if (type.startsWith("ticket.")) {
    const ticket = await readers.readTicket(number);
    return ticket === undefined ? GONE : ticketData(ticket);
  }
  if (type.startsWith("consent.")) {
    // Of a number that changed hands others may have said something, too: only what the event is about.
    const consent = await readers.readConsent(threadId, event.consentId ?? "");
    return consent === undefined ? GONE : { consent: toConsentFact(consent) };
  }
  const contact = await readers.readContact(contactId);
  if (contact === undefined) return GONE;
  const { kind, id } = contact.updatedBy;
  return { version: contact.version, by: { kind, id }, contact: toContactRecord(contact) };
}

function ticketData(ticket: Ticket): PayloadData {
  const { kind, id } = ticket.history.at(-1)?.by ?? ticket.createdBy;
  return { version: ticket.version, by: { kind, id }, ticket: toTicketRecord(ticket) };
}
