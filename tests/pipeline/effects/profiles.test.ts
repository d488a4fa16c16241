import assert from "node:assert/strict";
import { ChannelError } from "../../../src/core/errors";
import { createBench, message } from "../bench";

const GILDA = {
  workstreams: [
    { id: "messenger", rules: [{ name: "Gilda", if: "customer.name == 'Gilda Moore'", queue: "vip" }] },
  ],
  queues: [{ id: "general" }, { id: "vip" }],
};

describe("profiles", () => {
  it("are there for the rules: the Gilda of the example reaches her queue", async () => {
    const bench = createBench({ ...GILDA, profile: async () => ({ name: "Gilda Moore", timezone: 5.5 }) });
    await bench.say("1", "hi");
    const item = await bench.item("1");
    assert.equal(item?.queueId, "vip");
    assert.equal(item.customer.name, "Gilda Moore");
    assert.equal(item.customer.timezone, 5.5);
  });

  it("that take too long keep nobody waiting, and are shown when they come", async () => {
    let answer = (_profile: { name: string }): void => {};
    const bench = createBench({
      ...GILDA,
      profile: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    await bench.webhook(message("1", "hi"));
    await bench.pass(0);
    assert.equal(await bench.item("1"), undefined);
    await bench.pass(3_000);
    await bench.quiet();
    assert.equal((await bench.item("1"))?.queueId, "general");
    answer({ name: "Gilda Moore" });
    await bench.pass(1);
    await bench.quiet();
    assert.equal((await bench.item("1"))?.customer.name, "Gilda Moore");
  });

  it("are asked for once a day, whatever comes", async () => {
    let asked = 0;
    const bench = createBench({
      profile: async () => {
        asked += 1;
        throw new ChannelError("CHANNEL_PERMISSION", "no", { retryable: false });
      },
    });
    await bench.say("1", "one", "two", "three");
    assert.equal(asked, 1);
    assert.deepEqual(bench.effects(), []);
    await bench.pass(24 * 60 * 60 * 1000);
    await bench.say("1", "four");
    assert.equal(asked, 2);
  });

  it("in the webhook itself count at once", async () => {
    const bench = createBench(GILDA);
    const said = message("1", "hi");
    await bench.webhook({ ...said, profile: { name: "Gilda Moore", followers: 7 } } as never);
    await bench.quiet();
    const item = await bench.item("1");
    assert.equal(item?.queueId, "vip");
    assert.equal(item.customer.followers, 7);
  });
});
