import assert from "node:assert/strict";
import { type RunningExample, startExample } from "./example";

describe("examples/demo", function () {
  this.timeout(60_000);
  let demo: RunningExample;

  before(async () => {
    demo = await startExample();
  });
  after(() => demo.stop());

  const lastChoice = async (title: string) => {
    const message = (await demo.shown("facebook")).at(-1);
    return message?.choices?.find((choice) => choice.title === title) ?? assert.fail(`no button "${title}"`);
  };

  it("answers a question out of knowledge/, asks whether that helped, and ends", async () => {
    await demo.say("facebook", { text: "hi" });
    const [topic] = await demo.hears("facebook", 1);
    assert.match(topic ?? "", /^Hi! Is it about an order/);
    await demo.say("facebook", { choice: await lastChoice("Question") });
    assert.deepEqual(await demo.hears("facebook", 1), ["What would you like to know?"]);
    await demo.say("facebook", { text: "are you open on sundays?" });
    const [answer, helped] = await demo.hears("facebook", 2);
    assert.match(answer ?? "", /On Sunday the shop is closed/);
    assert.match(helped ?? "", /^Did that help\?/);
    await demo.say("facebook", { text: "yes" });
    assert.match((await demo.hears("facebook", 1))[0] ?? "", /^Glad to hear it/);
  });

  it("hands a question that it cannot answer to a person", async () => {
    await demo.call("ana", "PUT", "/api/desk/presence", { presence: "available" });
    await demo.say("facebook", { text: "hello" }, "6002");
    await demo.hears("facebook", 1, "6002");
    await demo.say("facebook", { text: "Question" }, "6002");
    await demo.hears("facebook", 1, "6002");
    await demo.say("facebook", { text: "zebra xylophone?" }, "6002");
    const heard = await demo.hears("facebook", 2, "6002");
    assert.deepEqual(heard.slice(0, 2), [
      "I do not know that.",
      "One moment please; a person will be with you.",
    ]);
    const { summary } = await demo.accept("ana");
    assert.equal(summary, "About: zebra xylophone?");
  });
});
