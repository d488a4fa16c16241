import assert from "node:assert/strict";
import type { AgentLoad, Announcement, WorkItem } from "../../src/core/workItem";
import { giveUpLost } from "../../src/routing/lost";
import { acceptOffer, expireOffer } from "../../src/routing/offers";
import { getPresence, LOST_MS, loseConnection, regainConnection } from "../../src/routing/presence";
import { end, pick, putAside, transferToQueue } from "../../src/routing/sessions";
import { overflowWaitingItem } from "../../src/routing/waiting";
import { storeDown } from "../support/memoryStore";
import { createBench, type RoutingBench } from "./bench";

const HOUR_MS = 60 * 60 * 1000;

describe("giveUpLost", () => {
  let bench: RoutingBench;
  let ids: string[];
  let places: string[];

  /** Ana has three; their places in line were remembered before. An hour later her connection is lost. */
  beforeEach(async () => {
    bench = createBench();
    await bench.online("ana");
    ids = [];
    for (const n of [1, 2, 3]) ids.push(await bench.enqueue(n));
    places = await Promise.all(ids.map(async (id) => (await bench.item(id))?.sk ?? ""));
    await bench.assigner.kick();
    for (const id of ids) await acceptOffer(bench.ports, (await bench.item(id))?.offerId ?? "", "ana");
    bench.clock.advance(HOUR_MS);
    await loseConnection(bench.ports, "ana");
  });
  const items = async () => (await Promise.all(ids.map((id) => bench.item(id)))) as WorkItem[];
  const skOf = async () => (await items()).map(({ sk }) => sk);

  it("does nothing before its time, for who is back, or who was not lost", async () => {
    bench.clock.advance(LOST_MS - 1);
    assert.equal(await giveUpLost(bench.ports, "ana"), 0);
    assert.equal(await giveUpLost(bench.ports, "ben"), 0);
    await regainConnection(bench.ports, "ana");
    bench.clock.advance(LOST_MS);
    assert.equal(await giveUpLost(bench.ports, "ana"), 0);
    assert.deepEqual(
      (await items()).map(({ agentId }) => agentId),
      ["ana", "ana", "ana"],
    );
  });

  it("gives all back to their old places, before who came meanwhile, and tells the customers", async () => {
    const late = await bench.enqueue(9);
    bench.clock.advance(LOST_MS);
    assert.equal(await giveUpLost(bench.ports, "ana"), 3);
    assert.deepEqual(await skOf(), places);
    assert.ok((places[2] ?? "") < ((await bench.item(late))?.sk ?? ""));
    for (const { holder, state, agentId, sessions, stints, queuedAt } of await items()) {
      assert.deepEqual([holder, state, agentId], ["queue", "open", undefined]);
      assert.deepEqual(
        [sessions.at(-1)?.closure, sessions.at(-1)?.endedAt],
        ["agentDisconnected", bench.clock.now()],
      );
      assert.deepEqual(
        stints.map(({ left }) => left),
        ["accepted", undefined],
      );
      assert.equal(queuedAt, bench.clock.now(), "how long it waits counts anew");
    }
    assert.equal(await bench.load("ana"), 0);
    const told = bench.store
      .all<Announcement>("routing")
      .filter((doc) => doc.type === "announcement" && doc.trigger === "agentDisconnected");
    assert.equal(told.length, 3);
    await bench.online("ben");
    await bench.assigner.kick();
    assert.equal((await bench.item(ids[0] ?? ""))?.offeredTo, "ben");
  });

  it("leaves what waits for the customer or is in wrap-up with its agent", async () => {
    await regainConnection(bench.ports, "ana");
    await putAside(bench.ports, ids[0] ?? "", "ana");
    await end(bench.ports, ids[1] ?? "", "ana");
    await loseConnection(bench.ports, "ana");
    bench.clock.advance(LOST_MS);
    assert.equal(await giveUpLost(bench.ports, "ana"), 1);
    assert.deepEqual(
      (await items()).map(({ state }) => state),
      ["waiting", "wrapUp", "open"],
    );
    assert.equal(await bench.load("ana"), 1);
  });

  it("broken off in the middle goes on at the next time; done twice is done once", async () => {
    bench.clock.advance(LOST_MS);
    let left = 2;
    bench.store.before = ({ kind, purpose }) => {
      if (kind === "batch" && purpose === "disconnected" && left-- === 0) throw storeDown();
    };
    await assert.rejects(giveUpLost(bench.ports, "ana"), { code: "STORE_UNAVAILABLE" });
    delete bench.store.before;
    assert.equal((await items()).filter(({ holder }) => holder === "agent").length, 1);
    assert.equal(await giveUpLost(bench.ports, "ana"), 1);
    assert.equal(await giveUpLost(bench.ports, "ana"), 0);
    assert.deepEqual(await skOf(), places);
    assert.equal(await bench.load("ana"), 0);
    assert.equal((await getPresence(bench.ports, "ana")).due, undefined);
  });

  it("by two servers at once gives each back once", async () => {
    bench.clock.advance(LOST_MS);
    const counts = await Promise.all([giveUpLost(bench.ports, "ana"), giveUpLost(bench.ports, "ana")]);
    assert.equal(counts[0] + counts[1], 3);
    assert.deepEqual(await skOf(), places);
    for (const { stints } of await items()) assert.equal(stints.length, 2);
  });

  it("stops when the agent comes back in this very moment", async () => {
    await bench.assigner.stop();
    bench.clock.advance(LOST_MS);
    let left = 1;
    bench.store.before = async ({ kind, purpose }) => {
      if (kind !== "batch" || purpose !== "disconnected" || left-- !== 0) return;
      delete bench.store.before;
      await regainConnection(bench.ports, "ana");
    };
    assert.equal(await giveUpLost(bench.ports, "ana"), 1);
    assert.equal((await items()).filter(({ agentId }) => agentId === "ana").length, 2);
    assert.equal(await bench.load("ana"), 2);
    assert.equal((await getPresence(bench.ports, "ana")).presence, "busy", "by the load: two of three");
  });

  it("takes nothing from an agent who was back meanwhile and is lost anew", async () => {
    bench.clock.advance(LOST_MS);
    let left = 1;
    bench.store.before = async ({ kind, purpose }) => {
      if (kind !== "batch" || purpose !== "disconnected" || left-- !== 0) return;
      delete bench.store.before;
      await regainConnection(bench.ports, "ana");
      bench.clock.advance(1000);
      await loseConnection(bench.ports, "ana");
    };
    assert.equal(await giveUpLost(bench.ports, "ana"), 1);
    assert.equal(await giveUpLost(bench.ports, "ana"), 0, "not before its time");
    bench.clock.advance(LOST_MS);
    assert.equal(await giveUpLost(bench.ports, "ana"), 2);
  });

  it("leaves alone what somebody else got meanwhile", async () => {
    await transferToQueue(bench.ports, ids[0] ?? "", "vip");
    await pick(bench.ports, ids[0] ?? "", "ben");
    bench.clock.advance(LOST_MS);
    assert.equal(await giveUpLost(bench.ports, "ana"), 2);
    assert.equal((await bench.item(ids[0] ?? ""))?.agentId, "ben");
    assert.equal(await bench.load("ben"), 1);
  });

  it("keeps the old place through a missed offer and a second lost agent", async () => {
    bench.clock.advance(LOST_MS);
    await giveUpLost(bench.ports, "ana");
    await bench.online("ben");
    await bench.assigner.kick();
    await bench.assigner.stop();
    const first = await bench.item(ids[0] ?? "");
    bench.clock.advance(120_000);
    await expireOffer(bench.ports, first?.offerId ?? "");
    assert.equal((await bench.item(ids[0] ?? ""))?.sk, places[0]);
    await pick(bench.ports, ids[0] ?? "", "ben");
    bench.clock.advance(HOUR_MS);
    await loseConnection(bench.ports, "ben");
    bench.clock.advance(LOST_MS);
    await giveUpLost(bench.ports, "ben");
    assert.equal((await bench.item(ids[0] ?? ""))?.sk, places[0]);
  });

  it("does not overflow because of the hour it was talked about", async () => {
    bench.settings.change({
      queues: [
        { id: "general", members: ["ana"], overflow: [{ when: "waitedAbove", minutes: 5, do: "end" }] },
      ],
    });
    bench.clock.advance(LOST_MS);
    await giveUpLost(bench.ports, "ana");
    await overflowWaitingItem(bench.ports, ids[0] ?? "");
    const item = await bench.item(ids[0] ?? "");
    assert.equal(item?.endAs, undefined);
    assert.equal(item?.overflowAt, bench.clock.now() + 5 * 60_000);
  });
});

