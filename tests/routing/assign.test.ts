import assert from "node:assert/strict";
import fc from "fast-check";
import type { AgentLoad, Offer, WorkItem } from "../../src/core/conversation";
import { acceptOffer, expireOffer, rejectOffer } from "../../src/routing/offers";
import { customerWrote, loadedAgent, removeItem } from "../../src/routing/queue";
import { assignTo, end, open, pick, putAside, release, transferToQueue } from "../../src/routing/sessions";
import { storeDown } from "../support/memoryStore";
import { conversationOf, createBench, type RoutingBench } from "./bench";

describe("assignment", () => {
  it("prefers the agent with most free capacity", async () => {
    const bench = createBench({
      agents: [
        { id: "ana", capacity: 3 },
        { id: "ben", capacity: 5 },
      ],
    });
    await bench.online("ana", "ben");
    assert.equal((await bench.item((await bench.offered(1)).id))?.offeredTo, "ben");
  });

  it("breaks ties by who got one least recently", async () => {
    const bench = createBench();
    await bench.online("ana", "ben");
    const to: (string | undefined)[] = [];
    for (const n of [1, 2, 3, 4, 5, 6]) to.push((await bench.item((await bench.offered(n)).id))?.offeredTo);
    assert.deepEqual([...to].sort(), ["ana", "ana", "ana", "ben", "ben", "ben"]);
    for (const at of [0, 2, 4]) assert.notEqual(to[at], to[at + 1]);
    assert.equal(to[2], to[0], "after one each, the first is least recent");
  });

  it("serves the smaller queue priority first, then who waits longest", async () => {
    const bench = createBench({ agents: [{ id: "ana", capacity: 2 }] });
    const first = await bench.enqueue(1, "general");
    const second = await bench.enqueue(2, "general");
    const vip = await bench.enqueue(3, "vip");
    await bench.online("ana");
    await bench.assigner.kick();
    assert.equal((await bench.item(vip))?.offeredTo, "ana");
    assert.equal((await bench.item(first))?.offeredTo, "ana");
    assert.equal((await bench.item(second))?.offeredTo, undefined);
  });

  it("offers to members of the queue who are available or busy, only", async () => {
    const bench = createBench();
    await bench.online("ben", "sam");
    for (const presence of ["doNotDisturb", "away", "offline"] as const) {
      await bench.presence("ana", presence);
      const { id } = await bench.offered(1, "vip");
      assert.equal((await bench.item(id))?.state, "open", presence);
    }
    await bench.presence("ana", "busy");
    await bench.assigner.kick();
    assert.equal((await bench.item(conversationOf(1)))?.offeredTo, "ana");
  });

  it("never offers what an agent has no room for", async () => {
    const bench = createBench({ workstreams: [{ id: "messenger", capacity: 2 }] });
    await bench.online("ana");
    const first = await bench.offered(1);
    const second = await bench.offered(2);
    assert.equal((await bench.item(first.id))?.offeredTo, "ana");
    assert.equal((await bench.item(second.id))?.state, "open");
    assert.equal(await bench.load("ana"), 2);
  });

  it("leaves conversations of pick work streams alone", async () => {
    const bench = createBench({ workstreams: [{ id: "messenger", distribution: "pick" }] });
    await bench.online("ana");
    assert.equal((await bench.item((await bench.offered(1)).id))?.state, "open");
  });

  it("makes an offer that runs out after the work stream's time, and tells what it is about", async () => {
    const bench = createBench({ workstreams: [{ id: "messenger", offerSeconds: 30 }] });
    await bench.online("ana");
    const { id, offerId } = await bench.offered(1);
    const offer = await bench.offer(offerId);
    assert.equal(offer?.state, "pending");
    assert.equal(offer.conversationId, id);
    assert.equal(offer.offeredTo, "ana");
    assert.equal(offer.expiresAt - offer.createdAt, 30_000);
    assert.equal(offer.due, offer.expiresAt);
    assert.equal(offer.lastText, "hello");
  });

  it("asks a decliner after everybody else, and not again after three times", async () => {
    const bench = createBench({
      agents: [
        { id: "ana", capacity: 9 },
        { id: "ben", capacity: 1 },
      ],
    });
    await bench.online("ana", "ben");
    const { id } = await bench.offered(1);
    const asked: (string | undefined)[] = [];
    for (let i = 0; i < 6; i++) {
      const item = await bench.item(id);
      asked.push(item?.offeredTo);
      await rejectOffer(bench.ports, item?.offerId ?? "", item?.offeredTo ?? "");
      await bench.assigner.kick();
    }
    assert.deepEqual(asked, ["ana", "ben", "ana", "ben", "ana", "ben"]);
    const item = await bench.item(id);
    assert.equal(item?.state, "open", "it waits for a pick or a supervisor");
    assert.deepEqual(item.declined, { ana: 3, ben: 3 });
  });

  it("asks the former agent first, but after others once they declined", async () => {
    const bench = createBench({
      agents: [
        { id: "ana", capacity: 1 },
        { id: "ben", capacity: 9 },
      ],
    });
    const id = await bench.enqueue(1);
    await assignTo(bench.ports, id, "ana");
    await putAside(bench.ports, id, "ana");
    await bench.online("ana", "ben");
    await customerWrote(bench.ports, { conversationId: id, seq: 2, at: 1, text: "hi" });
    await bench.assigner.kick();
    assert.equal((await bench.item(id))?.offeredTo, "ana");
    await rejectOffer(bench.ports, (await bench.item(id))?.offerId ?? "", "ana");
    await bench.assigner.kick();
    assert.equal((await bench.item(id))?.offeredTo, "ben");
  });

  it("looks again at what changed while it ran, and runs once for many calls", async () => {
    const bench = createBench();
    await bench.online("ana");
    await bench.enqueue(1);
    let late: Promise<string> | undefined;
    bench.store.before = ({ purpose }) => {
      if (purpose === "offer" && late === undefined) {
        late = bench.enqueue(2).then((id) => {
          void bench.assigner.kick();
          return id;
        });
      }
    };
    await Promise.all([bench.assigner.kick(), bench.assigner.kick(), bench.assigner.kick()]);
    const id = await late;
    await bench.assigner.kick();
    assert.equal((await bench.item(id ?? ""))?.offeredTo, "ana");
    assert.equal(bench.store.purposes.filter((purpose) => purpose === "offer").length, 2);
  });

  it("survives a store that fails, and works at the next call", async () => {
    const bench = createBench();
    await bench.online("ana");
    const id = await bench.enqueue(1);
    bench.store.before = () => {
      throw storeDown();
    };
    await bench.assigner.kick();
    delete bench.store.before;
    await bench.assigner.kick();
    assert.equal((await bench.item(id))?.offeredTo, "ana");
  });

  it("gets through a hundred waiting that nobody may take to the one behind them", async () => {
    const bench = createBench({
      queues: [
        { id: "general", members: ["ana"] },
        { id: "other", members: [] },
      ],
    });
    for (let n = 0; n < 120; n++) await bench.enqueue(n, "other");
    const last = await bench.enqueue(500);
    await bench.online("ana");
    await bench.assigner.kick();
    assert.equal((await bench.item(last))?.offeredTo, "ana");
  });
});

