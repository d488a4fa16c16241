import assert from "node:assert/strict";
import type { ConversationView, MessageView } from "../../src/desk/contract";
import { buildConfiguration } from "../support/accounts";
import { CHANNEL_NAMES, sentOn } from "../support/platforms";
import { eventually, startTestApp, type TestApp } from "../support/startApp";

const CUSTOMERS = { facebook: "555", twitter: "777", sms: "+12065550100", whatsapp: "+12065550101" } as const;

describe("one text, all the way", function () {
  this.timeout(60_000);
  let test: TestApp;
  afterEach(() => test.stop());

  for (const channel of CHANNEL_NAMES) {
    it(`${channel}: the helper answers, hands over, an agent answers and ends`, async () => {
      test = await startTestApp({ configuration: buildConfiguration({ helper: "first" }) });
      const customer = CUSTOMERS[channel];
      assert.equal(
        await test.say(channel, customer, "where is my order?"),
        channel === "facebook" || channel === "twitter" ? 200 : 200,
      );
      await eventually(() => sentOn(test.platforms, channel)[0], "the helper's answer");
      assert.match(sentOn(test.platforms, channel)[0]?.text ?? "", /^You said: where is my order\?/);

      await test.call("ana", "PUT", "/api/desk/presence", { presence: "available" });
      await test.say(channel, customer, "person");
      const offer = await eventually(async () => (await test.offers("ana"))[0], "an offer to Ana");
      const accepted = await test.call<ConversationView>(
        "ana",
        "POST",
        `/api/desk/offers/${offer.id}/accept`,
      );
      assert.equal(accepted.status, 200);
      assert.equal(accepted.body.holder, "agent");
      assert.equal(accepted.body.agentId, "ana");
      assert.equal(accepted.body.state, "active");

      const sent = await test.call<MessageView>(
        "ana",
        "POST",
        `/api/desk/conversations/${offer.conversationId}/messages`,
        { text: "Hello, this is Ana.", clientId: "c1" },
      );
      assert.equal(sent.status, 201);
      await eventually(() => sentOn(test.platforms, channel).length === 3, "three messages on the telephone");
      assert.equal(sentOn(test.platforms, channel)[2]?.text, "Hello, this is Ana.");
      const again = await test.call<MessageView>(
        "ana",
        "POST",
        `/api/desk/conversations/${offer.conversationId}/messages`,
        { text: "Hello, this is Ana.", clientId: "c1" },
      );
      assert.equal(again.body.id, sent.body.id);

      const texts = (await test.messages("ana", offer.conversationId)).map((message) => [
        message.direction,
        message.author.kind,
      ]);
      assert.deepEqual(texts, [
        ["in", "customer"],
        ["out", "bot"],
        ["in", "customer"],
        ["out", "bot"],
        ["out", "agent"],
      ]);

      const ended = await test.call<ConversationView>(
        "ana",
        "POST",
        `/api/desk/conversations/${offer.conversationId}/end`,
      );
      assert.equal(ended.body.state, "wrapUp");
      const closed = await test.call<ConversationView>(
        "ana",
        "POST",
        `/api/desk/conversations/${offer.conversationId}/close`,
      );
      assert.equal(closed.body.state, "closed");
      const later = await test.call<ConversationView>(
        "ana",
        "GET",
        `/api/desk/conversations/${offer.conversationId}`,
      );
      assert.equal(later.body.state, "closed");
      assert.deepEqual(await test.conversations("ana"), []);
      assert.equal((await test.conversations("ana", "?state=closed")).length, 1);

      await test.say(channel, customer, "one more thing");
      const next = await eventually(async () => (await test.conversations("sam"))[0], "a new conversation");
      assert.notEqual(next.id, offer.conversationId);
      assert.equal(
        sentOn(test.platforms, channel).filter(({ text }) => text === "Hello, this is Ana.").length,
        1,
      );
    });
  }
});
