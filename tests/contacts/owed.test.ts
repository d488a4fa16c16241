import assert from "node:assert/strict";
import { createOwed, type OwedHandlers } from "../../src/contacts/owed";
import { silentLog } from "../../src/core/log";
import type { Owed } from "../../src/core/owed";
import { createFakeClock } from "../support/clock";
import { createMemoryStore } from "../support/memoryStore";

function setup() {
  const clock = createFakeClock();
  const store = createMemoryStore(() => clock.now());
  const done: string[] = [];
  const failing = new Set<string>();
  const note = async (_step: unknown, { id }: Owed): Promise<void> => {
    if (failing.has(id)) throw new Error("not now");
    done.push(id);
  };
  const steps: OwedHandlers = { index: note, refresh: note, linked: note, merge: note, tell: note };
  const start = () => createOwed({ store, clock, log: silentLog, steps });
  const owe = async (id: string, kind: "refresh" | "linked" = "refresh", dueMs = 5_000): Promise<void> => {
    const step: Owed["step"] =
      kind === "refresh" ? { kind, contactId: "c" } : { kind, threadId: "t", contactIds: [] };
    const doc: Owed = { id, type: "owed", key: "contact~c", due: clock.now() + dueMs, attempts: 0, step };
    await store.batch("contacts", doc.key, [{ do: "create", doc }], "test");
  };
  return { clock, store, done, failing, start, owe, left: () => store.all("contacts").length };
}

/** Lets what a timer began come to its end. */
async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe("steps owed by contacts", () => {
  it("are done in order after the commit that owes them, and forgotten", async () => {
    const { start, owe, done, left } = setup();
    const owed = start();
    for (const id of ["1", "2", "3"]) await owe(id);
    await owed.settled();
    assert.deepEqual(done, ["1", "2", "3"]);
    assert.equal(left(), 0);
    assert.equal(owed.backlog(), 0);
  });

  it("are tried again with back-off; their like wait, others do not", async () => {
    const { start, owe, done, failing, clock, store } = setup();
    const owed = start();
    failing.add("1");
    await owe("1");
    await owe("2");
    await owe("3", "linked");
    await owed.settled();
    assert.deepEqual(done, ["3"]);
    assert.equal(owed.backlog(), 2);
    assert.deepEqual(
      store
        .all<Owed>("contacts")
        .map(({ id, attempts }) => [id, attempts])
        .sort(),
      [
        ["1", 1],
        ["2", 0],
      ],
    );
    clock.advance(500);
    await owed.settled();
    failing.clear();
    clock.advance(999);
    await owed.settled();
    assert.deepEqual(done, ["3"]);
    clock.advance(1);
    await owed.settled();
    assert.deepEqual(done, ["3", "1", "2"]);
    assert.equal(store.all("contacts").length, 0);
  });

  it("are done also when they come in the moment when the last is done", async () => {
    for (let ticks = 0; ticks < 40; ticks++) {
      const { start, owe, done } = setup();
      const owed = start();
      await owe("1");
      for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
      await owe("2");
      await owed.settled();
      assert.deepEqual(done, ["1", "2"], `after ${ticks}`);
    }
  });

  it("are found by the sweep after a crash, once their time has come", async () => {
    const { start, owe, done, clock, left } = setup();
    await owe("1");
    const owed = start();
    await owed.sweep();
    assert.deepEqual(done, []);
    clock.advance(5_000);
    await owed.sweep();
    assert.deepEqual(done, ["1"]);
    assert.equal(left(), 0);
  });

  it("are left to their time when it is far", async () => {
    const { start, owe, done, clock } = setup();
    const owed = start();
    await owe("1", "refresh", 30_000);
    await owed.settled();
    assert.deepEqual(done, []);
    clock.advance(30_000);
    await owed.sweep();
    assert.deepEqual(done, ["1"]);
  });

  it("are done once by two servers that sweep, or twice, but never lost", async () => {
    const { start, owe, done, clock, left } = setup();
    await owe("1");
    clock.advance(5_000);
    await Promise.all([start(), start()].map((owed) => owed.sweep()));
    assert.ok(done.length >= 1);
    assert.equal(left(), 0);
  });

  it("wait for the next start when the server stops", async () => {
    const { start, owe, done, failing, clock, left } = setup();
    const owed = start();
    failing.add("1");
    await owe("1");
    await owed.settled();
    await owed.stop();
    failing.clear();
    clock.advance(60_000);
    await turn();
    await owe("2");
    assert.deepEqual(done, []);
    assert.equal(left(), 2);
    clock.advance(60_000);
    await start().sweep();
    assert.deepEqual(done, ["1", "2"]);
  });
});
