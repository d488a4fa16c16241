import assert from "node:assert/strict";
import type { Announcement, WorkItem } from "../../src/core/workItem";
import { acceptOffer, expireOffer, rejectOffer } from "../../src/routing/offers";
import { getPresence, LOST_MS, loseConnection } from "../../src/routing/presence";
import { customerWrote, removeItem } from "../../src/routing/queue";
import { assignTo, end, pick, putAside, transferToAgent, transferToQueue } from "../../src/routing/sessions";
import { createBench, type RoutingBench } from "./bench";

const OFFER_MS = 120_000;
const HOUR_MS = 60 * 60 * 1000;

describe("transferToAgent", () => {
  let bench: RoutingBench;
  let id: string;
  let place: string | undefined;

  beforeEach(async () => {
    bench = createBench({
      workstreams: [{ id: "messenger", capacity: 2 }],
      more: { automatedMessages: [{ id: "over", trigger: "transferred", enabled: true }] },
    });
    await bench.online("ana", "ben");
    id = await bench.enqueue(1);
    place = (await bench.item(id))?.sk;
    await pick(bench.ports, id, "ana");
    bench.clock.advance(HOUR_MS);
  });
  const transfer = (to = "ben", from = "ana") => transferToAgent(bench.ports, id, to, from);
  const item = async () => (await bench.item(id)) as WorkItem;
  const loads = async () => [await bench.load("ana"), await bench.load("ben")];
  const told = () =>
    bench.store
      .all<Announcement>("routing")
      .flatMap((doc) => (doc.type === "announcement" ? doc.trigger : []));

  it("offers it; accepted, the colleague has it and the customer is told", async () => {
    const offered = await transfer();
    assert.deepEqual([offered.holder, offered.offeredTo, offered.agentId], ["queue", "ben", undefined]);
    assert.deepEqual(await loads(), [0, 2]);
    assert.equal((await bench.offer(offered.offerId ?? ""))?.transferredBy, "ana");
    const taken = await acceptOffer(bench.ports, offered.offerId ?? "", "ben");
    assert.deepEqual([taken.agentId, taken.transferredBy, taken.state], ["ben", undefined, "active"]);
    assert.deepEqual(await loads(), [0, 2]);
    assert.ok(told().includes("transferred"));
  });

  it("counts for a colleague who has no room", async () => {
    for (const n of [2, 3]) await pick(bench.ports, await bench.enqueue(n), "ben");
    await bench.presence("ben", "busy");
    await transfer();
    assert.deepEqual(await loads(), [0, 6]);
  });

  for (const how of ["rejected", "run out"] as const) {
    const decline = async () => {
      const { offerId = "" } = await item();
      if (how === "rejected") return rejectOffer(bench.ports, offerId, "ben");
      bench.clock.advance(OFFER_MS);
      return expireOffer(bench.ports, offerId);
    };

    it(`${how} comes back to the giver`, async () => {
      await transfer();
      await decline();
      const { agentId, holder, state, transferredBy, offerId, declined } = await item();
      assert.deepEqual([agentId, holder, state], ["ana", "agent", "active"]);
      assert.deepEqual([transferredBy, offerId, declined], [undefined, undefined, {}]);
      assert.deepEqual(await loads(), [2, 0]);
      await transfer();
      assert.equal((await item()).offeredTo, "ben", "it may be tried again");
    });

    for (const gone of ["offline", "lost", "no agent any more"] as const) {
      it(`${how} goes to its old place in the queue when the giver is ${gone}`, async () => {
        await transfer();
        if (gone === "offline") await bench.presence("ana", "offline");
        if (gone === "lost") await loseConnection(bench.ports, "ana");
        if (gone === "no agent any more") bench.settings.change({ agents: [{ id: "ben" }] });
        await decline();
        const { holder, sk, transferredBy, queuedAt, sessions } = await item();
        assert.deepEqual([holder, sk, transferredBy], ["queue", place, undefined]);
        assert.ok((queuedAt ?? 0) >= bench.clock.now() - OFFER_MS, "it has not waited for an hour");
        assert.equal(sessions.at(-1)?.closure, how === "rejected" ? "agentRejected" : "agentTimedOut");
        assert.deepEqual(await loads(), [0, 0]);
      });
    }
  }

  it("comes back to a giver who is away: they are there", async () => {
    await transfer();
    await bench.presence("ana", "away");
    await rejectOffer(bench.ports, (await item()).offerId ?? "", "ben");
    assert.equal((await item()).agentId, "ana");
  });

  const unreachable: [presence: "away" | "offline" | "doNotDisturb", message: RegExp][] = [
    ["away", /ben is away now; choose somebody else/],
    ["offline", /ben is offline now/],
    ["doNotDisturb", /ben is not to be disturbed now/],
  ];
  for (const [presence, message] of unreachable) {
    it(`is refused in words to somebody who is ${presence}, and nothing changes`, async () => {
      await bench.presence("ben", presence);
      const before = await item();
      await assert.rejects(transfer(), {
        code: "WRONG_STATE",
        message,
        details: { agentId: "ben", presence },
      });
      assert.deepEqual(await item(), before);
      assert.deepEqual(await loads(), [2, 0]);
    });
  }

  it("is refused to oneself, to nobody, and of what is not one's own", async () => {
    await assert.rejects(transfer("ana"), { code: "INPUT_INVALID", message: /have it already/ });
    await assert.rejects(transfer("nobody"), { code: "INPUT_INVALID", message: /no agent "nobody"/ });
    await assert.rejects(transfer("ana", "ben"), { code: "ALREADY_TAKEN", message: /ana has/ });
    await transfer();
    await assert.rejects(transfer(), { code: "ALREADY_TAKEN", message: /the queue has/ });
  });

  it("of one in wrap-up or put aside is an active one again for whoever gets it", async () => {
    for (const before of [putAside, end]) {
      await pick(bench.ports, await bench.enqueue(5), "ana");
      const other = (await bench.item(await bench.enqueue(5)))?.conversationId ?? "";
      await before(bench.ports, other, "ana");
      const offered = await transferToAgent(bench.ports, other, "ben", "ana");
      assert.deepEqual([offered.blockUntil, offered.unblocked], [undefined, undefined]);
      await rejectOffer(bench.ports, offered.offerId ?? "", "ben");
      assert.deepEqual(
        [(await bench.item(other))?.state, (await bench.item(other))?.agentId],
        ["active", "ana"],
      );
      assert.deepEqual(await loads(), [4, 0]);
      await removeItem(bench.ports, other);
    }
  });

  describe("meanwhile", () => {
    it("the customer may write, which changes neither holder nor load", async () => {
      await transfer();
      await customerWrote(bench.ports, { conversationId: id, seq: 9, at: 1, text: "still there?" });
      const { offeredTo, lastText } = await item();
      assert.deepEqual([offeredTo, lastText], ["ben", "still there?"]);
      assert.deepEqual(await loads(), [0, 2]);
    });

    it("it may be closed: nobody has the load, and the offer is gone", async () => {
      const { offerId = "" } = await transfer();
      const last = await removeItem(bench.ports, id);
      assert.deepEqual(await loads(), [0, 0]);
      assert.ok(last?.sessions.every(({ endedAt }) => endedAt !== undefined));
      await assert.rejects(acceptOffer(bench.ports, offerId, "ben"), { code: "NOT_FOUND" });
    });

    it("a supervisor may move it: the offer is withdrawn", async () => {
      const { offerId = "" } = await transfer();
      await transferToQueue(bench.ports, id, "vip");
      assert.deepEqual(await loads(), [0, 0]);
      assert.equal((await item()).transferredBy, undefined);
      await assert.rejects(acceptOffer(bench.ports, offerId, "ben"), {
        code: "WRONG_STATE",
        message: /withdrawn/,
      });
    });

    it("nothing of it goes to the queue because its giver is lost: it is the colleague's to answer", async () => {
      const { offerId = "" } = await transfer();
      await loseConnection(bench.ports, "ana");
      bench.clock.advance(LOST_MS);
      assert.equal((await acceptOffer(bench.ports, offerId, "ben")).agentId, "ben");
    });
  });

  it("at once with a close, an assignment and a customer's message leaves one holder and the right loads", async () => {
    const rivals: (() => Promise<unknown>)[] = [
      () => removeItem(bench.ports, id),
      () => assignTo(bench.ports, id, "ben"),
      () => putAside(bench.ports, id, "ana"),
      () => customerWrote(bench.ports, { conversationId: id, seq: 99, at: 1, text: "hi" }),
      () => transfer(),
    ];
    for (const rival of rivals)
      for (const order of ["first", "second"]) {
        bench = createBench({ workstreams: [{ id: "messenger", capacity: 2 }] });
        await bench.online("ana", "ben");
        id = await bench.enqueue(1);
        await pick(bench.ports, id, "ana");
        const both = order === "first" ? [transfer(), rival()] : [rival(), transfer()];
        for (const result of await Promise.allSettled(both))
          if (result.status === "rejected")
            assert.ok(["ALREADY_TAKEN", "NOT_FOUND", "WRONG_STATE"].includes(result.reason.code));
        const now = await bench.item(id);
        const holder = now?.state === "waiting" ? undefined : (now?.offeredTo ?? now?.agentId);
        assert.deepEqual(await loads(), [holder === "ana" ? 2 : 0, holder === "ben" ? 2 : 0]);
      }
  });
});

