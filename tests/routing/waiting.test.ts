import assert from "node:assert/strict";
import type { Announcement, WorkItem } from "../../src/core/workItem";
import { expireOffer } from "../../src/routing/offers";
import { pick, transferToQueue } from "../../src/routing/sessions";
import { overflowWaitingItem } from "../../src/routing/waiting";
import type { TestSettings } from "../support/settings";
import { createBench } from "./bench";

const MINUTE_MS = 60_000;
type Overflow = NonNullable<NonNullable<TestSettings["queues"]>[number]["overflow"]>;
const waited = (minutes: number, queue?: string): Overflow[number] =>
  queue === undefined
    ? { when: "waitedAbove", minutes, do: "end" }
    : { when: "waitedAbove", minutes, do: "transfer", queue };

function withOverflow(overflow: { general?: Overflow; vip?: Overflow; empty?: Overflow }) {
  return createBench({
    queues: [
      { id: "general", members: ["ana"], overflow: overflow.general ?? [] },
      { id: "vip", members: ["ana", "ben"], overflow: overflow.vip ?? [] },
      { id: "empty", members: [] },
    ],
  });
}

describe("overflowWaitingItem", () => {
  it("sends it to the other queue, where it stands where it stood in time", async () => {
    const bench = withOverflow({ general: [waited(5, "vip")] });
    const id = await bench.enqueue(1);
    const since = bench.clock.now() - 1;
    const [before, behind] = [new Date(since).toISOString(), await bench.enqueue(2, "vip")];
    bench.clock.advance(5 * MINUTE_MS - 3);
    await overflowWaitingItem(bench.ports, id);
    assert.equal((await bench.item(id))?.queueId, "general", "not before its time");
    bench.clock.advance(2);
    await overflowWaitingItem(bench.ports, id);
    const item = (await bench.item(id)) as WorkItem;
    assert.equal(item.queueId, "vip");
    assert.ok(item.sk?.includes(before), item.sk);
    assert.ok((item.sk ?? "") < ((await bench.item(behind))?.sk ?? ""));
    assert.deepEqual(
      item.stints.map(({ queueId, left }) => [queueId, left]),
      [
        ["general", "overflow"],
        ["vip", undefined],
      ],
    );
    assert.deepEqual(item.overflowed, ["general"]);
    assert.equal(item.queuedAt, bench.clock.now());
  });

  it("keeps that place through a missed offer", async () => {
    const bench = withOverflow({ general: [waited(5, "vip")] });
    const id = await bench.enqueue(1);
    bench.clock.advance(5 * MINUTE_MS);
    await overflowWaitingItem(bench.ports, id);
    const place = (await bench.item(id))?.sk;
    await bench.online("ben");
    await bench.assigner.kick();
    const { offerId = "" } = (await bench.item(id)) ?? {};
    bench.clock.advance(2 * MINUTE_MS);
    await expireOffer(bench.ports, offerId);
    assert.equal((await bench.item(id))?.sk, place);
    await transferToQueue(bench.ports, id, "general");
    assert.notEqual((await bench.item(id))?.sk, place, "sent on by a person it stands behind");
    assert.equal((await bench.item(id))?.placeAt, undefined);
  });

  it("ends it with a word, and nobody can take it any more", async () => {
    const bench = withOverflow({ general: [waited(5)] });
    const id = await bench.enqueue(1);
    bench.clock.advance(5 * MINUTE_MS);
    await overflowWaitingItem(bench.ports, id);
    const item = (await bench.item(id)) as WorkItem;
    assert.deepEqual([item.endAs, item.sk, item.due], ["overflowEnded", undefined, bench.clock.now()]);
    const told = bench.store.all<Announcement>("routing").filter(({ type }) => type === "announcement");
    assert.deepEqual(
      told.map(({ trigger }) => trigger),
      ["overflowEnded"],
    );
    await assert.rejects(pick(bench.ports, id, "ana"), { code: "WRONG_STATE", message: /being closed/ });
    await assert.rejects(transferToQueue(bench.ports, id, "vip"), { code: "WRONG_STATE" });
    await overflowWaitingItem(bench.ports, id);
    assert.deepEqual(await bench.item(id), item);
  });

  it("never goes round: queues that sent it on are not tried again", async () => {
    const bench = withOverflow({ general: [waited(5, "vip")], vip: [waited(2, "general")] });
    const id = await bench.enqueue(1);
    for (let n = 0; n < 4; n++) {
      bench.clock.advance(5 * MINUTE_MS);
      await overflowWaitingItem(bench.ports, id);
    }
    const item = await bench.item(id);
    assert.equal(item?.queueId, "vip");
    assert.equal(item?.overflowAt, undefined, "nobody need look again");
    assert.equal(item?.due, item?.closeAt);
    assert.equal(item?.stints.length, 2);
  });

  it("what cannot be done does not keep the next from its time", async () => {
    for (const impossible of ["nowhere", "empty"]) {
      const bench = withOverflow({ general: [waited(5, impossible), waited(20)] });
      const id = await bench.enqueue(1);
      const since = bench.clock.now() - 1;
      bench.clock.advance(5 * MINUTE_MS);
      await overflowWaitingItem(bench.ports, id);
      assert.equal((await bench.item(id))?.queueId, "general");
      assert.equal((await bench.item(id))?.overflowAt, since + 20 * MINUTE_MS);
      bench.clock.advance(15 * MINUTE_MS);
      await overflowWaitingItem(bench.ports, id);
      assert.equal((await bench.item(id))?.endAs, "overflowEnded");
    }
  });

  it("settings that let it wait longer now are heard of", async () => {
    const bench = withOverflow({ general: [waited(5)] });
    const id = await bench.enqueue(1);
    const since = bench.clock.now() - 1;
    bench.settings.change({ queues: [{ id: "general", members: ["ana"], overflow: [waited(9)] }] });
    bench.clock.advance(5 * MINUTE_MS);
    await overflowWaitingItem(bench.ports, id);
    assert.equal((await bench.item(id))?.endAs, undefined);
    assert.equal((await bench.item(id))?.overflowAt, since + 9 * MINUTE_MS);
  });

  it("taken at the same moment it is the taker's, or has gone on, never both", async () => {
    for (const first of ["pick", "overflow"] as const) {
      const bench = withOverflow({ general: [waited(5)] });
      const id = await bench.enqueue(1);
      bench.clock.advance(5 * MINUTE_MS);
      const work = [() => pick(bench.ports, id, "ana"), () => overflowWaitingItem(bench.ports, id)];
      if (first === "overflow") work.reverse();
      const results = await Promise.allSettled(work.map((each) => each()));
      const item = await bench.item(id);
      const picked = results[first === "pick" ? 0 : 1]?.status === "fulfilled";
      assert.equal(item?.agentId, picked ? "ana" : undefined);
      assert.equal(item?.endAs, picked ? undefined : "overflowEnded");
      assert.equal(await bench.load("ana"), picked ? 1 : 0);
    }
  });
});
