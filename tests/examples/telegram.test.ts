import assert from "node:assert/strict";
import { request } from "undici";
import { type RunningExample, startExample } from "./example";

describe("examples/plugin-telegram", function () {
  this.timeout(60_000);
  let example: RunningExample;

  before(async () => {
    example = await startExample("examples/plugin-telegram/switchboard.yaml", {
      environment: { SWITCHBOARD_PLUGINS: "." },
    });
  });
  after(() => example.stop());

  it("takes nothing without the bot's secret", async () => {
    const update = { update_id: 1, message: { message_id: 1, from: { id: 1 }, chat: { id: 1 }, text: "hi" } };
    for (const token of ["", "110201543-guess"]) {
      const reply = await request(`${example.url}/webhooks/telegram/demo-telegram`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-telegram-bot-api-secret-token": token },
        body: JSON.stringify(update),
      });
      await reply.body.dump();
      assert.equal(reply.statusCode, 403);
    }
    assert.deepEqual(await example.conversations("sam"), []);
  });

  it("brings an update to the helper, on to a person, and the answers back", async () => {
    await example.call("ana", "PUT", "/api/desk/presence", { presence: "available" });
    await example.say("telegram", { text: "hello" });
    assert.deepEqual(await example.hears("telegram", 1), ["Hi! Would you like to talk to a person?"]);
    const question = (await example.shown("telegram")).at(-1);
    assert.deepEqual(
      question?.choices?.map(({ title }) => title),
      ["Yes", "No"],
    );
    await example.say("telegram", { choice: question?.choices?.[0] ?? assert.fail("no buttons") });
    assert.deepEqual(await example.hears("telegram", 1), ["One moment, please."]);

    const conversation = await example.accept("ana");
    await example.say("telegram", { text: "Where is my coffee?" });
    await example.call("ana", "POST", `/api/desk/conversations/${conversation.id}/messages`, {
      clientId: "1",
      text: "On its way.",
    });
    assert.equal((await example.hears("telegram", 1)).at(-1), "On its way.");
    const texts = (await example.messages("ana", conversation.id)).map(({ text }) => text);
    for (const said of ["hello", "Yes", "Where is my coffee?", "On its way."])
      assert.ok(texts.includes(said), said);

    await example.call("ana", "POST", `/api/desk/conversations/${conversation.id}/end`);
    await example.call("ana", "POST", `/api/desk/conversations/${conversation.id}/close`);
    await example.say("telegram", { text: "thanks, one more thing" });
    assert.match((await example.hears("telegram", 1)).at(-1) ?? "", /Would you like to talk to a person/);
  });
});
