import assert from "node:assert/strict";
import { StoreError } from "../../../src/core/errors";
import type { HistoryRow } from "../../../src/pipeline/effects/effects";
import { newEffect } from "../../../src/pipeline/effects/newEffect";
import { conversationOf, createBench, message, type PipelineBench, threadOf, withFiles } from "../bench";
import { crashAfter } from "../crash";

const ALIAS = "e~alias";
/** Everything that is stored, as text. */
const everything = ({ store }: PipelineBench): string =>
  JSON.stringify(
    (["threads", "routing", "history", "contacts", "leases"] as const).map((name) => store.all(name)),
  );
const rows = ({ store }: PipelineBench): HistoryRow[] =>
  (store.all("history") as HistoryRow[]).filter(({ type }) => type === "closed");
const eraseOne = (bench: PipelineBench, customer = "1") =>
  bench.pipeline.eraser.erase(threadOf(customer), "all", ALIAS);

/** Customer 1 has a closed conversation and a live one, customer 2 a live one. */
async function twoCustomers(bench: PipelineBench): Promise<void> {
  await bench.say("1", "secret first");
  const item = await bench.item("1");
  assert.ok(item);
  await bench.pipeline.closing.close(item, "agentClosed");
  await bench.say("1", "secret second");
  await bench.webhook(withFiles("1", ["cat.png"]));
  await bench.say("2", "of another");
}

describe("eraser of threads", () => {
  it("leaves nothing of a thread but figures, and all of the others", async () => {
    const bench = createBench();
    await bench.pipeline.start();
    await twoCustomers(bench);
    const before = bench.messages("2");
    assert.equal(await eraseOne(bench), "done");
    await bench.quiet();
    const left = everything(bench);
    for (const trace of [threadOf("1"), "secret", "cat.png"])
      assert.ok(!left.includes(trace), `${trace} is still there`);
    assert.deepEqual(bench.messages("2"), before);
    assert.ok((await bench.item("2")) !== undefined);
    assert.deepEqual(
      rows(bench)
        .map(({ conversationId }) => conversationId)
        .sort(),
      [`${ALIAS}.1`, `${ALIAS}.2`],
    );
    assert.equal(bench.media.files.size, 0);
    await bench.pipeline.stop(0);
  });

  it("lets whoever writes afterwards begin anew", async () => {
    const bench = createBench();
    await bench.pipeline.start();
    await twoCustomers(bench);
    await eraseOne(bench);
    await bench.say("1", "it is me again");
    assert.equal((await bench.head("1"))?.conversations, 1);
    assert.equal((await bench.head("1"))?.optedOut, undefined);
    assert.deepEqual(
      bench.inbound("1").map(({ activity }) => activity.text),
      ["it is me again"],
    );
    await eraseOne(bench);
    assert.equal(rows(bench).length, 3, "the second life's first conversation does not replace the first's");
    await bench.pipeline.stop(0);
  });

  it("takes in, or begins anew with, each message that comes meanwhile: none is half there", async () => {
    for (let at = 1; at < 40; at += 3) {
      const bench = createBench();
      await bench.pipeline.start();
      await twoCustomers(bench);
      let left = at;
      bench.store.afterCommit = async (purpose) => {
        if (!/erase|close|history/.test(purpose) || --left !== 0) return;
        delete bench.store.afterCommit;
        await bench.webhook(message("1", "in between"));
      };
      assert.equal(await eraseOne(bench), "done", `at ${at}`);
      delete bench.store.afterCommit;
      await bench.quiet();
      assert.ok(!everything(bench).includes("secret"), `at ${at}`);
      const head = await bench.head("1");
      const inbound = bench.inbound("1");
      if (head === undefined) assert.deepEqual(inbound, [], `at ${at}`);
      else {
        assert.deepEqual([head.conversations, inbound.length, inbound[0]?.status], [1, 1, "worked"]);
        assert.ok((await bench.item("1")) !== undefined, `at ${at}`);
      }
      await bench.pipeline.stop(0);
    }
  });

  it("withdraws what was not sent, and waits for what is on its way", async () => {
    let release: (() => void) | undefined;
    const bench = createBench({
      bot: () => ({ sends: [] }),
      send: (text) =>
        text === "slow"
          ? new Promise((resolve) => {
              release = () => resolve({ providerId: "p1" });
            })
          : { providerId: text },
    });
    await bench.pipeline.start();
    await bench.say("1", "hello");
    const head = await bench.head("1");
    assert.ok(head);
    for (const text of ["slow", "never"])
      await bench.pipeline.outbox.add({
        conversationId: conversationOf("1"),
        text,
        clientId: text,
        agent: { id: "ana", name: "Ana" },
      } as never);
    assert.equal(await eraseOne(bench), "sending");
    release?.();
    await bench.quiet();
    assert.equal(await eraseOne(bench), "done");
    await bench.quiet();
    assert.deepEqual(
      bench.sent.map(({ text }) => text).filter((text) => text === "never"),
      [],
    );
    assert.deepEqual(bench.pipeline.backlog().outbox, 0);
    await bench.pipeline.stop(0);
  });

  it("does not wait for a step that goes on failing, and ends when it is done", async () => {
    const bench = createBench();
    await bench.pipeline.start();
    await twoCustomers(bench);
    const [threadId, conversationId] = [threadOf("1"), conversationOf("1", 2)];
    const record = { id: "consent~1", type: "consent", threadId, kind: "accepted", at: 1 } as const;
    const step = newEffect(
      "test",
      { threadId, conversationId },
      { kind: "consent", record },
      bench.clock.now(),
    );
    await bench.store.batch("threads", threadId, [{ do: "create", doc: step }], "test");
    bench.store.before = ({ purpose }) => {
      if (purpose === "consent") throw new StoreError("STORE_UNAVAILABLE");
    };
    const erased = async (customer: string): Promise<string | undefined> => {
      let end: string | undefined;
      void eraseOne(bench, customer).then((how) => {
        end = how;
      });
      for (let second = 0; second < 30 && end === undefined; second++) await bench.pass(1_000);
      return end;
    };
    assert.equal(await erased("1"), "steps");
    assert.equal(await erased("2"), "done", "another is not held up");
    delete bench.store.before;
    await bench.pass(60_000);
    await bench.quiet();
    assert.equal(await eraseOne(bench), "done");
    await bench.pipeline.stop(0);
  });

  it("erases only the conversations that are meant", async () => {
    const bench = createBench();
    await bench.pipeline.start();
    await twoCustomers(bench);
    assert.equal(await bench.pipeline.eraser.erase(threadOf("1"), [{ from: 1, to: 1 }], ALIAS), "done");
    assert.ok(!everything(bench).includes("secret first"));
    assert.ok(everything(bench).includes("secret second"));
    assert.equal((await bench.head("1"))?.live?.n, 2);
    await bench.pipeline.stop(0);
  });

  for (const purpose of ["erase", "close", "history", "closedRecord", "eraseHead"])
    it(`is finished by the next process when one dies after "${purpose}"`, async () => {
      const bench = await crashAfter(purpose, eraseOne, { before: twoCustomersStarted });
      assert.equal(await eraseOne(bench), "done");
      await bench.quiet();
      assert.ok(!everything(bench).includes("secret"));
      assert.ok(!everything(bench).includes(threadOf("1")));
      assert.equal(rows(bench).length, 2);
      await bench.pipeline.stop(0);
    });
});

async function twoCustomersStarted(bench: PipelineBench): Promise<void> {
  await bench.pipeline.start();
  await twoCustomers(bench);
}
