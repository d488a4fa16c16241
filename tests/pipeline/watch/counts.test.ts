import assert from "node:assert/strict";
import type { ServerDoc } from "../../../src/pipeline/duty/servers";
import { storeDown } from "../../support/memoryStore";
import { createBench, message, threadOf, WITH_HELPER } from "../bench";

const DAY = "2026-11-21";

describe("the counts of a day", () => {
  it("add up, instance by hour", async () => {
    const bench = createBench(WITH_HELPER);
    await bench.say("1", "a", "b");
    await bench.webhook(message("2", "c", { key: "twice" }));
    await bench.webhook(message("2", "c", { key: "twice" }), {
      kind: "ignored",
      channel: "facebook",
      reason: "typing",
    });
    await bench.webhook(message("3", "d", { page: "9999" }));
    await bench.quiet();
    const rows = await bench.pipeline.counts.day(DAY);
    assert.deepEqual(
      rows.map(({ instanceId }) => instanceId),
      ["facebook~2000", "facebook~9999", "facebook~shop"],
    );
    const [row, unknown, account] = rows;
    assert.deepEqual(
      { ...row },
      {
        instanceId: "facebook~2000",
        hour: "2026-11-21T09",
        received: 4,
        repeated: 1,
        notKept: 0,
        stored: 3,
        worked: 3,
        waiting: 0,
        dead: 0,
        shown: 3,
        written: 3,
        answered: 3,
        sending: 0,
        failed: 0,
        problems: [],
      },
    );
    assert.equal(unknown?.dead, 1);
    assert.deepEqual(unknown.problems, []);
    assert.equal(account?.notKept, 1);
  });

  it("show an hour whose door counts died with a killed server", async () => {
    const bench = createBench(WITH_HELPER);
    await bench.say("1", "a");
    await bench.quiet();
    const [row] = await bench.pipeline.counts.day(DAY);
    const [count] = (
      await bench.store.query("history", "counts", { partition: DAY, equals: { type: "count" } })
    ).items;
    await bench.store.batch("history", DAY, [{ do: "delete", id: count?.doc.id ?? "" }], "test");
    const [again] = await bench.pipeline.counts.day(DAY);
    assert.deepEqual({ ...again }, { ...row, received: 0, problems: ["1 stored but never received"] });
  });

  it("tell of a message that is gone from the store", async () => {
    const bench = createBench();
    await bench.say("1", "a", "b");
    await bench.store.batch(
      "threads",
      threadOf("1"),
      [{ do: "delete", id: bench.inbound("1")[0]?.id ?? "" }],
      "test",
    );
    assert.deepEqual((await bench.pipeline.counts.day(DAY))[0]?.problems, ["1 received but not stored"]);
  });

  it("tell of one that never came by the door", async () => {
    const bench = createBench();
    await bench.say("1", "a");
    const [original] = bench.inbound("1");
    await bench.store.batch(
      "threads",
      threadOf("1"),
      [{ do: "create", doc: { ...original, id: "in~smuggled", type: "message" } }],
      "test",
    );
    assert.deepEqual((await bench.pipeline.counts.day(DAY))[0]?.problems, ["1 stored but never received"]);
  });

  it("tell of one that was worked but stands in no transcript", async () => {
    const bench = createBench();
    await bench.say("1", "a");
    const { seq: _seq, ...hidden } = bench.inbound("1")[0] ?? { id: "", type: "" };
    await bench.store.batch("threads", threadOf("1"), [{ do: "upsert", doc: hidden }], "test");
    assert.deepEqual((await bench.pipeline.counts.day(DAY))[0]?.problems, [
      "1 worked but not shown in any transcript",
    ]);
  });

  it("add up when a webhook was refused because the store was away, and came again", async () => {
    const bench = createBench();
    bench.store.before = ({ purpose }) => {
      if (purpose === "receive") throw storeDown();
    };
    await assert.rejects(bench.webhook(message("1", "a", { key: "k" })));
    delete bench.store.before;
    await bench.webhook(message("1", "a", { key: "k" }));
    await bench.quiet();
    const [row] = await bench.pipeline.counts.day(DAY);
    assert.deepEqual([row?.received, row?.stored, row?.problems], [1, 1, []]);
  });

  it("add up for two who ask at once", async () => {
    const bench = createBench();
    await bench.say("1", "a");
    const [first, second] = await Promise.all([
      bench.pipeline.counts.day(DAY),
      bench.pipeline.counts.day(DAY),
    ]);
    assert.equal(first[0]?.received, 1);
    assert.deepEqual(second, first);
  });

  it("are written every two seconds, by many processes into one", async () => {
    const bench = createBench();
    await bench.say("1", "a");
    await bench.pass(2_000);
    assert.equal(bench.store.purposes.filter((purpose) => purpose === "count").length, 1);
    const other = createBench({ store: bench.store, clock: bench.clock, serverId: "server~2" });
    await other.say("2", "b");
    assert.equal((await other.pipeline.counts.day(DAY))[0]?.received, 2);
    assert.equal(bench.pipeline.counters.lastInbound().get("facebook~2000"), bench.clock.now() - 2_000);
  });

  it("keep what could not be written, and write it later", async () => {
    const bench = createBench();
    bench.store.before = ({ purpose }) => {
      if (purpose === "count") throw storeDown();
    };
    await bench.say("1", "a");
    await bench.pass(2_000);
    delete bench.store.before;
    await bench.say("1", "b");
    await bench.pass(2_000);
    assert.equal((await bench.pipeline.counts.day(DAY))[0]?.received, 2);
  });
});

describe("servers", () => {
  const serverDocs = (bench: ReturnType<typeof createBench>) =>
    bench.store.all<ServerDoc>("leases").filter(({ type }) => type === "server");

  it("beat while they live and say goodbye", async () => {
    const bench = createBench();
    await bench.pipeline.start();
    await bench.pass(15_000);
    assert.equal(serverDocs(bench)[0]?.beatAt, bench.clock.now());
    await bench.pipeline.stop(100);
    assert.equal(serverDocs(bench)[0]?.stoppedAt, bench.clock.now());
    const next = createBench({ store: bench.store, clock: bench.clock, serverId: "server~2" });
    await next.pipeline.start();
    assert.equal(serverDocs(next).find(({ id }) => id === "server~1")?.brokenHours, undefined);
  });

  it("find who was killed, so that missing door counts of that hour are no alarm", async () => {
    const killed = createBench();
    await killed.pipeline.start();
    await killed.say("1", "a");
    await killed.pass(2_000);
    await killed.say("1", "b");
    const next = createBench({ store: killed.store, clock: killed.clock, serverId: "server~2" });
    await next.pipeline.start();
    assert.deepEqual(serverDocs(next).find(({ id }) => id === "server~1")?.brokenHours, ["2026-11-21T09"]);
    const [row] = await next.pipeline.counts.day(DAY);
    assert.deepEqual([row?.received, row?.stored, row?.problems], [1, 2, []]);
  });
});
