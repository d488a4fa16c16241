import assert from "node:assert/strict";
import type { WorkItem } from "../../src/core/workItem";
import { getPresence } from "../../src/routing/presence";
import { customerWrote, removeItem } from "../../src/routing/queue";
import { end, pick, putAside, transferToQueue, unblock } from "../../src/routing/sessions";
import { createBench, type RoutingBench } from "./bench";

type Block = "always" | "never" | number;

describe("a wrap-up", () => {
  let bench: RoutingBench;
  let id: string;
  let seq = 1;

  async function active(wrapUpBlock: Block): Promise<void> {
    bench = createBench({
      agents: [{ id: "ana", capacity: 2 }],
      workstreams: [{ id: "messenger", capacity: 2, wrapUpBlock }],
    });
    await bench.online("ana");
    id = await bench.enqueue(1);
    await pick(bench.ports, id, "ana");
  }
  const item = async () => (await bench.item(id)) as WorkItem;
  const load = () => bench.load("ana");
  const presence = async () => (await getPresence(bench.ports, "ana")).presence;
  const wrote = () =>
    customerWrote(bench.ports, { conversationId: id, seq: ++seq, at: 1, text: "one more thing" });

  const table: [block: Block, atOnce: number, later: number][] = [
    ["always", 2, 2],
    ["never", 0, 0],
    [60, 2, 0],
  ];
  for (const [block, atOnce, later] of table) {
    it(`that blocks ${block} costs ${atOnce} at once and ${later} after a minute`, async () => {
      await active(block);
      await end(bench.ports, id, "ana");
      assert.equal(await load(), atOnce);
      bench.clock.advance(60_000);
      await unblock(bench.ports, id);
      assert.equal(await load(), later);
      assert.equal(await presence(), later === 0 ? "available" : "doNotDisturb");
      await unblock(bench.ports, id);
      assert.equal(await load(), later);
      await removeItem(bench.ports, id);
      assert.equal(await load(), 0);
      assert.equal(await presence(), "available");
    });

    it(`that blocks ${block} and is written to in the middle is work again, at full cost once`, async () => {
      await active(block);
      await end(bench.ports, id, "ana");
      if (block === 60) bench.clock.advance(30_000);
      await wrote();
      assert.deepEqual([(await item()).state, (await item()).agentId], ["active", "ana"]);
      assert.deepEqual([(await item()).blockUntil, (await item()).unblocked], [undefined, undefined]);
      assert.equal(await load(), 2);
      bench.clock.advance(60_000);
      await unblock(bench.ports, id);
      assert.equal(await load(), 2, "the old timer means nothing any more");
      assert.equal(await presence(), "doNotDisturb");
    });

    it(`that blocks ${block} costs ${atOnce} for one that waited`, async () => {
      await active(block);
      await putAside(bench.ports, id, "ana");
      await end(bench.ports, id, "ana");
      assert.equal(await load(), atOnce);
      bench.clock.advance(60_000);
      await unblock(bench.ports, id);
      assert.equal(await load(), later);
    });
  }

  it("is unblocked by its time, not before, and looked at then", async () => {
    await active(60);
    const { due } = await end(bench.ports, id, "ana");
    assert.equal(due, bench.clock.now() + 60_000);
    bench.clock.advance(59_999);
    await unblock(bench.ports, id);
    assert.equal(await load(), 2);
    bench.clock.advance(1);
    await unblock(bench.ports, id);
    assert.equal((await item()).due, (await item()).closeAt, "what is left is to close it");
  });

  it("written to after it was unblocked costs again, even over capacity, and ends anew", async () => {
    await active(30);
    await end(bench.ports, id, "ana");
    bench.clock.advance(30_000);
    await unblock(bench.ports, id);
    const other = await bench.enqueue(2);
    await pick(bench.ports, other, "ana");
    await wrote();
    assert.equal(await load(), 4);
    const again = await end(bench.ports, id, "ana");
    assert.equal(again.blockUntil, bench.clock.now() + 30_000);
    bench.clock.advance(30_000);
    await unblock(bench.ports, id);
    assert.equal(await load(), 2);
  });

  it("written to goes on in the same session, as if it had not been ended", async () => {
    await active("always");
    await end(bench.ports, id, "ana");
    bench.clock.advance(1000);
    await wrote();
    const [session, ...more] = (await item()).sessions;
    assert.deepEqual(
      [session?.how, session?.wrapUpAt, session?.endedAt, more.length],
      ["pick", undefined, undefined, 0],
    );
  });

  it("of one that had been put aside begins a session when it is written to", async () => {
    await active("always");
    await putAside(bench.ports, id, "ana");
    await end(bench.ports, id, "ana");
    await wrote();
    assert.deepEqual(
      (await item()).sessions.map(({ how, closure }) => [how, closure]),
      [
        ["pick", "movedToWaiting"],
        ["reopen", undefined],
      ],
    );
  });

  it("that costs nothing any more is moved without giving anything back", async () => {
    await active("never");
    const other = await bench.enqueue(2);
    await pick(bench.ports, other, "ana");
    await end(bench.ports, id, "ana");
    await transferToQueue(bench.ports, id, "general");
    assert.equal(await load(), 2, "the other one's");
  });

  it("at the same moment as its time and the customer leaves the load of what it is", async () => {
    await active(30);
    await end(bench.ports, id, "ana");
    bench.clock.advance(30_000);
    await Promise.all([unblock(bench.ports, id), wrote(), unblock(bench.ports, id)]);
    assert.equal((await item()).state, "active");
    assert.equal(await load(), 2);
  });
});
