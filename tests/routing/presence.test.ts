import assert from "node:assert/strict";
import type { AgentLoad, Presence } from "../../src/core/workItem";
import { agentDocId } from "../../src/routing/agentLoad";
import { giveUpLost } from "../../src/routing/lost";
import { acceptOffer, expireOffer, rejectOffer } from "../../src/routing/offers";
import {
  getPresence,
  LOST_MS,
  loseConnection,
  regainConnection,
  setPresence,
} from "../../src/routing/presence";
import { removeItem } from "../../src/routing/queue";
import { assignTo, end, pick, putAside, release, transferToQueue } from "../../src/routing/sessions";
import { createBench, type RoutingBench } from "./bench";

const presenceOf = async (bench: RoutingBench, agentId = "ana") =>
  (await getPresence(bench.ports, agentId)).presence;

describe("presence", () => {
  it("of an agent never seen is offline and without load", async () => {
    const agent = await getPresence(createBench().ports, "ana");
    assert.equal(agent.presence, "offline");
    assert.equal(agent.used, 0);
  });

  it("keeps what the agent chose, and since when", async () => {
    const bench = createBench();
    await setPresence(bench.ports, "ana", "busy");
    const agent = await getPresence(bench.ports, "ana");
    assert.equal(agent.presence, "busy");
    assert.equal(agent.presenceAt, bench.clock.now());
  });

  it("writes nothing when it is the same", async () => {
    const bench = createBench();
    await bench.online("ana", "ana");
    assert.deepEqual(bench.store.purposes, ["presence"]);
  });

  it("makes the agent's row at the first word, offline too", async () => {
    const bench = createBench();
    await bench.presence("ana", "offline");
    assert.deepEqual(bench.store.purposes, ["presence"]);
  });

  it("leaves conversations and a pending offer with the agent who goes", async () => {
    const bench = createBench();
    await bench.online("ana");
    const { id } = await bench.offered(1);
    await bench.presence("ana", "offline");
    assert.equal((await bench.item(id))?.offeredTo, "ana");
    assert.equal(await bench.load("ana"), 1);
  });
});

describe("presence and load", () => {
  it("go from available over busy to do not disturb and back, at accepts and closes only", async () => {
    const bench = createBench({
      agents: [{ id: "ana", capacity: 2 }],
      workstreams: [{ id: "messenger", maxDeclines: 1 }],
    });
    await bench.online("ana");
    const [one, two] = [await bench.offered(1), await bench.offered(2)];
    assert.equal(await presenceOf(bench), "available", "offers alone change nothing");
    await acceptOffer(bench.ports, one.offerId, "ana");
    assert.equal(await presenceOf(bench), "doNotDisturb", "the pending offer costs too");
    await rejectOffer(bench.ports, two.offerId, "ana");
    assert.equal(await presenceOf(bench), "busy", "the load's own do not disturb is the load's to end");
    await end(bench.ports, one.id, "ana");
    assert.equal(await presenceOf(bench), "busy", "wrap-up costs");
    await removeItem(bench.ports, one.id);
    assert.equal(await presenceOf(bench), "available");
  });

  const gone: [
    how: string,
    act: (bench: RoutingBench, two: { id: string; offerId: string }) => Promise<unknown>,
  ][] = [
    [
      "missed",
      ({ ports, clock }, { offerId }) => {
        clock.advance(120_000);
        return expireOffer(ports, offerId);
      },
    ],
    ["moved", ({ ports }, { id }) => transferToQueue(ports, id, "vip")],
    ["closed", ({ ports }, { id }) => removeItem(ports, id)],
  ];
  for (const [how, act] of gone) {
    it(`leave nobody with room in do not disturb after another offer was ${how}, nor change what was chosen`, async () => {
      for (const chosen of [undefined, "away"] as const) {
        const bench = createBench({
          agents: [{ id: "ana", capacity: 2 }, { id: "ben" }],
          queues: [
            { id: "general", members: ["ana"] },
            { id: "vip", members: ["ben"] },
          ],
          workstreams: [{ id: "messenger", maxDeclines: 1 }],
        });
        await bench.online("ana");
        const [one, two] = [await bench.offered(1), await bench.offered(2)];
        await acceptOffer(bench.ports, one.offerId, "ana");
        if (chosen !== undefined) await bench.presence("ana", chosen);
        await act(bench, two);
        assert.equal(await presenceOf(bench), chosen ?? "busy");
      }
    });
  }

  const givenBack: [how: string, act: (bench: RoutingBench, id: string) => Promise<unknown>][] = [
    ["put aside", ({ ports }, id) => putAside(ports, id, "ana")],
    ["released", ({ ports }, id) => release(ports, id, "ana")],
    ["assigned to another", ({ ports }, id) => assignTo(ports, id, "ben")],
    ["closed", ({ ports }, id) => removeItem(ports, id)],
  ];
  for (const [how, act] of givenBack) {
    it(`follow when the only one is ${how}`, async () => {
      const bench = createBench({ agents: [{ id: "ana", capacity: 1 }, { id: "ben" }] });
      await bench.online("ana", "ben");
      const id = await bench.enqueue(1);
      await pick(bench.ports, id, "ana");
      assert.equal(await presenceOf(bench), "doNotDisturb");
      await act(bench, id);
      assert.equal(await presenceOf(bench), "available");
    });
  }

  for (const chosen of ["away", "offline", "doNotDisturb"] as const) {
    it(`leave ${chosen} alone, which was chosen by hand`, async () => {
      const bench = createBench();
      await bench.presence("ana", chosen);
      const id = await bench.enqueue(1);
      await pick(bench.ports, id, "ana");
      await removeItem(bench.ports, id);
      assert.equal(await presenceOf(bench), chosen);
    });
  }

  it("let busy by hand stay until the next accept or close", async () => {
    const bench = createBench();
    await bench.presence("ana", "busy");
    assert.equal(await presenceOf(bench), "busy");
    const id = await bench.enqueue(1);
    await pick(bench.ports, id, "ana");
    assert.equal(await presenceOf(bench), "busy");
    await removeItem(bench.ports, id);
    assert.equal(await presenceOf(bench), "available");
  });

  it("let available by hand stay when a wrap-up begins, which is no close", async () => {
    const bench = createBench();
    const id = await bench.enqueue(1);
    await pick(bench.ports, id, "ana");
    await bench.online("ana");
    await end(bench.ports, id, "ana");
    assert.equal(await presenceOf(bench), "available");
  });

  it("a do not disturb of the load becomes one by hand when the agent says it", async () => {
    const bench = createBench({ agents: [{ id: "ana", capacity: 1 }] });
    await bench.online("ana");
    const id = await bench.enqueue(1);
    await pick(bench.ports, id, "ana");
    await bench.presence("ana", "doNotDisturb");
    await removeItem(bench.ports, id);
    assert.equal(await presenceOf(bench), "doNotDisturb");
  });
});

