import assert from "node:assert/strict";
import { ticketsOfCustomer } from "../../../src/contacts/tickets/customer";
import { keepTicket, readTicket } from "../../../src/contacts/tickets/keep";
import { linkTickets, ticketsFollow } from "../../../src/contacts/tickets/links";
import { newTicket, toSubject } from "../../../src/contacts/tickets/make";
import { idsOfContact } from "../../../src/contacts/tickets/whose";
import type { Ticket } from "../../../src/core/ticket";
import { BY_ANA, conversation, createTicketBench, ITEM, keepProfile, link, THREAD, ticket } from "./setup";

const made = (number: string, n = 1) => ({
  wish: { number, subject: "Help" },
  by: BY_ANA,
  at: 5,
  conversationId: conversation(n),
  item: ITEM,
});

const RECORDS = {
  createContact: false,
  createTicket: true,
  unit: "lisbon",
  group: "shop",
  activity: "order",
  contactOrigin: "Messenger",
};

describe("a new ticket", () => {
  const settings = (activity: { group?: string; priority?: "high" }) =>
    createTicketBench({
      instances: [{ externalId: "2000", records: RECORDS }],
      more: { activities: [{ id: "order", name: "Order", ...activity }] },
    }).settings.current();

  it("has what the instance says of its records", () => {
    const { unit, group, activity, origin, priority } = newTicket(made("T-1"), settings({}));
    assert.deepEqual(
      [unit, group, activity, origin, priority],
      ["lisbon", "shop", "order", "Messenger", "normal"],
    );
  });

  it("has before that what its activity says, and before all what is asked for", () => {
    const filed = settings({ group: "orders", priority: "high" });
    const standard = newTicket(made("T-1"), filed);
    assert.deepEqual([standard.group, standard.priority], ["orders", "high"]);
    const asked = newTicket(
      { ...made("T-1"), wish: { ...made("T-1").wish, group: "vip", activity: "other", priority: "low" } },
      filed,
    );
    assert.deepEqual([asked.group, asked.activity, asked.priority], ["vip", "other", "low"]);
  });

  it("knows customer, place and contact of its conversation", () => {
    const contact = { id: "c", version: 1, name: "Gilda" };
    const one = newTicket({ ...made("T-1"), item: { ...ITEM, contact } }, settings({}));
    const { customer, channel, instanceId, threadId, contactId, conversationId } = one;
    assert.deepEqual(
      { customer, channel, instanceId, threadId, contactId, conversationId },
      { ...ITEM, contactId: "c", conversationId: conversation(1) },
    );
  });

  it("takes its subject from the first words", () => {
    assert.equal(toSubject("  My order\n is  late ", "-"), "My order is late");
    assert.equal(toSubject(" ", "A message to Shop"), "A message to Shop");
    const long = toSubject("word ".repeat(40), "-");
    assert.ok(long.length <= 80 && long.endsWith("word…"), long);
    const emoji = toSubject("😀".repeat(60), "-");
    assert.ok(emoji.length <= 80 && !/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/.test(emoji), emoji);
  });
});

describe("making a ticket", () => {
  it("again makes none, and gives the one that is there", async () => {
    const { tickets, told, store } = createTicketBench();
    const first = await tickets.make(made("T-1001"));
    const again = await tickets.make({ ...made("T-1001"), wish: { number: "T-1001", subject: "else" } });
    assert.deepEqual([first.isNew, again.isNew, again.ticket.subject], [true, false, "Help"]);
    assert.deepEqual(
      told.map(({ doc }) => doc.step.kind === "tell" && doc.step.event.type),
      ["ticket.created"],
    );
    assert.equal(store.all("contacts").filter(({ type }) => type === "ticket").length, 1);
  });

  it("asked for by the same client makes one, by however many requests and servers at once", async () => {
    const first = createTicketBench();
    const second = createTicketBench({ store: first.store });
    const ask = (bench: typeof first) =>
      bench.tickets.ask({ ...made(""), wish: { subject: "Help" }, clientId: "c1" });
    const all = await Promise.all([ask(first), ask(second), ask(first), ask(second), ask(first)]);
    assert.equal(new Set(all.map(({ ticket: { number } }) => number)).size, 1);
    assert.equal(all.filter(({ isNew }) => isNew).length, 1);
    const other = await first.tickets.ask({
      ...made(""),
      wish: { subject: "Help" },
      by: { kind: "agent", id: "ben" },
      clientId: "c1",
    });
    assert.equal(other.isNew, true);
  });

  it("that was killed between number and ticket is finished when asked again", async () => {
    const bench = createTicketBench();
    bench.store.before = ({ purpose }) => {
      if (purpose === "ticket") throw new TypeError("killed");
    };
    const ask = () => bench.tickets.ask({ ...made(""), wish: { subject: "Help" }, clientId: "c1" });
    await assert.rejects(ask());
    delete bench.store.before;
    const { isNew, ticket: one } = await ask();
    assert.deepEqual([isNew, one.number], [true, "T-1001"]);
  });
});

