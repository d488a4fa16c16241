import { readTicket } from "../../contacts/tickets/keep";
import { NotFound } from "../../core/errors";
import { hasRole, type Principal } from "../../core/route";
import type { Store } from "../../core/store";
import type { Ticket } from "../../core/ticket";

export interface TicketAccessPorts {
  store: Store;
  /** May this person see the conversation, live or closed? */
  maySee(principal: Principal, conversationId: string): Promise<boolean>;
}

/** May this person see, and so change, the ticket? */
export type MaySeeTicket = (ticket: Ticket) => Promise<boolean>;

/**
 * Supervisors see all; an agent their own, those of conversations that they may see, and those that nobody owns and that
 * were made for a contact without a conversation. What was found out of a conversation holds for one request.
 */
export function createTicketAccess({ maySee }: TicketAccessPorts, me: Principal): MaySeeTicket {
  if (hasRole(me, "supervisor")) return async () => true;
  const known = new Map<string, Promise<boolean>>();
  const seesConversation = (id: string): Promise<boolean> => {
    const asked = known.get(id) ?? maySee(me, id);
    known.set(id, asked);
    return asked;
  };
  return async ({ owner, conversationId, conversations }) => {
    if (owner === me.id) return true;
    const about = [...(conversationId === undefined ? [] : [conversationId]), ...conversations];
    if (about.length === 0) return owner === undefined;
    for (const id of about) if (await seesConversation(id)) return true;
    return false;
  };
}

/** The ticket, if this person may see it. Throws NotFound. */
export async function findTicket(ports: TicketAccessPorts, me: Principal, number: string): Promise<Ticket> {
  const ticket = (await readTicket(ports.store, number))?.doc;
  if (ticket !== undefined && (await createTicketAccess(ports, me)(ticket))) return ticket;
  throw new NotFound("NOT_FOUND", `There is no ticket ${number.slice(0, 20)} that you may see.`);
}
