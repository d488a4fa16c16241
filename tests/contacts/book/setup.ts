import { bookSteps, createContactBook } from "../../../src/contacts/book/book";
import { createOwed } from "../../../src/contacts/owed";
import type { Actor } from "../../../src/core/actor";
import { toThreadId } from "../../../src/core/ids";
import { silentLog } from "../../../src/core/log";
import type { RecordEvent } from "../../../src/core/owed";
import type { Store } from "../../../src/core/store";
import { createFakeClock } from "../../support/clock";
import { createMemoryStore } from "../../support/memoryStore";

export const ANA: Actor = { kind: "agent", id: "ana" };

/** A book with a worker of what it owes, on one store; what refresh, linked and tell were asked is kept. */
export function createBench<S extends Store>(given: S, clock = createFakeClock()) {
  const store = given;
  const events: RecordEvent[] = [];
  const refreshed: string[] = [];
  const linked: string[] = [];
  const ports = { store, clock, countryOf: () => "PT" };
  const book = createContactBook(ports);
  const owed = createOwed({
    store,
    clock,
    log: silentLog,
    steps: {
      ...bookSteps(ports),
      refresh: async ({ contactId }) => void refreshed.push(contactId),
      linked: async ({ threadId }) => void linked.push(threadId),
      tell: async ({ event }) => void events.push(event),
    },
  });
  return { store, clock, book, owed, events, refreshed, linked };
}

export function setup() {
  const clock = createFakeClock();
  return createBench(
    createMemoryStore(() => clock.now()),
    clock,
  );
}

/** The profile of a customer on the SMS number. */
export function whoIs(customerId: string, customer: object = {}) {
  return {
    threadId: toThreadId("sms", "sms~1", customerId),
    channel: "sms",
    instanceId: "sms~1",
    customer: { id: customerId, ...customer },
  };
}