describe("after a declined offer", () => {
  const OPTIONS = { missedOfferInactive: true, rejectedOfferDoNotDisturb: true };
  async function offered(options: Partial<typeof OPTIONS> = OPTIONS) {
    const bench = createBench({ workstreams: [{ id: "messenger", ...options }] });
    await bench.online("ana");
    return { bench, ...(await bench.offered(1)) };
  }
  const decline = async (bench: RoutingBench, offerId: string, how: "missed" | "rejected") => {
    if (how === "rejected") return rejectOffer(bench.ports, offerId, "ana");
    bench.clock.advance(120_000);
    return expireOffer(bench.ports, offerId);
  };

  it("a missed one makes inactive, and nobody is asked again until they say so", async () => {
    const { bench, id, offerId } = await offered();
    await decline(bench, offerId, "missed");
    assert.equal(await presenceOf(bench), "inactive");
    await bench.assigner.kick();
    assert.equal((await bench.item(id))?.state, "open");
    await bench.online("ana");
    await bench.assigner.kick();
    assert.equal((await bench.item(id))?.offeredTo, "ana");
  });

  it("a rejected one makes do not disturb, which the load does not take back", async () => {
    const { bench, id, offerId } = await offered();
    await decline(bench, offerId, "rejected");
    assert.equal(await presenceOf(bench), "doNotDisturb");
    await pick(bench.ports, id, "ana");
    await removeItem(bench.ports, id);
    assert.equal(await presenceOf(bench), "doNotDisturb");
  });

  it("a supervisor resets it", async () => {
    const { bench, offerId } = await offered();
    await decline(bench, offerId, "missed");
    const agent = await setPresence(bench.ports, "ana", "available", "sam");
    assert.deepEqual([agent.presence, agent.presenceBy], ["available", "sam"]);
  });

  it("nothing happens where the work stream does not say so", async () => {
    for (const how of ["missed", "rejected"] as const) {
      const { bench, offerId } = await offered({});
      await decline(bench, offerId, how);
      assert.equal(await presenceOf(bench), "available");
    }
  });

  it("who has chosen to be left alone meanwhile stays so", async () => {
    for (const chosen of ["away", "offline", "doNotDisturb"] as const) {
      const { bench, offerId } = await offered();
      await bench.presence("ana", chosen);
      await decline(bench, offerId, "missed");
      assert.equal(await presenceOf(bench), chosen);
    }
  });
});

