import { bookSteps, createContactBook } from "../contacts/book/book";
import { createOwed, type OwedHandlers, type OwedSteps } from "../contacts/owed";
import type { Clock } from "../core/clock";
import type { ContactBook } from "../core/contactBook";
import type { Log } from "../core/log";
import type { Store } from "../core/store";

/** The book of contacts with the worker of what it owes. */
export interface OpenedContacts {
  book: ContactBook;
  owed: OwedSteps;
}

/** `threads`: what the pipeline does of the steps, asked for when the first comes. */
export function openContacts(
  ports: { store: Store; clock: Clock; log: Log },
  threads: () => Pick<OwedHandlers, "linked" | "refresh">,
): OpenedContacts {
  const owed = createOwed({
    ...ports,
    steps: {
      ...bookSteps(ports),
      linked: (step, doc) => threads().linked(step, doc),
      refresh: (step, doc) => threads().refresh(step, doc),
      // Nobody has asked to be told.
      tell: async () => {},
    },
  });
  return { book: createContactBook(ports), owed };
}
