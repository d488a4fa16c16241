import assert from "node:assert/strict";
import type { Store } from "../../../src/core/store";
import type { AgentLoad } from "../../../src/core/workItem";
import type { ServerDoc } from "../../../src/pipeline/duty/servers";
import { agentDocId } from "../../../src/routing/agentLoad";
import { LOST_MS } from "../../../src/routing/presence";
import { assignTo } from "../../../src/routing/sessions";
import { createFakeClock } from "../../support/clock";
import { createMemoryStore, type MemoryStore, storeDown } from "../../support/memoryStore";
import { shareStore } from "../../support/sharedStore";
import { conversationOf, createBench, type PipelineBench } from "../bench";

const calm = async (): Promise<void> => {
  for (let i = 0; i < 50; i++) await new Promise(setImmediate);
};
const agentOf = (store: MemoryStore, id = "ana") =>
  store.all<AgentLoad>("routing").find((doc) => doc.id === agentDocId(id));
const presenceOf = (store: MemoryStore, id = "ana") => agentOf(store, id)?.presence;
const serverOf = (store: MemoryStore, id: string) =>
  store.all<ServerDoc>("leases").find((doc) => doc.id === id);

async function started(options: Parameters<typeof createBench>[0] = {}) {
  const bench = createBench(options);
  await bench.pipeline.start();
  return bench;
}
const pass = async (bench: Pick<PipelineBench, "clock">, ms: number): Promise<void> => {
  for (let left = ms; left > 0; left -= 500) {
    bench.clock.advance(Math.min(500, left));
    for (let i = 0; i < 10; i++) await new Promise(setImmediate);
  }
};

/** What a server sees of the store until it is killed: from then on it hears of nothing and can do nothing. */
function untilKilled(store: MemoryStore, isKilled: () => boolean): Store {
  const alive = <A extends unknown[], R>(work: (...args: A) => Promise<R>) => {
    return (...args: A): Promise<R> => (isKilled() ? new Promise(() => {}) : work(...args));
  };
  return {
    exclusive: true,
    read: alive(store.read) as Store["read"],
    query: alive(store.query) as Store["query"],
    feed: alive(store.feed),
    batch: alive(store.batch),
    subscribe: (listener) =>
      store.subscribe((changes) => {
        if (!isKilled()) listener(changes);
      }),
    close: async () => {},
  };
}

