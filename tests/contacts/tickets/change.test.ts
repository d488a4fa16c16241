import assert from "node:assert/strict";
import {
  addNote,
  changeTicket,
  dropTicket,
  linkConversation,
  type TicketEdit,
} from "../../../src/contacts/tickets/change";
import { keepTicket, readTicket } from "../../../src/contacts/tickets/keep";
import { TICKET_MOVES } from "../../../src/contacts/tickets/states";
import { TICKET_STATES, type TicketState } from "../../../src/core/ticket";
import { BY_ANA, conversation, createTicketBench, THREAD, ticket } from "./setup";

async function oneTicket(state: TicketState = "open") {
  const bench = createTicketBench();
  await keepTicket(bench.ports, ticket("T-1001", { state }));
  bench.told.length = 0;
  const change = (edit: TicketEdit, versions?: string[]) =>
    changeTicket(bench.ports, "T-1001", edit, { by: BY_ANA, versions });
  return { ...bench, change, read: async () => (await readTicket(bench.store, "T-1001"))?.doc };
}

describe("a ticket's states", () => {
  for (const from of TICKET_STATES)
    for (const to of TICKET_STATES)
      it(`${from} -> ${to}: ${TICKET_MOVES[from].includes(to) ? "goes" : "does not go"}`, async () => {
        const { change, read } = await oneTicket(from);
        if (from === to || TICKET_MOVES[from].includes(to))
          assert.equal((await change({ state: to })).state, to);
        else {
          await assert.rejects(change({ state: to }), {
            code: "WRONG_STATE",
            details: { state: from, possible: TICKET_MOVES[from] },
          });
          assert.equal((await read())?.state, from);
        }
      });

  it("are the ones that the documentation tells", () => {
    assert.deepEqual(TICKET_MOVES, {
      open: ["pending", "solved", "closed"],
      pending: ["open", "solved", "closed"],
      solved: ["open", "closed"],
      closed: [],
    });
  });

  it("tell when it was closed, and let nothing but notes in afterwards", async () => {
    const { change, ports, clock, read } = await oneTicket();
    clock.advance(5);
    assert.equal((await change({ state: "closed" })).closedAt, clock.now());
    await assert.rejects(change({ subject: "else" }), { code: "WRONG_STATE" });
    await assert.rejects(
      linkConversation(ports, "T-1001", { conversationId: conversation(2), threadId: THREAD, by: BY_ANA }),
      { code: "WRONG_STATE" },
    );
    await addNote(ports, "T-1001", { id: "n", text: "late", by: BY_ANA });
    assert.equal((await read())?.notes.length, 1);
  });
});

