import assert from "node:assert/strict";
import { assignTo, end } from "../../../src/routing/sessions";
import { storeDown } from "../../support/memoryStore";
import { conversationOf, createBench, type PipelineBench } from "../bench";
import { crashAfter } from "../crash";

const closing = async (bench: PipelineBench): Promise<void> => {
  await bench.say("1", "hi");
  await assignTo(bench.ports, conversationOf("1"), "ana");
  const item = await end(bench.ports, conversationOf("1"), "ana");
  await bench.pipeline.closing.close(item, "agentClosed");
};

describe("effects", () => {
  it("are deleted once applied, with the decision in the conversation's record", async () => {
    const bench = createBench();
    await bench.say("1", "hi");
    assert.deepEqual(bench.effects(), []);
    const [entry] = (await bench.record("1"))?.trace ?? [];
    assert.equal(entry?.kind, "rules");
    assert.equal(entry.text, 'To queue "general", no rule of "messenger" matched: fallback queue.');
  });

  for (const purpose of ["turn", "enqueue", "effectDone"]) {
    it(`survive a crash after "${purpose}": the conversation stands in its queue once`, async () => {
      const bench = await crashAfter(purpose, (first) => first.say("1", "hi"));
      const item = await bench.item("1");
      assert.equal(item?.state, "open");
      assert.equal(item.version, 1);
      assert.deepEqual(bench.effects(), []);
      assert.equal((await bench.record("1"))?.trace.length, 1);
      assert.equal((await bench.head("1"))?.seq, 1);
    });
  }

  it('survive a crash after "receive": the message is worked', async () => {
    const bench = await crashAfter("receive", (first) => first.say("1", "hi"));
    assert.equal(bench.inbound("1")[0]?.status, "worked");
    assert.equal((await bench.item("1"))?.state, "open");
  });

  for (const purpose of ["close", "history", "closedRecord", "closed"]) {
    it(`survive a crash after "${purpose}": the conversation is closed, in the history and found by its id`, async () => {
      const bench = await crashAfter(purpose, closing);
      assert.equal(await bench.item("1"), undefined);
      assert.equal(bench.store.all("history").filter(({ type }) => type === "closed").length, 1);
      const record = await bench.record("1");
      assert.equal(record?.closedReason, "agentClosed");
      assert.equal(record.last?.agentId, "ana");
      assert.equal(record.last.state, "closed");
      assert.equal(
        bench.store
          .all<{ id: string; type: string; used?: number }>("routing")
          .find(({ id }) => id === "agent~ana")?.used,
        0,
      );
      assert.deepEqual(bench.effects(), []);
    });
  }

  it("are tried again while the store fails", async () => {
    const bench = createBench();
    let failures = 3;
    bench.store.before = ({ purpose }) => {
      if (purpose === "enqueue" && failures-- > 0) throw storeDown();
    };
    await bench.webhook({
      kind: "activity",
      channel: "facebook",
      instanceExternalId: "2000",
      customerId: "1",
      key: "k",
      activity: {
        type: "message",
        channelId: "facebook",
        from: { id: "1" },
        recipient: { id: "2000" },
        conversation: { id: "" },
        text: "hi",
      },
    });
    for (const ms of [0, 500, 1_000, 2_000]) await bench.pass(ms);
    await bench.quiet();
    assert.equal((await bench.item("1"))?.state, "open");
    assert.deepEqual(bench.effects(), []);
  });
});

describe("closing", () => {
  it("closes once, frees the agent, and again is done already", async () => {
    const bench = createBench();
    await closing(bench);
    assert.equal((await bench.head("1"))?.live, undefined);
    assert.equal(bench.store.all("history").filter(({ type }) => type === "closed").length, 1);
    await bench.say("1", "again");
    assert.equal((await bench.item("1", 2))?.state, "open");
  });

  it("refuses when the customer wrote after the row was read", async () => {
    const bench = createBench();
    await bench.say("1", "hi");
    await assignTo(bench.ports, conversationOf("1"), "ana");
    const item = await end(bench.ports, conversationOf("1"), "ana");
    await bench.say("1", "one more thing");
    await assert.rejects(bench.pipeline.closing.close(item, "agentClosed"), {
      code: "CHANGED_MEANWHILE",
      message: /written again/,
    });
    assert.notEqual((await bench.head("1"))?.live, undefined);
    assert.equal((await bench.item("1"))?.state, "active");
  });

  it("of an id that is none is not found", async () => {
    const bench = createBench();
    await bench.say("1", "hi");
    const item = await bench.item("1");
    assert.ok(item);
    await assert.rejects(
      bench.pipeline.closing.close({ ...item, conversationId: "nonsense" }, "agentClosed"),
      {
        code: "NOT_FOUND",
      },
    );
    assert.equal(await bench.pipeline.closing.record("nonsense"), undefined);
    assert.equal(await bench.pipeline.closing.lastInboundAt("nonsense"), undefined);
  });
});
