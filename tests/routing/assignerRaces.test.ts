import assert from "node:assert/strict";
import fc from "fast-check";
import { silentLog } from "../../src/core/log";
import type { AgentLoad, Offer, WorkItem } from "../../src/core/workItem";
import { createAssigner } from "../../src/routing/assign";
import { acceptOffer } from "../../src/routing/offers";
import { removeItem } from "../../src/routing/queue";
import { createBench, type RoutingBench } from "./bench";

const CAPACITY = 2;
const AGENTS = Array.from({ length: 8 }, (_, n) => `agent${n}`);
const CONVERSATIONS = 40;

/** Several servers that all believe it is theirs to assign, on one store whose operations end in any order. */
function withWorkers(
  count: number,
  waits: Iterator<number>,
): { bench: RoutingBench; kickAll(): Promise<void> } {
  const bench = createBench({
    agents: AGENTS.map((id) => ({ id, capacity: CAPACITY })),
    queues: [
      { id: "general", members: AGENTS },
      { id: "vip", priority: 1, members: AGENTS.slice(0, 3), assignment: "roundRobin" },
    ],
  });
  bench.store.before = async () => {
    for (let i = waits.next().value ?? 0; i > 0; i--) await Promise.resolve();
  };
  const others = Array.from({ length: count - 1 }, () => createAssigner({ ...bench.ports, log: silentLog }));
  return {
    bench,
    kickAll: async () => void (await Promise.all([bench.assigner, ...others].map(({ kick }) => kick()))),
  };
}

const pendingOf = (bench: RoutingBench): Offer[] =>
  (bench.store.all("routing") as (Offer | WorkItem)[]).filter(
    (doc): doc is Offer => doc.type === "offer" && doc.state === "pending",
  );

describe("assignment by several servers at once", () => {
  for (const workers of [1, 2, 4]) {
    it(`with ${workers}: nobody over capacity, nothing offered twice, nobody starved`, async function () {
      this.timeout(60_000);
      await fc.assert(
        fc.asyncProperty(fc.infiniteStream(fc.nat({ max: 4 })), async (waits) => {
          const { bench, kickAll } = withWorkers(workers, waits);
          const exceeded: string[] = [];
          const served = new Set<string>();
          bench.store.subscribe((changes) => {
            for (const { doc } of changes)
              if (doc?.type === "agent" && (doc as AgentLoad).used > CAPACITY)
                exceeded.push((doc as AgentLoad).agentId);
          });
          await bench.online(...AGENTS);
          for (let n = 0; n < CONVERSATIONS; n++) await bench.enqueue(n, n % 5 === 0 ? "vip" : "general");
          for (let round = 0; round < CONVERSATIONS && served.size < CONVERSATIONS; round++) {
            await kickAll();
            const offers = pendingOf(bench);
            assert.equal(new Set(offers.map(({ conversationId }) => conversationId)).size, offers.length);
            for (const offer of offers) {
              await acceptOffer(bench.ports, offer.id, offer.agentId);
              assert.ok(!served.has(offer.conversationId), "served twice");
              served.add(offer.conversationId);
              await removeItem(bench.ports, offer.conversationId);
            }
          }
          assert.equal(served.size, CONVERSATIONS, "everybody is served");
          assert.deepEqual(exceeded, []);
        }),
        { numRuns: 12 },
      );
    });
  }

  it("serves the oldest first when room comes one by one", async () => {
    const bench = createBench({ agents: [{ id: "ana", capacity: 1 }] });
    const ids = [];
    for (let n = 0; n < 12; n++) ids.push(await bench.enqueue(n));
    await bench.online("ana");
    const order: string[] = [];
    for (let n = 0; n < 12; n++) {
      await bench.assigner.kick();
      const [offer] = pendingOf(bench);
      assert.ok(offer);
      order.push(offer.conversationId);
      await acceptOffer(bench.ports, offer.id, "ana");
      await removeItem(bench.ports, offer.conversationId);
    }
    assert.deepEqual(order, ids);
  });

  it("finds what memory missed after half a minute", async () => {
    const bench = createBench();
    await bench.assigner.stop();
    await bench.online("ana");
    // Whatever is written is never told here.
    const deaf = { ...bench.store, subscribe: () => () => {} };
    const assigner = createAssigner({ ...bench.ports, store: deaf, log: silentLog });
    await assigner.kick();
    const id = await bench.enqueue(1);
    await assigner.kick();
    assert.equal((await bench.item(id))?.offeredTo, undefined);
    bench.clock.advance(30_000);
    await assigner.kick();
    assert.equal((await bench.item(id))?.offeredTo, "ana");
  });

  it("counts the places of a new day", async () => {
    const bench = createBench({
      agents: [{ id: "ana", capacityProfiles: { calls: 1 } }],
      workstreams: [{ id: "messenger", capacityProfiles: ["calls"] }],
      more: { capacityProfiles: [{ id: "calls", name: "Calls", limit: 1, reset: "endOfDay" }] },
    });
    await bench.online("ana");
    const first = await bench.enqueue(1);
    await bench.assigner.kick();
    await acceptOffer(bench.ports, (await bench.item(first))?.offerId ?? "", "ana");
    await removeItem(bench.ports, first);
    const second = await bench.enqueue(2);
    await bench.assigner.kick();
    assert.equal((await bench.item(second))?.offeredTo, undefined, "the place is spent for today");
    bench.clock.advance(24 * 60 * 60 * 1000);
    await bench.assigner.kick();
    assert.equal((await bench.item(second))?.offeredTo, "ana");
  });
});