describe("tickets and the links of their profile", () => {
  const contactIds = async (store: ReturnType<typeof createTicketBench>["store"]) =>
    store
      .all<Ticket>("contacts")
      .filter(({ type }) => type === "ticket")
      .sort((a, b) => (a.number < b.number ? -1 : 1))
      .map(({ contactId }) => contactId);

  it("go by the contact that the conversation belongs to", async () => {
    const bench = createTicketBench();
    await keepProfile(bench, link("old", 1, 2), link("new", 3));
    for (const n of [1, 2, 3]) await bench.tickets.make(made(`T-100${n}`, n));
    assert.deepEqual(await contactIds(bench.store), ["old", "old", "new"]);
    assert.equal(bench.told.length, 3);
  });

  it("follow when the profile is linked later, and when it is unlinked", async () => {
    const bench = createTicketBench();
    await bench.tickets.take();
    for (const n of [1, 2])
      await keepTicket(bench.ports, ticket(`T-100${n}`, { conversationId: conversation(n) }));
    const profile = { threadId: THREAD, links: [link("c", 2)] };
    await linkTickets(bench.ports, profile);
    await linkTickets(bench.ports, profile);
    assert.deepEqual(await contactIds(bench.store), [undefined, "c"]);
    const { history, version } = (await readTicket(bench.store, "T-1002"))?.doc ?? assert.fail();
    assert.deepEqual([history[0]?.changes, version], [{ contactId: { from: null, to: "c" } }, 2]);
    await linkTickets(bench.ports, { threadId: THREAD, links: [] });
    assert.deepEqual(await contactIds(bench.store), [undefined, undefined]);
  });

  it("follow over many pages", async () => {
    const bench = createTicketBench();
    await bench.tickets.take();
    for (let i = 0; i < 250; i++) await keepTicket(bench.ports, ticket(`T-${1001 + i}`));
    await linkTickets(bench.ports, { threadId: THREAD, links: [link("c", 1)] });
    assert.deepEqual(new Set(await contactIds(bench.store)), new Set(["c"]));
  });

  it("that come about while the ticket is made are not missed", async () => {
    const bench = createTicketBench();
    bench.store.afterCommit = async (purpose) => {
      if (purpose !== "ticket") return;
      delete bench.store.afterCommit;
      await keepProfile(bench, link("c", 1));
    };
    await bench.tickets.make(made("T-1001"));
    assert.deepEqual(await contactIds(bench.store), ["c"]);
  });

  it("are shown to the next conversation of the same person, and not to whoever got the number after them", async () => {
    const bench = createTicketBench();
    await bench.tickets.take();
    for (const n of [1, 2, 3, 4])
      await keepTicket(bench.ports, ticket(`T-100${n}`, { conversationId: conversation(n) }));
    const numbers = async (n: number) =>
      (await ticketsOfCustomer(bench.store, conversation(n))).map(({ number }) => number);
    assert.deepEqual(await numbers(9), ["T-1004", "T-1003", "T-1002", "T-1001"]);
    await keepProfile(bench, link("old", 1, 2));
    await ticketsFollow(bench.ports, THREAD);
    assert.deepEqual(await numbers(9), ["T-1004", "T-1003"]);
    assert.deepEqual(await numbers(2), ["T-1002", "T-1001"]);
    await keepProfile(bench, link("old", 1, 2), link("new", 4));
    await ticketsFollow(bench.ports, THREAD);
    await keepTicket(
      bench.ports,
      ticket("T-1005", { threadId: "x", conversationId: "x.1", contactId: "new" }),
    );
    assert.deepEqual(await numbers(9), ["T-1005", "T-1004"]);
    assert.deepEqual(await numbers(3), ["T-1003"]);
    assert.deepEqual(await ticketsOfCustomer(bench.store, "nonsense"), []);
  });

  it("know a contact under the ids of those merged into it", async () => {
    const { store } = createTicketBench();
    const put = (contactId: string, more: object) =>
      store.batch(
        "contacts",
        `contact~${contactId}`,
        [{ do: "create", doc: { id: "contact", type: "contact", contactId, merged: [], ...more } as never }],
        "test",
      );
    await put("a", { state: "active", merged: ["b"] });
    await put("b", { state: "merged", mergedInto: "a" });
    assert.deepEqual(await idsOfContact(store, "b"), ["a", "b"]);
    assert.deepEqual(await idsOfContact(store, "none"), ["none"]);
  });
});
