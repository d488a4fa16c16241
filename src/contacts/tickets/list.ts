import type { Page, Store } from "../../core/store";
import type { Ticket, TicketPriority, TicketState } from "../../core/ticket";
import type { TicketLink } from "./change";
import { readTicket } from "./keep";
import { type StoredTicket, toTicket } from "./normal";
import { newestPlace, partitionAt } from "./places";

export interface TicketFilter {
  state?: TicketState;
  /** The one it was made in. */
  conversationId?: string;
  threadId?: string;
  contactId?: string;
  owner?: string;
  group?: string;
  priority?: TicketPriority;
}

/** Tickets, the newest first; `cursor`: `next` of the page before. */
export async function listTickets(
  store: Store,
  { limit, cursor, ...equals }: TicketFilter & { limit: number; cursor?: string },
): Promise<Page<Ticket>> {
  const [, place = "", inside = ""] = /^(\d{1,9})~(.*)$/s.exec(cursor ?? "") ?? [];
  let at = cursor === undefined ? await newestPlace(store) : Number(place);
  let from = inside === "" ? undefined : inside;
  const items: Ticket[] = [];
  for (; at >= 0; at--, from = undefined) {
    const page = await store.query<StoredTicket>("contacts", "tickets", {
      partition: partitionAt(at),
      equals: { type: "ticket", ...equals },
      limit: limit - items.length,
      ...(from === undefined ? {} : { cursor: from }),
    });
    items.push(...page.items.map(({ doc }) => toTicket(doc)));
    if (page.next !== undefined) return { items, next: `${at}~${page.next}` };
    if (items.length >= limit) return at === 0 ? { items } : { items, next: `${at - 1}~` };
  }
  return { items };
}

/** Whose tickets, or about what: any of them. */
export interface TicketsOf {
  conversationId?: string;
  threadId?: string;
  /** A contact, with those that were merged into it. */
  contactIds?: readonly string[];
}

/** So many of each are looked at, the newest. */
const MOST_OF_ONE = 500;

/** Tickets of a customer or conversation, also those that a later conversation was linked to; newest first. */
export async function ticketsOf(store: Store, whose: TicketsOf): Promise<Ticket[]> {
  const { conversationId, threadId, contactIds = [] } = whose;
  const places = [
    ...(conversationId === undefined ? [] : [{ conversationId }]),
    ...(threadId === undefined ? [] : [{ threadId }]),
  ];
  const filters: TicketFilter[] = [...places, ...contactIds.map((contactId) => ({ contactId }))];
  const found = new Map<string, Ticket>();
  for (const filter of filters)
    for (const ticket of (await listTickets(store, { ...filter, limit: MOST_OF_ONE })).items)
      found.set(ticket.number, ticket);
  for (const place of places)
    for (const number of await linkedNumbers(store, place)) {
      const ticket = found.has(number) ? undefined : (await readTicket(store, number))?.doc;
      if (ticket !== undefined) found.set(number, ticket);
    }
  return [...found.values()].sort((a, b) => b.createdAt - a.createdAt || (a.number < b.number ? 1 : -1));
}

async function linkedNumbers(
  store: Store,
  equals: { conversationId: string } | { threadId: string },
): Promise<string[]> {
  const numbers: string[] = [];
  for (let at = await newestPlace(store); at >= 0 && numbers.length < MOST_OF_ONE; at--) {
    const page = await store.query<TicketLink>("contacts", "tickets", {
      partition: partitionAt(at),
      equals: { type: "ticketLink", ...equals },
      limit: MOST_OF_ONE,
    });
    numbers.push(...page.items.map(({ doc }) => doc.number));
  }
  return [...new Set(numbers)];
}
