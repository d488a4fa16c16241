import { checkInput } from "../../core/checkInput";
import type { ApiReply, Principal, Route } from "../../core/route";
import type { Ticket } from "../../core/ticket";
import { limitOf, needPrincipal } from "../caller";
import { page } from "../contract";
import { toTicketView } from "./presentTicket";
import { createTicketAccess, findTicket } from "./ticketAccess";
import { ticketQuery, ticketView } from "./ticketContract";
import { ticketEdits } from "./ticketEdits";
import { findTickets } from "./ticketLists";
import type { TicketRoutePorts } from "./ticketPorts";

/** Tickets: lists, one by its number, and all that people do to them. */
export function ticketRoutes(ports: TicketRoutePorts): Route[] {
  const present = (ticket: Ticket) => toTicketView(ticket, ports.masking);
  const reply = (ticket: Ticket, status = 200): ApiReply => ({
    status,
    body: present(ticket),
    headers: { ETag: `"${ticket.version}"` },
  });
  const find = (me: Principal, number: string) => findTicket(ports, me, number);
  return [
    {
      method: "GET",
      path: "/api/desk/tickets",
      access: "agent",
      summary:
        "Lists tickets, newest first: those that the caller may see and that fit the query. A page may be short while `next` is there.",
      schema: { query: ticketQuery, reply: page(ticketView) },
      async handle(request) {
        const me = needPrincipal(request);
        const query = checkInput(ticketQuery, Object.fromEntries(request.query));
        const found = await findTickets(ports, {
          me,
          maySee: createTicketAccess(ports, me),
          query,
          limit: limitOf(request),
        });
        return { status: 200, body: { items: found.items.map(present), next: found.next ?? null } };
      },
    },
    {
      method: "GET",
      path: "/api/desk/tickets/:number",
      access: "agent",
      summary: "Gives one ticket by its number; its ETag is for a change.",
      schema: { reply: ticketView },
      async handle(request) {
        return reply(await find(needPrincipal(request), request.params.number ?? ""));
      },
    },
    ...ticketEdits(ports, { find, reply }),
  ];
}
