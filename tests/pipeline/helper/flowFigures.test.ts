import assert from "node:assert/strict";
import { silentLog } from "../../../src/core/log";
import type { Store } from "../../../src/core/store";
import type { FlowCount } from "../../../src/pipeline/helper/flowCounts";
import { createFlowFigures } from "../../../src/pipeline/helper/flowFigures";
import { createFakeClock } from "../../support/clock";
import { createMemoryStore } from "../../support/memoryStore";

const DAY = "2026-11-21";
const one = (what: FlowCount["what"], more: Partial<FlowCount> = {}): FlowCount => ({
  flow: "orders",
  revision: 2,
  day: DAY,
  what,
  ...more,
});

describe("createFlowFigures", () => {
  const clock = createFakeClock();
  let store: Store;
  beforeEach(() => {
    store = createMemoryStore(clock.now);
  });

  it("adds up what several servers count, by revision and step", async () => {
    const servers = [1, 2, 3].map(() => createFlowFigures({ store, clock, log: silentLog }));
    for (const server of servers)
      server.add([
        one("started"),
        one("asked", { step: "topic" }),
        one("asked", { step: "topic" }),
        one("person", { step: "topic" }),
        one("started", { revision: 1 }),
        one("started", { flow: "orders2" }),
        one("started", { day: "2026-11-20" }),
      ]);
    await Promise.all(servers.map((server) => server.flush()));
    const found = await servers[0]?.of("orders", [DAY]);
    assert.deepEqual(
      found?.map(({ revision, conversations }) => [revision, conversations.started]),
      [
        [2, 3],
        [1, 3],
      ],
    );
    assert.deepEqual(found?.[0]?.steps.topic, {
      asked: 6,
      passed: 0,
      retried: 0,
      gaveUp: 0,
      failed: 0,
      person: 3,
    });
    const both = await servers[1]?.of("orders", [DAY, "2026-11-20"]);
    assert.equal(both?.[0]?.conversations.started, 6);
  });

  it("writes every five seconds, once for many messages", async () => {
    let batches = 0;
    const counting = {
      ...store,
      batch: (...given: Parameters<Store["batch"]>) => {
        batches += 1;
        return store.batch(...given);
      },
    };
    const figures = createFlowFigures({ store: counting as Store, clock, log: silentLog });
    for (let i = 0; i < 100; i++) figures.add([one("passed", { step: "topic" })]);
    clock.advance(4_999);
    assert.equal(batches, 0);
    clock.advance(1);
    await figures.flush();
    assert.equal(batches, 1);
    assert.equal((await figures.of("orders", [DAY]))[0]?.steps.topic?.passed, 100);
  });

  it("keeps what could not be written, and counts nothing twice", async () => {
    let fails = true;
    const shaky = {
      ...store,
      batch: (...given: Parameters<Store["batch"]>) =>
        fails ? Promise.reject(new TypeError("away")) : store.batch(...given),
    };
    const figures = createFlowFigures({ store: shaky as Store, clock, log: silentLog });
    figures.add([one("started")]);
    await figures.flush();
    figures.add([one("started")]);
    fails = false;
    assert.equal((await figures.of("orders", [DAY]))[0]?.conversations.started, 2);
    assert.equal((await figures.of("orders", [DAY]))[0]?.conversations.started, 2);
  });
});
