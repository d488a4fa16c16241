import assert from "node:assert/strict";
import fc from "fast-check";
import type { AgentLoad, Offer, SessionRecord, WorkItem } from "../../src/core/workItem";
import { giveUpLost } from "../../src/routing/lost";
import { acceptOffer, expireOffer, rejectOffer } from "../../src/routing/offers";
import { LOST_MS, loseConnection, regainConnection } from "../../src/routing/presence";
import { customerWrote, loadedAgent, removeItem } from "../../src/routing/queue";
import {
  assignTo,
  end,
  open,
  pick,
  putAside,
  release,
  transferToAgent,
  transferToQueue,
  unblock,
} from "../../src/routing/sessions";
import { overflowWaitingItem } from "../../src/routing/waiting";
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
/** Every other customer writes to a work stream that takes places in profiles instead of units. */
const enqueueAny = (bench: RoutingBench, n: number): Promise<string> =>
  bench.enqueue(n, "general", n % 2 === 0 ? {} : { workstreamId: "mail" });
type Step = (bench: RoutingBench) => Promise<unknown>;
/** Mostly whoever has the conversation: what others do is refused. */
const who = fc.oneof(agent, fc.constant(undefined), fc.constant(undefined));
/** The conversation `id` if it is such a one, else any that is: most steps must find something to do. */
function such(bench: RoutingBench, id: string, is: (item: WorkItem) => boolean): WorkItem | undefined {
  const items = bench.store.all<WorkItem>("routing").filter((doc) => doc.type === "item" && is(doc));
  return items.find(({ conversationId }) => conversationId === id) ?? items[0];
}
const as =
  (
    id: string,
    by: string | undefined,
    act: (bench: RoutingBench, agentId: string, id: string) => Promise<unknown>,
  ): Step =>
  async (bench) => {
    if (by !== undefined) return act(bench, by, id);
    const theirs = such(bench, id, ({ agentId }) => agentId !== undefined);
    return theirs && act(bench, theirs.agentId ?? "", theirs.conversationId);
  };
const onOffer =
  (id: string, act: (offer: Offer) => (bench: RoutingBench) => Promise<unknown>): Step =>
  async (bench) => {
    const item = such(bench, id, ({ offerId }) => offerId !== undefined);
    const offer = await bench.offer(item?.offerId ?? "none");
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
    run: fc
      .tuple(conversation, who)
      .map(([id, by]) => as(id, by, ({ ports }, agentId, theirs) => open(ports, theirs, agentId))),
  }),
  fc.record({
    name: fc.constant("end"),
    run: fc
      .tuple(conversation, who)
      .map(([id, by]) => as(id, by, ({ ports }, agentId, theirs) => end(ports, theirs, agentId))),
  }),
  fc.record({
    name: fc.constant("aside"),
    run: fc
      .tuple(conversation, who)
      .map(([id, by]) => as(id, by, ({ ports }, agentId, theirs) => putAside(ports, theirs, agentId))),
  }),
  fc.record({
    name: fc.constant("release"),
    run: fc
      .tuple(conversation, who)
      .map(([id, by]) => as(id, by, ({ ports }, agentId, theirs) => release(ports, theirs, agentId))),
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
    run: fc.tuple(conversation, fc.integer({ min: 0, max: 2 })).map(
      ([id, more]): Step =>
        async (bench) => {
          const seq = ((await bench.item(id))?.lastInboundSeq ?? 0) + more;
          await customerWrote(bench.ports, { conversationId: id, seq, at: seq, text: "hi" });
        },
    ),
  }),
  fc.record({
    name: fc.constant("enqueue"),
    run: fc.integer({ min: 0, max: CONVERSATIONS - 1 }).map(
      (n): Step =>
        (bench) =>
          enqueueAny(bench, n),
    ),
  }),
  fc.record({
    name: fc.constant("presence"),
    run: fc.tuple(agent, fc.constantFrom("available", "offline", "away" as const)).map(
      ([who, now]): Step =>
        (bench) =>
          bench.presence(who, now),
    ),
  }),
  fc.record({
    name: fc.constant("handOver"),
    run: fc
      .tuple(conversation, agent)
      .map(([id, to]) =>
        as(id, undefined, async ({ ports }, from, theirs) =>
          from === to ? undefined : transferToAgent(ports, theirs, to, from),
        ),
      ),
  }),
  fc.record({
    name: fc.constant("lose"),
    run: agent.map(
      (who): Step =>
        ({ ports }) =>
          loseConnection(ports, who),
    ),
  }),
  fc.record({
    name: fc.constant("regain"),
    run: agent.map(
      (who): Step =>
        ({ ports }) =>
          regainConnection(ports, who),
    ),
  }),
  fc.record({
    name: fc.constant("giveUp"),
    run: fc.tuple(agent, fc.constantFrom(0, LOST_MS)).map(
      ([who, ms]): Step =>
        ({ ports, clock }) => {
          clock.advance(ms);
          return giveUpLost(ports, who);
        },
    ),
  }),
  fc.record({
    name: fc.constant("unblock"),
    run: fc.tuple(conversation, fc.constantFrom(0, 30_000)).map(
      ([id, ms]): Step =>
        async (bench) => {
          bench.clock.advance(ms);
          const item = such(bench, id, ({ blockUntil }) => blockUntil !== undefined);
          if (item !== undefined) await unblock(bench.ports, item.conversationId);
        },
    ),
  }),
  fc.record({
    name: fc.constant("overflow"),
    run: fc.tuple(conversation, fc.constantFrom(0, 5 * 60_000)).map(
      ([id, ms]): Step =>
        ({ ports, clock }) => {
          clock.advance(ms);
          return overflowWaitingItem(ports, id);
        },
    ),
  }),
  fc.record({ name: fc.constant("kick"), run: fc.constant<Step>((bench) => bench.assigner.kick()) }),
);

