import assert from "node:assert/strict";
import { createMatcher } from "../../../src/routing/line/matcher";
import { buildAgent, buildItem, buildLine, pushAll } from "./builders";

const items = (count: number) => Array.from({ length: count }, (_, n) => buildItem(`i${n}`));

describe("matcher: methods", () => {
  it("highest capacity: most free, then earliest assigned, then id", () => {
    const line = buildLine("highestCapacity", [
      buildAgent("ben", { free: 3 }),
      buildAgent("ana", { free: 3 }),
      buildAgent("eve", { free: 3, lastAssignedAt: 9 }),
      buildAgent("dan", { free: 4, lastAssignedAt: 50 }),
    ]);
    assert.deepEqual(pushAll(line, items(5)), ["dan", "ana", "ben", "eve", "dan"]);
  });

  it("round robin: in the order of joining, then by the last time in this queue", () => {
    const line = buildLine("roundRobin", [
      buildAgent("zoe", { free: 3 }),
      buildAgent("ana", { free: 9, lastAssignedAt: 1 }),
      buildAgent("ben", { free: 3, assignedIn: { q: 5 } }),
    ]);
    assert.deepEqual(pushAll(line, items(6)), ["zoe", "ana", "ben", "zoe", "ana", "ben"]);
  });

  it("round robin: work from other queues does not count", () => {
    const line = buildLine("roundRobin", [
      buildAgent("ana", { queues: ["q", "other"], assignedIn: { q: 1, other: 90 } }),
      buildAgent("ben", { assignedIn: { q: 2 } }),
    ]);
    assert.deepEqual(pushAll(line, items(1)), ["ana"]);
  });

  it("round robin: who leaves a queue and comes back joins behind the others", () => {
    const line = buildLine("roundRobin", [buildAgent("ana"), buildAgent("ben")]);
    line.setAgent(buildAgent("ana", { queues: [] }));
    line.setAgent(buildAgent("ana"));
    assert.deepEqual(pushAll(line, items(2)), ["ben", "ana"]);
  });

  it("least active: newcomers in turn, then who was released longest ago", () => {
    const line = buildLine("leastActive", [
      buildAgent("eve", { free: 2, lastReleasedAt: 20 }),
      buildAgent("dan", { free: 1, lastReleasedAt: 10 }),
      buildAgent("ben", { free: 2 }),
      buildAgent("ana", { free: 1 }),
    ]);
    assert.deepEqual(pushAll(line, items(6)), ["ana", "ben", "ben", "dan", "eve", "eve"]);
  });

  it("custom: by its order among those who fit; who is left out gets nothing, by push or pull", () => {
    const line = buildLine(
      "custom",
      [buildAgent("ana", { free: 5 }), buildAgent("ben", { free: 2 }), buildAgent("eve", { free: 0 })],
      items(1),
    );
    line.setQueue({
      id: "q",
      method: "custom",
      order: (_, agents) => agents.filter(({ id }) => id !== "ana"),
    });
    assert.equal(line.agentFor("i0"), "ben");
    assert.equal(line.itemFor("ana"), undefined);
    assert.equal(line.itemFor("ben"), "i0");
  });

  it("custom: a pull goes on to the next item of the same kind", () => {
    const line = buildLine("custom", [buildAgent("ana")], items(3));
    line.setQueue({ id: "q", method: "custom", order: (item, agents) => (item.id === "i2" ? agents : []) });
    assert.equal(line.itemFor("ana"), "i2");
  });

  it("custom: a pull finds an earlier item of another kind behind one that is left out", () => {
    const line = buildLine("custom", [buildAgent("ana", { free: 9 })]);
    line.setQueue({ id: "q", method: "custom", order: (item, agents) => (item.id === "out" ? [] : agents) });
    line.setItem(buildItem("out", { sk: "1" }));
    line.setItem(buildItem("late", { sk: "5" }));
    line.setItem(buildItem("soon", { sk: "3", allowedPresences: ["available"], matching: "none" }));
    line.setItem(buildItem("next", { sk: "4", matching: "closest", skills: { x: 1 } }));
    assert.equal(line.itemFor("ana"), "soon");
    line.removeItem("soon");
    assert.equal(line.itemFor("ana"), "next");
  });

  it("follows a queue that changes its method, and forgets one that is removed", () => {
    const line = buildLine(
      "roundRobin",
      [buildAgent("ana"), buildAgent("ben", { free: 2, assignedIn: { q: 1 } })],
      items(1),
    );
    assert.equal(line.agentFor("i0"), "ana");
    line.setQueue({ id: "q", method: "highestCapacity" });
    assert.equal(line.agentFor("i0"), "ben");
    line.removeQueue("q");
    assert.equal(line.agentFor("i0"), undefined);
    assert.equal(line.itemFor("ben"), undefined);
    line.setQueue({ id: "q", method: "roundRobin" });
    assert.equal(line.agentFor("i0"), "ana");
  });
});

