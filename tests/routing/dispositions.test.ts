import assert from "node:assert/strict";
import { dispositionsFor, setDispositions } from "../../src/routing/dispositions";
import { end, pick } from "../../src/routing/sessions";
import { createBench, type RoutingBench } from "./bench";

const MANY = Array.from({ length: 13 }, (_, i) => ({ id: `d${i}`, name: `Number ${i}` }));

describe("dispositions", () => {
  let bench: RoutingBench;
  let id: string;
  const set = (dispositions: string[], agentId = "ana") =>
    setDispositions(bench.ports, { conversationId: id, agentId, dispositions });

  beforeEach(async () => {
    bench = createBench({
      workstreams: [{ id: "messenger" }, { id: "sms", channel: "sms" }],
      more: { dispositions: [...MANY, { id: "sms", name: "For SMS", workstreams: ["sms"] }] },
    });
    id = await bench.enqueue(1);
    await pick(bench.ports, id, "ana");
  });

  it("take the place of those before, each once, with a new version", async () => {
    const version = (await bench.item(id))?.version ?? 0;
    assert.deepEqual((await set(["d1", "d2", "d1"])).dispositions, ["d1", "d2"]);
    assert.deepEqual((await set(["d3"])).dispositions, ["d3"]);
    const item = await bench.item(id);
    assert.deepEqual([item?.dispositions, item?.version], [["d3"], version + 2]);
  });

  it("that are the same write nothing, and none takes them back", async () => {
    const { version } = await set(["d1"]);
    assert.equal((await set(["d1"])).version, version);
    assert.equal("dispositions" in (await set([])), false);
    assert.equal((await set([])).version, version + 1);
  });

  it("stay through wrap-up", async () => {
    await set(["d1"]);
    await end(bench.ports, id, "ana");
    assert.deepEqual((await bench.item(id))?.dispositions, ["d1"]);
    assert.deepEqual((await set(["d2"])).dispositions, ["d2"]);
  });

  it("are twelve at most, and only such as the work stream has", async () => {
    const ids = MANY.map((each) => each.id);
    assert.equal((await set(ids.slice(0, 12))).dispositions?.length, 12);
    await assert.rejects(set(ids), { code: "INPUT_INVALID", message: /at most 12/ });
    await assert.rejects(set(["sms", "none"]), {
      code: "INPUT_INVALID",
      message: /no disposition "sms", "none"/,
    });
    assert.equal((await bench.item(id))?.dispositions?.length, 12);
  });

  it("may keep one that was deleted since", async () => {
    await set(["d1"]);
    bench.settings.change({ more: { dispositions: [{ id: "d2", name: "Two" }] } });
    assert.deepEqual((await set(["d1", "d2"])).dispositions, ["d1", "d2"]);
    await set(["d2"]);
    await assert.rejects(set(["d1"]), { code: "INPUT_INVALID" });
  });

  it("are for who has the conversation, while it is live", async () => {
    await assert.rejects(set(["d1"], "ben"), { code: "ALREADY_TAKEN", message: /ana has this/ });
    id = await bench.enqueue(2);
    await assert.rejects(set(["d1"]), { code: "ALREADY_TAKEN", message: /the queue has/ });
    id = `${id.slice(0, -1)}9`;
    await assert.rejects(set(["d1"]), { code: "NOT_FOUND" });
  });

  it("of two at once end with one of the two choices whole", async () => {
    await Promise.all([set(["d1", "d2"]), set(["d3", "d4"])]);
    const chosen = (await bench.item(id))?.dispositions ?? [];
    assert.ok(["d1,d2", "d3,d4"].includes(chosen.join()), chosen.join());
  });

  it("of a work stream come by name", () => {
    const found = dispositionsFor(bench.settings.current(), "sms").map(({ id: each }) => each);
    assert.deepEqual([found[0], found.length], ["sms", 14]);
    assert.equal(dispositionsFor(bench.settings.current(), "messenger").length, 13);
  });
});