describe("who may take what", () => {
  const asking = { id: "messenger", classification: [] };

  it("is asked by skill: exact waits, closest takes the nearest, none does not care", async () => {
    for (const [skillMatching, wanted] of [
      ["exact", "ana"],
      ["closest", "ben"],
      ["none", "ana"],
    ] as const) {
      const bench = createBench({
        agents: [
          { id: "ana", capacity: 9, skills: { billing: 9 } },
          { id: "ben", capacity: 1, skills: { billing: 5 } },
        ],
        workstreams: [{ ...asking, skillMatching }],
      });
      await bench.online("ana", "ben");
      const id = await bench.enqueue(1, "general", {}, { skills: { billing: 5 } });
      await bench.assigner.kick();
      assert.equal((await bench.item(id))?.offeredTo, wanted, skillMatching);
      const hard = await bench.enqueue(2, "general", {}, { skills: { billing: 10 } });
      await bench.assigner.kick();
      assert.equal((await bench.item(hard))?.state, skillMatching === "exact" ? "open" : "active");
    }
  });

  it("is asked by profile: a place in each, and none over", async () => {
    const bench = createBench({
      agents: [{ id: "ana", capacity: 0, capacityProfiles: { chats: 1 } }],
      workstreams: [{ id: "messenger", capacityProfiles: ["chats"] }],
      more: { capacityProfiles: [{ id: "chats", name: "Chats", limit: 5 }] },
    });
    await bench.online("ana");
    const [first, second] = [await bench.enqueue(1), await bench.enqueue(2)];
    await bench.assigner.kick();
    assert.equal((await bench.item(first))?.offeredTo, "ana");
    assert.equal((await bench.item(second))?.state, "open");
  });

  it("is told with the offer: the method, and who was passed over and why", async () => {
    const bench = createBench({
      agents: [
        { id: "ana", capacity: 5 },
        { id: "ben", capacity: 3 },
      ],
    });
    await bench.online("ana", "ben");
    await bench.presence("ana", "away");
    const id = await bench.enqueue(1);
    await bench.assigner.kick();
    const why = (await bench.item(id))?.sessions.at(-1)?.why;
    assert.equal(why?.method, "highestCapacity");
    assert.deepEqual(
      why.passedOver.map(({ agentId }) => agentId),
      ["ana"],
    );
    assert.match(why.passedOver[0]?.reason ?? "", /away/);
  });

  it("goes by the custom rules of the queue: strict first, then looser", async () => {
    const bench = createBench({
      agents: [
        { id: "ana", capacity: 9 },
        { id: "ben", capacity: 2, skills: { portuguese: 3 } },
      ],
      queues: [
        {
          id: "general",
          members: ["ana", "ben"],
          assignment: "custom",
          assignmentRules: [
            {
              name: "speaks it",
              if: "conversation.language == 'pt_PT' && agent.skills.portuguese >= 2",
              orderBy: ["proficiency"],
            },
            { name: "anybody", if: "agent.free > 0", orderBy: ["freeCapacity"] },
          ],
        },
      ],
    });
    await bench.online("ana", "ben");
    const pt = await bench.enqueue(1, "general", { customer: { id: "1", locale: "pt_PT" } });
    const en = await bench.enqueue(2, "general", { customer: { id: "2", locale: "en_GB" } });
    await bench.assigner.kick();
    assert.equal((await bench.item(pt))?.offeredTo, "ben");
    assert.equal((await bench.item(en))?.offeredTo, "ana");
  });

  it("waits for the former agent who is offline, at most as long as the work stream says", async () => {
    const { assignTo, putAside } = await import("../../src/routing/sessions.js");
    const { customerWrote } = await import("../../src/routing/queue.js");
    const bench = createBench({ workstreams: [{ id: "messenger", keepAgentMinutes: 10 }] });
    const id = await bench.enqueue(1);
    await assignTo(bench.ports, id, "ana");
    await putAside(bench.ports, id, "ana");
    await bench.online("ben");
    await customerWrote(bench.ports, { conversationId: id, seq: 2, at: 1, text: "hi" });
    await bench.assigner.kick();
    assert.equal((await bench.item(id))?.state, "open");
    bench.clock.advance(10 * 60_000);
    await bench.assigner.kick();
    assert.equal((await bench.item(id))?.offeredTo, "ben");
  });
});
