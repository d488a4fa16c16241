import type { Page, Store, Stored } from "../core/store";
import type { Ticket, TicketState } from "../core/ticket";

/** Tickets in one partition: some hundred megabytes at most. */
const A_PARTITION = 100_000;

/** The partition of a ticket; undefined for what is no number of ours. */
function partitionOf(number: string): string | undefined {
  const [, digits] = /^T-(\d{1,15})$/.exec(number) ?? [];
  return digits === undefined ? undefined : `tickets~${Math.floor(Number(digits) / A_PARTITION)}`;
}

/** Keeps a ticket; one that is there already stays as it is, so that a repeated step makes one ticket. */
export async function keepTicket(store: Store, ticket: Ticket): Promise<void> {
  const partition = partitionOf(ticket.number);
  if (partition === undefined) return;
  await store.batch("contacts", partition, [{ do: "create", doc: ticket }], "ticket");
}

export async function readTicket(store: Store, number: string): Promise<Stored<Ticket> | undefined> {
  const partition = partitionOf(number);
  return partition === undefined ? undefined : store.read<Ticket>("contacts", partition, number);
}

export interface TicketFilter {
  state?: TicketState;
  conversationId?: string;
  limit: number;
  /** `next` of the page before. */
  cursor?: string;
}

/** Tickets, the newest first. */
export async function listTickets(store: Store, filter: TicketFilter): Promise<Page<Ticket>> {
  const { limit, cursor, ...equals } = filter;
  const [, place = "", inside = ""] = /^(\d+)~(.*)$/s.exec(cursor ?? "") ?? [];
  let at = cursor === undefined ? await newestPlace(store) : Number(place);
  let from = inside === "" ? undefined : inside;
  const items: Ticket[] = [];
  for (; at >= 0; at--, from = undefined) {
    const page = await store.query<Ticket>("contacts", "tickets", {
      partition: `tickets~${at}`,
      equals: { type: "ticket", ...equals },
      limit: limit - items.length,
      ...(from === undefined ? {} : { cursor: from }),
    });
    items.push(...page.items.map(({ doc }) => doc));
    if (page.next !== undefined) return { items, next: `${at}~${page.next}` };
    if (items.length >= limit) return at === 0 ? { items } : { items, next: `${at - 1}~` };
  }
  return { items };
}

async function newestPlace(store: Store): Promise<number> {
  const counter = await store.read<{ id: string; type: string; last: number }>(
    "contacts",
    "ticketNumbers",
    "counter",
  );
  return Math.floor((counter?.doc.last ?? 0) / A_PARTITION);
}
