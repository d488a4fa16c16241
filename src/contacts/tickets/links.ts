import type { Actor } from "../../core/actor";
import type { Profile, ProfileLink } from "../../core/contactBook";
import { linkAt } from "../../core/conversationContact";
import { numberOf } from "../../core/ids";
import type { Store } from "../../core/store";
import type { Ticket } from "../../core/ticket";
import { readProfile } from "../book/profiles";
import { setContact } from "./change";
import { listTickets } from "./list";
import type { TicketPorts } from "./ports";

const SYSTEM: Actor = { kind: "system", id: "contacts" };
const A_PAGE = 100;

/**
 * Tickets of the profile's conversations follow its links: each has the contact that its conversation belongs to, or none.
 * Idempotent. Throws StoreError.
 */
export async function linkTickets(
  ports: TicketPorts,
  profile: Pick<Profile, "threadId" | "links">,
): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await listTickets(ports.store, {
      threadId: profile.threadId,
      limit: A_PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const ticket of page.items) await follow(ports, ticket, profile.links);
    cursor = page.next;
  } while (cursor !== undefined);
}

/** Step "linked": the tickets of a thread follow its profile. Idempotent. Throws StoreError. */
export async function ticketsFollow(ports: TicketPorts, threadId: string): Promise<void> {
  const profile = await readProfile(ports.store, threadId);
  if (profile !== undefined) await linkTickets(ports, profile.doc);
}

/** The ticket with the contact that its conversation belongs to; without a profile as it is. Throws StoreError. */
export async function withContact(store: Store, ticket: Ticket): Promise<Ticket> {
  const links = await linksOf(store, ticket);
  if (links === undefined) return ticket;
  const { contactId: _contactId, ...rest } = ticket;
  const contactId = linkAt(links, numberOf(ticket.conversationId ?? ""))?.contactId;
  return contactId === undefined ? rest : { ...rest, contactId };
}

/** After a ticket was made: a link that came about meanwhile has not seen it. */
export async function followProfile(ports: TicketPorts, ticket: Ticket): Promise<void> {
  const links = await linksOf(ports.store, ticket);
  if (links !== undefined) await follow(ports, ticket, links);
}

async function linksOf(
  store: Store,
  { threadId, conversationId }: Ticket,
): Promise<readonly ProfileLink[] | undefined> {
  if (threadId === undefined || conversationId === undefined) return undefined;
  return (await readProfile(store, threadId))?.doc.links;
}

async function follow(ports: TicketPorts, ticket: Ticket, links: readonly ProfileLink[]): Promise<void> {
  if (ticket.conversationId === undefined) return;
  const link = linkAt(links, numberOf(ticket.conversationId));
  if (link?.contactId === ticket.contactId) return;
  await setContact(ports, ticket.number, link?.contactId, link?.by ?? SYSTEM);
}
