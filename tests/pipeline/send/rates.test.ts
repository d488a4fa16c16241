import assert from "node:assert/strict";
import type { Channel } from "../../../src/core/channel";
import { createRates } from "../../../src/pipeline/send/rates";
import { createFakeClock } from "../../support/clock";
import { createMemoryStore } from "../../support/memoryStore";
import { createSettings } from "../../support/settings";

const KEY = { instanceId: "facebook~2000", accountId: "shop", channel: "facebook" };

function bench(rates: { count: number; seconds: number }[], sendRate?: number | "unlimited") {
  const clock = createFakeClock();
  const store = createMemoryStore(clock.now);
  const inner = createSettings(sendRate === undefined ? {} : { sendRate });
  const snapshot = inner.current();
  const accounts = new Map(
    [...snapshot.accounts].map(([id, { sendRate: rate, ...rest }]) => [
      id,
      sendRate === undefined ? rest : { ...rest, sendRate: rate },
    ]),
  );
  const settings = {
    ...inner,
    current: () => ({ ...snapshot, accounts: accounts as typeof snapshot.accounts }),
  };
  const channels = new Map([
    ["facebook", { definition: { limits: { textLength: 1, rates } } } as unknown as Channel],
  ]);
  const make = () => createRates({ store, clock, settings, channels });
  return { clock, store, rates: make(), make };
}

describe("rates", () => {
  it("allow a burst up to the count, then one as each becomes free", async () => {
    const { rates, clock } = bench([{ count: 4, seconds: 2 }]);
    for (let i = 0; i < 4; i++) assert.equal(rates.tryTake(KEY), true);
    assert.equal(rates.tryTake(KEY), false);
    assert.equal(await rates.take(KEY), 500);
    clock.advance(499);
    assert.equal(rates.tryTake(KEY), false);
    clock.advance(1);
    assert.equal(await rates.take(KEY), 0);
    assert.equal(rates.tryTake(KEY), false);
  });

  it("never save up more than the count", () => {
    const { rates, clock } = bench([{ count: 2, seconds: 1 }]);
    clock.advance(3_600_000);
    assert.deepEqual(
      [1, 2, 3].map(() => rates.tryTake(KEY)),
      [true, true, false],
    );
  });

  it("are each instance's own", () => {
    const { rates } = bench([{ count: 1, seconds: 1 }]);
    assert.equal(rates.tryTake(KEY), true);
    assert.equal(rates.tryTake({ ...KEY, instanceId: "facebook~3000" }), true);
    assert.equal(rates.tryTake(KEY), false);
  });

  it("go by the account's own rate where it has one", async () => {
    const { rates, clock } = bench([{ count: 100, seconds: 1 }], 2);
    assert.deepEqual(
      [1, 2, 3].map(() => rates.tryTake(KEY)),
      [true, true, false],
    );
    clock.advance(500);
    assert.equal(await rates.take(KEY), 0);
  });

  it("are none for an unlimited account", async () => {
    const { rates, store } = bench([{ count: 1, seconds: 86_400 }], "unlimited");
    for (let i = 0; i < 50; i++) assert.equal(rates.tryTake(KEY), true);
    assert.deepEqual(store.purposes, []);
  });

  it("under one a second are counted in the store, over a restart too", async () => {
    const { rates, make, clock } = bench([{ count: 2, seconds: 900 }]);
    assert.equal(rates.tryTake(KEY), false, "a look into the store is needed");
    assert.equal(await rates.take(KEY), 0);
    clock.advance(1000);
    assert.equal(await make().take(KEY), 0);
    assert.equal(await make().take(KEY), 899_000);
    clock.advance(899_000);
    assert.equal(await rates.take(KEY), 0);
  });

  it("under one a second of an account as well", async () => {
    const { rates } = bench([], 0.1);
    assert.equal(await rates.take(KEY), 0);
    assert.equal(await rates.take(KEY), 10_000);
  });

  it("hold at every one of several limits, wasting none of the scarce", async () => {
    const { rates, clock } = bench([
      { count: 1, seconds: 1 },
      { count: 3, seconds: 900 },
    ]);
    assert.equal(await rates.take(KEY), 0);
    for (let i = 0; i < 5; i++) assert.equal(await rates.take(KEY), 1_000);
    clock.advance(1_000);
    assert.equal(await rates.take(KEY), 0);
    clock.advance(1_000);
    assert.equal(await rates.take(KEY), 0);
    clock.advance(1_000);
    assert.equal(await rates.take(KEY), 897_000);
  });

  it("stop while the platform asks for silence, by the longest wish", async () => {
    const { rates, clock } = bench([]);
    rates.pause(KEY.instanceId, clock.now() + 5_000);
    rates.pause(KEY.instanceId, clock.now() + 1_000);
    assert.equal(rates.tryTake(KEY), false);
    assert.equal(await rates.take(KEY), 5_000);
    clock.advance(5_000);
    assert.equal(await rates.take(KEY), 0);
  });
});
