import { resolveContact } from "../../contacts/book/records";
import { addNote, changeTicket, linkConversation } from "../../contacts/tickets/change";
import { checkFiling, type Filing } from "../../contacts/tickets/filing";

import type { Actor } from "../../core/actor";
import { checkInput } from "../../core/checkInput";
import { Conflict, NotFound } from "../../core/errors";
import { hashId, isName, newId } from "../../core/ids";
import { preconditionOf } from "../../core/preconditions";
import type { ApiReply, Principal, Route } from "../../core/route";
import type { Ticket } from "../../core/ticket";
import { needPrincipal } from "../caller";
import type { ItemFacts } from "../present";
import { withoutMasked } from "./presentTicket";
import { newTicketBody, ticketBody, ticketLinkBody, ticketNoteBody, ticketView } from "./ticketContract";
import type { TicketRoutePorts } from "./ticketPorts";

interface Parts {
  /** As the caller may see it. Throws NotFound. */
  find(me: Principal, number: string): Promise<Ticket>;
  reply(ticket: Ticket, status?: number): ApiReply;
}

const actorOf = (me: Principal): Actor => ({ kind: "agent", id: me.id });

/** What people do to tickets. Each ends with the ticket as it is then. */
export function ticketEdits(ports: TicketRoutePorts, { find, reply }: Parts): Route[] {
  const { tickets, settings } = ports;

  /** Throws NotFound: not telling apart "is not yours" from "does not exist" gives nothing away. */
  async function needItem(me: Principal, conversationId: string): Promise<ItemFacts> {
    const item = (await ports.maySee(me, conversationId)) ? await ports.itemOf(conversationId) : undefined;
    if (item !== undefined) return item;
    throw new NotFound("NOT_FOUND", "There is no such conversation, or it is not yours to see.");
  }

  async function needContact(contactId: string): Promise<string> {
    const contact = isName(contactId) ? await resolveContact(ports.store, contactId) : undefined;
    if (contact !== undefined) return contact.doc.contactId;
    throw new NotFound("NOT_FOUND", "There is no such contact.");
  }

  const check = (filing: Filing): void => checkFiling(settings.current(), filing);

  return [
    {
      method: "POST",
      path: "/api/desk/tickets",
      access: "agent",
      summary:
        "Makes a ticket in a conversation or for a contact; again with the same clientId gives the one it made.",
      schema: { body: newTicketBody, reply: ticketView },
      async handle(request) {
        const me = needPrincipal(request);
        const { conversationId, contactId, clientId, ...said } = checkInput(newTicketBody, request.body);
        check(said);
        const item = conversationId === undefined ? undefined : await needItem(me, conversationId);
        const forContact = contactId === undefined ? {} : { contactId: await needContact(contactId) };
        const { ticket, isNew } = await tickets.ask({
          wish: { ...withoutGaps(said), ...forContact },
          by: actorOf(me),
          at: tickets.clock.now(),
          clientId,
          ...(item === undefined ? {} : { item, conversationId: item.conversationId }),
        });
        return reply(ticket, isNew ? 201 : 200);
      },
    },
    {
      method: "PUT",
      path: "/api/desk/tickets/:number",
      access: "agent",
      summary: "Changes what the body names; If-Match says which version is meant.",
      schema: { body: ticketBody, reply: ticketView },
      async handle(request) {
        const me = needPrincipal(request);
        const edit = checkInput(ticketBody, request.body);
        const ticket = await find(me, request.params.number ?? "");
        const { ifMatch } = preconditionOf(request);
        if (ifMatch === undefined)
          throw new Conflict("IF_MATCH_NEEDED", "Send the ETag of the version you read in If-Match.");
        const asked = withoutMasked(edit, ticket, ports.masking);
        check(asked);
        const change = { by: actorOf(me), versions: ifMatch };
        return reply(await changeTicket(tickets, ticket.number, asked, change));
      },
    },
    {
      method: "POST",
      path: "/api/desk/tickets/:number/notes",
      access: "agent",
      summary: "Adds a note for colleagues; again with the same clientId adds none.",
      schema: { body: ticketNoteBody, reply: ticketView },
      async handle(request) {
        const me = needPrincipal(request);
        const { text, clientId } = checkInput(ticketNoteBody, request.body);
        const { number } = await find(me, request.params.number ?? "");
        const id = clientId === undefined ? newId("note") : hashId("note", me.id, clientId);
        return reply(await addNote(tickets, number, { id, text, by: actorOf(me) }), 201);
      },
    },
    {
      method: "POST",
      path: "/api/desk/tickets/:number/conversations",
      access: "agent",
      summary: "Links another conversation to the ticket.",
      schema: { body: ticketLinkBody, reply: ticketView },
      async handle(request) {
        const me = needPrincipal(request);
        const { conversationId } = checkInput(ticketLinkBody, request.body);
        const { number } = await find(me, request.params.number ?? "");
        const item = await needItem(me, conversationId);
        const linked = { conversationId, threadId: item.threadId, by: actorOf(me) };
        return reply(await linkConversation(tickets, number, linked));
      },
    },
  ];
}

/** Without keys that are undefined. */
function withoutGaps<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as never;
}