describe("a lost connection", () => {
  async function lostAs(presence: Presence, chosenBy?: string) {
    const bench = createBench();
    await setPresence(bench.ports, "ana", presence, chosenBy);
    await loseConnection(bench.ports, "ana");
    return bench;
  }
  const doc = async (bench: RoutingBench) =>
    (await bench.store.read<AgentLoad>("routing", "default", agentDocId("ana")))?.doc;

  it("makes offline at once, and nothing is offered", async () => {
    const bench = await lostAs("available");
    assert.equal(await presenceOf(bench), "offline");
    assert.equal((await doc(bench))?.due, bench.clock.now() + LOST_MS);
    assert.equal((await bench.item((await bench.offered(1)).id))?.state, "open");
  });

  it("twice is once, and means nothing for who is offline or was never seen", async () => {
    const bench = await lostAs("available");
    const before = await doc(bench);
    bench.clock.advance(1000);
    await loseConnection(bench.ports, "ana");
    assert.deepEqual(await doc(bench), before);
    await loseConnection(bench.ports, "ben");
    await bench.presence("ben", "offline");
    await loseConnection(bench.ports, "ben");
    assert.equal((await getPresence(bench.ports, "ben")).lost, undefined);
    assert.equal(await regainConnection(bench.ports, "ben"), false);
  });

  for (const presence of ["available", "busy", "away", "doNotDisturb"] as const) {
    it(`gives ${presence} back within 150 s`, async () => {
      const bench = await lostAs(presence);
      bench.clock.advance(LOST_MS - 1);
      assert.equal(await regainConnection(bench.ports, "ana"), true);
      const agent = await doc(bench);
      assert.deepEqual(
        [agent?.presence, agent?.presenceBy, agent?.lost, agent?.due],
        [presence, undefined, undefined, undefined],
      );
    });
  }

  it("keeps a do not disturb by hand from being taken for the load's", async () => {
    const bench = await lostAs("doNotDisturb");
    await regainConnection(bench.ports, "ana");
    const id = await bench.enqueue(1);
    await pick(bench.ports, id, "ana");
    await removeItem(bench.ports, id);
    assert.equal(await presenceOf(bench), "doNotDisturb");
  });

  it("what the load decided it decides again", async () => {
    const bench = createBench({ agents: [{ id: "ana", capacity: 1 }, { id: "ben" }] });
    await bench.online("ana");
    const id = await bench.enqueue(1);
    await pick(bench.ports, id, "ana");
    await loseConnection(bench.ports, "ana");
    await assignTo(bench.ports, id, "ben");
    await regainConnection(bench.ports, "ana");
    assert.equal(await presenceOf(bench), "available");
  });

  for (const givenUp of [false, true]) {
    it(`is computed anew after 150 s, ${givenUp ? "however much later" : "at once"}`, async () => {
      const bench = createBench();
      await bench.presence("ana", "busy");
      await loseConnection(bench.ports, "ana");
      bench.clock.advance(givenUp ? 10 * LOST_MS : LOST_MS);
      if (givenUp) await giveUpLost(bench.ports, "ana");
      assert.equal(await regainConnection(bench.ports, "ana"), true);
      assert.equal(await presenceOf(bench), "available", "nothing is theirs");
    });
  }

  it("gives away, inactive and do not disturb by hand back after any time", async () => {
    for (const presence of ["away", "inactive", "doNotDisturb"] as const) {
      const bench = await lostAs(presence);
      bench.clock.advance(LOST_MS);
      await giveUpLost(bench.ports, "ana");
      bench.clock.advance(LOST_MS);
      await regainConnection(bench.ports, "ana");
      assert.equal(await presenceOf(bench), presence);
    }
  });

  it("is over when the agent says where they are", async () => {
    const bench = await lostAs("busy");
    await bench.presence("ana", "available");
    assert.equal((await doc(bench))?.lost, undefined);
    bench.clock.advance(LOST_MS);
    assert.equal(await giveUpLost(bench.ports, "ana"), 0);
    assert.equal(await presenceOf(bench), "available");
  });

  it("is not over because a supervisor sets something: that is what they come back with", async () => {
    const bench = await lostAs("busy");
    await pick(bench.ports, await bench.enqueue(1), "ana");
    const agent = await setPresence(bench.ports, "ana", "away", "sam");
    assert.equal(agent.presence, "offline");
    bench.clock.advance(LOST_MS);
    assert.equal(await giveUpLost(bench.ports, "ana"), 1, "their conversations still go back");
    await regainConnection(bench.ports, "ana");
    assert.deepEqual([await presenceOf(bench), (await doc(bench))?.presenceBy], ["away", "sam"]);
  });
});
