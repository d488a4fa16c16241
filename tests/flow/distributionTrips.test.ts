import assert from "node:assert/strict";
import { buildConfiguration } from "../support/accounts";
import { eventually, startTestApp, type TestApp } from "../support/startApp";

/** What work distribution may cost in store operations; docs/storage.md has the same figures. */
const MOST = {
  /** A first message until its conversation is offered to somebody; two of them find out who it is. */
  handOff: 12,
  /** Of those, what assignment itself takes. */
  offer: 1,
  accept: 1,
  end: 1,
};

describe("store operations of work distribution", function () {
  this.timeout(60_000);
  let test: TestApp;
  before(async () => {
    test = await startTestApp({ configuration: buildConfiguration({ helper: "off" }) });
    await test.call("ana", "PUT", "/api/desk/presence", { presence: "available" });
    // The line is read once, at the first look.
    await test.say("facebook", "100", "first");
    await eventually(async () => (await test.offers("ana"))[0], "an offer");
    await test.idle();
  });
  after(() => test.stop());

  async function counted(work: () => Promise<unknown>) {
    const { storeCounts, pipeline } = test.app.internals;
    await pipeline.counters.flush();
    storeCounts.reset();
    await work();
    await test.idle();
    const { byPurpose, reads, queries } = storeCounts.counts();
    const batches = Object.entries(byPurpose).filter(([purpose]) => !["counters", "beat"].includes(purpose));
    return {
      byPurpose: Object.fromEntries(batches),
      all: batches.reduce((sum, [, count]) => sum + count, 0) + reads + queries,
      reads,
      queries,
    };
  }

  it(`are at most ${MOST.handOff} from a first message to an offer, one of them assignment's`, async () => {
    const { storeCounts } = test.app.internals;
    const spent = await counted(async () => {
      await test.say("facebook", "101", "hello");
      await eventually(() => storeCounts.counts().byPurpose.offer === 1, "an offer");
    });
    assert.equal(spent.byPurpose.offer, MOST.offer, JSON.stringify(spent));
    assert.ok(spent.all <= MOST.handOff, JSON.stringify(spent));
  });

  it("are one batch to accept, and one to end, beside what is read to do so", async () => {
    const [offer] = await test.offers("ana");
    assert.ok(offer);
    const accepted = await counted(() => test.call("ana", "POST", `/api/desk/offers/${offer.id}/accept`));
    assert.equal(accepted.byPurpose.accept, MOST.accept, JSON.stringify(accepted));
    assert.deepEqual(Object.keys(accepted.byPurpose), ["accept"]);
    const ended = await counted(() =>
      test.call("ana", "POST", `/api/desk/conversations/${offer.conversationId}/end`),
    );
    assert.equal(ended.byPurpose.end, MOST.end, JSON.stringify(ended));
    assert.deepEqual(Object.keys(ended.byPurpose), ["end"]);
  });
});