describe("desks of one server", () => {
  it("the last one that closes makes the agent offline at once; a new one restores", async () => {
    const bench = await started();
    await bench.online("ana");
    const gone = bench.pipeline.desks.connected("ana");
    await calm();
    assert.equal(presenceOf(bench.store), "available");
    gone();
    await calm();
    assert.equal(presenceOf(bench.store), "offline");
    bench.pipeline.desks.connected("ana");
    await calm();
    assert.equal(presenceOf(bench.store), "available");
  });

  it("of two tabs one may close, twice even", async () => {
    const bench = await started();
    await bench.online("ana");
    const [one, two] = [bench.pipeline.desks.connected("ana"), bench.pipeline.desks.connected("ana")];
    one();
    one();
    await calm();
    assert.equal(presenceOf(bench.store), "available");
    two();
    await calm();
    assert.equal(presenceOf(bench.store), "offline");
  });

  it("a reload leaves the agent there, whichever of leaving and coming the store is quicker with", async () => {
    for (const slow of ["lost", "regained"]) {
      const bench = await started();
      await bench.online("ana");
      bench.store.before = async ({ kind, purpose }) => {
        if (kind === "batch" && purpose === slow)
          for (let i = 0; i < 20; i++) await new Promise(setImmediate);
      };
      let gone = bench.pipeline.desks.connected("ana");
      for (let n = 0; n < 5; n++) {
        gone();
        await new Promise(setImmediate);
        gone = bench.pipeline.desks.connected("ana");
      }
      await calm();
      await calm();
      assert.equal(presenceOf(bench.store), "available", slow);
      gone();
      await calm();
      gone = bench.pipeline.desks.connected("ana");
      for (let i = 0; i < 5; i++) await new Promise(setImmediate);
      gone();
      await calm();
      await calm();
      assert.equal(presenceOf(bench.store), "offline", slow);
    }
  });

  it("of somebody who is no agent mean nothing", async () => {
    const bench = await started();
    bench.pipeline.desks.connected("sam")();
    await calm();
    assert.equal(agentOf(bench.store, "sam"), undefined);
  });

  it("a store that fails is asked again until what is so is noted", async () => {
    const bench = await started();
    await bench.online("ana");
    const gone = bench.pipeline.desks.connected("ana");
    await calm();
    bench.store.before = ({ purpose }) => {
      if (purpose === "lost" || purpose === "regained") throw storeDown();
    };
    gone();
    await calm();
    assert.equal(presenceOf(bench.store), "available");
    delete bench.store.before;
    await pass(bench, 15_000);
    assert.equal(presenceOf(bench.store), "offline");
    bench.store.before = ({ purpose }) => {
      if (purpose === "regained") throw storeDown();
    };
    bench.pipeline.desks.connected("ana");
    await calm();
    assert.equal(presenceOf(bench.store), "offline");
    delete bench.store.before;
    await pass(bench, 15_000);
    assert.equal(presenceOf(bench.store), "available");
  });

  it("who stays away gives everything back after 150 s, and it goes to who is there", async () => {
    const bench = await started();
    await bench.online("ana");
    const gone = bench.pipeline.desks.connected("ana");
    await bench.say("1", "hi");
    await assignTo(bench.ports, conversationOf("1"), "ana");
    await bench.online("ben");
    gone();
    await calm();
    await pass(bench, LOST_MS - 1000);
    assert.equal((await bench.item("1"))?.agentId, "ana");
    await pass(bench, 1000);
    assert.equal((await bench.item("1"))?.offeredTo, "ben");
    bench.pipeline.desks.connected("ana");
    await calm();
    assert.equal(presenceOf(bench.store), "available", "back hours later: as the load says");
  });

  it("who is back offers are made to again at once", async () => {
    const bench = await started();
    await bench.online("ana");
    bench.pipeline.desks.connected("ana")();
    await calm();
    await bench.say("1", "hi");
    assert.equal((await bench.item("1"))?.state, "open");
    bench.pipeline.desks.connected("ana");
    await calm();
    assert.equal((await bench.item("1"))?.offeredTo, "ana");
  });
});

describe("desks that a server left behind", () => {
  async function leftBehind(how: "stopped" | "killed") {
    const store = createMemoryStore(() => 0);
    let isOver = false;
    const first = await started({ store, view: untilKilled(store, () => how === "killed" && isOver) });
    await first.online("ana");
    await first.online("ben");
    first.pipeline.desks.connected("ana");
    first.pipeline.desks.connected("ben");
    await pass(first, 1000);
    assert.deepEqual(serverOf(first.store, "server~1")?.desks, ["ana", "ben"]);
    // A killed one's timers never come.
    const clock = createFakeClock(first.clock.now());
    isOver = true;
    if (how === "stopped") {
      first.pipeline.desks.stop();
      await first.pipeline.stop(0);
    }
    return { store, clock };
  }
  const next = (
    left: { store: MemoryStore; clock: ReturnType<typeof createFakeClock> },
    serverId = "server~2",
  ) => started({ ...left, serverId });

  for (const how of ["stopped", "killed"] as const) {
    it(`are waited for 15 s after it was ${how}; who is not back then is lost`, async () => {
      const second = await next(await leftBehind(how));
      assert.equal(serverOf(second.store, "server~1")?.desks, undefined);
      second.pipeline.desks.connected("ben");
      await pass(second, 14_500);
      assert.equal(presenceOf(second.store), "available");
      await pass(second, 500);
      assert.equal(presenceOf(second.store), "offline");
      assert.equal(presenceOf(second.store, "ben"), "available");
      await pass(second, 1000);
      assert.equal(serverOf(second.store, "server~2")?.awaited, undefined);
      assert.deepEqual(serverOf(second.store, "server~2")?.desks, ["ben"]);
    });
  }

  it("are not forgotten when the next server goes while it waits for them", async () => {
    const left = await leftBehind("killed");
    const gone = { second: false };
    const second = await started({
      ...left,
      view: untilKilled(left.store, () => gone.second),
      serverId: "server~2",
    });
    await pass(second, 5_000);
    gone.second = true;
    const third = await next({ ...left, clock: createFakeClock(second.clock.now()) }, "server~3");
    await pass(third, 15_500);
    assert.equal(presenceOf(third.store), "offline");
    assert.equal(presenceOf(third.store, "ben"), "offline");
  });

  it("of a server that stopped in time make nobody offline", async () => {
    const { store } = await leftBehind("stopped");
    assert.equal(presenceOf(store), "available");
  });
});

