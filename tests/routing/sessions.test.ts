import assert from "node:assert/strict";
import { acceptOffer } from "../../src/routing/offers";
import { openWithBot } from "../../src/routing/queue";
import { assignTo, end, open, pick, putAside, release, transferToQueue } from "../../src/routing/sessions";
import { buildSeed, conversationOf, createBench, type RoutingBench } from "./bench";

const HOUR_MS = 60 * 60 * 1000;

describe("sessions", () => {
  let bench: RoutingBench;
  let id: string;

  beforeEach(async () => {
    bench = createBench({
      queues: [
        { id: "general", members: ["ana", "ben"] },
        { id: "vip", priority: 1, members: ["ana"] },
        { id: "empty", members: [] },
      ],
      workstreams: [{ id: "messenger", capacity: 2, autoCloseHours: 8 }],
    });
    id = await bench.enqueue(1);
  });

  describe("pick", () => {
    it("gives one that stands in a queue, over capacity if need be", async () => {
      const others = [await bench.enqueue(2), await bench.enqueue(3)];
      for (const each of [id, ...others]) assert.equal((await pick(bench.ports, each, "ana")).agentId, "ana");
      assert.equal(await bench.load("ana"), 6);
      assert.equal((await bench.item(id))?.sk, undefined);
    });

    it("by two at once gives it to one and tells the other who has it", async () => {
      const results = await Promise.allSettled([pick(bench.ports, id, "ana"), pick(bench.ports, id, "ben")]);
      const winner = results[0]?.status === "fulfilled" ? "ana" : "ben";
      const loser = results.find((result) => result.status === "rejected");
      assert.equal(loser?.reason.code, "ALREADY_TAKEN");
      assert.match(loser?.reason.message, new RegExp(`${winner} has this conversation`));
      assert.deepEqual(loser?.reason.details, { holder: "agent", agentId: winner });
      assert.equal(await bench.load(winner), 2);
      assert.equal((await bench.load("ana")) + (await bench.load("ben")), 2);
    });

    it("by fifty at once gives it to one", async () => {
      const agents = Array.from({ length: 50 }, (_, n) => `agent${n}`);
      const results = await Promise.allSettled(agents.map((agent) => pick(bench.ports, id, agent)));
      assert.equal(results.filter(({ status }) => status === "fulfilled").length, 1);
      for (const result of results)
        if (result.status === "rejected") assert.equal(result.reason.code, "ALREADY_TAKEN");
    });

    it("twice by the same agent is once", async () => {
      const first = await pick(bench.ports, id, "ana");
      assert.deepEqual(await pick(bench.ports, id, "ana"), first);
      assert.equal(await bench.load("ana"), 2);
    });

    it("is refused while it is offered to somebody, who is named", async () => {
      await bench.online("ana");
      await bench.assigner.kick();
      await assert.rejects(pick(bench.ports, id, "ben"), {
        code: "ALREADY_TAKEN",
        message: /offered to ana/,
      });
    });

    it("is refused for one's own that waits or is in wrap-up, telling its state", async () => {
      await pick(bench.ports, id, "ana");
      await putAside(bench.ports, id, "ana");
      await assert.rejects(pick(bench.ports, id, "ana"), { code: "WRONG_STATE", message: /waiting/ });
      await end(bench.ports, id, "ana");
      await assert.rejects(pick(bench.ports, id, "ana"), { code: "WRONG_STATE", message: /wrapUp/ });
    });

    it("is refused while the helper has it, and for one that is not there", async () => {
      await openWithBot(bench.ports, conversationOf(7), 1, buildSeed(7));
      await assert.rejects(pick(bench.ports, conversationOf(7), "ana"), {
        code: "ALREADY_TAKEN",
        message: /the bot has/,
      });
      await assert.rejects(pick(bench.ports, conversationOf(8), "ana"), { code: "NOT_FOUND" });
    });
  });

  describe("putAside and open", () => {
    it("let it wait without costing capacity, closing by itself after the work stream's hours", async () => {
      await pick(bench.ports, id, "ana");
      const aside = await putAside(bench.ports, id, "ana");
      assert.equal(aside.state, "waiting");
      assert.equal(aside.agentId, "ana");
      assert.equal(aside.due, bench.clock.now() + 8 * HOUR_MS);
      assert.equal(await bench.load("ana"), 0);
      await putAside(bench.ports, id, "ana");
      assert.equal(await bench.load("ana"), 0);
      const opened = await open(bench.ports, id, "ana");
      assert.equal(opened.state, "active");
      assert.equal(await bench.load("ana"), 2);
      await open(bench.ports, id, "ana");
      assert.equal(await bench.load("ana"), 2);
    });

    it("are for whoever has it, and in their states only", async () => {
      await assert.rejects(putAside(bench.ports, id, "ana"), {
        code: "ALREADY_TAKEN",
        message: /the queue has/,
      });
      await pick(bench.ports, id, "ana");
      await assert.rejects(putAside(bench.ports, id, "ben"), { code: "ALREADY_TAKEN", message: /ana has/ });
      await assert.rejects(open(bench.ports, id, "ben"), { code: "ALREADY_TAKEN" });
      await end(bench.ports, id, "ana");
      await assert.rejects(putAside(bench.ports, id, "ana"), {
        code: "WRONG_STATE",
        message: /It is wrapUp/,
      });
      await assert.rejects(open(bench.ports, id, "ana"), { code: "WRONG_STATE", message: /It is wrapUp/ });
    });
  });

  describe("end", () => {
    it("leaves it in wrap-up for a day, still costing capacity, and again is once", async () => {
      await pick(bench.ports, id, "ana");
      const ended = await end(bench.ports, id, "ana");
      assert.equal(ended.state, "wrapUp");
      assert.equal(ended.due, bench.clock.now() + 24 * HOUR_MS);
      assert.equal(await bench.load("ana"), 2);
      assert.deepEqual(await end(bench.ports, id, "ana"), ended);
    });

    it("costs capacity again for one that waited", async () => {
      await pick(bench.ports, id, "ana");
      await putAside(bench.ports, id, "ana");
      await end(bench.ports, id, "ana");
      assert.equal(await bench.load("ana"), 2);
    });
  });

  describe("release", () => {
    it("gives it back to its queue, behind those who wait, with declines forgotten", async () => {
      await pick(bench.ports, id, "ana");
      bench.clock.advance(1000);
      const other = await bench.enqueue(2);
      const released = await release(bench.ports, id, "ana");
      assert.equal(released.holder, "queue");
      assert.equal(released.agentId, undefined);
      assert.equal(released.formerAgentId, undefined);
      assert.ok((released.sk ?? "") > ((await bench.item(other))?.sk ?? ""));
      assert.equal(await bench.load("ana"), 0);
      await assert.rejects(release(bench.ports, id, "ana"), { code: "ALREADY_TAKEN" });
    });
  });

  describe("transferToQueue", () => {
    it("moves it wherever it is, withdrawing a pending offer", async () => {
      await bench.online("ana");
      await bench.assigner.kick();
      const offerId = (await bench.item(id))?.offerId ?? "";
      const moved = await transferToQueue(bench.ports, id, "vip");
      assert.equal(moved.queueId, "vip");
      assert.match(moved.sk ?? "", /^001~/);
      assert.equal((await bench.offer(offerId))?.state, "withdrawn");
      assert.equal(await bench.load("ana"), 0);
    });

    it("is refused to a queue without members, and to one that does not exist", async () => {
      await assert.rejects(transferToQueue(bench.ports, id, "empty"), {
        code: "INPUT_INVALID",
        message: /no members/,
      });
      await assert.rejects(transferToQueue(bench.ports, id, "nowhere"), {
        code: "INPUT_INVALID",
        message: /no queue "nowhere"/,
      });
      assert.equal((await bench.item(id))?.queueId, "general");
    });

    it("is refused while the helper has it", async () => {
      await openWithBot(bench.ports, conversationOf(7), 1, buildSeed(7));
      await assert.rejects(transferToQueue(bench.ports, conversationOf(7), "vip"), { code: "WRONG_STATE" });
      await assert.rejects(assignTo(bench.ports, conversationOf(7), "ana"), { code: "WRONG_STATE" });
    });

    it("by an agent who lost it meanwhile is refused, and the new holder keeps it", async () => {
      await pick(bench.ports, id, "ana");
      await assignTo(bench.ports, id, "ben");
      await assert.rejects(transferToQueue(bench.ports, id, "vip", "ana"), {
        code: "ALREADY_TAKEN",
        message: /ben has/,
      });
      await assert.rejects(assignTo(bench.ports, id, "ana", "ana"), {
        code: "ALREADY_TAKEN",
        message: /ben has/,
      });
      assert.equal((await bench.item(id))?.agentId, "ben");
    });
  });

  describe("assignTo", () => {
    it("gives it straight to an agent, over capacity and presence, and frees the former", async () => {
      await pick(bench.ports, id, "ana");
      await assignTo(bench.ports, id, "ben");
      assert.equal((await bench.item(id))?.agentId, "ben");
      assert.equal(await bench.load("ana"), 0);
      assert.equal(await bench.load("ben"), 2);
      await assert.rejects(assignTo(bench.ports, id, "nobody"), { code: "INPUT_INVALID" });
    });

    it("to whom it is offered counts it once", async () => {
      await bench.online("ana");
      await bench.assigner.kick();
      const offerId = (await bench.item(id))?.offerId ?? "";
      await assignTo(bench.ports, id, "ana");
      assert.equal(await bench.load("ana"), 2);
      await assert.rejects(acceptOffer(bench.ports, offerId, "ana"), { code: "WRONG_STATE" });
    });
  });

  it("one agent may put forty conversations aside at once", async () => {
    const ids = await Promise.all(Array.from({ length: 40 }, (_, n) => bench.enqueue(100 + n)));
    for (const each of ids) await pick(bench.ports, each, "ana");
    await Promise.all(ids.map((each) => putAside(bench.ports, each, "ana")));
    assert.equal(await bench.load("ana"), 0);
  });
});
