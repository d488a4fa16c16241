import assert from "node:assert/strict";
import type { MessageTemplate } from "../../../src/core/channel";
import { ChannelError } from "../../../src/core/errors";
import { createBench } from "../bench";

const PAGE = "facebook~2000";
const ORDER: MessageTemplate = {
  id: "HX1",
  name: "order_ready",
  language: "en",
  text: "Hello {{1}}, order {{order}} is ready. {{3}}",
  variables: [
    { name: "1", sample: "Ann" },
    { name: "order", sample: "17" },
  ],
  approved: true,
};

describe("templates", () => {
  it("are filled for the transcript as the customer will read them", async () => {
    const bench = createBench({ templates: async () => [ORDER] });
    const text = await bench.pipeline.templates.fill(PAGE, {
      id: "HX1",
      variables: { "1": "Gilda", order: "4711" },
    });
    assert.equal(text, "Hello Gilda, order 4711 is ready. {{3}}");
  });

  for (const [what, use, code, words] of [
    ["names what is missing", { id: "HX1", variables: { "1": " " } }, "INPUT_INVALID", /1, order/],
    ["refuses one that is gone", { id: "HX9", variables: {} }, "NOT_FOUND", /no such template/],
    ["refuses one that is not approved, and says why", { id: "HX2", variables: {} }, "INPUT_INVALID", /spam/],
  ] as const) {
    it(what, async () => {
      const rejected = { ...ORDER, id: "HX2", variables: [], approved: false, reason: "spam" };
      const bench = createBench({ templates: async () => [ORDER, rejected] });
      await assert.rejects(bench.pipeline.templates.fill(PAGE, use), (error: Error & { code?: string }) => {
        assert.equal(error.code, code);
        assert.match(error.message, words);
        return true;
      });
    });
  }

  it("are asked for once in five minutes, and again at once after a failure", async () => {
    let asked = 0;
    const bench = createBench({
      async templates() {
        asked += 1;
        if (asked === 1) throw new ChannelError("CHANNEL_UNAVAILABLE", "down", { retryable: true });
        return [ORDER];
      },
    });
    await assert.rejects(bench.pipeline.templates.of(PAGE), { code: "CHANNEL_UNAVAILABLE" });
    await bench.pipeline.templates.of(PAGE);
    await bench.pipeline.templates.of(PAGE);
    assert.equal(asked, 2);
    await bench.pass(5 * 60_000);
    await bench.pipeline.templates.of(PAGE);
    assert.equal(asked, 3);
  });

  it("of a channel without any are none", async () => {
    assert.deepEqual(await createBench().pipeline.templates.of(PAGE), []);
  });
});
