import { bookSteps, createContactBook } from "../contacts/book/book";
import { createOwed, type OwedHandlers, type OwedSteps } from "../contacts/owed";
import { ticketsFollow } from "../contacts/tickets/links";
import type { Clock } from "../core/clock";
import type { ContactBook } from "../core/contactBook";
import type { Log } from "../core/log";
import type { Store } from "../core/store";

/** The book of contacts with the worker of what it owes. */
export interface OpenedContacts {
  book: ContactBook;
  owed: OwedSteps;
}

/** `others`: what the pipeline and webhooks do of the steps, asked for when the first comes. */
export function openContacts(
  ports: { store: Store; clock: Clock; log: Log },
  others: () => Pick<OwedHandlers, "linked" | "refresh" | "tell">,
): OpenedContacts {
  const owed = createOwed({
    ...ports,
    steps: {
      ...bookSteps(ports),
      // Asynchronous, so that a step which comes before the others are there fails and is tried again.
      async linked(step, doc) {
        await ticketsFollow(ports, step.threadId);
        await others().linked(step, doc);
      },
      refresh: async (step, doc) => others().refresh(step, doc),
      tell: async (step, doc) => others().tell(step, doc),
    },
  });
  return { book: createContactBook(ports), owed };
}
