import assert from "node:assert/strict";
import { createMatcher } from "../../../src/routing/line/matcher";
import { buildAgent, buildItem } from "./builders";
import { createReference } from "./reference";

/** The same numbers every time. */
function createRandom(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

const METHODS = ["highestCapacity", "roundRobin", "leastActive"] as const;

describe("ranking over a long day", () => {
  for (const method of METHODS)
    it(`${method}: slots run out, gaps close and open, the answers stay right`, function () {
      this.timeout(0);
      const random = createRandom(11);
      const [matcher, reference] = [createMatcher(), createReference()];
      const both = [matcher, reference];
      for (const side of both) side.setQueue({ id: "q", method });
      for (let at = 1000; at < 4500; at++) {
        // Mostly now, sometimes from a clock that is behind, and often between two neighbours at one time.
        const when = random(4) === 0 ? random(3) * 300 : at - random(2) * random(20);
        const agent = buildAgent(`a${random(120)}`, {
          free: random(20),
          lastAssignedAt: when,
          assignedIn: { q: when },
          lastReleasedAt: when,
          skills: { x: 1 + random(10) },
        });
        const item = buildItem("i", { units: 1 + random(8), skills: { x: 1 + random(10) } });
        for (const side of both) {
          side.setAgent(agent);
          side.setItem(item);
        }
        const chosen = reference.agentFor("i");
        assert.equal(matcher.agentFor("i"), chosen, `at ${at}`);
        if (chosen !== undefined) for (const side of both) side.assign("i", chosen, at);
      }
    });

  it("makes room for many who come before all others, one by one", () => {
    const matcher = createMatcher();
    matcher.setQueue({ id: "q", method: "roundRobin" });
    matcher.setItem(buildItem("i"));
    for (let n = 500; n > 0; n--) {
      matcher.setAgent(buildAgent(`a${n}`, { assignedIn: { q: n } }));
      assert.equal(matcher.agentFor("i"), `a${n}`);
    }
  });
});