describe("matcher: who may", () => {
  const skilled = [
    buildAgent("none", { free: 9 }),
    buildAgent("under", { free: 8, skills: { german: 3 } }),
    buildAgent("over", { free: 7, skills: { german: 9 } }),
    buildAgent("right", { free: 6, skills: { german: 5 } }),
  ];

  it("exact: all skills with at least the rating", () => {
    const line = buildLine("highestCapacity", skilled, [buildItem("i0", { skills: { german: 5 } })]);
    assert.equal(line.agentFor("i0"), "over");
    line.setItem(buildItem("i1", { skills: { german: 5, billing: 1 } }));
    assert.equal(line.agentFor("i1"), undefined);
    assert.equal(line.itemFor("under"), undefined);
    assert.equal(line.itemFor("right"), "i0");
  });

  it("closest: just right, then over, then under, then anybody, before the method's order", () => {
    const line = buildLine("highestCapacity", skilled);
    const found: (string | undefined)[] = [];
    for (let n = 0; n < 4; n++) {
      line.setItem(buildItem(`i${n}`, { skills: { german: 5 }, matching: "closest" }));
      const agentId = line.agentFor(`i${n}`);
      found.push(agentId);
      line.removeAgent(agentId ?? "");
    }
    assert.deepEqual(found, ["right", "over", "under", "none"]);
  });

  it("none: skills do not matter", () => {
    const line = buildLine("highestCapacity", skilled, [
      buildItem("i0", { skills: { french: 5 }, matching: "none" }),
    ]);
    assert.equal(line.agentFor("i0"), "none");
    assert.equal(line.itemFor("under"), "i0");
  });

  it("a place in every profile, taken with the item", () => {
    const both = { units: 0, profiles: ["chat", "vip"] };
    const line = buildLine("highestCapacity", [
      buildAgent("ana", { free: 0, profiles: { chat: 2, vip: 1 } }),
      buildAgent("ben", { free: 9, profiles: { chat: 5 } }),
    ]);
    assert.deepEqual(pushAll(line, [buildItem("i0", both), buildItem("i1", both)]), ["ana", undefined]);
    line.setItem(buildItem("i2", { units: 0, profiles: ["chat"] }));
    line.removeItem("i1");
    assert.equal(line.itemFor("ana"), "i2");
  });

  it("allowed presences and free units", () => {
    const line = buildLine(
      "highestCapacity",
      [buildAgent("ana", { presence: "away", free: 5 }), buildAgent("ben", { presence: "busy", free: 1 })],
      [buildItem("i0"), buildItem("i1", { units: 2 })],
    );
    assert.deepEqual([line.agentFor("i0"), line.agentFor("i1")], ["ben", undefined]);
    line.setAgent(buildAgent("ana", { presence: "available", free: 5 }));
    assert.deepEqual([line.agentFor("i0"), line.agentFor("i1")], ["ana", "ana"]);
  });

  it("who declined stands behind, and is not asked any more at the limit", () => {
    const line = buildLine(
      "highestCapacity",
      [buildAgent("ana", { free: 9 }), buildAgent("ben", { free: 5 }), buildAgent("eve", { free: 1 })],
      [buildItem("i0", { declined: { ana: 1 } })],
    );
    assert.equal(line.agentFor("i0"), "ben");
    line.setItem(buildItem("i0", { declined: { ana: 2, ben: 1, eve: 1 } }));
    assert.equal(line.agentFor("i0"), "ben");
    line.setItem(buildItem("i0", { declined: { ana: 2, ben: 3, eve: 3 } }));
    assert.equal(line.agentFor("i0"), "ana");
    assert.equal(line.itemFor("ben"), undefined);
    assert.equal(line.itemFor("ana"), "i0");
  });

  it("only members, as the membership changes", () => {
    const line = buildLine("highestCapacity", [buildAgent("ana", { queues: ["other"] })], items(1));
    assert.equal(line.agentFor("i0"), undefined);
    line.setAgent(buildAgent("ana", { queues: ["other", "q"] }));
    assert.deepEqual([line.agentFor("i0"), line.itemFor("ana")], ["ana", "i0"]);
    line.setAgent(buildAgent("ana", { queues: [] }));
    assert.deepEqual([line.agentFor("i0"), line.itemFor("ana")], [undefined, undefined]);
  });
});

