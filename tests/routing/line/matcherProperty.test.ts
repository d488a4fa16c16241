import assert from "node:assert/strict";
import fc from "fast-check";
import type { Matcher } from "../../../src/routing/line/contract";
import { createMatcher } from "../../../src/routing/line/matcher";
import { type Step, steps } from "./arbitraries";
import { createReference } from "./reference";

const RUNS = Number(process.env.LINE_RUNS ?? 60);
type Reference = ReturnType<typeof createReference>;

describe("the matcher and filter-and-sort", function () {
  this.timeout(0);

  it("answer the same after every change", () => {
    fc.assert(
      fc.property(steps, (all) => {
        const [matcher, reference] = [createMatcher(), createReference()];
        for (const step of all) {
          apply(step, matcher, reference);
          compare(matcher, reference);
        }
        compareReasons(matcher, reference);
      }),
      { numRuns: RUNS },
    );
  });

  it("answer the same when many changes come between two questions", () => {
    fc.assert(
      fc.property(fc.array(steps, { minLength: 1, maxLength: 3 }), (parts) => {
        const [matcher, reference] = [createMatcher(), createReference()];
        for (const part of parts) {
          for (const step of part) apply(step, matcher, reference);
          compare(matcher, reference);
          compareReasons(matcher, reference);
        }
      }),
      { numRuns: RUNS },
    );
  });
});

function apply(step: Step, matcher: Matcher, reference: Reference): void {
  for (const side of [reference, matcher]) {
    if (step.do === "setQueue") side.setQueue(step.queue);
    else if (step.do === "setAgent") side.setAgent(step.agent);
    else if (step.do === "setItem") side.setItem(step.item);
    else if (step.do === "assign") side.assign(step.itemId, step.agentId, step.at);
    else if (step.do === "push") {
      const agentId = side.agentFor(step.itemId);
      if (agentId !== undefined) side.assign(step.itemId, agentId, step.at);
    } else side[step.do](step.id);
  }
}

function compare(matcher: Matcher, reference: Reference): void {
  assert.deepEqual(matcher.size(), reference.size());
  for (const agentId of reference.agentIds())
    assert.equal(matcher.itemFor(agentId), reference.itemFor(agentId));
  for (const itemId of reference.itemIds())
    assert.equal(matcher.agentFor(itemId), reference.agentFor(itemId));
}

function compareReasons(matcher: Matcher, reference: Reference): void {
  for (const itemId of reference.itemIds()) {
    const chosen = reference.agentFor(itemId);
    const told = matcher.explain(itemId, 20);
    assert.ok(told.every(({ agentId, reason }) => agentId !== chosen && reason !== ""));
    for (const agentId of reference.agentIds()) {
      const expected = reference.passedOver(itemId, agentId);
      const { passedOver, others } = matcher.passedOver(itemId, agentId, 2);
      assert.equal(passedOver.length + others, expected.length);
      assert.deepEqual(
        passedOver.map((refusal) => refusal.agentId),
        expected.slice(0, 2),
      );
    }
  }
}