describe("desks of two servers on one store", () => {
  async function pair() {
    const clock = createFakeClock();
    const store = createMemoryStore(clock.now);
    const make = async (serverId: string) => {
      const feed = await shareStore(store, clock);
      return { feed, bench: createBench({ store, clock, view: feed.store, serverId }) };
    };
    const [a, b] = [await make("server~1"), await make("server~2")];
    for (const { bench } of [a, b]) await bench.pipeline.start();
    return { a: a.bench, b: b.bench, clock, store };
  }

  it("an agent who goes from one to the other is there all the time", async () => {
    const { a, b, store } = await pair();
    await a.online("ana");
    const gone = a.pipeline.desks.connected("ana");
    await pass(a, 2000);
    gone();
    b.pipeline.desks.connected("ana");
    await pass(a, 10_000);
    assert.equal(presenceOf(store), "available");
    assert.equal(store.purposes.includes("lost"), false);
  });

  it("an agent with a desk at the other loses nothing when one closes, and all when both have", async () => {
    const { a, b, store } = await pair();
    await a.online("ana");
    const [here, there] = [a.pipeline.desks.connected("ana"), b.pipeline.desks.connected("ana")];
    await pass(a, 2000);
    here();
    await pass(a, 5000);
    assert.equal(presenceOf(store), "available");
    there();
    await pass(a, 3000);
    assert.equal(presenceOf(store), "offline");
    b.pipeline.desks.connected("ana");
    await pass(a, 1000);
    assert.equal(presenceOf(store), "available");
  });

  it("noted as lost by one that did not know of the other's desk, the agent is put right by the other", async () => {
    const { a, b, store } = await pair();
    await a.online("ana");
    const gone = a.pipeline.desks.connected("ana");
    await pass(a, 2000);
    // What the other tells of its desks is late.
    store.before = ({ kind, purpose }) => {
      if (kind === "batch" && purpose === "beat") throw storeDown();
    };
    gone();
    b.pipeline.desks.connected("ana");
    await pass(a, 5000);
    delete store.before;
    await pass(a, 20_000);
    assert.equal(store.purposes.includes("lost"), true);
    assert.equal(presenceOf(store), "available");
  });

  it("of one that was killed are the other's to note once it was silent for 45 s, and 15 more", async () => {
    const clock = createFakeClock();
    const store = createMemoryStore(clock.now);
    const dead = createFakeClock();
    const first = createBench({
      store,
      clock: dead,
      view: (await shareStore(store, dead)).store,
      serverId: "server~1",
    });
    await first.pipeline.start();
    await first.online("ana");
    first.pipeline.desks.connected("ana");
    for (const each of [dead, clock]) each.advance(1000);
    await calm();
    const second = createBench({
      store,
      clock,
      view: (await shareStore(store, clock)).store,
      serverId: "server~2",
    });
    await second.pipeline.start();
    await pass(second, 45_000);
    assert.equal(presenceOf(store), "available");
    await pass(second, 31_000);
    assert.equal(presenceOf(store), "offline");
  });
});
