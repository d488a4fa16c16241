import assert from "node:assert/strict";
import { createRouter } from "../../src/routing/route";
import { createSettings } from "../support/settings";
import { buildSeed, conversationOf } from "./bench";

const RULES = [
  { name: "Gilda", if: "customer.name == 'Gilda Moore'", queue: "vip" },
  { name: "back again", if: "conversation.returning", queue: "back" },
];
const QUEUES = ["general", "vip", "back"].map((id) => ({ id, members: ["ana"] }));

describe("createRouter", () => {
  const settings = createSettings({ queues: QUEUES, workstreams: [{ id: "messenger", rules: RULES }] });
  const router = createRouter(settings);

  it("goes by the rules of the work stream", () => {
    const decision = router.route(conversationOf(1), buildSeed(1));
    assert.equal(decision.queueId, "vip");
    assert.equal(decision.rule, "Gilda");
  });

  it("gives the queue that a hand-off wished for, before any rule", () => {
    assert.deepEqual(router.route(conversationOf(1), buildSeed(1), "back"), {
      queueId: "back",
      rule: "hand-off",
      read: [],
      more: 0,
    });
  });

  it("goes by the rules when the wished queue does not exist", () => {
    assert.equal(router.route(conversationOf(1), buildSeed(1), "nowhere").queueId, "vip");
  });

  it("knows a returning customer by the conversation's number", () => {
    const seed = buildSeed(1, { customer: { id: "1", name: "Ann" } });
    assert.equal(router.route(conversationOf(1, 1), seed).queueId, "general");
    assert.equal(router.route(conversationOf(1, 2), seed).queueId, "back");
    assert.equal(router.route(conversationOf(1, 11), seed).queueId, "back");
  });

  it("takes the fallback queue for one that was deleted, and still tells the rule", () => {
    settings.change({
      queues: QUEUES.filter(({ id }) => id !== "vip"),
      workstreams: [{ id: "messenger", rules: RULES }],
    });
    const decision = router.route(conversationOf(1), buildSeed(1));
    assert.equal(decision.queueId, "general");
    assert.equal(decision.rule, "Gilda");
  });

  it("uses changed rules at once", () => {
    settings.change({
      queues: QUEUES,
      workstreams: [{ id: "messenger", rules: [{ name: "all", if: "true", queue: "back" }] }],
    });
    assert.equal(router.route(conversationOf(1), buildSeed(1)).queueId, "back");
  });

  it("takes the first queue there is for a work stream that was deleted", () => {
    assert.deepEqual(router.route(conversationOf(1), buildSeed(1, { workstreamId: "gone" })), {
      queueId: "general",
      read: [],
      more: 0,
    });
  });
});