describe("the work stream's notification", () => {
  it("with autoAccept gives an offer at once, with its session, presence and no offer left", async () => {
    const bench = createBench({
      agents: [{ id: "ana", capacity: 1 }],
      workstreams: [{ id: "messenger", notification: { autoAccept: true } }],
    });
    await bench.online("ana");
    const { id } = await bench.offered(1);
    const item = await bench.item(id);
    assert.deepEqual(
      [item?.agentId, item?.holder, item?.state, item?.offerId, item?.sk],
      ["ana", "agent", "active", undefined, undefined],
    );
    assert.deepEqual(
      item?.sessions.map(({ how, offeredAt, acceptedAt }) => [how, offeredAt === acceptedAt]),
      [["offer", true]],
    );
    assert.equal(bench.store.all("routing").filter(({ type }) => type === "offer").length, 0);
    assert.equal((await getPresence(bench.ports, "ana")).presence, "doNotDisturb");
    assert.equal(await bench.load("ana"), 1);
  });

  it("with autoAccept hands a transfer over at once", async () => {
    const bench = createBench({ workstreams: [{ id: "messenger", notification: { autoAccept: true } }] });
    await bench.online("ben");
    const id = await bench.enqueue(1);
    await assignTo(bench.ports, id, "ana");
    const item = await transferToAgent(bench.ports, id, "ben", "ana");
    assert.deepEqual([item.agentId, item.transferredBy], ["ben", undefined]);
    assert.deepEqual([await bench.load("ana"), await bench.load("ben")], [0, 1]);
  });

  it("without reject lets nobody reject, in words, but an offer may run out", async () => {
    const bench = createBench({ workstreams: [{ id: "messenger", notification: { reject: false } }] });
    await bench.online("ana");
    const { id, offerId } = await bench.offered(1);
    await assert.rejects(rejectOffer(bench.ports, offerId, "ana"), {
      code: "NOT_ALLOWED",
      message: /cannot be rejected/,
    });
    assert.equal((await bench.item(id))?.offeredTo, "ana");
    bench.clock.advance(OFFER_MS);
    assert.equal(await expireOffer(bench.ports, offerId), true);
  });
});

