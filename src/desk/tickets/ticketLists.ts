import { ticketsOfCustomer } from "../../contacts/tickets/customer";
import { readTicket } from "../../contacts/tickets/keep";
import { listTickets, type TicketFilter, ticketsOf } from "../../contacts/tickets/list";
import { idsOfContact } from "../../contacts/tickets/whose";
import { NotAllowed } from "../../core/errors";
import { isName } from "../../core/ids";
import { hasRole, type Principal } from "../../core/route";
import type { Page, Store } from "../../core/store";
import type { Ticket } from "../../core/ticket";
import type { MaySeeTicket, TicketAccessPorts } from "./ticketAccess";
import type { TicketQuery } from "./ticketContract";

/** So many tickets are looked at for one page: who sees few of many gets short pages, with `next`. */
const MOST_LOOKED_AT = 500;

interface Asked {
  me: Principal;
  maySee: MaySeeTicket;
  query: TicketQuery;
  limit: number;
}

/** Tickets that fit, newest first. Throws NotAllowed for a conversation that is not theirs to see. */
export async function findTickets(ports: TicketAccessPorts, asked: Asked): Promise<Page<Ticket>> {
  const { query, limit } = asked;
  const fits = filterOf(asked);
  if (query.number !== undefined) return { items: await byNumber(ports.store, query.number, fits) };
  const found = await whoseTickets(ports, asked);
  if (found === undefined) return scan(ports.store, asked, fits);
  const all = await filtered(found, fits);
  const from = Math.max(0, Number(query.cursor ?? 0) || 0);
  const items = all.slice(from, from + limit);
  return from + limit < all.length ? { items, next: String(from + limit) } : { items };
}

type Fits = (ticket: Ticket) => Promise<boolean>;

const ownerOf = ({ me, query: { owner } }: Asked): string | undefined => (owner === "me" ? me.id : owner);

function filterOf(asked: Asked): Fits {
  const { state, group, priority, channel } = asked.query;
  const owner = ownerOf(asked);
  return async (ticket) =>
    (state === undefined || ticket.state === state) &&
    (group === undefined || ticket.group === group) &&
    (priority === undefined || ticket.priority === priority) &&
    (channel === undefined || ticket.channel === channel) &&
    (owner === undefined || (ticket.owner ?? "none") === owner) &&
    asked.maySee(ticket);
}

async function byNumber(store: Store, number: string, fits: Fits): Promise<Ticket[]> {
  const ticket = (await readTicket(store, number.toUpperCase().replace(/^(?!T-)/, "T-")))?.doc;
  return ticket !== undefined && (await fits(ticket)) ? [ticket] : [];
}

/** Undefined: nobody's in particular. */
async function whoseTickets(ports: TicketAccessPorts, { me, query }: Asked): Promise<Ticket[] | undefined> {
  const { store } = ports;
  const { conversation, customerOf, contact } = query;
  for (const id of [conversation, customerOf])
    if (id !== undefined && !hasRole(me, "supervisor") && !(await ports.maySee(me, id)))
      throw new NotAllowed("NOT_ALLOWED", "Name a conversation that you may see.");
  if (conversation !== undefined) return ticketsOf(store, { conversationId: conversation });
  if (customerOf !== undefined) return ticketsOfCustomer(store, customerOf);
  if (contact === undefined) return undefined;
  return isName(contact) ? ticketsOf(store, { contactIds: await idsOfContact(store, contact) }) : [];
}

/** Goes on until the page is full, or enough has been looked at. */
async function scan(store: Store, asked: Asked, fits: Fits): Promise<Page<Ticket>> {
  const { query, limit } = asked;
  const filter = storedFilter(asked);
  const items: Ticket[] = [];
  let cursor = query.cursor;
  for (let looked = 0; looked < MOST_LOOKED_AT && items.length < limit; ) {
    const wanted = limit - items.length;
    const page = await listTickets(store, {
      ...filter,
      limit: wanted,
      ...(cursor === undefined ? {} : { cursor }),
    });
    items.push(...(await filtered(page.items, fits)));
    cursor = page.next;
    if (cursor === undefined) return { items };
    looked += wanted;
  }
  return cursor === undefined ? { items } : { items, next: cursor };
}

/** What the store itself can look for. */
function storedFilter(asked: Asked): TicketFilter {
  const { state, group, priority } = asked.query;
  const owner = ownerOf(asked);
  return {
    ...(state === undefined ? {} : { state }),
    ...(group === undefined ? {} : { group }),
    ...(priority === undefined ? {} : { priority }),
    ...(owner === undefined || owner === "none" ? {} : { owner }),
  };
}

async function filtered(tickets: readonly Ticket[], fits: Fits): Promise<Ticket[]> {
  const kept: Ticket[] = [];
  for (const ticket of tickets) if (await fits(ticket)) kept.push(ticket);
  return kept;
}
