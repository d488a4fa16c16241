import assert from "node:assert/strict";
import path from "node:path";
import type { ConversationView } from "../../src/desk/contract";
import { DEFAULT_MESSAGES } from "../../src/routing/texts/defaultTexts";
import { buildConfiguration } from "../support/accounts";
import { sentOn } from "../support/platforms";
import { CUSTOMERS } from "../support/session";
import { eventually, startTestApp, type TestApp } from "../support/startApp";

/** Node loads it as it is written, like any plugin. */
const PLUGIN = path.resolve("tests/flow/fixtures/handoffs.cjs");

describe("a coded bot that hands over, over HTTP", function () {
  this.timeout(60_000);
  let test: TestApp;

  beforeEach(async () => {
    const flow = { start: "talk", steps: { talk: { do: "dialog", dialog: "dialects" } } };
    const rules = [{ name: "large", if: "context.amount >= 500", queue: "vip" }];
    const configuration = JSON.parse(buildConfiguration({ helper: "first", flow, rules }));
    for (const workstream of configuration.workstreams) {
      workstream.skillMatching = "none";
      workstream.classification = [
        { name: "all", rules: [{ name: "all", if: "true", set: { skills: { english: 5, billing: 1 } } }] },
      ];
    }
    test = await startTestApp({
      configuration: JSON.stringify(configuration),
      environment: { SWITCHBOARD_PLUGINS: PLUGIN },
    });
  });
  afterEach(() => test.stop());

  async function say(...texts: string[]): Promise<ConversationView> {
    for (const text of texts) {
      assert.equal(await test.say("sms", CUSTOMERS.sms, text), 200);
      await test.idle();
    }
    return (await test.conversations("sam"))[0] ?? assert.fail("no conversation");
  }
  const phone = () => sentOn(test.platforms, "sms").map(({ text }) => text);

  for (const [dialect, words] of [
    ["events", ["Events, tags, gone, or break?", "One moment."]],
    ["tags", ["Events, tags, gone, or break?"]],
  ] as const)
    it(`by ${dialect}: summary, variables and skills reach rules and agent, with the whole transcript`, async () => {
      const view = await say("hi", dialect);
      assert.deepEqual([view.holder, view.queueId], ["queue", "vip"]);
      assert.deepEqual([view.summary, view.context], [`by ${dialect}`, { amount: 700 }]);
      assert.deepEqual(view.skills, { english: 5, billing: 3 });
      assert.deepEqual(phone(), words);
      await test.call("ana", "PUT", "/api/desk/presence", { presence: "available" });
      await eventually(async () => (await test.offers("ana"))[0]?.summary === `by ${dialect}`, "the offer");
      const texts = (await test.messages("ana", view.id)).map(({ text, author }) => [author.kind, text]);
      assert.deepEqual(texts, [
        ["customer", "hi"],
        ["bot", words[0]],
        ["customer", dialect],
        ...words.slice(1).map((text) => ["bot", text]),
      ]);
    });

  it("to a queue that does not exist goes by the rules; given back, the bot hears the note", async () => {
    const view = await say("hi", "gone");
    assert.deepEqual([view.holder, view.queueId, view.summary], ["queue", "general", null]);
    const back = await test.call<ConversationView>(
      "sam",
      "POST",
      `/api/desk/conversations/${view.id}/helper`,
      { note: "try again" },
    );
    assert.equal(back.body.holder, "bot");
    await test.idle();
    assert.equal(phone().at(-1), "Back: try again");
    assert.equal((await say("tags")).summary, "by tags");
  });

  it("that breaks is replaced by people, with an apology", async () => {
    const view = await say("hi", "break");
    assert.equal(view.holder, "queue");
    assert.match(view.summary ?? "", /The helper failed/);
    assert.equal(phone().at(-1), DEFAULT_MESSAGES.helperFailed.text.en);
  });
});
