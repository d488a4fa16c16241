import assert from "node:assert/strict";
import { acceptOffer, expireOffer, rejectOffer } from "../../src/routing/offers";
import { removeItem } from "../../src/routing/queue";
import { assignTo, transferToQueue } from "../../src/routing/sessions";
import { createBench, type RoutingBench } from "./bench";

const OFFER_MS = 120_000;

describe("offers", () => {
  let bench: RoutingBench;
  let id: string;
  let offerId: string;

  beforeEach(async () => {
    bench = createBench();
    await bench.online("ana");
    ({ id, offerId } = await bench.offered(1));
  });

  describe("acceptOffer", () => {
    it("gives the conversation to its agent", async () => {
      const item = await acceptOffer(bench.ports, offerId, "ana");
      assert.equal(item.state, "active");
      assert.equal(item.holder, "agent");
      assert.equal(item.agentId, "ana");
      assert.equal(item.offerId, undefined);
      assert.equal(item.sk, undefined);
      assert.equal(await bench.load("ana"), 1);
      assert.equal((await bench.offer(offerId))?.state, "accepted");
    });

    it("twice is once", async () => {
      const first = await acceptOffer(bench.ports, offerId, "ana");
      assert.deepEqual(await acceptOffer(bench.ports, offerId, "ana"), first);
      assert.equal(await bench.load("ana"), 1);
    });

    it("again, after somebody else got the conversation, tells who has it", async () => {
      await acceptOffer(bench.ports, offerId, "ana");
      await assignTo(bench.ports, id, "ben");
      await assert.rejects(acceptOffer(bench.ports, offerId, "ana"), {
        code: "ALREADY_TAKEN",
        message: /ben has this conversation/,
      });
    });

    it("refuses somebody else's offer and one that never was", async () => {
      await assert.rejects(acceptOffer(bench.ports, offerId, "ben"), { code: "NOT_FOUND" });
      await assert.rejects(acceptOffer(bench.ports, "offer~none", "ana"), { code: "NOT_FOUND" });
      await assert.rejects(acceptOffer(bench.ports, "agent~ana", "ana"), { code: "NOT_FOUND" });
    });

    it("tells that the offer ran out, was declined or was withdrawn", async () => {
      bench.clock.advance(OFFER_MS);
      await expireOffer(bench.ports, offerId);
      await assert.rejects(acceptOffer(bench.ports, offerId, "ana"), {
        code: "WRONG_STATE",
        message: /ran out/,
      });
      await bench.assigner.kick();
      const again = (await bench.item(id))?.offerId ?? "";
      await rejectOffer(bench.ports, again, "ana");
      await assert.rejects(acceptOffer(bench.ports, again, "ana"), {
        code: "WRONG_STATE",
        message: /rejected already/,
      });
      await bench.assigner.kick();
      const third = (await bench.item(id))?.offerId ?? "";
      await transferToQueue(bench.ports, id, "vip");
      await assert.rejects(acceptOffer(bench.ports, third, "ana"), {
        code: "WRONG_STATE",
        message: /withdrawn already/,
      });
    });

    it("tells that the conversation was closed meanwhile", async () => {
      await acceptOffer(bench.ports, offerId, "ana");
      await removeItem(bench.ports, id);
      await assert.rejects(acceptOffer(bench.ports, offerId, "ana"), {
        code: "WRONG_STATE",
        message: /closed/,
      });
    });
  });

  describe("rejectOffer", () => {
    it("gives the conversation back to its old place and counts the decline", async () => {
      await bench.presence("ana", "away");
      const later = await bench.enqueue(2);
      await rejectOffer(bench.ports, offerId, "ana");
      const [item, other] = [await bench.item(id), await bench.item(later)];
      assert.equal(item?.state, "open");
      assert.equal(item.holder, "queue");
      assert.ok((item.sk ?? "") < (other?.sk ?? ""), "before who came later");
      assert.deepEqual(item.declined, { ana: 1 });
      assert.equal(await bench.load("ana"), 0);
      assert.equal((await bench.offer(offerId))?.offeredTo, undefined);
    });

    it("twice is once", async () => {
      await rejectOffer(bench.ports, offerId, "ana");
      await rejectOffer(bench.ports, offerId, "ana");
      assert.deepEqual((await bench.item(id))?.declined, { ana: 1 });
    });

    it("is refused after accepting", async () => {
      await acceptOffer(bench.ports, offerId, "ana");
      await assert.rejects(rejectOffer(bench.ports, offerId, "ana"), {
        code: "WRONG_STATE",
        message: /accepted already/,
      });
      assert.equal((await bench.item(id))?.agentId, "ana");
    });
  });

  describe("expireOffer", () => {
    it("does nothing before its time, or when somebody answered", async () => {
      bench.clock.advance(OFFER_MS - 10);
      assert.equal(await expireOffer(bench.ports, offerId), false);
      await acceptOffer(bench.ports, offerId, "ana");
      bench.clock.advance(OFFER_MS);
      assert.equal(await expireOffer(bench.ports, offerId), false);
      assert.equal(await expireOffer(bench.ports, "offer~none"), false);
      assert.equal((await bench.item(id))?.agentId, "ana");
    });

    it("gives the conversation back and counts as a decline", async () => {
      bench.clock.advance(OFFER_MS);
      assert.equal(await expireOffer(bench.ports, offerId), true);
      assert.deepEqual((await bench.item(id))?.declined, { ana: 1 });
      assert.equal(await bench.load("ana"), 0);
    });
  });

  describe("at the same moment", () => {
    const outcomes = async (...work: Promise<unknown>[]) =>
      (await Promise.allSettled(work)).map((result) =>
        result.status === "fulfilled" ? "won" : (result.reason as { code: string }).code,
      );

    it("exactly one of accept and reject wins; the other is told", async () => {
      const found = await outcomes(
        acceptOffer(bench.ports, offerId, "ana"),
        rejectOffer(bench.ports, offerId, "ana"),
      );
      assert.deepEqual(found.sort(), ["WRONG_STATE", "won"]);
      const item = await bench.item(id);
      assert.equal(await bench.load("ana"), item?.holder === "agent" ? 1 : 0);
    });

    it("exactly one of accept and expiry wins, whoever comes first", async () => {
      for (const first of ["accept", "expire"] as const) {
        const own = createBench();
        await own.online("ana");
        const offered = await own.offered(1);
        own.clock.advance(OFFER_MS);
        const accept = () =>
          acceptOffer(own.ports, offered.offerId, "ana").then(
            () => true,
            () => false,
          );
        const expire = () => expireOffer(own.ports, offered.offerId);
        const won = await Promise.all(first === "accept" ? [accept(), expire()] : [expire(), accept()]);
        assert.deepEqual(won.filter(Boolean).length, 1);
        assert.equal(
          (await own.item(offered.id))?.holder,
          won[first === "accept" ? 0 : 1] ? "agent" : "queue",
        );
      }
    });

    it("an accept and a transfer leave one holder and the right load", async () => {
      await outcomes(acceptOffer(bench.ports, offerId, "ana"), transferToQueue(bench.ports, id, "vip"));
      const item = await bench.item(id);
      assert.equal(item?.queueId, "vip");
      assert.equal(item.holder, "queue");
      assert.equal(await bench.load("ana"), 0);
    });
  });
});
