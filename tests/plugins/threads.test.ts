import assert from "node:assert/strict";
import type { ConversationFacts } from "../../src/core/plugin";
import type { LoadedPlugins } from "../../src/plugins/loadPlugins";
import { createFakeClock, type FakeClock } from "../support/clock";
import { eventually } from "../support/startApp";
import { fixture, load } from "./support";

const FACTS: ConversationFacts = {
  conversationId: "c.1",
  threadId: "c",
  channel: "sms",
  instanceId: "sms~1",
  workstreamId: "sms",
  customer: { id: "12345" },
  context: {},
  text: "hello there you",
};

describe("a plugin's thread", function () {
  // Threads start and end on a busy machine.
  this.timeout(30_000);
  let plugins: LoadedPlugins;
  afterEach(() => plugins?.close());

  const partOf = (name: string) =>
    plugins
      .status()
      .flatMap(({ parts }) => parts)
      .find(({ part }) => part === name);
  const fails = (name: string, message: RegExp, timeoutMs = 10_000): Promise<void> =>
    assert.rejects(plugins.runAction(name, {}, { id: "x", timeoutMs }), { code: "PLUGIN_FAILED", message });

  describe("of a good plugin", () => {
    beforeEach(async () => {
      plugins = await load({ names: [fixture("shop.cjs"), fixture("module.mjs")] });
    });

    it("names what it brings", () => {
      assert.deepEqual(
        [...plugins.actions.keys()],
        ["shop.refund", "shop.slow", "shop.echo", "shop.nothing"],
      );
      assert.equal(plugins.fields.get("shop.points")?.kind, "number");
      assert.deepEqual([...plugins.functions.keys()], ["isVip", "grade", "shout"]);
      assert.deepEqual(Object.keys(plugins.hooks), ["beforeTurn"]);
    });

    it("runs actions with plain data and the call's id", async () => {
      const call = { id: "step-7", timeoutMs: 5_000 };
      assert.deepEqual(await plugins.runAction("shop.refund", { order: "A1" }, call), {
        order: "A1",
        reason: "none",
        id: "step-7",
      });
      assert.deepEqual(await plugins.runAction("shop.echo", { at: new Date(0), f: () => 1 }, call), {
        at: "1970-01-01T00:00:00.000Z",
      });
      assert.equal(await plugins.runAction("shop.nothing", {}, call), undefined);
    });

    it("refuses an action that there is not", async () => {
      await fails("shop.refnd", /There is no action "shop\.refnd"/);
      await fails("shop", /There is no action/);
    });

    it("reads fields and calls hooks", async () => {
      const { answer, faults } = await plugins.readFields(["shop.tier", "shop.points"], FACTS, "1");
      assert.deepEqual(answer, { "shop.tier": "gold", "shop.points": 12 });
      assert.deepEqual(faults, []);
      assert.deepEqual(await plugins.hooks.beforeTurn?.(FACTS, "1"), { answer: { words: 3 }, faults: [] });
    });

    it("ends a call that is late, tells it, and keeps the thread for the others", async () => {
      const hands = createFakeClock();
      await plugins.close();
      plugins = await load({ names: [fixture("shop.cjs")], clock: hands });
      await plugins.runAction("shop.echo", {}, { id: "1", timeoutMs: 100 });
      const late = fails("shop.slow", /actions\.slow: It took longer than 300 ms/, 300);
      // In the thread's order: once this is answered, the slow one has begun.
      await plugins.runAction("shop.echo", {}, { id: "2", timeoutMs: 100 });
      hands.advance(300);
      await late;
      assert.deepEqual(await plugins.runAction("shop.echo", { a: 1 }, { id: "3", timeoutMs: 100 }), { a: 1 });
      hands.advance(5_000);
      assert.equal(plugins.status()[0]?.restarts, 0);
      assert.equal(partOf("actions.slow")?.failures, 1);
    });
  });

  describe("of a bad plugin", () => {
    let hands: FakeClock;
    beforeEach(async () => {
      hands = createFakeClock();
      plugins = await load({ names: [fixture("bad.cjs"), fixture("shop.cjs")], clock: hands });
    });

    /** Another plugin goes on, whatever this one does. */
    const othersGoOn = async (): Promise<void> => {
      assert.equal(await plugins.runAction("shop.nothing", {}, { id: "1", timeoutMs: 10_000 }), undefined);
    };
    /** Begins a call that hangs; resolves once it does. */
    async function hanging<T>(begin: () => Promise<T>): Promise<{ call: Promise<T> }> {
      const channel = new BroadcastChannel("bad-plugin");
      const begun = new Promise<void>((resolve) => {
        channel.onmessage = () => resolve();
      });
      const call = begin();
      await begun;
      channel.close();
      return { call };
    }
    /** Its time is up, and the thread gives no sign of life afterwards. */
    async function hang<T>(limitMs: number, begin: () => Promise<T>): Promise<T> {
      const { call } = await hanging(begin);
      await othersGoOn();
      hands.advance(limitMs);
      const ended = await call;
      const before = plugins.status()[0]?.restarts ?? 0;
      hands.advance(1_000);
      assert.equal(plugins.status()[0]?.restarts, before + 1);
      return ended;
    }

    it("tells what it throws", async () => {
      for (let i = 0; i < 7; i++) await fails("bad.throws", /Plugin "bad", actions\.throws: out of coffee/);
      assert.deepEqual([partOf("actions.throws")?.state, partOf("actions.throws")?.failures], ["on", 7]);
      const { answer, faults } = await plugins.readFields(["bad.throws", "bad.works"], FACTS, "1");
      assert.deepEqual(answer, { "bad.works": "fine" });
      assert.deepEqual(faults, ['Plugin "bad", fields.throws: out of coffee']);
      const hook = await plugins.hooks.beforeTurn?.({ ...FACTS, text: "!throws" }, "1");
      // The other plugin's hook is called all the same.
      assert.deepEqual(hook, {
        answer: { words: 1 },
        faults: ['Plugin "bad", hooks.beforeTurn: out of coffee'],
      });
      assert.equal(plugins.status()[0]?.restarts, 0);
    });

    it("is ended when it hangs, and starts again", async () => {
      await hang(5_000, () => fails("bad.hangs", /It took longer than 5000 ms/, 5_000));
      await othersGoOn();
      assert.equal(await plugins.runAction("bad.works", {}, { id: "1", timeoutMs: 10_000 }), "fine");
      assert.equal(plugins.status()[0]?.restarts, 1);
    });

    it("is ended when a field or hook hangs, in two seconds", async () => {
      const field = await hang(2_000, () => plugins.readFields(["bad.hangs"], FACTS, "1"));
      assert.deepEqual(field.faults, ['Plugin "bad", fields.hangs: It took longer than 2000 ms.']);
      const facts = { ...FACTS, text: "!hangs" };
      const hook = await hang(2_000, async () => plugins.hooks.beforeTurn?.(facts, "1"));
      assert.deepEqual(hook, {
        answer: { words: 1 },
        faults: ['Plugin "bad", hooks.beforeTurn: It took longer than 2000 ms.'],
      });
    });

    it("is ended when it leaks, in each part", async () => {
      await fails("bad.leaks", /actions\.leaks: It used more than 128 MB/, 60_000);
      await othersGoOn();
      const { faults } = await plugins.readFields(["bad.leaks"], FACTS, "1");
      assert.match(faults[0] ?? "", /fields\.leaks: It used more than 128 MB/);
      const hook = await plugins.hooks.beforeTurn?.({ ...FACTS, text: "!leaks" }, "1");
      assert.match(hook?.faults[0] ?? "", /hooks\.beforeTurn: It used more than 128 MB/);
      await othersGoOn();
      assert.equal(await plugins.runAction("bad.works", {}, { id: "1", timeoutMs: 10_000 }), "fine");
      assert.equal(plugins.status()[0]?.restarts, 3);
    });

    it("is ended when it holds too many buffers, which the heap's limit does not count", async () => {
      await plugins.runAction("bad.buffers", {}, { id: "1", timeoutMs: 10_000 });
      await eventually(() => plugins.status()[0]?.restarts === 1, "the thread ends");
      assert.equal(await plugins.runAction("bad.works", {}, { id: "1", timeoutMs: 10_000 }), "fine");
    });

    it("fails what is under way when it crashes", async () => {
      await fails("bad.crashes", /actions\.crashes: nobody catches this/);
      assert.equal(await plugins.runAction("bad.works", {}, { id: "1", timeoutMs: 10_000 }), "fine");
    });

    it("refuses answers that are too long or of another kind", async () => {
      await fails("bad.long", /longer than 1000000 characters/);
      const { faults } = await plugins.readFields(["bad.lies"], FACTS, "1");
      assert.deepEqual(faults, ['Plugin "bad", fields.lies: It gave a number instead of text.']);
    });

    it("switches off the part that crashed five times in a row, and tries it again after a minute", async () => {
      for (let i = 0; i < 5; i++) await fails("bad.crashes", /nobody catches this/);
      assert.equal(partOf("actions.crashes")?.state, "off");
      assert.equal(plugins.status()[0]?.state, "off");
      await fails("bad.crashes", /failed too often and is switched off/);
      assert.equal(await plugins.runAction("bad.works", {}, { id: "1", timeoutMs: 10_000 }), "fine");
      hands.advance(60_000);
      const tries = [fails("bad.crashes", /nobody catches this/), fails("bad.crashes", /switched off/)];
      await Promise.all(tries);
      // Twice as long now.
      hands.advance(119_000);
      await fails("bad.crashes", /switched off/);
      hands.advance(1_000);
      await fails("bad.crashes", /nobody catches this/);
      assert.match(partOf("actions.crashes")?.lastError?.message ?? "", /nobody catches this/);
    });

    it("does not blame a call that stood behind another", async () => {
      const { call } = await hanging(() => fails("bad.hangs", /It hung and was ended/, 60_000));
      const behind = plugins.readFields(["bad.works"], FACTS, "1");
      hands.advance(2_000);
      assert.match((await behind).faults[0] ?? "", /fields\.works: It took longer/);
      hands.advance(1_000);
      await call;
      assert.equal(partOf("fields.works")?.failures, 0);
      assert.equal(partOf("actions.hangs")?.failures, 1);
    });
  });
});
