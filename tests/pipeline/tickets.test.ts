import assert from "node:assert/strict";
import { readTicket } from "../../src/contacts/tickets/keep";
import type { Owed } from "../../src/core/owed";
import type { Ticket } from "../../src/core/ticket";
import { claimTickets } from "../../src/pipeline/effects/ruleTickets";
import { createRouter } from "../../src/routing/rules/route";
import { createFakeClock } from "../support/clock";
import { createMemoryStore } from "../support/memoryStore";
import type { TestSettings } from "../support/settings";
import { shareStore } from "../support/sharedStore";
import {
  conversationOf,
  createBench,
  deed,
  message,
  type PipelineBench,
  say,
  threadOf,
  WITH_HELPER,
  withFiles,
} from "./bench";
import { crashAfter } from "./crash";

const RECORDS: TestSettings = {
  instances: [
    {
      externalId: "2000",
      records: { createContact: false, createTicket: true, activity: "enquiry", group: "shop" },
    },
  ],
};

/** Two rules that may both be true, in rulesets of their own. */
const RULES: TestSettings = {
  workstreams: [
    {
      id: "messenger",
      classification: [
        {
          name: "subject",
          rules: [
            {
              name: "order",
              if: "hasWord(message.text, 'order')",
              set: {
                ticket: {
                  subject: "Order of ${customer.name}: ${message.text}",
                  description: "${context.note}",
                  activity: "order",
                  priority: "high",
                },
              },
            },
          ],
        },
        {
          name: "tone",
          rules: [
            { name: "angry", if: "hasWord(message.text, 'angry')", set: { ticket: { subject: "Angry" } } },
          ],
        },
      ],
    },
  ],
};

const tickets = (bench: PipelineBench): Ticket[] =>
  bench.store
    .all<Ticket>("contacts")
    .filter(({ type }) => type === "ticket")
    .sort((a, b) => (a.number < b.number ? -1 : 1));
const told = (bench: PipelineBench): string[] =>
  bench.store
    .all<Owed>("contacts")
    .filter(({ type }) => type === "owed")
    .map(({ step }) => (step.kind === "tell" ? step.event.id : ""));