describe("a thousand agents lost at once", () => {
  it("give three thousand conversations back to their places, with a bounded number of store operations", async function () {
    this.timeout(60_000);
    const names = Array.from({ length: 1000 }, (_, n) => `agent${n}`);
    const bench = createBench({
      agents: names.map((id) => ({ id })),
      queues: [{ id: "general", members: names }],
    });
    for (const id of names) await bench.presence(id, "away");
    const places = new Map<string, string | undefined>();
    for (let n = 0; n < 3000; n++) {
      const id = await bench.enqueue(n);
      places.set(id, (await bench.item(id))?.sk);
      await pick(bench.ports, id, names[n % 1000] ?? "");
    }
    const ops = { read: 0, batch: 0, query: 0 };
    bench.store.before = ({ kind }) => {
      ops[kind] += 1;
    };
    await Promise.all(names.map((id) => loseConnection(bench.ports, id)));
    bench.clock.advance(LOST_MS);
    await Promise.all(names.map((id) => giveUpLost(bench.ports, id)));
    delete bench.store.before;
    const docs = bench.store.all("routing");
    const waiting = docs.filter(({ type }) => type === "item") as WorkItem[];
    assert.equal(waiting.length, 3000);
    for (const { conversationId, sk } of waiting) assert.equal(sk, places.get(conversationId));
    for (const { used } of docs.filter(({ type }) => type === "agent") as AgentLoad[]) assert.equal(used, 0);
    // Per agent: lost (1 + 1), found (1 + a query), three given back (2 + 1 each), done (1 + 1).
    assert.deepEqual(ops, { read: 9000, batch: 5000, query: 1000 });
  });
});
