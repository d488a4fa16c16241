import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { systemClock } from "../../src/core/clock";
import { silentLog } from "../../src/core/log";
import { createCharges } from "../../src/storage/charges";
import { openCosmosStore } from "../../src/storage/cosmos/cosmosStore";
import { withSharedFeed } from "../../src/storage/sharedFeed";
import { buildConfiguration, ECHO_FLOW } from "../support/accounts";
import { startCosmosDouble } from "../support/cosmosDouble/double";
import { sentOn } from "../support/platforms";
import { KEPT_BYTES, PUBLISHED } from "../support/publishedUnits";
import { eventually, startTestApp, type TestApp } from "../support/startApp";

const TOLERANCE = 1.05;

describe("request units on Cosmos DB", function () {
  this.timeout(60_000);
  let double: Awaited<ReturnType<typeof startCosmosDouble>>;
  let test: TestApp;

  beforeEach(async () => {
    double = await startCosmosDouble({ clock: systemClock, database: "switchboard" });
  });
  afterEach(async () => {
    await test.stop();
    await double.close();
    rmSync(test.folder, { recursive: true, force: true });
  });

  const start = (helper: "only" | "off") =>
    startTestApp({
      configuration: buildConfiguration({ helper, flow: ECHO_FLOW }),
      environment: {
        SWITCHBOARD_STORE: "cosmos",
        COSMOS_ENDPOINT: double.url,
        COSMOS_KEY: double.key,
        COSMOS_DATABASE: "switchboard",
      },
    });
  /** Read for all messages together, or for the desk's list and the assigner's look, as often as the clock has it. */
  const SHARED = ["feed", "count", "beat", "lease", "agents", "waiting", "items", "offers"];
  /** Parts by purpose, without what is shared. */
  const parts = () => {
    const units = test.app.internals.charges.units();
    const own = Object.entries(units).filter(([purpose]) => !SHARED.includes(purpose));
    return { own: Object.fromEntries(own), sum: own.reduce((sum, [, one]) => sum + one, 0) };
  };
  function assertCost(what: keyof typeof PUBLISHED, spent: ReturnType<typeof parts>): void {
    const text = `${what}: ${spent.sum.toFixed(1)} ${JSON.stringify(spent.own)}`;
    process.stdout.write(`      ${text}\n`);
    assert.ok(spent.sum <= PUBLISHED[what] * TOLERANCE, text);
  }

  it("a message with one answer", async () => {
    test = await start("only");
    await test.say("sms", "+12065550188", "first");
    await eventually(() => sentOn(test.platforms, "sms").length === 1, "the first answer");
    await test.idle();
    test.app.internals.charges.reset();
    await test.say("sms", "+12065550188", "second");
    await eventually(() => sentOn(test.platforms, "sms").length === 2, "the second answer");
    await test.idle();
    assertCost("message", parts());
  });

  it("a hand-off: from the first message to the queue", async () => {
    test = await start("off");
    await test.say("sms", "+12065550187", "another customer warms up what is read once");
    await test.idle();
    test.app.internals.charges.reset();
    await test.say("sms", "+12065550188", "a person, please");
    await eventually(async () => (await test.conversations("sam")).length === 2, "the row");
    await test.idle();
    assertCost("handOff", parts());
  });

  it("a conversation with a person: three messages each way, taken, ended and closed", async () => {
    test = await start("off");
    await test.say("sms", "+12065550187", "another customer warms up what is read once");
    await test.call("ana", "PUT", "/api/desk/presence", { presence: "available" });
    await eventually(async () => (await test.offers("ana")).length === 1, "the first offer");
    await test.idle();
    test.app.internals.charges.reset();
    await test.say("sms", "+12065550188", "Where is my order? It was to come on Monday.");
    const offer = await eventually(async () => (await test.offers("ana"))[1], "the offer");
    const path = `/api/desk/conversations/${offer.conversationId}`;
    await test.call("ana", "POST", `/api/desk/offers/${offer.id}/accept`);
    for (let round = 1; round <= 3; round++) {
      if (round > 1) await test.say("sms", "+12065550188", "Thank you, and what about the other one?");
      await test.call("ana", "POST", `${path}/messages`, { text: "It is on its way and comes tomorrow." });
      await eventually(() => sentOn(test.platforms, "sms").length === round, "the answer");
      await test.idle();
    }
    await test.call("ana", "POST", `${path}/end`);
    await test.call("ana", "POST", `${path}/close`);
    await test.idle();
    assertCost("conversation", parts());
    const { store } = test.app.internals;
    const thread = offer.conversationId.split(".")[0] ?? "";
    const today = new Date(systemClock.now()).toISOString().slice(0, 10);
    const kept = [
      ...(await store.query("threads", "all", { partition: thread })).items,
      ...(await store.query("history", "closed", { partition: today })).items,
    ];
    const bytes = kept.reduce((sum, { doc }) => sum + JSON.stringify(doc).length, 0);
    process.stdout.write(`      kept: ${kept.length} documents, ${bytes} bytes\n`);
    assert.ok(bytes <= KEPT_BYTES * TOLERANCE, String(bytes));
  });

  it("a look at the feed that finds nothing: one unit for each range of each container", async () => {
    test = await start("only");
    await test.idle();
    const charges = createCharges();
    const store = await openCosmosStore({
      endpoint: double.url,
      key: double.key,
      database: "switchboard",
      clock: systemClock,
      log: silentLog,
      onCharge: charges.add,
    });
    const still = { now: systemClock.now, after: () => () => {} };
    const feedEnd = store.feedEnd.bind(store);
    const shared = withSharedFeed(store, { clock: still, log: silentLog, feedEnd });
    await shared.start();
    await shared.readNow();
    charges.reset();
    await shared.readNow();
    const { units } = charges.totals();
    await shared.store.close();
    process.stdout.write(`      a look at five containers of three ranges each: ${units}\n`);
    assert.ok(units <= PUBLISHED.look * TOLERANCE, String(units));
  });
});
