import assert from "node:assert/strict";
import { type AgentLoad, ROUTING_GROUP, type WorkItem } from "../../../src/core/workItem";
import { agentDocId } from "../../../src/routing/agentLoad";
import { pick } from "../../../src/routing/sessions";
import { conversationOf, createBench, message, type PipelineBench, say, WITH_HELPER } from "../bench";
import { crashAfter } from "../crash";

const loadOf = async (bench: PipelineBench, agentId: string): Promise<number> =>
  ((await bench.store.read("routing", ROUTING_GROUP, agentDocId(agentId)))?.doc as AgentLoad | undefined)
    ?.used ?? 0;
const rowOf = async (bench: PipelineBench): Promise<WorkItem> =>
  (await bench.item("1")) ?? assert.fail("there is no row");
const take = async (bench: PipelineBench, agentId = "ana") =>
  bench.pipeline.takeOver.take(await rowOf(bench), { agentId, how: "pick" });

/** Head and row agree on who has it. */
async function assertSound(bench: PipelineBench): Promise<void> {
  const [head, row] = [await bench.head("1"), await rowOf(bench)];
  assert.equal(head?.live?.heldBy, row.holder === "bot" ? "bot" : "people");
  assert.equal(head?.live?.epoch, row.epoch);
  assert.deepEqual(bench.effects(), []);
}

describe("taking a conversation from the helper", () => {
  it("makes it the agent's, with a queue of its own, and the helper hears nothing any more", async () => {
    const bench = createBench(WITH_HELPER);
    await bench.say("1", "hi");
    const item = await take(bench);
    assert.deepEqual([item?.holder, item?.agentId, item?.state], ["agent", "ana", "active"]);
    assert.deepEqual([item?.queueId, item?.epoch], ["general", 2]);
    const head = await bench.head("1");
    assert.deepEqual([head?.live?.heldBy, head?.dialog], ["people", undefined]);
    await bench.say("1", "are you there?");
    assert.equal(bench.turns.length, 1);
    assert.equal((await rowOf(bench)).lastText, "are you there?");
    assert.match(JSON.stringify((await bench.record("1"))?.trace), /ana took it over from the helper/);
    await assertSound(bench);
  });

  it("does not wait for a turn that runs, which then says nothing", async () => {
    let answer = (): void => {};
    const bench = createBench({
      ...WITH_HELPER,
      bot: ({ activity }) =>
        activity.text === "hi"
          ? { sends: [say("Hello.")] }
          : new Promise((resolve) => {
              answer = () => resolve({ sends: [say("Too late.")], handoff: { queueId: "vip" } });
            }),
    });
    await bench.say("1", "hi");
    await bench.webhook(message("1", "slow"));
    for (let i = 0; i < 20; i++) await new Promise(setImmediate);
    assert.equal((await take(bench))?.agentId, "ana");
    answer();
    await bench.quiet();
    assert.deepEqual(
      bench.sent.map(({ text }) => text),
      ["Hello."],
    );
    const row = await rowOf(bench);
    assert.deepEqual([row.agentId, row.queueId, row.lastText], ["ana", "general", "slow"]);
    assert.equal(await loadOf(bench, "ana"), 1);
    await assertSound(bench);
  });

  it("is one agent's of two at once; the other is told who", async () => {
    const bench = createBench(WITH_HELPER);
    await bench.say("1", "hi");
    const taken = await Promise.all([take(bench, "ana"), take(bench, "ben")]);
    assert.equal(taken.filter((item) => item !== undefined).length, 1);
    const { agentId = "" } = await rowOf(bench);
    const loser = agentId === "ana" ? "ben" : "ana";
    await assert.rejects(pick(bench.ports, conversationOf("1"), loser), { code: "ALREADY_TAKEN" });
    assert.deepEqual([await loadOf(bench, agentId), await loadOf(bench, loser)], [1, 0]);
    await assertSound(bench);
  });

  it("while the helper hands over leaves it in one pair of hands", async () => {
    for (let turns = 0; turns < 12; turns++) {
      const bench = createBench({
        ...WITH_HELPER,
        bot: ({ activity }) => ({ sends: [say("Yes.")], ...(activity.text === "hi" ? {} : { handoff: {} }) }),
      });
      await bench.say("1", "hi");
      const said = bench.say("1", "refund");
      for (let i = 0; i < turns; i++) await new Promise(setImmediate);
      const taken = await take(bench);
      await said;
      const row = await rowOf(bench);
      assert.deepEqual([row.holder, row.epoch], [taken === undefined ? "queue" : "agent", 2]);
      await assertSound(bench);
    }
  });

  it("into a queue is possible as well", async () => {
    const bench = createBench(WITH_HELPER);
    await bench.say("1", "hi");
    const item = await bench.pipeline.takeOver.take(await rowOf(bench), { queueId: "vip" });
    assert.deepEqual([item?.holder, item?.queueId, item?.state], ["queue", "vip", "open"]);
    await assertSound(bench);
  });

  it("of one that was closed meanwhile is refused", async () => {
    const bench = createBench(WITH_HELPER);
    await bench.say("1", "hi");
    const row = await rowOf(bench);
    await bench.pipeline.closing.close(row, "forceClosed");
    await assert.rejects(bench.pipeline.takeOver.take(row, { agentId: "ana", how: "pick" }), {
      code: "WRONG_STATE",
    });
    assert.equal(bench.store.all("routing").filter(({ type }) => type === "item").length, 0);
  });

  for (const purpose of ["takeOver", "taken", "effectDone"])
    it(`survives a crash after "${purpose}": it is the agent's, once`, async () => {
      const bench = await crashAfter(purpose, (first) => take(first), {
        bench: WITH_HELPER,
        before: (first) => first.say("1", "hi"),
      });
      const row = await rowOf(bench);
      assert.deepEqual([row.holder, row.agentId, row.sessions.length], ["agent", "ana", 1]);
      const told = (await bench.record("1"))?.trace.filter(({ text }) => text.startsWith("ana took it"));
      assert.equal(told?.length, 1);
      assert.equal(await loadOf(bench, "ana"), 1);
      await assertSound(bench);
    });
});
