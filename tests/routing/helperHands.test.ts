import assert from "node:assert/strict";
import { giveToHelper, takeFromHelper } from "../../src/routing/helperHands";
import { acceptOffer } from "../../src/routing/offers";
import { enqueue, openWithBot } from "../../src/routing/queue";
import { end, pick, putAside, release } from "../../src/routing/sessions";
import { buildSeed, conversationOf, createBench, type RoutingBench } from "./bench";

const PLACEMENT = { queueId: "vip", skills: { billing: 3 }, priority: 5 };

describe("giveToHelper", () => {
  let bench: RoutingBench;
  beforeEach(() => {
    bench = createBench();
  });
  const give = (conversationId: string, agentId?: string, epoch = 1) =>
    giveToHelper(bench.ports, { conversationId, epoch, agentId });

  it("takes it out of the queue, once", async () => {
    const id = await bench.enqueue(1);
    assert.equal(await give(id), true);
    const item = await bench.item(id);
    assert.deepEqual([item?.holder, item?.state, item?.epoch, item?.queueId], ["bot", "open", 2, undefined]);
    assert.equal(item?.sk, undefined);
    assert.equal(item?.stints.at(-1)?.left, "returned");
    assert.equal(await give(id), true, "asked again it has it already");
    assert.equal((await bench.item(id))?.version, item?.version);
  });

  it("withdraws an offer and frees its agent", async () => {
    await bench.online("ana");
    const { id, offerId } = await bench.offered(1);
    assert.equal(await bench.load("ana"), 1);
    assert.equal(await give(id), true);
    assert.equal(await bench.load("ana"), 0);
    assert.equal((await bench.offer(offerId))?.state, "withdrawn");
    assert.equal((await bench.item(id))?.sessions.at(-1)?.closure, "withdrawn");
    await assert.rejects(acceptOffer(bench.ports, offerId, "ana"), { code: "WRONG_STATE" });
  });

  it("leaves it with the agent who has it, unless it is the agent's session that ends", async () => {
    const id = await bench.enqueue(1);
    const { acceptedAt = 0 } = await pick(bench.ports, id, "ana");
    assert.equal(await give(id), false);
    assert.equal(await give(id, "ben"), false);
    const later = { conversationId: id, epoch: 1, agentId: "ana", since: acceptedAt - 1 };
    assert.equal(await giveToHelper(bench.ports, later), false, "an earlier session of hers");
    assert.equal(await give(id, "ana", 2), false, "another time with people");
    assert.equal(await giveToHelper(bench.ports, { ...later, since: acceptedAt }), true);
    assert.equal(await bench.load("ana"), 0);
    const item = await bench.item(id);
    assert.deepEqual([item?.holder, item?.agentId], ["bot", undefined]);
    assert.equal(item?.sessions.at(-1)?.closure, "handedBack");
  });

  it("takes one that waits for the customer, but none that is in wrap-up", async () => {
    const [a, b] = [await bench.enqueue(1), await bench.enqueue(2)];
    for (const id of [a, b]) await pick(bench.ports, id, "ana");
    await putAside(bench.ports, a, "ana");
    await end(bench.ports, b, "ana");
    assert.deepEqual([await give(a, "ana"), await give(b, "ana")], [true, false]);
  });

  it("and an acceptance at the same moment: exactly one wins", async () => {
    await bench.online("ana");
    for (let n = 1; n <= 20; n++) {
      const { id, offerId } = await bench.offered(n);
      // Whoever comes first by so many turns of the event loop.
      const wait = async (turns: number) => {
        for (let i = 0; i < turns; i++) await new Promise(setImmediate);
      };
      const accepting = wait(n % 3).then(() => acceptOffer(bench.ports, offerId, "ana"));
      const [given, accepted] = await Promise.allSettled([wait(n % 2).then(() => give(id)), accepting]);
      const isGiven = given.status === "fulfilled" && given.value;
      assert.notEqual(isGiven, accepted.status === "fulfilled");
      assert.equal((await bench.item(id))?.holder, isGiven ? "bot" : "agent");
      if (!isGiven) await giveToHelper(bench.ports, { conversationId: id, epoch: 1, agentId: "ana" });
    }
    assert.equal(await bench.load("ana"), 0);
  });

  it("then people get it again by routing anew, with its history", async () => {
    const id = await bench.enqueue(1, "vip", {}, PLACEMENT);
    await pick(bench.ports, id, "ana");
    await give(id, "ana");
    await enqueue(bench.ports, {
      conversationId: id,
      epoch: 3,
      seed: buildSeed(1),
      placement: { queueId: "general" },
      summary: "second",
    });
    const item = await bench.item(id);
    assert.deepEqual([item?.queueId, item?.priority, item?.summary], ["general", undefined, "second"]);
    assert.deepEqual(item?.skills, { billing: 3 }, "skills stay");
    assert.deepEqual(
      item?.sessions.map(({ agentId }) => agentId),
      ["ana"],
    );
    assert.deepEqual(
      item?.stints.map(({ queueId }) => queueId),
      ["vip", "general"],
    );
  });

  it("keeps what the customer wrote when the order to queue is older", async () => {
    const id = await bench.enqueue(1, "general", { lastInboundSeq: 9, lastText: "newer" });
    await give(id);
    const seed = buildSeed(1, { lastInboundSeq: 4, lastText: "older" });
    await enqueue(bench.ports, { conversationId: id, epoch: 3, seed, placement: { queueId: "general" } });
    const item = await bench.item(id);
    assert.deepEqual([item?.lastInboundSeq, item?.lastText], [9, "newer"]);
  });
});

describe("takeFromHelper", () => {
  async function taken(): Promise<{ bench: RoutingBench; id: string; take: () => Promise<void> }> {
    const bench = createBench();
    const id = conversationOf(1);
    await openWithBot(bench.ports, id, 1, buildSeed(1));
    const order = {
      conversationId: id,
      epoch: 2,
      agentId: "ana",
      how: "pick",
      placement: PLACEMENT,
    } as const;
    return { bench, id, take: () => takeFromHelper(bench.ports, order) };
  }

  it("gives it to the agent, with the queue it would have gone to, once", async () => {
    const { bench, id, take } = await taken();
    await take();
    await take();
    const item = await bench.item(id);
    assert.deepEqual([item?.holder, item?.agentId, item?.epoch, item?.queueId], ["agent", "ana", 2, "vip"]);
    assert.deepEqual([item?.skills, item?.priority], [{ billing: 3 }, 5]);
    assert.deepEqual([item?.stints, item?.sessions.length], [[], 1]);
    assert.equal(await bench.load("ana"), 1);
    await release(bench.ports, id, "ana");
    assert.equal((await bench.item(id))?.queueId, "vip");
  });

  it("does nothing when it was closed meanwhile", async () => {
    const bench = createBench();
    const order = { conversationId: conversationOf(1), epoch: 2, agentId: "ana", how: "pick" } as const;
    await takeFromHelper(bench.ports, { ...order, placement: PLACEMENT });
    assert.deepEqual(bench.store.all("routing"), []);
  });
});
