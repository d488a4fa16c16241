import assert from "node:assert/strict";
import { getPresence, setPresence } from "../../src/routing/presence";
import { createBench } from "./bench";

describe("presence", () => {
  it("of an agent never seen is offline and without load", async () => {
    const agent = await getPresence(createBench().ports, "ana");
    assert.equal(agent.presence, "offline");
    assert.equal(agent.used, 0);
  });

  it("keeps what the agent chose, and since when", async () => {
    const bench = createBench();
    await setPresence(bench.ports, "ana", "busy");
    const agent = await getPresence(bench.ports, "ana");
    assert.equal(agent.presence, "busy");
    assert.equal(agent.presenceAt, bench.clock.now());
  });

  it("writes nothing when it is the same", async () => {
    const bench = createBench();
    await bench.online("ana", "ana");
    assert.deepEqual(bench.store.purposes, ["presence"]);
  });

  it("makes the agent's row at the first word, offline too", async () => {
    const bench = createBench();
    await bench.presence("ana", "offline");
    assert.deepEqual(bench.store.purposes, ["presence"]);
  });

  it("leaves conversations and a pending offer with the agent who goes", async () => {
    const bench = createBench();
    await bench.online("ana");
    const { id } = await bench.offered(1);
    await bench.presence("ana", "offline");
    assert.equal((await bench.item(id))?.offeredTo, "ana");
    assert.equal(await bench.load("ana"), 1);
  });
});
