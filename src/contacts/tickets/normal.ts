import type { Ticket } from "../../core/ticket";

/** A ticket as some version of us stored it: the first knew of no changes. */
export type StoredTicket = Omit<Ticket, "conversations" | "notes" | "history" | "version" | "updatedAt"> &
  Partial<Pick<Ticket, "conversations" | "notes" | "history" | "version" | "updatedAt">>;

/** What later versions added has its beginning. */
export function toTicket(stored: StoredTicket): Ticket {
  return {
    ...stored,
    conversations: stored.conversations ?? [],
    notes: stored.notes ?? [],
    history: stored.history ?? [],
    version: stored.version ?? 1,
    updatedAt: stored.updatedAt ?? stored.createdAt,
  };
}