// What people and time may do, in any order and at the same moment.
const AGENTS = ["ana", "ben", "cleo"] as const;
const CONVERSATIONS = 6;
const conversation = fc.integer({ min: 0, max: CONVERSATIONS - 1 }).map((n) => conversationOf(n));
const agent = fc.constantFrom(...AGENTS);
type Step = (bench: RoutingBench) => Promise<unknown>;
const onOffer =
  (id: string, act: (offer: Offer) => (bench: RoutingBench) => Promise<unknown>): Step =>
  async (bench) => {
    const offer = await bench.offer((await bench.item(id))?.offerId ?? "none");
    return offer === undefined ? undefined : act(offer)(bench);
  };
const steps: fc.Arbitrary<{ name: string; run: Step }> = fc.oneof(
  fc.record({
    name: fc.constant("accept"),
    run: conversation.map((id) =>
      onOffer(
        id,
        (offer) =>
          ({ ports }) =>
            acceptOffer(ports, offer.id, offer.agentId),
      ),
    ),
  }),
  fc.record({
    name: fc.constant("reject"),
    run: conversation.map((id) =>
      onOffer(
        id,
        (offer) =>
          ({ ports }) =>
            rejectOffer(ports, offer.id, offer.agentId),
      ),
    ),
  }),
  fc.record({
    name: fc.constant("expire"),
    run: conversation.map((id) =>
      onOffer(id, (offer) => ({ ports, clock }) => {
        clock.advance(Math.max(0, offer.expiresAt - clock.now()));
        return expireOffer(ports, offer.id);
      }),
    ),
  }),
  fc.record({
    name: fc.constant("pick"),
    run: fc.tuple(conversation, agent).map(
      ([id, by]): Step =>
        ({ ports }) =>
          pick(ports, id, by),
    ),
  }),
  fc.record({
    name: fc.constant("open"),
    run: fc.tuple(conversation, agent).map(
      ([id, by]): Step =>
        ({ ports }) =>
          open(ports, id, by),
    ),
  }),
  fc.record({
    name: fc.constant("end"),
    run: fc.tuple(conversation, agent).map(
      ([id, by]): Step =>
        ({ ports }) =>
          end(ports, id, by),
    ),
  }),
  fc.record({
    name: fc.constant("aside"),
    run: fc.tuple(conversation, agent).map(
      ([id, by]): Step =>
        ({ ports }) =>
          putAside(ports, id, by),
    ),
  }),
  fc.record({
    name: fc.constant("release"),
    run: fc.tuple(conversation, agent).map(
      ([id, by]): Step =>
        ({ ports }) =>
          release(ports, id, by),
    ),
  }),
  fc.record({
    name: fc.constant("transfer"),
    run: fc.tuple(conversation, fc.constantFrom("general", "vip")).map(
      ([id, queue]): Step =>
        ({ ports }) =>
          transferToQueue(ports, id, queue),
    ),
  }),
  fc.record({
    name: fc.constant("assign"),
    run: fc.tuple(conversation, agent).map(
      ([id, to]): Step =>
        ({ ports }) =>
          assignTo(ports, id, to),
    ),
  }),
  fc.record({
    name: fc.constant("close"),
    run: conversation.map(
      (id): Step =>
        ({ ports }) =>
          removeItem(ports, id),
    ),
  }),
  fc.record({
    name: fc.constant("wrote"),
    run: fc.tuple(conversation, fc.integer({ min: 1, max: 9 })).map(
      ([id, seq]): Step =>
        ({ ports }) =>
          customerWrote(ports, { conversationId: id, seq, at: seq, text: "hi" }),
    ),
  }),
  fc.record({
    name: fc.constant("enqueue"),
    run: fc.integer({ min: 0, max: CONVERSATIONS - 1 }).map(
      (n): Step =>
        (bench) =>
          bench.enqueue(n),
    ),
  }),
  fc.record({
    name: fc.constant("presence"),
    run: fc.tuple(agent, fc.constantFrom("available", "offline" as const)).map(
      ([who, now]): Step =>
        (bench) =>
          bench.presence(who, now),
    ),
  }),
  fc.record({ name: fc.constant("kick"), run: fc.constant<Step>((bench) => bench.assigner.kick()) }),
);

