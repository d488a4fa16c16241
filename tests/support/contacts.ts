import { bookSteps, createContactBook } from "../../src/contacts/book/book";
import { createOwed, type OwedHandlers } from "../../src/contacts/owed";
import type { Clock } from "../../src/core/clock";
import { silentLog } from "../../src/core/log";
import type { RecordEvent } from "../../src/core/owed";
import type { Store } from "../../src/core/store";

/** A contact book whose steps are done; `threads` gives what the pipeline does of them. */
export function createContacts(
  ports: { store: Store; clock: Clock },
  threads: () => Pick<OwedHandlers, "linked" | "refresh">,
) {
  const told: RecordEvent[] = [];
  const book = createContactBook(ports);
  const owed = createOwed({
    ...ports,
    log: silentLog,
    steps: {
      ...bookSteps(ports),
      linked: (step, doc) => threads().linked(step, doc),
      refresh: (step, doc) => threads().refresh(step, doc),
      tell: async ({ event }) => void told.push(event),
    },
  });
  return { book, owed, told };
}