describe("a change of a ticket", () => {
  it("stands in the history with who and when, as texts", async () => {
    const { change, clock } = await oneTicket();
    clock.advance(9);
    const after = await change({
      owner: "ben",
      priority: "high",
      fields: { order: 4711 },
      external: { id: "CRM-1", url: "https://crm.example/1" },
    });
    assert.equal(after.version, 2);
    assert.equal(after.updatedAt, clock.now());
    assert.deepEqual(after.history, [
      {
        at: clock.now(),
        by: BY_ANA,
        changes: {
          priority: { from: "normal", to: "high" },
          owner: { from: null, to: "ben" },
          "fields.order": { from: null, to: "4711" },
          external: { from: null, to: "CRM-1 https://crm.example/1" },
        },
      },
    ]);
  });

  it("takes away with null, and leaves what it does not name", async () => {
    const { change } = await oneTicket();
    await change({ owner: "ben", group: "orders", fields: { a: "1", b: 2 } });
    const after = await change({ owner: null, fields: { a: null } });
    assert.equal("owner" in after, false);
    assert.deepEqual([after.group, after.fields], ["orders", { b: 2 }]);
  });

  it("that changes nothing is not written and not told", async () => {
    const { change, told, store } = await oneTicket();
    const before = store.purposes.length;
    const after = await change({ subject: "About T-1001", state: "open" });
    assert.deepEqual([after.version, told.length, store.purposes.length], [1, 0, before]);
  });

  it("of another version than the present one is refused with the present one", async () => {
    const { change } = await oneTicket();
    await change({ owner: "ana" }, ["1"]);
    await assert.rejects(change({ owner: "ben" }, ["1"]), {
      code: "CHANGED_MEANWHILE",
      details: { version: 2 },
    });
    assert.equal((await change({ owner: "ben" }, ["*"])).owner, "ben");
  });

  it("by twenty at once from the same version: one wins, the others are told", async () => {
    const { change, read } = await oneTicket();
    const done = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => change({ owner: `agent-${i}` }, ["1"])),
    );
    assert.equal(done.filter(({ status }) => status === "fulfilled").length, 1);
    for (const each of done)
      if (each.status === "rejected")
        assert.equal((each.reason as { code: string }).code, "CHANGED_MEANWHILE");
    assert.equal((await read())?.version, 2);
  });

  it("that names no version is never lost, by however many at once", async () => {
    const { ports, read } = await oneTicket();
    const notes = Array.from({ length: 20 }, (_, i) => ({ id: `n${i}`, text: `${i}`, by: BY_ANA }));
    await Promise.all(notes.map((note) => addNote(ports, "T-1001", note)));
    const after = await read();
    assert.deepEqual([after?.notes.length, after?.version], [20, 21]);
  });

  it("is told with its version, owed in the same batch", async () => {
    const { change, told, store } = await oneTicket();
    const before = store.purposes.length;
    await change({ owner: "ana" });
    assert.deepEqual(store.purposes.slice(before), ["ticketChange"]);
    const [{ partition, doc } = assert.fail("nothing told")] = told;
    assert.deepEqual(
      store.all("contacts").find(({ id }) => id === doc.id),
      doc,
    );
    assert.deepEqual([partition, doc.key, doc.type], ["tickets~0", "tickets~0", "owed"]);
    const { event } = doc.step as { event: { type: string; number: string; version: number } };
    assert.deepEqual([event.type, event.number, event.version], ["ticket.changed", "T-1001", 2]);
  });

  it("of no ticket is not found", async () => {
    const { ports } = await oneTicket();
    for (const number of ["T-9", "nonsense"])
      await assert.rejects(changeTicket(ports, number, {}, { by: BY_ANA }), { code: "NOT_FOUND" });
  });
});

describe("a ticket's bounds", () => {
  it("keep the last 200 changes, with long texts cut", async () => {
    const { change } = await oneTicket();
    for (let i = 0; i < 201; i++) await change({ subject: `subject ${i}` });
    const { history } = await change({ description: "x".repeat(10_000) });
    assert.equal(history.length, 200);
    assert.equal(history[0]?.changes.subject?.to, "subject 2");
    assert.equal(history.at(-1)?.changes.description?.to?.length, 200);
  });

  it("refuse the 201st note, the 51st field, the 51st conversation", async () => {
    const { change, ports } = await oneTicket();
    const note = (i: number) => addNote(ports, "T-1001", { id: `n${i}`, text: "x", by: BY_ANA });
    for (let i = 0; i < 200; i++) await note(i);
    await assert.rejects(note(200), { code: "INPUT_INVALID" });
    await change({ fields: Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`f${i}`, i])) });
    await assert.rejects(change({ fields: { one: 1 } }), { code: "INPUT_INVALID" });
    const linked = (n: number) =>
      linkConversation(ports, "T-1001", { conversationId: conversation(n), threadId: THREAD, by: BY_ANA });
    for (let n = 2; n <= 51; n++) await linked(n);
    await assert.rejects(linked(52), { code: "INPUT_INVALID" });
  });
});

describe("notes and links", () => {
  it("that are repeated are there once", async () => {
    const { ports, read } = await oneTicket();
    for (let i = 0; i < 2; i++) {
      await addNote(ports, "T-1001", { id: "n", text: "called back", by: BY_ANA });
      const linked = { conversationId: conversation(2), threadId: THREAD, by: BY_ANA };
      await linkConversation(ports, "T-1001", linked);
    }
    const after = await read();
    assert.deepEqual([after?.notes.length, after?.conversations, after?.version], [1, [conversation(2)], 3]);
    assert.deepEqual(after?.history[0]?.changes, { conversation: { from: null, to: conversation(2) } });
  });

  it("go with the ticket when it is dropped", async () => {
    const { ports, store, read } = await oneTicket();
    const linked = { conversationId: conversation(2), threadId: THREAD, by: BY_ANA };
    await linkConversation(ports, "T-1001", linked);
    await dropTicket(store, "T-1001");
    await dropTicket(store, "T-1001");
    assert.equal(await read(), undefined);
    assert.deepEqual(
      store.all("contacts").filter(({ type }) => type !== "owed"),
      [],
    );
  });
});
