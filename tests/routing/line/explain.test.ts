import assert from "node:assert/strict";
import { buildAgent, buildItem, buildLine } from "./builders";

describe("explain", () => {
  const agents = [
    buildAgent("away", { free: 9, presence: "doNotDisturb" }),
    buildAgent("full", { free: 0 }),
    buildAgent("weak", { free: 7, skills: { german: 3 } }),
    buildAgent("none", { free: 6 }),
    buildAgent("tired", { free: 5, skills: { german: 9 } }),
    buildAgent("other", { free: 9, queues: [] }),
  ];

  it("says of each member what is missing, in the method's order", () => {
    const line = buildLine("highestCapacity", agents, [
      buildItem("i", { skills: { german: 5 }, declined: { tired: 3 } }),
    ]);
    assert.equal(line.agentFor("i"), undefined);
    assert.deepEqual(line.explain("i", 9), [
      { agentId: "away", reason: "is on do not disturb" },
      { agentId: "weak", reason: "german 3, 5 needed" },
      { agentId: "none", reason: "without german, 5 needed" },
      { agentId: "tired", reason: "declined it 3 times" },
      { agentId: "full", reason: "0 units free, 1 needed" },
    ]);
    assert.equal(line.explain("i", 2).length, 2);
    assert.deepEqual(line.explain("gone", 2), []);
  });

  it("names profiles without a place", () => {
    const line = buildLine(
      "roundRobin",
      [buildAgent("ana", { profiles: { chat: 1 } })],
      [buildItem("i", { units: 0, profiles: ["chat", "vip"] })],
    );
    assert.deepEqual(line.explain("i", 1), [{ agentId: "ana", reason: "no place free in vip" }]);
  });

  it("says who could take it but stands behind, and leaves out who gets it", () => {
    const line = buildLine(
      "highestCapacity",
      [
        buildAgent("ana", { free: 9 }),
        buildAgent("ben", { free: 2, skills: { x: 2 } }),
        buildAgent("eve", { free: 1, skills: { x: 2 } }),
        buildAgent("dan", { free: 9, skills: { x: 2 } }),
      ],
      [buildItem("i", { skills: { x: 2 }, matching: "closest", declined: { dan: 1 } })],
    );
    assert.deepEqual(line.explain("i", 9), [
      { agentId: "ana", reason: "skills farther from what is asked than those of ben" },
      { agentId: "dan", reason: "declined it once" },
      { agentId: "eve", reason: "stands behind ben" },
    ]);
  });
});

describe("passedOver", () => {
  const order = (method: "highestCapacity" | "roundRobin" | "leastActive" | "custom") =>
    buildLine(
      method,
      [
        buildAgent("a", { free: 9, presence: "away", lastReleasedAt: 1 }),
        buildAgent("b", { free: 8, presence: "away" }),
        buildAgent("c", { free: -2 }),
        buildAgent("d", { free: 7, presence: "away" }),
        buildAgent("e", { free: 1, lastReleasedAt: 2 }),
        buildAgent("f", { free: 1, lastReleasedAt: 3 }),
      ],
      [buildItem("i")],
    ).passedOver("i", "e", 2);
  const names = ({ passedOver, others }: ReturnType<typeof order>) => [
    ...passedOver.map(({ agentId }) => agentId),
    others,
  ];

  it("lists the first who stood before and counts the others", () => {
    assert.deepEqual(names(order("highestCapacity")), ["a", "b", 1]);
    assert.deepEqual(names(order("roundRobin")), ["a", "b", 2]);
    assert.deepEqual(names(order("leastActive")), ["b", "c", 2]);
    assert.deepEqual(names(order("custom")), [0]);
  });

  it("gives the reasons", () => {
    assert.deepEqual(order("leastActive").passedOver, [
      { agentId: "b", reason: "is away" },
      { agentId: "c", reason: "-2 units free, 1 needed" },
    ]);
  });

  it("is empty for strangers", () => {
    const line = buildLine("highestCapacity", [buildAgent("a", { queues: [] })], [buildItem("i")]);
    for (const chosen of ["a", "gone"])
      assert.deepEqual(line.passedOver("i", chosen, 3), { passedOver: [], others: 0 });
  });
});
