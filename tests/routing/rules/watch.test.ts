import assert from "node:assert/strict";
import { silentLog } from "../../../src/core/log";
import { createRouter } from "../../../src/routing/rules/route";
import { buildSeed, conversationOf, createBench } from "../bench";

describe("what an admin must mend", () => {
  it("is told once a minute and counted each time: a rule that errs, a queue without members", async () => {
    const told: { words: string; fields: object }[] = [];
    const log = { ...silentLog, warn: (fields: object, words: string) => void told.push({ fields, words }) };
    const { ports, clock } = createBench({
      queues: [{ id: "general", members: [] }],
      workstreams: [{ id: "messenger", rules: [{ name: "bad", if: "context.units > 3", queue: "general" }] }],
    });
    const router = createRouter({ ...ports, log });
    const route = (n: number) =>
      router.route({ conversationId: conversationOf(n), seed: buildSeed(n, { context: { units: "5" } }) });
    for (const n of [1, 2, 3]) await route(n);
    assert.deepEqual(router.stats(), { decisions: 3, ruleErrors: 3, emptyQueues: 3 });
    assert.equal(told.length, 2);
    assert.match(told[0]?.words ?? "", /a rule has an error/);
    assert.deepEqual(told[0]?.fields, {
      workstreamId: "messenger",
      rule: "bad",
      error: "5 and 3 must be comparable.",
    });
    assert.match(told[1]?.words ?? "", /queue without members/);
    clock.advance(60_000);
    await route(4);
    assert.equal(told.length, 4);
  });
});
