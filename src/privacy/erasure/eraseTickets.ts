import { threadOf } from "../../core/ids";
import type { Store, Stored } from "../../core/store";
import type { Ticket } from "../../core/ticket";
import { transact } from "../../core/transact";
import { isIn, type ThreadPart } from "../../pipeline/erase/threadPart";

const PAGE = 200;
/** What stays of a ticket whose person was erased: work that was done, and by whom. */
const KEPT = [
  "id",
  "type",
  "number",
  "state",
  "priority",
  "activity",
  "group",
  "unit",
  "owner",
  "origin",
  "channel",
  "instanceId",
  "createdAt",
  "createdBy",
  "updatedAt",
  "closedAt",
] as const satisfies readonly (keyof Ticket)[];

/** Whose tickets are meant. */
export interface TicketOwners {
  contactIds: readonly string[];
  threads: readonly { threadId: string; part: ThreadPart }[];
}

/** Tickets of these people, by page. All are read: a ticket stands under its number, not under whom it is for. */
export async function* ticketsOf(store: Store, owners: TicketOwners): AsyncGenerator<Stored<Ticket>[]> {
  const counter = await store.read<{ id: string; type: string; last: number }>(
    "contacts",
    "ticketNumbers",
    "counter",
  );
  for (let place = Math.floor((counter?.doc.last ?? 0) / 100_000); place >= 0; place--)
    for (let cursor: string | undefined; ; ) {
      const page = await store.query<Ticket>("contacts", "tickets", {
        partition: `tickets~${place}`,
        equals: { type: "ticket" },
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      yield page.items.filter(({ doc }) => isTheirs(doc, owners));
      if (page.next === undefined) break;
      cursor = page.next;
    }
}

function isTheirs(ticket: Ticket, { contactIds, threads }: TicketOwners): boolean {
  if (ticket.contactId !== undefined) return contactIds.includes(ticket.contactId);
  return threads.some(({ threadId, part }) => {
    if (ticket.conversationId === undefined) return ticket.threadId === threadId && part === "all";
    return threadOf(ticket.conversationId) === threadId && isIn(part, ticket.conversationId);
  });
}

/** Leaves number, state and times of a person's tickets. How many. Done twice is done once; throws StoreError. */
export async function eraseTickets(store: Store, owners: TicketOwners): Promise<number> {
  let count = 0;
  for await (const page of ticketsOf(store, owners))
    for (const { doc } of page) {
      const partition = `tickets~${Math.floor(Number(doc.number.slice(2)) / 100_000)}`;
      await transact(store, "contacts", partition, "eraseTicket", async (tx) => {
        const ticket = await tx.read<Ticket>(doc.id);
        if (ticket !== undefined && isTheirs(ticket, owners)) tx.put(toErased(ticket));
      });
      count += 1;
    }
  return count;
}

function toErased(ticket: Ticket): Ticket {
  const kept = Object.fromEntries(KEPT.flatMap((key) => (key in ticket ? [[key, ticket[key]]] : [])));
  return {
    ...(kept as unknown as Ticket),
    subject: "(erased)",
    conversations: [],
    notes: [],
    history: [],
    version: ticket.version + 1,
  };
}