const REFUSALS = new Set(["ALREADY_TAKEN", "WRONG_STATE", "NOT_FOUND", "NOT_ALLOWED"]);
const CAPACITY = 4;
const PLACES = { mail: 2, deep: 1 };
/** More with RUNS=2000. */
const RUNS = Number(process.env.RUNS ?? 150);

/** How the two work streams bound an agent; both kinds of decline change presences. */
const terms = fc.record({
  wrapUpBlock: fc.constantFrom<"always" | "never" | number>("always", "never", 30),
  missedOfferInactive: fc.boolean(),
  rejectedOfferDoNotDisturb: fc.boolean(),
  notification: fc.record({ autoAccept: fc.boolean() }),
});

describe("whatever agents, customers and time do at once", () => {
  it("each conversation has exactly one holder, each agent the load of what is theirs, and no offer exceeds capacity", async function () {
    this.timeout(RUNS * 250);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(steps, { minLength: 1, maxLength: 4 }), {
          minLength: 1,
          maxLength: 40,
          size: "max",
        }),
        fc.infiniteStream(fc.nat({ max: 3 })),
        fc.tuple(terms, terms),
        async (rounds, waits, [messenger, mail]) => {
          const bench = createBench({
            agents: AGENTS.map((id) => ({ id, capacity: CAPACITY })),
            queues: [
              {
                id: "general",
                members: [...AGENTS],
                overflow: [{ when: "waitedAbove", minutes: 5, do: "transfer", queue: "vip" }],
              },
              {
                id: "vip",
                priority: 1,
                members: ["ana"],
                overflow: [{ when: "waitedAbove", minutes: 9, do: "end" }],
              },
            ],
            workstreams: [
              { id: "messenger", capacity: 2, offerSeconds: 30, ...messenger },
              { id: "mail", capacityProfiles: Object.keys(PLACES), offerSeconds: 30, ...mail },
            ],
            more: {
              capacityProfiles: Object.entries(PLACES).map(([id, limit]) => ({ id, name: id, limit })),
            },
          });
          const exceeded: string[] = [];
          watchOffers(bench, exceeded);
          await bench.online(...AGENTS);
          for (let n = 0; n < CONVERSATIONS; n++) await enqueueAny(bench, n);
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
      { numRuns: RUNS },
    );
  });
});

