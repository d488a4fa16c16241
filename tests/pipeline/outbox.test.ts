import assert from "node:assert/strict";
import { conversationOf, createBench } from "./bench";

const text = (
  more: Partial<Parameters<ReturnType<typeof createBench>["pipeline"]["outbox"]["add"]>[0]> = {},
) => ({
  conversationId: conversationOf("1"),
  agent: { id: "ana", name: "Ana" },
  text: "Hello",
  ...more,
});

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
