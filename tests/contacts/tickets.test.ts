import assert from "node:assert/strict";
import { createTicketNumbers } from "../../src/contacts/ticketNumbers";
import { keepTicket, listTickets, readTicket } from "../../src/contacts/tickets";
import type { Ticket } from "../../src/core/ticket";
import { createMemoryStore } from "../support/memoryStore";

const ticket = (number: string, more: Partial<Ticket> = {}): Ticket => ({
  id: number,
  type: "ticket",
  number,
  subject: `About ${number}`,
  state: "open",
  priority: "normal",
  conversationId: "t.1",
  threadId: "t",
  channel: "sms",
  instanceId: "sms~1",
  customer: { id: "+1" },
  createdAt: Number(number.slice(2)),
  createdBy: { kind: "flow", id: "orders" },
  conversations: [],
  notes: [],
  history: [],
  version: 1,
  updatedAt: Number(number.slice(2)),
  ...more,
});

describe("ticket numbers", () => {
  it("are never given out twice, by however many servers at once", async () => {
    const store = createMemoryStore();
    const servers = Array.from({ length: 4 }, () => createTicketNumbers(store));
    const taken = await Promise.all(
      Array.from({ length: 400 }, (_, i) => (servers[i % 4] as (typeof servers)[0]).take()),
    );
    assert.equal(new Set(taken).size, 400);
    for (const number of taken) assert.match(number, /^T-\d{4,}$/);
  });

  it("cost one write for fifty", async () => {
    const store = createMemoryStore();
    let writes = 0;
    const counting = {
      ...store,
      batch(...words: Parameters<typeof store.batch>) {
        writes += 1;
        return store.batch(...words);
      },
    };
    const numbers = createTicketNumbers(counting);
    for (let i = 0; i < 100; i++) await numbers.take();
    assert.equal(writes, 2);
  });

  it("go on after a restart, with a gap", async () => {
    const store = createMemoryStore();
    assert.equal(await createTicketNumbers(store).take(), "T-1001");
    assert.equal(await createTicketNumbers(store).take(), "T-1051");
  });
});

describe("tickets", () => {
  it("are kept once, however often the step is repeated", async () => {
    const store = createMemoryStore();
    await keepTicket(store, ticket("T-1001"));
    await keepTicket(store, ticket("T-1001", { subject: "again" }));
    assert.equal((await readTicket(store, "T-1001"))?.doc.subject, "About T-1001");
    assert.equal(await readTicket(store, "T-1002"), undefined);
    assert.equal(await readTicket(store, "../T-1"), undefined);
  });

  it("are listed newest first, page by page and over the end of a partition", async () => {
    const store = createMemoryStore();
    await store.batch(
      "contacts",
      "ticketNumbers",
      [{ do: "create", doc: { id: "counter", type: "counter", last: 100_050 } as never }],
      "test",
    );
    const numbers = ["T-99998", "T-99999", "T-100000", "T-100001"];
    for (const number of numbers) await keepTicket(store, ticket(number));
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listTickets(store, { limit: 1, ...(cursor === undefined ? {} : { cursor }) });
      found.push(...page.items.map(({ number }) => number));
      cursor = page.next;
    } while (cursor !== undefined);
    assert.deepEqual(found, [...numbers].reverse());
  });

  it("are found by state and conversation", async () => {
    const store = createMemoryStore();
    await createTicketNumbers(store).take();
    await keepTicket(store, ticket("T-1001"));
    await keepTicket(store, ticket("T-1002", { state: "solved" }));
    await keepTicket(store, ticket("T-1003", { conversationId: "u.1" }));
    const numbers = async (filter: object) =>
      (await listTickets(store, { limit: 10, ...filter })).items.map(({ number }) => number);
    assert.deepEqual(await numbers({ state: "open" }), ["T-1003", "T-1001"]);
    assert.deepEqual(await numbers({ conversationId: "t.1" }), ["T-1002", "T-1001"]);
  });
});
