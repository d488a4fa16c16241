import assert from "node:assert/strict";
import { silentLog } from "../../../src/core/log";
import { toDoorCount } from "../../../src/pipeline/watch/counters";
import { createSilence } from "../../../src/pipeline/watch/silence";
import { createFakeClock } from "../../support/clock";
import { createMemoryStore } from "../../support/memoryStore";

const HOUR = 60 * 60 * 1000;

/** An instance that got a message every `every` hours for ten days. */
async function habit(every: number) {
  const clock = createFakeClock();
  const store = createMemoryStore(clock.now);
  let last = 0;
  for (let back = 240; back >= 0; back -= every) {
    last = clock.now() - back * HOUR;
    const hour = new Date(last).toISOString().slice(0, 13);
    const doc = { ...toDoorCount("facebook~2000", hour), received: 3, lastAt: last };
    await store.batch("history", hour.slice(0, 10), [{ do: "upsert", doc }], "test");
  }
  const lines: string[] = [];
  const log = { ...silentLog, warn: (_fields: object, text: string) => void lines.push(text) };
  const lastInbound = new Map([["facebook~2000", last]]);
  return {
    clock,
    lastInbound,
    lines,
    silence: createSilence({ store, clock, log, lastInbound: () => lastInbound }),
  };
}

describe("silence", () => {
  it("is noticed when it is much longer than the habit", async () => {
    const { clock, silence } = await habit(2);
    assert.equal((await silence.silent()).size, 0);
    clock.advance(3 * HOUR);
    assert.equal((await silence.silent()).size, 0, "an ordinary gap");
    clock.advance(3 * HOUR);
    assert.deepEqual([...(await silence.silent())], ["facebook~2000"]);
  });

  it("of an instance that is seldom written to is no news", async () => {
    const { clock, silence } = await habit(40);
    clock.advance(20 * HOUR);
    assert.equal((await silence.silent()).size, 0);
  });

  it("announces itself once", async () => {
    const { clock, silence, lines } = await habit(2);
    silence.start();
    for (let i = 0; i < 60; i++) {
      clock.advance(10 * 60_000);
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    }
    silence.stop();
    assert.equal(lines.length, 1);
    assert.deepEqual([...silence.announced()], ["facebook~2000"]);
  });
});
