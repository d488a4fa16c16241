import assert from "node:assert/strict";
import { assignTo, end, putAside, transferToAgent } from "../../../src/routing/sessions";
import { createFakeClock } from "../../support/clock";
import { conversationOf, createBench, WITH_HELPER } from "../bench";

const HOUR_MS = 60 * 60 * 1000;
const SMS_LIKE = { workstreams: [{ id: "messenger", autoCloseHours: 8 }] };

describe("the sweep", () => {
  it("ends an offer exactly on time in the process that made it, and offers on", async () => {
    const bench = createBench();
    await bench.pipeline.start();
    await bench.online("ana");
    await bench.say("1", "hi");
    assert.equal((await bench.item("1"))?.offeredTo, "ana");
    await bench.online("ben");
    await bench.pass(119_999);
    assert.equal((await bench.item("1"))?.offeredTo, "ana");
    await bench.pass(1);
    await bench.quiet();
    assert.equal((await bench.item("1"))?.offeredTo, "ben");
    assert.deepEqual((await bench.item("1"))?.declined, { ana: 1 });
  });

  it("ends the offer of a process that died", async () => {
    const first = createBench();
    await first.online("ana");
    await first.say("1", "hi");
    const second = createBench({ store: first.store, clock: first.clock, serverId: "server~2" });
    await second.pipeline.start();
    await second.online("ben");
    for (let i = 0; i < 9; i++) await second.pass(15_000);
    await second.quiet();
    assert.equal((await second.item("1"))?.offeredTo, "ben");
  });

  it("sends what a process that died left in the outbox", async () => {
    const first = createBench({ ...WITH_HELPER, send: () => new Promise(() => {}) });
    await first.webhook({
      kind: "activity",
      channel: "facebook",
      instanceExternalId: "2000",
      customerId: "1",
      key: "k1",
      activity: {
        type: "message",
        channelId: "facebook",
        from: { id: "1" },
        recipient: { id: "2000" },
        conversation: { id: "" },
        text: "hi",
      },
    });
    await first.pass(0);
    assert.equal(first.outbound("1")[0]?.status, "sending");
    let asked = 0;
    const second = createBench({
      ...WITH_HELPER,
      store: first.store,
      clock: first.clock,
      serverId: "server~2",
      reconcile: () => ({ outcome: ++asked > 0 ? "notSent" : "unknown" }),
    });
    await second.pipeline.start();
    for (let i = 0; i < 8; i++) await second.pass(15_000);
    await second.quiet();
    assert.ok(asked > 0, "the platform is asked before it is sent again");
    assert.equal(second.sent.length, 1);
    assert.equal(second.outbound("1")[0]?.status, "accepted");
  });

  it("closes a waiting conversation after its hours, not before", async () => {
    const bench = createBench(SMS_LIKE);
    await bench.say("1", "hi");
    await assignTo(bench.ports, conversationOf("1"), "ana");
    await putAside(bench.ports, conversationOf("1"), "ana");
    bench.clock.advance(8 * HOUR_MS - 1);
    await bench.pipeline.sweep.run();
    assert.equal((await bench.item("1"))?.state, "waiting");
    bench.clock.advance(1);
    await bench.pipeline.sweep.run();
    await bench.quiet();
    assert.equal(await bench.item("1"), undefined);
    assert.equal((await bench.record("1"))?.closedReason, "autoClosed");
  });

  it("leaves the helper's conversation open while the customer goes on writing, and arms it anew", async () => {
    const bench = createBench({
      ...WITH_HELPER,
      workstreams: [{ id: "messenger", helper: "first", flow: "flow", autoCloseHours: 8 }],
    });
    await bench.say("1", "hi");
    bench.clock.advance(5 * HOUR_MS);
    await bench.say("1", "still here");
    bench.clock.advance(3 * HOUR_MS);
    await bench.pipeline.sweep.run();
    const item = await bench.item("1");
    assert.equal(item?.holder, "bot");
    assert.equal(item.due, bench.clock.now() + 5 * HOUR_MS);
    bench.clock.advance(5 * HOUR_MS);
    await bench.pipeline.sweep.run();
    await bench.quiet();
    assert.equal(await bench.item("1"), undefined);
  });

  it("works a conversation's other things when one of them fails", async () => {
    const bench = createBench(SMS_LIKE);
    await bench.say("1", "hi");
    await bench.say("2", "hi");
    bench.clock.advance(31 * 24 * HOUR_MS);
    let first = true;
    bench.store.before = ({ purpose }) => {
      if (purpose !== "close" || !first) return;
      first = false;
      throw new TypeError("broken");
    };
    await bench.pipeline.sweep.run();
    await bench.quiet();
    assert.equal(
      [await bench.item("1"), await bench.item("2")].filter((item) => item !== undefined).length,
      1,
    );
    await bench.pipeline.sweep.run();
    await bench.quiet();
    assert.equal(bench.store.all("routing").filter(({ type }) => type === "item").length, 0);
  });

  describe("by the next process, whose clock goes on,", () => {
    type Options = Parameters<typeof createBench>[0];
    async function next(first: ReturnType<typeof createBench>, options: Options, ms: number) {
      const clock = createFakeClock(first.clock.now());
      const second = createBench({ ...options, store: first.store, clock, serverId: "server~2" });
      await second.pipeline.start();
      for (let left = ms + 15_000; left > 0; left -= 5_000) await second.pass(5_000);
      await second.quiet();
      return second;
    }

    it("sends on what has waited too long", async () => {
      const options: Options = {
        workstreams: [
          { id: "messenger", fallbackQueue: "vip", rules: [{ name: "all", if: "true", queue: "general" }] },
        ],
        queues: [
          {
            id: "general",
            members: ["ana"],
            overflow: [{ when: "waitedAbove", minutes: 5, do: "transfer", queue: "vip" }],
          },
          { id: "vip", members: ["ben"] },
        ],
      };
      const first = createBench(options);
      await first.say("1", "hi");
      const second = await next(first, options, 5 * 60_000);
      assert.equal((await second.item("1"))?.queueId, "vip");
    });

    it("closes, with a word, what no queue would have", async () => {
      const options: Options = {
        workstreams: [
          { id: "messenger", fallbackQueue: "vip", rules: [{ name: "all", if: "true", queue: "general" }] },
        ],
        queues: [
          {
            id: "general",
            members: ["ana"],
            overflow: [{ when: "waitedAbove", minutes: 5, do: "end" }],
          },
          { id: "vip", members: ["ben"] },
        ],
      };
      const first = createBench(options);
      await first.say("1", "hi");
      const second = await next(first, options, 5 * 60_000);
      assert.equal(await second.item("1"), undefined);
      assert.equal((await second.record("1"))?.closedReason, "overflowEnded");
      assert.equal(second.sent.length, 1);
    });

    it("frees who wraps up after the work stream's seconds", async () => {
      const options: Options = { workstreams: [{ id: "messenger", wrapUpBlock: 60 }] };
      const first = createBench(options);
      await first.say("1", "hi");
      await assignTo(first.ports, conversationOf("1"), "ana");
      await end(first.ports, conversationOf("1"), "ana");
      const second = await next(first, options, 60_000);
      assert.equal((await second.item("1"))?.unblocked, true);
    });

    it("gives a transfer that nobody answered back to its giver", async () => {
      const first = createBench();
      await first.online("ana");
      await first.say("1", "hi");
      await first.online("ben");
      await assignTo(first.ports, conversationOf("1"), "ana");
      await transferToAgent(first.ports, conversationOf("1"), "ben", "ana");
      const second = await next(first, {}, 120_000);
      assert.equal((await second.item("1"))?.agentId, "ana");
    });
  });
});