describe("matcher: the line", () => {
  it("serves by place, and an old place before later ones", () => {
    const line = buildLine("highestCapacity", [buildAgent("ana", { free: 3 })]);
    for (const sk of ["5", "7", "9"]) line.setItem(buildItem(`i${sk}`, { sk }));
    line.setItem(buildItem("old", { sk: "1" }));
    line.setItem(buildItem("i7", { sk: "0" }));
    const got: (string | undefined)[] = [];
    for (let at = 1; at <= 4; at++) {
      const itemId = line.itemFor("ana");
      got.push(itemId);
      if (itemId !== undefined) line.assign(itemId, "ana", at);
    }
    assert.deepEqual(got, ["i7", "old", "i5", undefined]);
    assert.deepEqual(line.size(), { agents: 1, items: 1 });
  });

  it("takes the earliest over all queues and kinds", () => {
    const line = createMatcher();
    for (const id of ["a", "b"]) line.setQueue({ id, method: "leastActive" });
    line.setAgent(buildAgent("ana", { queues: ["a", "b"], skills: { x: 5, y: 5 } }));
    line.setItem(buildItem("plain", { queueId: "a", sk: "4" }));
    line.setItem(buildItem("one", { queueId: "b", sk: "3", skills: { x: 1 } }));
    line.setItem(buildItem("two", { queueId: "a", sk: "2", skills: { x: 1, y: 2 } }));
    line.setItem(buildItem("hard", { queueId: "b", sk: "1", skills: { x: 6, y: 2 } }));
    const got: (string | undefined)[] = [];
    for (let n = 0; n < 3; n++) {
      got.push(line.itemFor("ana"));
      line.removeItem(got.at(-1) ?? "");
    }
    assert.deepEqual(got, ["two", "one", "plain"]);
  });

  it("knows nothing of who or what is gone", () => {
    const line = buildLine("highestCapacity", [buildAgent("ana"), buildAgent("ben")], items(2));
    line.removeAgent("ana");
    line.removeItem("i0");
    assert.deepEqual(line.size(), { agents: 1, items: 1 });
    assert.deepEqual([line.agentFor("i0"), line.agentFor("i1")], [undefined, "ben"]);
    assert.deepEqual([line.itemFor("ana"), line.itemFor("ben")], [undefined, "i1"]);
    line.assign("i0", "ben", 1);
    assert.equal(line.itemFor("ben"), "i1");
    line.assign("i1", "ana", 1);
    assert.deepEqual(line.size(), { agents: 1, items: 0 });
  });
});
