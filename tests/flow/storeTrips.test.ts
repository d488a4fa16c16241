import assert from "node:assert/strict";
import { buildConfiguration, ECHO_FLOW } from "../support/accounts";
import { CHANNEL_NAMES, sentOn } from "../support/platforms";
import { eventually, startTestApp, type TestApp } from "../support/startApp";

/** What one customer message with one answer may cost; docs/storage.md tells where the trips go. */
const MOST_TRIPS = 4;

describe("store round trips", function () {
  this.timeout(60_000);
  let test: TestApp;
  before(async () => {
    test = await startTestApp({ configuration: buildConfiguration({ helper: "only", flow: ECHO_FLOW }) });
  });
  after(() => test.stop());

  for (const channel of CHANNEL_NAMES) {
    it(`${channel}: at most ${MOST_TRIPS} for a customer's message with one answer`, async () => {
      const { storeCounts } = test.app.internals;
      const customer = channel === "sms" || channel === "whatsapp" ? "+12065550188" : "888";
      await test.say(channel, customer, "first");
      await eventually(() => sentOn(test.platforms, channel).length === 1, "the first answer");
      await test.idle();
      // The door's counts are written every two seconds for all messages together: they are no part of one.
      await test.app.internals.pipeline.counters.flush();
      storeCounts.reset();
      await test.say(channel, customer, "second");
      await eventually(() => sentOn(test.platforms, channel).length === 2, "the second answer");
      await test.idle();
      const { byPurpose, reads, queries } = storeCounts.counts();
      const trips = ["receive", "turn", "accepted"].reduce(
        (sum, purpose) => sum + (byPurpose[purpose] ?? 0),
        0,
      );
      assert.equal(trips, 3, JSON.stringify(byPurpose));
      assert.ok(
        trips + reads + queries <= MOST_TRIPS,
        `${trips} batches, ${reads} reads, ${queries} queries`,
      );
    });
  }
});
