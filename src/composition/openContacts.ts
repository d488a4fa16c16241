import { auditRecord } from "../contacts/audit";
import { bookSteps, createContactBook } from "../contacts/book/book";
import { createOwed, type OwedHandlers, type OwedSteps } from "../contacts/owed";
import { ticketsFollow } from "../contacts/tickets/links";
import type { Clock } from "../core/clock";
import type { ContactBook } from "../core/contactBook";
import { SwitchboardError } from "../core/errors";
import type { Log } from "../core/log";
import type { Store } from "../core/store";

type Others = Pick<OwedHandlers, "linked" | "refresh" | "tell">;

/** The book of contacts with the worker of what it owes. */
export interface OpenedContacts {
  book: ContactBook;
  owed: OwedSteps;
  /** What the pipeline and webhooks do of the steps; those that come before, while settings are read, wait for it. */
  connect(others: Others): void;
}

/** Opens the book; `connect` lets it go on where others have their part. */
export function openContacts(ports: { store: Store; clock: Clock; log: Log }): OpenedContacts {
  let connect: (others: Others) => void = () => {};
  let abandon: (error: Error) => void = () => {};
  const others = new Promise<Others>((resolve, reject) => {
    connect = resolve;
    abandon = reject;
  });
  // Nobody may be waiting when a start fails.
  others.catch(() => {});
  const owed = createOwed({
    ...ports,
    steps: {
      ...bookSteps(ports),
      async linked(step, doc) {
        await ticketsFollow(ports, step.threadId);
        await (await others).linked(step, doc);
      },
      refresh: async (step, doc) => (await others).refresh(step, doc),
      async tell(step, doc) {
        await auditRecord(ports.store, step.event);
        await (await others).tell(step, doc);
      },
    },
  });
  return {
    book: createContactBook(ports),
    owed: {
      ...owed,
      stop() {
        abandon(new SwitchboardError("SHUTTING_DOWN", "The server stopped before it was ready."));
        return owed.stop();
      },
    },
    connect,
  };
}