describe("a conversation where every one gets a ticket", () => {
  it("has one from its first message on, with its number in the context", async () => {
    const bench = createBench(RECORDS);
    await bench.say("1", "My order is late", "hello?");
    const [ticket, ...others] = tickets(bench);
    assert.deepEqual(others, []);
    assert.ok(ticket);
    assert.equal(ticket.subject, "My order is late");
    assert.equal(ticket.conversationId, conversationOf("1"));
    assert.deepEqual([ticket.activity, ticket.group], ["enquiry", "shop"]);
    assert.deepEqual(ticket.createdBy, { kind: "system", id: "records" });
    assert.deepEqual(told(bench), [`ticket.created~${ticket.number}~1`]);
    assert.equal((await bench.item("1"))?.context?.ticket, ticket.number);
    const texts = (await bench.record("1"))?.trace.map(({ text }) => text) ?? [];
    assert.ok(texts.some((text) => text.startsWith(`Ticket ${ticket.number} was made`)));
  });

  it("has it with the helper, too, which knows the number", async () => {
    const bench = createBench({ ...WITH_HELPER, ...RECORDS });
    await bench.say("1", "hi", "again");
    const [ticket] = tickets(bench);
    assert.equal(tickets(bench).length, 1);
    assert.equal(bench.turns[0]?.context.ticket, ticket?.number);
    assert.equal((await bench.item("1"))?.context?.ticket, ticket?.number);
  });

  it("has it when the helper ends in the same turn", async () => {
    const bench = createBench({
      ...WITH_HELPER,
      ...RECORDS,
      bot: () => ({ ended: true, sends: [say("bye")] }),
    });
    await bench.say("1", "hi");
    assert.equal(tickets(bench).length, 1);
  });

  it("closes without it, and the next has one of its own", async () => {
    const bench = createBench({
      ...WITH_HELPER,
      ...RECORDS,
      bot: () => ({ ended: true, sends: [say("bye")] }),
    });
    await bench.say("1", "one");
    await bench.say("1", "two");
    assert.deepEqual(
      tickets(bench).map(({ state, subject, conversationId }) => [state, subject, conversationId]),
      [
        ["open", "one", conversationOf("1")],
        ["open", "two", conversationOf("1", 2)],
      ],
    );
  });

  it("is called after what came, where nothing was said", async () => {
    const bench = createBench(RECORDS);
    await bench.webhook(withFiles("1", ["a.jpg"]));
    await bench.quiet();
    assert.equal(tickets(bench)[0]?.subject, "(picture)");
  });

  it("has none for what opens no conversation, nor where it is not asked for", async () => {
    const bench = createBench(RECORDS);
    await bench.webhook(deed("1", "messageReaction", { reactionsAdded: [{ type: "like" }] }));
    await bench.quiet();
    const other = createBench();
    await other.say("1", "hi");
    assert.deepEqual([tickets(bench).length, tickets(other).length], [0, 0]);
  });

  for (const purpose of ["receive", "ticketNumbers", "turn", "ticket", "effectDone", "enqueue"])
    it(`survives a crash after "${purpose}" with one ticket, which is told once`, async () => {
      const bench = await crashAfter(purpose, (first) => first.say("1", "hi"), { bench: RECORDS });
      const [ticket] = tickets(bench);
      assert.equal(tickets(bench).length, 1);
      assert.equal((await bench.item("1"))?.context?.ticket, ticket?.number);
      assert.equal(told(bench).length, 1);
      assert.deepEqual(bench.effects(), []);
    });

  it("has one when fifty first messages come to two servers at once", async () => {
    const clock = createFakeClock();
    const store = createMemoryStore(clock.now);
    const feeds = [await shareStore(store, clock), await shareStore(store, clock)];
    const servers = feeds.map((feed, i) =>
      createBench({ ...RECORDS, store, clock, view: feed.store, serverId: `server~${i}` }),
    );
    await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        servers[i % 2]?.webhook(message("1", `message ${i}`, { key: `k${i}` })),
      ),
    );
    for (let i = 0; i < 5; i++) for (const server of servers) await server.quiet();
    const [server = assert.fail()] = servers;
    assert.equal(server.inbound("1").filter(({ status }) => status === "worked").length, 50);
    assert.equal(tickets(server).length, 1);
    assert.equal(told(server).length, 1);
  });
});