const REFUSALS = new Set(["ALREADY_TAKEN", "WRONG_STATE", "NOT_FOUND"]);

describe("whatever agents, customers and time do at once", () => {
  it("each conversation has exactly one holder, each agent the load of what is theirs, and no offer exceeds capacity", async function () {
    this.timeout(30_000);
    const capacity = 4;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(steps, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 25 }),
        fc.infiniteStream(fc.nat({ max: 3 })),
        async (rounds, waits) => {
          const bench = createBench({
            agents: AGENTS.map((id) => ({ id, capacity })),
            queues: [
              { id: "general", members: [...AGENTS] },
              { id: "vip", priority: 1, members: ["ana"] },
            ],
            workstreams: [{ id: "messenger", capacity: 2, offerSeconds: 30 }],
          });
          const exceeded: string[] = [];
          watchOffers(bench, capacity, exceeded);
          await bench.online(...AGENTS);
          for (let n = 0; n < CONVERSATIONS; n++) await bench.enqueue(n);
          // Operations of the store finish in any order.
          bench.store.before = async () => {
            for (let i = waits.next().value; i > 0; i--) await Promise.resolve();
          };
          for (const round of rounds) {
            await Promise.all(
              round.map(({ run }) =>
                run(bench).catch((error: { code?: string }) =>
                  assert.ok(REFUSALS.has(error.code ?? ""), String(error)),
                ),
              ),
            );
            checkInvariants(bench);
          }
          assert.deepEqual(exceeded, []);
        },
      ),
      { numRuns: 120 },
    );
  });
});

/** An offer to anybody but the former agent must leave the agent within capacity. */
function watchOffers(bench: RoutingBench, capacity: number, exceeded: string[]): void {
  bench.store.subscribe((changes) => {
    const offer = changes
      .map(({ doc }) => doc)
      .find((doc) => doc?.type === "offer" && (doc as Offer).state === "pending") as Offer | undefined;
    if (offer === undefined) return;
    const item = changes.map(({ doc }) => doc).find((doc) => doc?.type === "item") as WorkItem | undefined;
    const load = changes.map(({ doc }) => doc).find((doc) => doc?.type === "agent") as AgentLoad | undefined;
    if (item?.formerAgentId !== offer.agentId && (load?.used ?? 0) > capacity) exceeded.push(offer.agentId);
  });
}

function checkInvariants(bench: RoutingBench): void {
  const docs = bench.store.all("routing");
  const items = docs.filter(({ type }) => type === "item") as WorkItem[];
  for (const load of docs.filter(({ type }) => type === "agent") as AgentLoad[]) {
    const theirs = items
      .filter((item) => loadedAgent(item) === load.agentId)
      .reduce((sum, { units }) => sum + units, 0);
    assert.equal(load.used, theirs, `load of ${load.agentId}`);
  }
  for (const item of items) {
    const where = [item.sk !== undefined, item.offerId !== undefined, item.holder === "agent"].filter(
      Boolean,
    );
    assert.equal(
      where.length,
      1,
      `${item.state} ${item.holder}: stands in a queue, is offered, or has an agent`,
    );
    assert.equal(item.agentId !== undefined, item.holder === "agent");
    assert.equal(item.offeredTo !== undefined, item.offerId !== undefined);
    assert.equal(item.state === "open", item.sk !== undefined);
  }
  const pending = (docs.filter(({ type }) => type === "offer") as Offer[]).filter(
    ({ state }) => state === "pending",
  );
  assert.deepEqual(
    pending.map(({ id }) => id).sort(),
    items.flatMap(({ offerId }) => offerId ?? []).sort(),
    "each pending offer belongs to an item",
  );
}
