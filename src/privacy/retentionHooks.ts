import type { Contact } from "../core/contact";
import type { ContactBook } from "../core/contactBook";
import type { Head } from "../core/conversation";
import type { Store } from "../core/store";
import { ticketsOf } from "./erasure/eraseTickets";
import type { Erasures } from "./erasure/erasures";
import { owners } from "./erasure/preview";
import { findPerson, type Person } from "./person";
import type { RetentionHooks } from "./retention/retention";

/** Untouched contacts and threads of which nothing is left are erased as if somebody had asked for it, with a receipt. */
export function createRetentionHooks(
  { store, book }: { store: Store; book: ContactBook },
  erasures: Pick<Erasures, "eraseForRetention">,
): RetentionHooks {
  async function isQuiet({ threads }: Person, before: number): Promise<boolean> {
    for (const { threadId, part } of threads) {
      const head = (await store.read<Head>("threads", threadId, "head"))?.doc;
      if (head === undefined || part !== "all") continue;
      if (head.live !== undefined || (head.lastInboundAt ?? 0) >= before) return false;
    }
    return true;
  }

  async function hasOpenTickets(person: Person): Promise<boolean> {
    for await (const ticket of ticketsOf(store, owners(person))) if (ticket.state !== "closed") return true;
    return false;
  }

  return {
    async eraseContact({ contactId }: Contact, before: number): Promise<boolean> {
      const person = await findPerson({ store, book }, { contactId });
      if (!(await isQuiet(person, before)) || (await hasOpenTickets(person))) return false;
      await erasures.eraseForRetention({ contactId });
      return true;
    },
    async threadIdle(threadId: string): Promise<void> {
      const head = (await store.read<Head>("threads", threadId, "head"))?.doc;
      const links = (await book.profile(threadId))?.doc.links ?? [];
      // Whoever told us to stop must stay known; a contact has a time of its own.
      if (head === undefined || head.optedOut === true || links.length > 0) return;
      await erasures.eraseForRetention({ threadId });
    },
  };
}
