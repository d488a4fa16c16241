import { NotFound } from "../../core/errors";
import type { Store, Stored } from "../../core/store";
import type { Ticket } from "../../core/ticket";
import { type StoredTicket, toTicket } from "./normal";
import { partitionOf } from "./places";
import type { TicketPorts } from "./ports";
import { tellOwed } from "./tell";

/**
 * Keeps a new ticket; one that is there already stays as it is, so that a repeated step makes one ticket. True when it was
 * made now. Throws StoreError.
 */
export async function keepTicket({ store, clock }: TicketPorts, ticket: Ticket): Promise<boolean> {
  const partition = needPartition(ticket.number);
  const told = tellOwed(partition, clock.now(), "ticket.created", ticket);
  const result = await store.batch(
    "contacts",
    partition,
    [
      { do: "create", doc: ticket },
      { do: "create", doc: told },
    ],
    "ticket",
  );
  return result.ok;
}

/** Undefined when there is none, also for what is no number. */
export async function readTicket(store: Store, number: string): Promise<Stored<Ticket> | undefined> {
  const partition = partitionOf(number);
  if (partition === undefined) return undefined;
  const stored = await store.read<StoredTicket>("contacts", partition, number);
  return stored === undefined ? undefined : { ...stored, doc: toTicket(stored.doc) };
}

/** Throws NotFound. */
export function needPartition(number: string): string {
  const partition = partitionOf(number);
  if (partition === undefined) throw noTicket(number);
  return partition;
}

export const noTicket = (number: string): NotFound =>
  new NotFound("NOT_FOUND", `There is no ticket ${number.slice(0, 20)}.`);
