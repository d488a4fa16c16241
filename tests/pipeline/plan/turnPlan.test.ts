import assert from "node:assert/strict";
import type { Inbound } from "../../../src/core/channel";
import { conversationOf, createBench, deed, message, say, WITH_HELPER } from "../bench";

const event = (customer: string, name: string, more: Record<string, unknown> = {}): Inbound => {
  const text = message(customer, "") as Extract<Inbound, { kind: "activity" }>;
  const { text: _text, ...activity } = text.activity;
  return { ...text, activity: { ...activity, type: "event", name, ...more } };
};
const echo = (customer: string, key: string): Inbound => ({
  ...(message(customer, "from the inbox", { key }) as Extract<Inbound, { kind: "activity" }>),
  kind: "echo",
});

describe("a turn", () => {
  it("numbers everything in the order of commit", async () => {
    const bench = createBench(WITH_HELPER);
    await bench.say("1", "a", "b");
    assert.deepEqual(
      bench.messages("1").map(({ seq, direction }) => [seq, direction]),
      [
        [1, "in"],
        [2, "out"],
        [3, "in"],
        [4, "out"],
      ],
    );
    assert.equal((await bench.head("1"))?.seq, 4);
    assert.deepEqual(
      bench.sent.map(({ text }) => text),
      ["You said: a", "You said: b"],
    );
  });

  it("works what waits together by the platform's time; what comes late keeps its place at the end", async () => {
    const bench = createBench(WITH_HELPER);
    const now = bench.clock.now();
    await bench.webhook(
      message("1", "third", { at: now - 10 }),
      message("1", "first", { at: now - 30 }),
      message("1", "second", { at: now - 20 }),
    );
    await bench.quiet();
    await bench.webhook(message("1", "late", { at: now - 40 }));
    await bench.quiet();
    assert.deepEqual(
      bench.inbound("1").map(({ activity }) => activity.text),
      ["first", "second", "third", "late"],
    );
    assert.deepEqual((await bench.head("1"))?.lastInboundAt, now - 10);
  });

  it("makes one conversation of fifty first messages", async () => {
    const bench = createBench();
    await Promise.all(Array.from({ length: 50 }, (_, n) => bench.webhook(message("1", `m${n}`))));
    await bench.quiet();
    assert.equal((await bench.head("1"))?.conversations, 1);
    assert.deepEqual(
      bench.inbound("1").map(({ seq }) => seq),
      Array.from({ length: 50 }, (_, n) => n + 1),
    );
    assert.equal(bench.store.all("routing").length, 1);
  });

  it("hands the helper what it needs and keeps what it left", async () => {
    const bench = createBench(WITH_HELPER);
    await bench.webhook(message("1", "hi", { name: "Gilda Moore" }));
    await bench.quiet();
    await bench.say("1", "again");
    assert.equal(bench.turns[0]?.dialog, undefined);
    assert.deepEqual(bench.turns[1]?.dialog, { turns: 1 });
    assert.equal((await bench.head("1"))?.customer.name, "Gilda Moore");
    assert.equal((await bench.item("1"))?.holder, "bot");
  });

  describe("with the helper", () => {
    it("off goes to people at once", async () => {
      const bench = createBench();
      await bench.say("1", "hi");
      assert.equal(bench.turns.length, 0);
      assert.equal((await bench.item("1"))?.holder, "queue");
    });

    it("first goes to people on a hand-off, and the helper hears nothing any more", async () => {
      const bench = createBench({
        ...WITH_HELPER,
        bot: () => ({
          sends: [say("One moment.")],
          handoff: { queueId: "vip", summary: "s" },
          context: { level: 3 },
          dialog: undefined,
        }),
      });
      await bench.say("1", "refund", "still there?");
      assert.equal(bench.turns.length, 1);
      const item = await bench.item("1");
      assert.equal(item?.queueId, "vip");
      assert.equal(item.epoch, 2);
      assert.equal(item.lastText, "still there?");
      assert.deepEqual(item.context, { level: 3 });
      assert.equal((await bench.head("1"))?.dialog, undefined);
    });

    it("only never goes to people on a hand-off, but on a fault", async () => {
      let fault: { code: string; message: string } | undefined;
      const bench = createBench({
        ...WITH_HELPER,
        workstreams: [{ id: "messenger", helper: "only", flow: "flow" }],
        bot: () => ({ sends: [say("Wait.")], handoff: {}, ...(fault === undefined ? {} : { fault }) }),
      });
      await bench.say("1", "refund");
      assert.equal((await bench.item("1"))?.holder, "bot");
      fault = { code: "HELPER_FAILED", message: "broke" };
      await bench.say("1", "refund");
      assert.equal((await bench.item("1"))?.holder, "queue");
    });

    it("goes by the instance's own setting before the work stream's", async () => {
      const bench = createBench({ ...WITH_HELPER, instances: [{ externalId: "2000", helper: "off" }] });
      await bench.say("1", "hi");
      assert.equal(bench.turns.length, 0);
    });

    it("goes to people when the flow is missing, and tells it in the trace", async () => {
      const bench = createBench({ workstreams: [{ id: "messenger", helper: "first", flow: "gone" }] });
      await bench.say("1", "hi");
      assert.equal((await bench.item("1"))?.holder, "queue");
      assert.match(JSON.stringify((await bench.record("1"))?.trace), /names no flow that exists/);
    });

    it("that fails or hands over later tells it in the trace as well", async () => {
      let fault: { code: string; message: string } | undefined;
      const bench = createBench({
        ...WITH_HELPER,
        bot: () => (fault === undefined ? { sends: [say("Yes?")] } : { fault }),
      });
      await bench.say("1", "hi");
      fault = { code: "HELPER_FAILED", message: "step x broke" };
      await bench.say("1", "hi");
      const trace = (await bench.record("1"))?.trace ?? [];
      assert.deepEqual(
        trace.map(({ kind }) => kind),
        ["fault", "helper", "rules"],
      );
      assert.match(trace[0]?.text ?? "", /step x broke/);
    });

    it("may end the conversation; the next message opens another", async () => {
      const bench = createBench({
        ...WITH_HELPER,
        bot: () => ({ sends: [say("Bye.")], ended: true, dialog: undefined }),
      });
      await bench.say("1", "hi");
      assert.equal((await bench.head("1"))?.live, undefined);
      assert.equal(await bench.item("1"), undefined);
      assert.equal((await bench.record("1"))?.closedReason, "botEnded");
      await bench.say("1", "hello again");
      assert.deepEqual(
        bench.inbound("1").map(({ conversationId }) => conversationId),
        [conversationOf("1", 1), conversationOf("1", 2)],
      );
      assert.deepEqual(
        bench.sent.map(({ text }) => text),
        ["Bye.", "Bye."],
      );
    });
  });

  describe("of quiet items", () => {
    for (const [what, item] of [
      ["an opt-out", event("1", "switchboard.optOut", { text: "STOP" })],
      ["a reaction", deed("1", "messageReaction", { reactionsAdded: [{ type: "❤️" }], replyToId: "m0" })],
      ["an edit of something unknown", deed("1", "messageUpdate", { text: "new", replyToId: "m0" })],
      ["what was said from another tool", echo("1", "e1")],
    ] as const) {
      it(`opens no conversation for ${what}, but keeps it in the transcript`, async () => {
        const bench = createBench(WITH_HELPER);
        await bench.webhook(item as Inbound);
        await bench.quiet();
        assert.equal(bench.turns.length, 0);
        assert.equal((await bench.head("1"))?.live, undefined);
        assert.equal((await bench.head("1"))?.lastInboundAt, undefined, "opens no reply window");
        assert.deepEqual(
          bench.inbound("1").map(({ status, seq }) => [status, seq]),
          [["worked", 1]],
        );
        assert.equal(bench.store.all("routing").length, 0);
      });

      it(`stands in the live conversation for ${what}, unheard by the helper`, async () => {
        const bench = createBench(WITH_HELPER);
        await bench.say("1", "hi");
        await bench.webhook(item as Inbound);
        await bench.quiet();
        assert.equal(bench.turns.length, 1);
        assert.equal(bench.inbound("1").at(-1)?.conversationId, conversationOf("1"));
      });
    }

    it("opens one for something unsupported that has content", async () => {
      const bench = createBench();
      await bench.webhook({
        kind: "unsupported",
        channel: "facebook",
        instanceExternalId: "2000",
        customerId: "1",
        key: "s1",
        reason: "a sticker",
        raw: { big: 1 },
      });
      await bench.quiet();
      const item = await bench.item("1");
      assert.equal(item?.lastText, "(a sticker)");
      assert.equal(item.openedAt, bench.clock.now());
    });
  });

  it("of an instance that was deleted meanwhile still reaches people", async () => {
    const bench = createBench();
    await bench.webhook(message("1", "hi"));
    bench.settings.change({ instances: [] });
    await bench.quiet();
    assert.equal((await bench.item("1"))?.queueId, "general");
  });
});
