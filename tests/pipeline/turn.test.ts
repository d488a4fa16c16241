import assert from "node:assert/strict";
import { StoreError } from "../../src/core/errors";
import { storeDown } from "../support/memoryStore";
import { createBench, message, say, WITH_HELPER } from "./bench";

describe("turns", () => {
  it("go on with the next thread while one is slow", async () => {
    let wake = () => {};
    const slow = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const bench = createBench({
      ...WITH_HELPER,
      bot: async ({ activity }) =>
        activity.text === "slow" ? slow.then(() => ({ sends: [say("at last")] })) : { sends: [say("quick")] },
    });
    await bench.webhook(message("1", "slow"));
    await bench.webhook(message("1", "behind"));
    await bench.webhook(message("2", "other"));
    await bench.pass(0);
    assert.deepEqual(
      bench.sent.map(({ text }) => text),
      ["quick"],
    );
    wake();
    await bench.quiet();
    assert.deepEqual(
      bench.sent.map(({ text }) => text),
      ["quick", "at last", "quick"],
    );
  });

  it("wait out a store that is away, in order, and do all once", async () => {
    const bench = createBench(WITH_HELPER);
    let away = true;
    bench.store.before = ({ purpose }) => {
      if (purpose === "turn" && away) throw storeDown();
    };
    await bench.webhook(message("1", "a"));
    await bench.webhook(message("1", "b"));
    for (let i = 0; i < 10; i++) await bench.pass(30_000);
    assert.deepEqual(bench.sent, []);
    away = false;
    await bench.pass(30_000);
    await bench.quiet();
    assert.deepEqual(
      bench.sent.map(({ text }) => text),
      ["You said: a", "You said: b"],
    );
    assert.deepEqual(
      bench.inbound("1").map(({ status }) => status),
      ["worked", "worked"],
    );
  });

  for (const [what, fault] of [
    ["a fault of ours", new TypeError("broken")],
    ["a batch that no store takes", new StoreError("STORE_REFUSED", "101 operations")],
  ] as const) {
    it(`give up on ${what} after four tries: a dead letter, and people take over`, async () => {
      const bench = createBench({
        ...WITH_HELPER,
        bot: () => {
          throw fault;
        },
      });
      await bench.say("1", "hi");
      for (const ms of [1_000, 5_000, 25_000]) {
        assert.equal((await bench.head("1"))?.seq, undefined);
        await bench.pass(ms);
      }
      await bench.quiet();
      const [dead] = bench.inbound("1");
      assert.equal(bench.turns.length, 4);
      assert.equal(dead?.status, "dead");
      assert.equal(dead.deadReason?.message, fault.message);
      assert.equal(dead.seq, 1);
      assert.equal((await bench.item("1"))?.holder, "queue");
    });
  }
});
