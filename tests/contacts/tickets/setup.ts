import { toTicket } from "../../../src/contacts/tickets/normal";
import { createTickets } from "../../../src/contacts/tickets/tickets";
import type { ProfileLink } from "../../../src/core/contactBook";
import { toConversationId, toThreadId } from "../../../src/core/ids";
import type { Owed } from "../../../src/core/owed";
import type { Ticket } from "../../../src/core/ticket";
import { createFakeClock } from "../../support/clock";
import { createMemoryStore, type MemoryStore } from "../../support/memoryStore";
import { createSettings, type TestSettings } from "../../support/settings";

/** Tickets on a store in memory; `told`: what was owed. */
export function createTicketBench(options: TestSettings & { store?: MemoryStore } = {}) {
  const clock = createFakeClock();
  const store = options.store ?? createMemoryStore(clock.now);
  const told: { partition: string; doc: Owed }[] = [];
  store.subscribe((changes) => {
    for (const { partition, doc } of changes)
      if (doc?.type === "owed") told.push({ partition, doc: doc as Owed });
  });
  const settings = createSettings(options);
  const ports = { store, clock };
  return { ...ports, ports, settings, told, tickets: createTickets({ ...ports, settings }) };
}

export type TicketBench = ReturnType<typeof createTicketBench>;

export const THREAD = toThreadId("facebook", "2000", "1");
export const conversation = (n: number): string => toConversationId(THREAD, n);

/** A conversation of customer 1 on page 2000. */
export const ITEM = {
  threadId: THREAD,
  channel: "facebook",
  instanceId: "facebook~2000",
  customer: { id: "1", name: "Gilda" },
};

export const BY_ANA = { kind: "agent", id: "ana" } as const;

export const ticket = (number: string, more: Partial<Ticket> = {}): Ticket =>
  toTicket({
    id: number,
    type: "ticket",
    number,
    subject: `About ${number}`,
    state: "open",
    priority: "normal",
    conversationId: conversation(1),
    threadId: THREAD,
    channel: "facebook",
    instanceId: "facebook~2000",
    customer: { id: "1" },
    createdAt: Number(number.slice(2)),
    createdBy: { kind: "flow", id: "orders" },
    ...more,
  });

export const link = (contactId: string, from: number, to?: number): ProfileLink => ({
  contactId,
  from,
  ...(to === undefined ? {} : { to }),
  how: "agent",
  at: 0,
  by: BY_ANA,
});

/** As the book keeps it. */
export async function keepProfile({ store }: TicketBench, ...links: ProfileLink[]): Promise<void> {
  const doc = { id: "profile", type: "profile", threadId: THREAD, links };
  await store.batch("contacts", `profile~${THREAD}`, [{ do: "upsert", doc }], "profile");
}
