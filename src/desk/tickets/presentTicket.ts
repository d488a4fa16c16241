import type { TicketEdit } from "../../contacts/tickets/change";
import { TICKET_MOVES } from "../../contacts/tickets/states";
import { isoTime } from "../../core/clock";
import type { Ticket, TicketChange } from "../../core/ticket";
import type { Masking } from "../masking";
import type { TicketView } from "./ticketContract";

/** A ticket as agents may see it: what may be the customer's words is masked as theirs. */
export function toTicketView(ticket: Ticket, masking: Masking): TicketView {
  const mask = (text: string): string => masking.mask(text, "customer");
  const { customer, external } = ticket;
  return {
    number: ticket.number,
    subject: mask(ticket.subject),
    description: ticket.description === undefined ? null : mask(ticket.description),
    state: ticket.state,
    moves: [...TICKET_MOVES[ticket.state]],
    priority: ticket.priority,
    activity: ticket.activity ?? null,
    group: ticket.group ?? null,
    unit: ticket.unit ?? null,
    origin: ticket.origin ?? null,
    owner: ticket.owner ?? null,
    fields: maskedFields(ticket.fields, mask),
    conversationId: ticket.conversationId ?? null,
    conversations: [...ticket.conversations],
    channel: ticket.channel ?? null,
    instanceId: ticket.instanceId ?? null,
    contactId: ticket.contactId ?? null,
    customer: customer === undefined ? null : { id: customer.id, name: customer.name ?? null },
    external: external === undefined ? null : { id: external.id, url: external.url ?? null },
    notes: ticket.notes.map(({ id, at, by, text }) => ({ id, at: isoTime(at), by, text: mask(text) })),
    history: ticket.history.map(({ at, by, changes }) => ({
      at: isoTime(at),
      by,
      changes: maskedChanges(changes, mask),
    })),
    version: ticket.version,
    createdAt: isoTime(ticket.createdAt),
    createdBy: ticket.createdBy,
    updatedAt: isoTime(ticket.updatedAt),
    closedAt: ticket.closedAt === undefined ? null : isoTime(ticket.closedAt),
  };
}

/** Who puts back what was masked for them has not changed it. */
export function withoutMasked(edit: TicketEdit, ticket: Ticket, masking: Masking): TicketEdit {
  const shown = toTicketView(ticket, masking);
  const { subject, description, fields, ...rest } = edit;
  const changed = Object.entries(fields ?? {}).filter(
    ([name, value]) => !(name in shown.fields && shown.fields[name] === value),
  );
  return {
    ...rest,
    ...(subject === undefined || subject === shown.subject ? {} : { subject }),
    ...(description === undefined || description === shown.description ? {} : { description }),
    ...(changed.length === 0 ? {} : { fields: Object.fromEntries(changed) }),
  };
}

function maskedFields(fields: Ticket["fields"], mask: (text: string) => string): TicketView["fields"] {
  const shown = Object.entries(fields ?? {}).map(
    ([name, value]) => [name, typeof value === "string" ? mask(value) : value] as const,
  );
  return Object.fromEntries(shown);
}

function maskedChanges(
  changes: TicketChange["changes"],
  mask: (text: string) => string,
): TicketView["history"][number]["changes"] {
  const masked = (text: string | null): string | null => (text === null ? null : mask(text));
  const shown = Object.entries(changes).map(
    ([name, { from, to }]) => [name, { from: masked(from), to: masked(to) }] as const,
  );
  return Object.fromEntries(shown);
}
