import assert from "node:assert/strict";
import { ChannelError } from "../../src/core/errors";
import type { ConversationView, MessageView, OfferView, PresenceView } from "../../src/desk/contract";
import { conversationOf } from "../pipeline/bench";
import { createDesk, principal, SAM } from "./bench";

const ONE = conversationOf("1");
interface List<T> {
  items: T[];
  next: string | null;
}

describe("desk routes", () => {
  it("lead a conversation from offer to closed", async () => {
    const desk = createDesk();
    assert.equal(
      (await desk.call<PresenceView>("ana", "PUT", "/presence", { presence: "available" })).body.capacity,
      3,
    );
    await desk.say("1", "hi");
    const [offer] = (await desk.call<List<OfferView>>("ana", "GET", "/offers")).body.items;
    assert.equal(offer?.lastText, "hi");
    assert.deepEqual((await desk.call<List<OfferView>>("ben", "GET", "/offers")).body.items, []);
    const accepted = await desk.call<ConversationView>("ana", "POST", `/offers/${offer?.id}/accept`);
    assert.deepEqual(
      [accepted.body.state, accepted.body.holder, accepted.body.agentId],
      ["active", "agent", "ana"],
    );
    const sent = await desk.call<MessageView>("ana", "POST", `/conversations/${ONE}/messages`, {
      text: "Hello",
      clientId: "c1",
    });
    assert.equal(sent.status, 201);
    assert.deepEqual(sent.body.author, { kind: "agent", id: "ana", name: "ana" });
    const again = await desk.call<MessageView>("ana", "POST", `/conversations/${ONE}/messages`, {
      text: "Hello",
      clientId: "c1",
    });
    assert.equal(again.body.id, sent.body.id);
    assert.deepEqual(
      desk.sent.map(({ text }) => text),
      ["Hello"],
    );
    assert.equal(
      (await desk.call<ConversationView>("ana", "POST", `/conversations/${ONE}/end`)).body.state,
      "wrapUp",
    );
    assert.equal(
      (await desk.call<ConversationView>("ana", "POST", `/conversations/${ONE}/close`)).body.state,
      "closed",
    );
    assert.equal(
      (await desk.call<ConversationView>("ana", "GET", `/conversations/${ONE}`)).body.state,
      "closed",
    );
    assert.equal(
      (await desk.call<PresenceView & { presence: PresenceView }>("ana", "GET", "/me")).body.presence.used,
      0,
    );
    await assert.rejects(desk.call("ana", "POST", `/conversations/${ONE}/messages`, { text: "late" }), {
      code: "WRONG_STATE",
      message: /closed/,
    });
  });

  it("give back what was declined, and offer it to the next", async () => {
    const desk = createDesk();
    await desk.online("ana");
    await desk.say("1", "hi");
    await desk.online("ben");
    const [offer] = (await desk.call<List<OfferView>>("ana", "GET", "/offers")).body.items;
    assert.equal((await desk.call("ana", "POST", `/offers/${offer?.id}/reject`)).status, 204);
    assert.equal((await desk.item("1"))?.offeredTo, "ben");
  });

  it("show messages in order, after a seq, page by page", async () => {
    const desk = createDesk();
    await desk.say("1", "a", "b", "c");
    const texts = async (query: string) => {
      const { body } = await desk.call<List<MessageView>>(
        "ana",
        "GET",
        `/conversations/${ONE}/messages?${query}`,
      );
      return [body.items.map(({ text }) => text), body.next] as const;
    };
    assert.deepEqual(await texts("after=1"), [["b", "c"], null]);
    const [first, next] = await texts("limit=2");
    assert.deepEqual(first, ["a", "b"]);
    assert.deepEqual(await texts(`limit=2&cursor=${next}`), [["c"], null]);
  });

  it("tell why it went where it went", async () => {
    const desk = createDesk({
      workstreams: [{ id: "messenger", rules: [{ name: "all", if: "true", queue: "vip" }] }],
    });
    await desk.say("1", "hi");
    const { items } = (await desk.call<List<{ text: string }>>("ana", "GET", `/conversations/${ONE}/trace`))
      .body;
    assert.equal(items[0]?.text, 'To queue "vip", rule "all".');
  });

  describe("refuse", () => {
    const refused: [what: string, who: string, method: string, path: string, body: unknown, code: string][] =
      [
        ["a presence that is none", "ana", "PUT", "/presence", { presence: "asleep" }, "INPUT_INVALID"],
        [
          "a presence with more than that",
          "ana",
          "PUT",
          "/presence",
          { presence: "away", agentId: "ben" },
          "INPUT_INVALID",
        ],
        [
          "a presence of somebody who is no agent",
          "operator",
          "PUT",
          "/presence",
          { presence: "away" },
          "INPUT_INVALID",
        ],
        ["an unknown state", "ana", "GET", "/conversations?state=opened", undefined, "INPUT_INVALID"],
        ["an unknown holder", "ana", "GET", "/conversations?holder=nobody", undefined, "INPUT_INVALID"],
        ["too large a page", "ana", "GET", "/conversations?limit=201", undefined, "INPUT_INVALID"],
        ["an empty page", "ana", "GET", "/conversations?limit=0", undefined, "INPUT_INVALID"],
        ["a cursor of one's own", "ana", "GET", "/conversations?cursor=abc", undefined, "INPUT_INVALID"],
        [
          "a conversation that never was",
          "ana",
          "GET",
          `/conversations/${conversationOf("9")}`,
          undefined,
          "NOT_FOUND",
        ],
        ["an id that is none", "ana", "GET", "/conversations/nonsense", undefined, "NOT_FOUND"],
        [
          "a conversation of a queue one is not in",
          "cleo",
          "GET",
          `/conversations/${ONE}`,
          undefined,
          "NOT_FOUND",
        ],
        ["to pick what one cannot see", "cleo", "POST", `/conversations/${ONE}/pick`, undefined, "NOT_FOUND"],
        [
          "to speak while it stands in the queue",
          "ana",
          "POST",
          `/conversations/${ONE}/messages`,
          { text: "hi" },
          "ALREADY_TAKEN",
        ],
        ["an empty text", "ana", "POST", `/conversations/${ONE}/messages`, { text: "" }, "INPUT_INVALID"],
        ["no body", "ana", "POST", `/conversations/${ONE}/messages`, undefined, "INPUT_INVALID"],
        [
          "to end what one does not have",
          "ana",
          "POST",
          `/conversations/${ONE}/end`,
          undefined,
          "ALREADY_TAKEN",
        ],
        [
          "to transfer what one does not have",
          "ana",
          "POST",
          `/conversations/${ONE}/transfer`,
          { queueId: "vip" },
          "NOT_ALLOWED",
        ],
        [
          "to transfer to two at once",
          "ana",
          "POST",
          `/conversations/${ONE}/transfer`,
          { queueId: "vip", agentId: "ben" },
          "INPUT_INVALID",
        ],
        [
          "to assign as an agent",
          "ana",
          "POST",
          `/conversations/${ONE}/assign`,
          { agentId: "ana" },
          "NOT_ALLOWED",
        ],
        ["an offer that is none", "ana", "POST", "/offers/offer~none/accept", undefined, "NOT_FOUND"],
      ];
    it("ids that no store could keep, as not found", async () => {
      const desk = createDesk();
      for (const id of [
        "x".repeat(500),
        "a?b",
        "a#b",
        "a\\b",
        "a\nb",
        "",
        "offer~",
        `offer~${"x".repeat(500)}`,
      ]) {
        for (const [method, path] of [
          ["GET", `/conversations/${id.replace("?", "%3F")}`],
          ["POST", `/conversations/${id.replace("?", "%3F")}/pick`],
          ["POST", `/offers/${id.replace("?", "%3F")}/accept`],
          ["POST", `/offers/${id.replace("?", "%3F")}/reject`],
        ] as const) {
          if (id !== "" || path.includes("/offers/"))
            await assert.rejects(desk.call("ana", method, path), { code: "NOT_FOUND" }, path);
        }
      }
      for (const id of ["x".repeat(500), "a/b", ""]) {
        await assert.rejects(desk.pipeline.deadLetters.replay(id, id), { code: "NOT_FOUND" });
      }
    });

    for (const [what, who, method, path, body, code] of refused) {
      it(what, async () => {
        const desk = createDesk();
        await desk.say("1", "hi");
        const before = await desk.item("1");
        await assert.rejects(desk.call(who, method, path, body), { code });
        assert.deepEqual(await desk.item("1"), before);
      });
    }

    it("to write in a conversation put aside", async () => {
      const desk = createDesk();
      await desk.say("1", "hi");
      await desk.call("ana", "POST", `/conversations/${ONE}/pick`);
      await desk.call("ana", "POST", `/conversations/${ONE}/close`);
      await assert.rejects(desk.call("ana", "POST", `/conversations/${ONE}/messages`, { text: "hi" }), {
        code: "WRONG_STATE",
        message: /Open the conversation/,
      });
      assert.equal(
        (await desk.call<ConversationView>("ana", "POST", `/conversations/${ONE}/open`)).body.state,
        "active",
      );
    });
  });

  it("let a supervisor close whatever is stuck, whoever has it; nobody else", async () => {
    const desk = createDesk();
    await desk.say("1", "hi");
    await assert.rejects(desk.call("ana", "POST", `/conversations/${ONE}/close`, { force: true }), {
      code: "NOT_ALLOWED",
    });
    const closed = await desk.call<ConversationView>(SAM, "POST", `/conversations/${ONE}/close`, {
      force: true,
    });
    assert.equal(closed.body.state, "closed");
    const now = await desk.call<ConversationView>(SAM, "GET", `/conversations/${ONE}`);
    assert.equal(now.body.state, "closed");
  });

  it("let a supervisor act in an agent's place", async () => {
    const desk = createDesk();
    await desk.say("1", "hi");
    assert.equal(
      (await desk.call<ConversationView>(SAM, "POST", `/conversations/${ONE}/assign`, { agentId: "ana" }))
        .body.agentId,
      "ana",
    );
    assert.equal(
      (await desk.call<ConversationView>(SAM, "POST", `/conversations/${ONE}/transfer`, { agentId: "ben" }))
        .body.agentId,
      "ben",
    );
    assert.equal(
      (await desk.call<ConversationView>(SAM, "POST", `/conversations/${ONE}/end`)).body.state,
      "wrapUp",
    );
    assert.equal(
      (await desk.call<ConversationView>(SAM, "POST", `/conversations/${ONE}/close`)).body.state,
      "closed",
    );
  });

  it("hold a message that the platform refuses for now, and show one that it refuses for good", async () => {
    const desk = createDesk({
      send: () => {
        throw new ChannelError("CHANNEL_UNDELIVERABLE", "The customer blocked us.", {
          retryable: false,
          platformCode: "551",
        });
      },
    });
    await desk.say("1", "hi");
    await desk.call("ana", "POST", `/conversations/${ONE}/pick`);
    await desk.call("ana", "POST", `/conversations/${ONE}/messages`, { text: "Hello" });
    const { items } = (await desk.call<List<MessageView>>("ana", "GET", `/conversations/${ONE}/messages`))
      .body;
    assert.equal(items[1]?.status, "failed");
    assert.deepEqual(items[1].error, {
      code: "CHANNEL_UNDELIVERABLE",
      message: "The customer blocked us.",
      platformCode: "551",
    });
  });

  it("name everybody and one's own queues", async () => {
    const desk = createDesk();
    const me = (await desk.call<{ queues: { id: string }[]; roles: string[] }>("ben", "GET", "/me")).body;
    assert.deepEqual(
      me.queues.map(({ id }) => id),
      ["general"],
    );
    assert.deepEqual(
      (await desk.call<List<{ id: string }>>("ben", "GET", "/people")).body.items.map(({ id }) => id),
      ["ana", "ben", "sam"],
    );
  });

  it("each name a role that must be signed in", () => {
    for (const route of createDesk().routes)
      assert.ok(route.access === "agent" || route.access === "supervisor", route.path);
    assert.equal(principal("x").roles[0], "agent");
  });
});