describe("who had it before", () => {
  async function woken(stream: object) {
    const bench = createBench({ workstreams: [{ id: "messenger", ...stream }] });
    await bench.online("ben");
    const id = await bench.enqueue(1);
    await assignTo(bench.ports, id, "ana");
    await putAside(bench.ports, id, "ana");
    await customerWrote(bench.ports, { conversationId: id, seq: 2, at: 1, text: "hi" });
    await bench.assigner.kick();
    return { bench, id };
  }

  it("is waited for, even offline, for the work stream's minutes; then anybody is asked", async () => {
    const { bench, id } = await woken({ keepAgentMinutes: 3 });
    assert.equal((await bench.item(id))?.state, "open");
    bench.clock.advance(3 * 60_000 - 1);
    await bench.assigner.kick();
    assert.equal((await bench.item(id))?.state, "open");
    bench.clock.advance(1);
    await bench.assigner.kick();
    assert.equal((await bench.item(id))?.offeredTo, "ben");
  });

  it("gets it when they come in time, whatever their presence and room", async () => {
    const { bench, id } = await woken({ keepAgentMinutes: 3, capacity: 100 });
    await bench.presence("ana", "away");
    await bench.assigner.kick();
    assert.equal((await bench.item(id))?.offeredTo, "ana");
  });

  it("is nobody special where the work stream says so, or does not wait", async () => {
    for (const stream of [{ keepSameAgent: false }, { keepAgentMinutes: 0 }]) {
      const { bench, id } = await woken(stream);
      assert.equal((await bench.item(id))?.offeredTo, "ben");
    }
  });
});
