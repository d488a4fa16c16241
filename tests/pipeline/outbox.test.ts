import assert from "node:assert/strict";
import { StoreError } from "../../src/core/errors";
import { toUploadId } from "../../src/core/uploadId";
import { conversationOf, createBench } from "./bench";

const text = (
  more: Partial<Parameters<ReturnType<typeof createBench>["pipeline"]["outbox"]["add"]>[0]> = {},
) => ({
  conversationId: conversationOf("1"),
  agent: { id: "ana", name: "Ana" },
  text: "Hello",
  ...more,
});

const FILE = toUploadId("ana");

describe("the outbox", () => {
  it("writes before it sends, and sends in order", async () => {
    const bench = createBench();
    await bench.say("1", "hi");
    const wanted = Array.from({ length: 20 }, (_, n) => `m${n}`);
    await Promise.all(wanted.map((each) => bench.pipeline.outbox.add(text({ text: each }))));
    await bench.quiet();
    assert.deepEqual(
      bench.sent.map((sent) => sent.text),
      wanted,
    );
    assert.deepEqual(
      bench.outbound("1").map(({ seq }) => seq),
      wanted.map((_, n) => n + 2),
    );
  });

  it("waits for a storage of files that does not answer, and sends then", async () => {
    const bench = createBench();
    await bench.say("1", "hi");
    await bench.media.store.put({ id: FILE, contentType: "image/png", content: Buffer.from("x") });
    const { info } = bench.media.store;
    await bench.pipeline.outbox.add(text({ mediaIds: [FILE], text: "first" }));
    await bench.quiet();
    let outages = 0;
    const begun = bench.sent.length;
    // The outbox asks twice itself, when the message is added.
    bench.media.store.info = async (id) => {
      outages += 1;
      if (outages <= 2 || outages > 4) return info(id);
      throw new StoreError("STORE_UNAVAILABLE");
    };
    await bench.pipeline.outbox.add(text({ mediaIds: [FILE] }));
    for (let i = 0; i < 5; i++) {
      await bench.quiet();
      await bench.pass(60_000);
    }
    assert.equal(bench.sent.length, begun + 1);
    assert.equal(bench.outbound("1").at(-1)?.status, "accepted");
    assert.equal(outages, 5);
  });

  it("takes the same client id twice for one message, at the same moment too", async () => {
    const bench = createBench();
    await bench.say("1", "hi");
    const [a, b] = await Promise.all([1, 2].map(() => bench.pipeline.outbox.add(text({ clientId: "c" }))));
    await bench.quiet();
    assert.equal(a?.id, b?.id);
    assert.equal(bench.sent.length, 1);
    const other = await bench.pipeline.outbox.add(text({ clientId: "c", agent: { id: "ben", name: "Ben" } }));
    assert.notEqual(other.id, a?.id, "another agent's browser may use the same");
  });

  it("refuses nothing but blanks, a closed conversation and an id that is none", async () => {
    const bench = createBench();
    await bench.say("1", "hi");
    await assert.rejects(bench.pipeline.outbox.add(text({ text: " \n" })), { code: "INPUT_INVALID" });
    await assert.rejects(bench.pipeline.outbox.add(text({ conversationId: conversationOf("1", 2) })), {
      code: "WRONG_STATE",
    });
    await assert.rejects(bench.pipeline.outbox.add(text({ conversationId: "nonsense" })), {
      code: "NOT_FOUND",
    });
    assert.deepEqual(bench.outbound("1"), []);
  });

  it("keeps one order while customer and agent write at once", async () => {
    const bench = createBench();
    await bench.say("1", "hi");
    await Promise.all(
      Array.from({ length: 15 }, (_, n) =>
        n % 2 === 0 ? bench.say("1", `in${n}`) : bench.pipeline.outbox.add(text({ text: `out${n}` })),
      ),
    );
    await bench.quiet();
    const seqs = bench.messages("1").map(({ seq }) => seq);
    assert.deepEqual(
      seqs,
      Array.from({ length: 16 }, (_, n) => n + 1),
    );
  });
});
