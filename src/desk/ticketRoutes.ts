import { z } from "zod";
import { listTickets, readTicket } from "../contacts/tickets";
import { checkInput } from "../core/checkInput";
import { isoTime } from "../core/clock";
import { NotAllowed, NotFound } from "../core/errors";
import { hasRole, type Principal, type Route } from "../core/route";
import type { Store } from "../core/store";
import { TICKET_STATES, type Ticket } from "../core/ticket";
import { limitOf, needPrincipal } from "./caller";
import { page, type TicketView, ticketView } from "./contract";

const query = z.object({
  state: z.enum(TICKET_STATES).optional(),
  conversation: z.string().min(1).max(200).optional(),
  limit: z.string().optional(),
  cursor: z.string().max(2000).optional(),
});

export interface TicketPorts {
  store: Store;
  /** May this person see the conversation, live or closed? */
  maySee(principal: Principal, conversationId: string): Promise<boolean>;
}

/** Tickets: supervisors see all, agents those of conversations that they may see. */
export function ticketRoutes({ store, maySee }: TicketPorts): Route[] {
  return [
    {
      method: "GET",
      path: "/api/desk/tickets",
      access: "agent",
      summary: "Lists tickets, newest first: of a conversation, or for supervisors all.",
      schema: { query, reply: page(ticketView) },
      async handle(request) {
        const me = needPrincipal(request);
        const { state, conversation, cursor } = checkInput(query, Object.fromEntries(request.query));
        if (!hasRole(me, "supervisor") && !(conversation !== undefined && (await maySee(me, conversation))))
          throw new NotAllowed("NOT_ALLOWED", "Name a conversation that you may see; a supervisor sees all.");
        const found = await listTickets(store, {
          limit: limitOf(request),
          ...(state === undefined ? {} : { state }),
          ...(conversation === undefined ? {} : { conversationId: conversation }),
          ...(cursor === undefined ? {} : { cursor }),
        });
        return { status: 200, body: { items: found.items.map(toTicketView), next: found.next ?? null } };
      },
    },
    {
      method: "GET",
      path: "/api/desk/tickets/:number",
      access: "agent",
      summary: "Gives one ticket by its number.",
      schema: { reply: ticketView },
      async handle(request) {
        const me = needPrincipal(request);
        const number = request.params.number ?? "";
        const ticket = (await readTicket(store, number))?.doc;
        const isMine =
          ticket !== undefined &&
          (hasRole(me, "supervisor") ||
            (ticket.conversationId !== undefined && (await maySee(me, ticket.conversationId))));
        if (!isMine) throw new NotFound("NOT_FOUND", `There is no ticket ${number} that you may see.`);
        return { status: 200, body: toTicketView(ticket) };
      },
    },
  ];
}

export function toTicketView(ticket: Ticket): TicketView {
  return {
    number: ticket.number,
    subject: ticket.subject,
    description: ticket.description ?? null,
    state: ticket.state,
    priority: ticket.priority,
    activity: ticket.activity ?? null,
    group: ticket.group ?? null,
    fields: { ...ticket.fields },
    conversationId: ticket.conversationId ?? null,
    channel: ticket.channel ?? null,
    customer:
      ticket.customer === undefined ? null : { id: ticket.customer.id, name: ticket.customer.name ?? null },
    createdAt: isoTime(ticket.createdAt),
    createdBy: ticket.createdBy,
  };
}
