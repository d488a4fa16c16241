import { linkId, type TicketLink } from "../../contacts/tickets/change";
import { listTickets } from "../../contacts/tickets/list";
import { newestPlace, partitionAt, partitionOf } from "../../contacts/tickets/places";
import { threadOf } from "../../core/ids";
import type { Owed, RecordEvent } from "../../core/owed";
import type { Store } from "../../core/store";
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

/** Partitions of tickets, the newest first. */
async function places(store: Store): Promise<string[]> {
  const newest = await newestPlace(store);
  return Array.from({ length: newest + 1 }, (_, back) => partitionAt(newest - back));
}

/** Tickets of these people, each once. */
export async function* ticketsOf(store: Store, owners: TicketOwners): AsyncGenerator<Ticket> {
  const seen = new Set<string>();
  const filters = [
    ...owners.contactIds.map((contactId) => ({ contactId })),
    ...owners.threads.map(({ threadId }) => ({ threadId })),
  ];
  for (const filter of filters)
    for (let cursor: string | undefined; ; ) {
      const page = await listTickets(store, {
        ...filter,
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const ticket of page.items)
        if (!seen.has(ticket.number) && isTheirs(ticket, owners)) {
          seen.add(ticket.number);
          yield ticket;
        }
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
  for await (const { id, number } of ticketsOf(store, owners)) {
    await transact(store, "contacts", partitionOf(number) ?? "", "eraseTicket", async (tx) => {
      const ticket = await tx.read<Ticket>(id);
      if (ticket === undefined || !isTheirs(ticket, owners)) return;
      for (const conversationId of ticket.conversations ?? []) {
        const link = linkId(ticket.number, conversationId);
        if ((await tx.read(link)) !== undefined) tx.remove(link);
      }
      tx.put(toErased(ticket));
    });
    count += 1;
  }
  for (const partition of await places(store)) {
    for (const link of await linksOf(store, partition, owners)) await dropLink(store, partition, link);
    await bareEvents(store, partition, owners);
  }
  return count;
}

/** By which conversations of theirs find tickets that are somebody else's. */
async function linksOf(store: Store, partition: string, { threads }: TicketOwners): Promise<TicketLink[]> {
  const links: TicketLink[] = [];
  for (const { threadId, part } of threads)
    for (let cursor: string | undefined; ; ) {
      const page = await store.query<TicketLink>("contacts", "tickets", {
        partition,
        equals: { type: "ticketLink", threadId },
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      links.push(...page.items.map(({ doc }) => doc).filter((link) => isIn(part, link.conversationId)));
      if (page.next === undefined) break;
      cursor = page.next;
    }
  return links;
}

/** The ticket stays, and does not name the conversation any more. */
async function dropLink(
  store: Store,
  partition: string,
  { id, number, conversationId }: TicketLink,
): Promise<void> {
  await transact(store, "contacts", partition, "eraseTicket", async (tx) => {
    if ((await tx.read(id)) !== undefined) tx.remove(id);
    const ticket = await tx.read<Ticket>(number);
    if (ticket?.conversations?.includes(conversationId)) tx.put(without(ticket, conversationId));
  });
}

function without(ticket: Ticket, conversationId: string): Ticket {
  const history = ticket.history.flatMap((change) => {
    const { conversation, ...changes } = change.changes;
    if (conversation?.to !== conversationId) return [change];
    return Object.keys(changes).length === 0 ? [] : [{ ...change, changes }];
  });
  const conversations = ticket.conversations.filter((id) => id !== conversationId);
  return { ...ticket, conversations, history, version: ticket.version + 1 };
}

/** What webhooks are still to be told of tickets names the ticket and nobody. */
async function bareEvents(
  store: Store,
  partition: string,
  { contactIds, threads }: TicketOwners,
): Promise<void> {
  const isNamed = ({ contactId, threadId }: RecordEvent): boolean =>
    (contactId !== undefined && contactIds.includes(contactId)) ||
    threads.some((thread) => thread.part === "all" && thread.threadId === threadId);
  for (let cursor: string | undefined; ; ) {
    const page = await store.query<Owed>("contacts", "all", {
      partition,
      after: "owed~",
      upTo: "owed\u007f",
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { doc, etag } of page.items) {
      if (doc.step.kind !== "tell" || !isNamed(doc.step.event)) continue;
      const { contactId: _c, threadId: _t, conversationId: _v, ...event } = doc.step.event;
      const next: Owed = { ...doc, step: { kind: "tell", event } };
      // One that was told meanwhile is gone.
      await store.batch("contacts", partition, [{ do: "replace", doc: next, etag }], "eraseTicket");
    }
    if (page.next === undefined) return;
    cursor = page.next;
  }
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
