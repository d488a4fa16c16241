import assert from "node:assert/strict";
import { linkConversation } from "../../../src/contacts/tickets/change";
import { keepTicket, readTicket } from "../../../src/contacts/tickets/keep";
import { listTickets, ticketsOf } from "../../../src/contacts/tickets/list";
import { createTicketNumbers } from "../../../src/contacts/tickets/ticketNumbers";
import { createMemoryStore } from "../../support/memoryStore";
import { BY_ANA, conversation, createTicketBench, THREAD, ticket } from "./setup";

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
    const { store, ports } = createTicketBench();
    await keepTicket(ports, ticket("T-1001"));
    await keepTicket(ports, ticket("T-1001", { subject: "again" }));
    assert.equal((await readTicket(store, "T-1001"))?.doc.subject, "About T-1001");
    assert.equal(await readTicket(store, "T-1002"), undefined);
    assert.equal(await readTicket(store, "../T-1"), undefined);
  });

  it("are listed newest first, page by page and over the end of a partition", async () => {
    const { store, ports } = createTicketBench();
    await store.batch(
      "contacts",
      "ticketNumbers",
      [{ do: "create", doc: { id: "counter", type: "counter", last: 100_050 } as never }],
      "test",
    );
    const numbers = ["T-99998", "T-99999", "T-100000", "T-100001"];
    for (const number of numbers) await keepTicket(ports, ticket(number));
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
    const { store, ports } = createTicketBench();
    await createTicketNumbers(store).take();
    await keepTicket(ports, ticket("T-1001"));
    await keepTicket(ports, ticket("T-1002", { state: "solved" }));
    await keepTicket(ports, ticket("T-1003", { conversationId: conversation(2) }));
    const numbers = async (filter: object) =>
      (await listTickets(store, { limit: 10, ...filter })).items.map(({ number }) => number);
    assert.deepEqual(await numbers({ state: "open" }), ["T-1003", "T-1001"]);
    assert.deepEqual(await numbers({ conversationId: conversation(1) }), ["T-1002", "T-1001"]);
  });
  it("are found by owner, group, priority and contact", async () => {
    const { store, ports } = createTicketBench();
    await createTicketNumbers(store).take();
    await keepTicket(ports, ticket("T-1001", { owner: "ana", group: "orders" }));
    await keepTicket(ports, ticket("T-1002", { owner: "ben", priority: "high", contactId: "c" }));
    const numbers = async (filter: object) =>
      (await listTickets(store, { limit: 10, ...filter })).items.map(({ number }) => number);
    assert.deepEqual(await numbers({ owner: "ana" }), ["T-1001"]);
    assert.deepEqual(await numbers({ group: "orders" }), ["T-1001"]);
    assert.deepEqual(await numbers({ priority: "high" }), ["T-1002"]);
    assert.deepEqual(await numbers({ contactId: "c", owner: "ana" }), []);
  });

  it("of a customer are those of the thread, of the contact, and those linked to a conversation; each once", async () => {
    const { store, ports } = createTicketBench();
    await createTicketNumbers(store).take();
    await keepTicket(ports, ticket("T-1001"));
    await keepTicket(ports, ticket("T-1002", { threadId: "other", conversationId: "other.1" }));
    await keepTicket(ports, ticket("T-1003", { threadId: "else", conversationId: "else.1", contactId: "c" }));
    await keepTicket(ports, ticket("T-1004", { threadId: "else", conversationId: "else.2" }));
    const linked = { conversationId: conversation(2), threadId: THREAD, by: BY_ANA };
    for (const number of ["T-1001", "T-1002"]) await linkConversation(ports, number, linked);
    const numbers = async (whose: object) => (await ticketsOf(store, whose)).map(({ number }) => number);
    assert.deepEqual(await numbers({ threadId: THREAD, contactIds: ["c"] }), ["T-1003", "T-1002", "T-1001"]);
    assert.deepEqual(await numbers({ conversationId: conversation(2) }), ["T-1002", "T-1001"]);
    assert.deepEqual(await numbers({ conversationId: conversation(1) }), ["T-1001"]);
  });

  it("of an older version have the beginnings of what came later", async () => {
    const { store } = createTicketBench();
    const old = {
      id: "T-1001",
      type: "ticket",
      number: "T-1001",
      subject: "Old",
      state: "open",
      priority: "low",
      conversationId: conversation(1),
      threadId: THREAD,
      channel: "sms",
      instanceId: "sms~1",
      customer: { id: "+1" },
      createdAt: 7,
      createdBy: { kind: "flow", id: "orders" },
    };
    await createTicketNumbers(store).take();
    await store.batch("contacts", "tickets~0", [{ do: "create", doc: old }], "test");
    const now = {
      ...old,
      key: "tickets~0",
      conversations: [],
      notes: [],
      history: [],
      version: 1,
      updatedAt: 7,
    };
    assert.deepEqual((await readTicket(store, "T-1001"))?.doc, now);
    assert.deepEqual((await listTickets(store, { limit: 10 })).items, [now]);
  });
});