/** An offer to anybody but the former agent, or of a colleague, must leave the agent within capacity. */
function watchOffers(bench: RoutingBench, exceeded: string[]): void {
  const offered = new Set<string>();
  bench.store.subscribe((changes) => {
    const docs = changes.map(({ doc }) => doc);
    const item = docs.find((doc) => doc?.type === "item") as WorkItem | undefined;
    const load = docs.find((doc) => doc?.type === "agent") as AgentLoad | undefined;
    const session = item?.sessions.at(-1);
    if (load === undefined || session?.how !== "offer" || session.endedAt !== undefined) return;
    // Only the batch of the offer itself has both; an accept finds what was counted before.
    if (load.lastAssignedAt !== session.offeredAt || session.why?.method === "formerAgent") return;
    const isOffer = docs.some((doc) => doc?.type === "offer" && (doc as Offer).state === "pending");
    if (!isOffer && session.acceptedAt !== session.offeredAt) return;
    // What follows at that very moment is no offer: a colleague may have handed over another one meanwhile.
    const name = [item?.conversationId, item?.sessions.length, session.agentId, session.offeredAt].join();
    if (offered.has(name)) return;
    offered.add(name);
    const over = Object.entries(PLACES).some(([id, limit]) => (load.profiles?.[id] ?? 0) > limit);
    const isMail = item?.profiles !== undefined;
    if (isMail ? over : load.used > CAPACITY) exceeded.push(session.agentId);
  });
}

function checkInvariants(bench: RoutingBench): void {
  const docs = bench.store.all("routing");
  const items = docs.filter(({ type }) => type === "item") as WorkItem[];
  for (const load of docs.filter(({ type }) => type === "agent") as AgentLoad[]) checkLoad(load, items);
  for (const item of items) {
    checkHolder(item);
    checkRecords(item);
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

function checkLoad(load: AgentLoad, items: readonly WorkItem[]): void {
  const theirs = items.filter((item) => loadedAgent(item) === load.agentId);
  const units = theirs.reduce((sum, item) => sum + item.units, 0);
  assert.equal(load.used, units, `load of ${load.agentId}`);
  for (const id of Object.keys(PLACES)) {
    const places = theirs.filter(({ profiles = [] }) => profiles.includes(id)).length;
    assert.equal(load.profiles?.[id] ?? 0, places, `places of ${load.agentId} in ${id}`);
  }
  assert.equal(load.lost === undefined || load.presence === "offline", true, "who is lost is offline");
  assert.equal(load.due === undefined || load.lost !== undefined, true, "only the lost are given up");
}

function checkHolder(item: WorkItem): void {
  const places = [
    item.sk !== undefined,
    item.offerId !== undefined,
    item.holder === "agent",
    item.endAs !== undefined,
  ].filter(Boolean);
  assert.equal(
    places.length,
    1,
    `${item.state} ${item.holder}: stands in a queue, is offered, has an agent, or ends`,
  );
  assert.equal(item.agentId !== undefined, item.holder === "agent");
  assert.equal(item.offeredTo !== undefined, item.offerId !== undefined);
  assert.equal(item.state === "open", item.sk !== undefined || item.endAs !== undefined);
  assert.equal(item.transferredBy === undefined || item.offerId !== undefined, true);
  assert.equal(item.blockUntil === undefined || item.state === "wrapUp", true);
}

function checkRecords(item: WorkItem): void {
  const isOpen = ({ endedAt }: SessionRecord): boolean => endedAt === undefined;
  const open = item.sessions.filter(isOpen).map(({ agentId }) => agentId);
  const who = item.agentId ?? item.offeredTo;
  // One that was put aside, and ended then, has no session; everything else that somebody has, has one.
  const mayHaveNone = item.state === "waiting" || item.state === "wrapUp";
  if (!mayHaveNone || open.length > 0) assert.deepEqual(open, who === undefined ? [] : [who]);
  const stays = item.stints.filter(({ leftAt }) => leftAt === undefined).map(({ queueId }) => queueId);
  const waits = item.holder === "queue" && item.transferredBy === undefined;
  assert.deepEqual(stays, waits ? [item.queueId] : [], "the only open stay is that of its queue");
}
