import assert from "node:assert/strict";
import { createBench, message, threadOf, WITH_HELPER } from "./bench";

describe("dead letters", () => {
  it("are worked when they are replayed after the instance was added", async () => {
    const bench = createBench();
    await bench.webhook(message("1", "hi", { page: "3000" }));
    await bench.quiet();
    const [dead] = (await bench.pipeline.deadLetters.list({})).items;
    bench.settings.change({ instances: [{ externalId: "2000" }, { externalId: "3000" }] });
    await bench.pipeline.deadLetters.replay(dead?.doc.threadId ?? "", dead?.doc.id ?? "");
    await bench.quiet();
    assert.deepEqual((await bench.pipeline.deadLetters.list({})).items, []);
    const [item] = bench.store.all<{ id: string; type: string; instanceId: string }>("routing");
    assert.equal(item?.instanceId, "facebook~3000");
  });

  it("stay while nothing can work them: the instance is still unknown", async () => {
    const bench = createBench();
    await bench.webhook(message("1", "hi", { page: "3000" }));
    const [dead] = (await bench.pipeline.deadLetters.list({})).items;
    await assert.rejects(bench.pipeline.deadLetters.replay(dead?.doc.threadId ?? "", dead?.doc.id ?? ""), {
      code: "WRONG_STATE",
      message: /facebook~3000/,
    });
    await bench.quiet();
    assert.equal((await bench.pipeline.deadLetters.list({})).items.length, 1);
    assert.equal(bench.store.all("routing").length, 0);
  });

  it("that stand in the transcript keep their place there", async () => {
    let broken = true;
    const bench = createBench({
      ...WITH_HELPER,
      bot: () => {
        if (broken) throw new TypeError("broken");
        return {};
      },
    });
    await bench.say("1", "hi");
    for (const ms of [1_000, 5_000, 25_000]) await bench.pass(ms);
    broken = false;
    await bench.say("1", "later");
    const before = bench.inbound("1").map(({ seq, activity }) => [seq, activity.text]);
    assert.deepEqual(before, [
      [1, "hi"],
      // Between them the customer was told that people take over.
      [3, "later"],
    ]);
    const head = await bench.head("1");
    await bench.pipeline.deadLetters.replay(threadOf("1"), bench.inbound("1")[0]?.id ?? "");
    await bench.quiet();
    assert.deepEqual(
      bench.inbound("1").map(({ seq, activity }) => [seq, activity.text]),
      before,
    );
    assert.deepEqual(
      bench.inbound("1").map(({ status }) => status),
      ["worked", "worked"],
    );
    assert.equal((await bench.head("1"))?.lastInboundSeq, head?.lastInboundSeq);
    assert.equal((await bench.item("1"))?.lastText, "later");
  });

  it("cannot be replayed twice, nor what is none", async () => {
    const bench = createBench();
    await bench.say("1", "hi");
    await assert.rejects(bench.pipeline.deadLetters.replay(threadOf("1"), bench.inbound("1")[0]?.id ?? ""), {
      code: "NOT_FOUND",
    });
    await assert.rejects(bench.pipeline.deadLetters.replay(threadOf("1"), "in~none"), { code: "NOT_FOUND" });
    await bench.webhook(message("1", "hi", { page: "3000" }));
    bench.settings.change({ instances: [{ externalId: "3000" }] });
    const [dead] = (await bench.pipeline.deadLetters.list({})).items;
    const replays = [1, 2].map(() =>
      bench.pipeline.deadLetters.replay(dead?.doc.threadId ?? "", dead?.doc.id ?? ""),
    );
    assert.deepEqual((await Promise.allSettled(replays)).map(({ status }) => status).sort(), [
      "fulfilled",
      "rejected",
    ]);
  });
});
