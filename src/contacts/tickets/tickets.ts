import type { Actor } from "../../core/actor";
import { hashId } from "../../core/ids";
import type { SettingsReader } from "../../core/settings";
import type { Doc, Store } from "../../core/store";
import type { Ticket } from "../../core/ticket";
import { keepTicket, readTicket } from "./keep";
import { followProfile, withContact } from "./links";
import { type NewTicket, newTicket } from "./make";
import type { TicketPorts } from "./ports";
import { createTicketNumbers } from "./ticketNumbers";

/** A ticket that somebody asks for who may ask again. */
export interface AskedTicket extends Omit<NewTicket, "wish"> {
  wish: Omit<NewTicket["wish"], "number">;
  /** Made by the client: asked again with the same one makes no other ticket. */
  clientId?: string | undefined;
}

/** So long a repeated request is known by its `clientId`: seconds. */
const CLAIM_TTL = 7 * 24 * 60 * 60;

/** Which number a request got. */
interface TicketClaim extends Doc {
  id: "claim";
  type: "ticketClaim";
  number: string;
}

/** Makes tickets: with a number that was taken before, so that a step may be repeated, or with a new one. */
export function createTickets(ports: TicketPorts & { settings: SettingsReader }) {
  const numbers = createTicketNumbers(ports.store);

  /** Idempotent: the ticket of this number as it is. Throws StoreError. */
  async function make(made: NewTicket): Promise<{ ticket: Ticket; isNew: boolean }> {
    const wanted = await withContact(ports.store, newTicket(made, ports.settings.current()));
    const isNew = await keepTicket(ports, wanted);
    await followProfile(ports, wanted);
    const ticket = isNew ? wanted : ((await readTicket(ports.store, wanted.number))?.doc ?? wanted);
    return { ticket, isNew };
  }

  return {
    ...ports,
    /** The next number. Throws StoreError. */
    take: numbers.take,
    make,
    /** Throws StoreError. */
    async ask({ clientId, wish, ...made }: AskedTicket): Promise<{ ticket: Ticket; isNew: boolean }> {
      const number =
        clientId === undefined
          ? await numbers.take()
          : await claimNumber(ports.store, numbers.take, made.by, clientId);
      return make({ ...made, wish: { ...wish, number } });
    },
  };
}

export type Tickets = ReturnType<typeof createTickets>;

/** The number stands before the ticket does: who is killed in between makes the same one when asked again. */
async function claimNumber(
  store: Store,
  take: () => Promise<string>,
  by: Actor,
  clientId: string,
): Promise<string> {
  const partition = hashId("ticketClaim", by.kind, by.id, clientId);
  const known = await store.read<TicketClaim>("contacts", partition, "claim");
  if (known !== undefined) return known.doc.number;
  const claim: TicketClaim = { id: "claim", type: "ticketClaim", number: await take(), ttl: CLAIM_TTL };
  const result = await store.batch("contacts", partition, [{ do: "create", doc: claim }], "ticketClaim");
  if (result.ok) return claim.number;
  return (await store.read<TicketClaim>("contacts", partition, "claim"))?.doc.number ?? claim.number;
}