describe("a rule's ticket", () => {
  it("is made once, filled in, and known to the conversation", async () => {
    const bench = createBench(RULES);
    await bench.webhook(message("1", "where is my order", { name: "Gilda Moore" }));
    await bench.quiet();
    const [ticket, ...others] = tickets(bench);
    assert.deepEqual(others, []);
    assert.ok(ticket);
    assert.equal(ticket.subject, "Order of Gilda Moore: where is my order");
    assert.deepEqual([ticket.activity, ticket.priority, ticket.description], ["order", "high", undefined]);
    assert.deepEqual(ticket.createdBy, { kind: "rule", id: "subject/order" });
    assert.equal((await bench.item("1"))?.context?.ticket, ticket.number);
    assert.deepEqual((await bench.record("1"))?.tickets, { "subject/order": ticket.number });
    assert.deepEqual(bench.effects(), []);
  });

  it("is one for each rule that is true, and none where no rule is", async () => {
    const bench = createBench(RULES);
    await bench.say("1", "angry about my order");
    await bench.say("2", "hello");
    assert.deepEqual(
      tickets(bench).map(({ createdBy }) => createdBy.id),
      ["subject/order", "tone/angry"],
    );
  });

  for (const purpose of ["turn", "ticketNumbers", "ruleTicket", "enqueue", "ticket", "effectDone"])
    it(`survives a crash after "${purpose}": one ticket, and the conversation knows its number`, async () => {
      const bench = await crashAfter(purpose, (first) => first.say("1", "order"), { bench: RULES });
      const [ticket] = tickets(bench);
      assert.equal(tickets(bench).length, 1);
      assert.equal((await bench.item("1"))?.context?.ticket, ticket?.number);
      assert.equal(told(bench).length, 1);
      assert.deepEqual(bench.effects(), []);
    });

  it("is not made again when the conversation goes to the helper and comes back to people", async () => {
    const bench = createBench({
      ...RULES,
      flows: WITH_HELPER.flows ?? [],
      workstreams: [{ ...RULES.workstreams?.[0], id: "messenger", helper: "first", flow: "flow" }],
      bot: () => ({ handoff: {}, sends: [] }),
    });
    await bench.say("1", "my order");
    assert.equal(tickets(bench).length, 1);
    const item = (await bench.item("1")) ?? assert.fail();
    // As another hand-over of the same conversation would.
    const router = createRouter({ ...bench.ports });
    const routed = await router.route({ conversationId: conversationOf("1"), seed: item });
    assert.equal(routed.tickets?.length, 1);
    const { number, owed } = await claimTickets(bench.ports, {
      threadId: threadOf("1"),
      conversationId: conversationOf("1"),
      item,
      tickets: routed.tickets ?? [],
    });
    assert.deepEqual([number, owed], [tickets(bench)[0]?.number, []]);
  });

  it("is one when two servers route at once", async () => {
    const bench = createBench(RULES);
    await bench.say("1", "hello");
    const item = (await bench.item("1")) ?? assert.fail();
    const asked = {
      threadId: threadOf("1"),
      conversationId: conversationOf("1"),
      item,
      tickets: [{ rule: "subject/order", wish: { subject: "Order" } }],
    };
    const all = await Promise.all(Array.from({ length: 10 }, () => claimTickets(bench.ports, asked)));
    assert.equal(new Set(all.map(({ number }) => number)).size, 1);
    assert.equal(all.flatMap(({ owed }) => owed).length, 1);
  });

  it("is not made of what was erased", async () => {
    const bench = createBench(RULES);
    await bench.say("1", "hello");
    const item = (await bench.item("1")) ?? assert.fail();
    await bench.store.batch("threads", threadOf("1"), [{ do: "delete", id: "conv~1" }], "erased");
    const asked = {
      threadId: threadOf("1"),
      conversationId: conversationOf("1"),
      item,
      tickets: [{ rule: "subject/order", wish: { subject: "Order" } }],
    };
    assert.deepEqual(await claimTickets(bench.ports, asked), { number: undefined, owed: [] });
  });
});

describe("a flow's ticket", () => {
  it("has the contact of the conversation's row, and what an older version wrote is made as well", async () => {
    const bench = createBench({
      ...WITH_HELPER,
      bot: () => ({ tickets: [{ number: "T-7", subject: "From a flow" }], sends: [] }),
    });
    await bench.say("1", "hi");
    const made = (await readTicket(bench.store, "T-7"))?.doc;
    assert.deepEqual(made?.createdBy, { kind: "flow", id: "flow" });
    const item = (await bench.item("1")) ?? assert.fail();
    const effect = {
      id: "effect~ticket~T-8",
      type: "effect",
      threadId: threadOf("1"),
      conversationId: conversationOf("1"),
      epoch: 0,
      due: bench.clock.now(),
      attempts: 0,
      effect: {
        kind: "ticket",
        ticket: { number: "T-8", subject: "Older" },
        flow: "orders",
        item: { ...item, contact: { id: "c", version: 1, name: "Gilda" } },
      },
    };
    await bench.store.batch("threads", threadOf("1"), [{ do: "create", doc: effect as never }], "test");
    await bench.pipeline.start();
    await bench.quiet();
    const older = (await readTicket(bench.store, "T-8"))?.doc;
    assert.deepEqual([older?.createdBy, older?.contactId], [{ kind: "flow", id: "orders" }, "c"]);
  });
});
