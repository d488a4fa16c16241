// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of our own templates
// biome-ignore-all lint/suspicious/noThenProperty: "then" is a flow step's own word
import assert from "node:assert/strict";
import { SwitchboardError } from "../../../src/core/errors";
import type { FlowRequest } from "../../../src/dialogs/flows/services";
import { createTalk, textsOf } from "../bench";

describe("a flow's steps", () => {
  it("say another text on another channel and in another language", async () => {
    const steps = {
      start: {
        do: "say",
        text: { en: "Hello ${customer.firstName}", pt: "Olá ${customer.firstName}" },
        channels: { facebook: { text: { en: "Hello on Messenger", pt: "Olá no Messenger" } } },
      },
    };
    const say = async (language: string, channelId: string) =>
      textsOf(
        await createTalk(steps, { turn: { language, customer: { id: "1", name: "Gilda Moore" } } }).say(
          "hi",
          {
            channelId,
          },
        ),
      );
    assert.deepEqual(await say("pt-BR", "sms"), ["Olá Gilda"]);
    assert.deepEqual(await say("de", "sms"), ["Hello Gilda"]);
    assert.deepEqual(await say("pt", "facebook"), ["Olá no Messenger"]);
  });

  it("send media and quick replies", async () => {
    const [sent] = (
      await createTalk({
        start: {
          do: "say",
          media: [{ url: "https://files.example.com/${channel}.png", type: "image/png", name: "map.png" }],
          replies: ["Where?", { en: "Thanks", pt: "Obrigado" }],
        },
      }).say("hi")
    ).sends;
    assert.deepEqual(sent?.attachments, [
      { contentType: "image/png", contentUrl: "https://files.example.com/facebook.png", name: "map.png" },
    ]);
    assert.deepEqual(
      sent?.suggestedActions?.actions.map(({ title }) => title),
      ["Where?", "Thanks"],
    );
  });

  it("compute, compare and switch", async () => {
    const talk = createTalk({
      start: { do: "ask", text: "How many?", kind: "number", save: "n", next: "twice" },
      twice: {
        do: "set",
        vars: { twice: "=vars.n * 2" },
        context: { amount: "=vars.twice", note: "n=${vars.n}" },
        next: "which",
      },
      which: { do: "switch", value: "vars.twice", cases: { "4": "four", "6": "six" }, else: "other" },
      four: { do: "say", text: "four" },
      six: { do: "goto", next: "four" },
      other: { do: "say", text: "other" },
    });
    await talk.say("hi");
    assert.deepEqual(textsOf(await talk.say("2")), ["four"]);
    assert.deepEqual(talk.context(), { amount: 4, note: "n=2" });
    await talk.say("hi");
    assert.deepEqual(textsOf(await talk.say("5")), ["other"]);
  });

  describe("call another flow", () => {
    const FLOWS = {
      rate: {
        start: { do: "ask", text: "Rate ${vars.given}, 1 to 5", kind: "number", save: "stars", next: "back" },
        back: { do: "return", result: "=vars.stars" },
      },
    };
    const STEPS = {
      start: { do: "set", vars: { name: "Ann" }, next: "rate" },
      rate: { do: "flow", flow: "rate", with: { given: "${vars.name}" }, save: "stars", next: "thanks" },
      thanks: { do: "say", text: "${vars.stars} stars, ${vars.name}" },
    };

    it("which asks for itself and gives its result back", async () => {
      const talk = createTalk(STEPS, { flows: FLOWS });
      assert.deepEqual(textsOf(await talk.say("hi")), ["Rate Ann, 1 to 5"]);
      assert.deepEqual(textsOf(await talk.say("4")), ["4 stars, Ann"]);
    });

    it("and go on where it was when the called flow was changed meanwhile", async () => {
      const talk = createTalk(STEPS, { flows: FLOWS });
      await talk.say("hi");
      FLOWS.rate.start.text = "never asked";
      assert.deepEqual(textsOf(await talk.say("5")), ["5 stars, Ann"]);
    });

    it("and hand over out of it", async () => {
      const talk = createTalk(
        { start: { do: "flow", flow: "people" } },
        { flows: { people: { start: { do: "handoff", skills: { orders: 3 } } } } },
      );
      const outcome = await talk.say("hi");
      assert.notEqual(outcome.handoff, undefined);
      assert.equal(outcome.dialog, undefined);
    });

    it("but not themselves for ever", async () => {
      const outcome = await createTalk({ start: { do: "flow", flow: "flow" } }).say("hi");
      assert.match(outcome.fault?.message ?? "", /deep|round/);
    });
  });

  describe("ask a service", () => {
    const STEPS = {
      start: {
        do: "http",
        method: "POST",
        url: "https://orders.example.com/orders/${input}/find",
        query: { lang: "${language}" },
        headers: { "X-Shop": "a\r\nb: c" },
        secretHeaders: { Authorization: "env:TOKEN" },
        body: { no: "${input}", n: "=1 + 1" },
        save: "reply",
        next: "done",
        error: "sorry",
      },
      done: { do: "say", text: "It is ${vars.reply.body.state}." },
      sorry: { do: "say", text: "Sorry (${vars.reply.status})." },
    };

    it("with everything encoded, under a key that a repeated turn has too", async () => {
      const asked: FlowRequest[] = [];
      const run = () =>
        createTalk(STEPS, {
          services: {
            async request(request) {
              asked.push(request);
              return { status: 200, body: { state: "shipped" } };
            },
          },
        }).say("../12 3?x=1");
      assert.deepEqual(textsOf(await run()), ["It is shipped."]);
      await run();
      const [first, second] = asked;
      assert.equal(first?.url, "https://orders.example.com/orders/..%2F12%203%3Fx%3D1/find?lang=en");
      assert.equal(first?.body, '{"no":"../12 3?x=1","n":2}');
      assert.equal(first?.headers["x-shop"], "a  b: c");
      assert.deepEqual(first?.secretHeaders, { Authorization: "env:TOKEN" });
      assert.equal(first?.key, second?.key);
      assert.match(first?.key ?? "", /^m1~start/);
    });

    it("and go another way when it refuses or does not answer", async () => {
      const refused = createTalk(STEPS, { services: { request: async () => ({ status: 404, body: "" }) } });
      assert.deepEqual(textsOf(await refused.say("1")), ["Sorry (404)."]);
      const dead = createTalk(STEPS, {
        services: {
          async request() {
            throw new SwitchboardError("HELPER_FAILED", "nobody there");
          },
        },
      });
      assert.deepEqual(textsOf(await dead.say("1")), ["Sorry ()."]);
    });

    it("but keep no more than fits beside every message", async () => {
      const large = createTalk(STEPS, {
        services: { request: async () => ({ status: 200, body: "x".repeat(70_000) }) },
      });
      assert.deepEqual(textsOf(await large.say("1")), ["Sorry ()."]);
    });

    it("or hand over to people where there is no other way", async () => {
      const { error: _error, ...start } = STEPS.start;
      const outcome = await createTalk(
        { start, done: STEPS.done },
        { services: { request: async () => ({ status: 500, body: "" }) } },
      ).say("1");
      assert.match(outcome.fault?.message ?? "", /answered 500/);
      assert.notEqual(outcome.handoff, undefined);
    });
  });

  it("run actions of plugins", async () => {
    const calls: unknown[] = [];
    const steps = {
      start: {
        do: "action",
        action: "shop.find",
        with: { no: "${input}" },
        save: "found",
        next: "done",
        error: "sorry",
      },
      done: { do: "say", text: "${vars.found.state}" },
      sorry: { do: "say", text: "sorry" },
    };
    const good = createTalk(steps, {
      services: {
        async runAction(name, input, call) {
          calls.push([name, input, call.timeoutMs]);
          return { state: "packed" };
        },
      },
    });
    assert.deepEqual(textsOf(await good.say("12")), ["packed"]);
    assert.deepEqual(calls, [["shop.find", { no: "12" }, 5000]]);
    assert.deepEqual(textsOf(await createTalk(steps).say("12")), ["sorry"]);
  });

  it("answer from what is known, or go another way", async () => {
    const talk = createTalk(
      {
        start: { do: "ask", text: "What would you like to know?", next: "look" },
        look: { do: "knowledge", text: { en: "This may help: ${answer}" }, next: "more", none: "people" },
        more: { do: "end" },
        people: { do: "handoff", text: "A person knows." },
      },
      {
        services: {
          findAnswer: (_source, question) => (question.includes("open") ? "**Nine** to five." : undefined),
        },
      },
    );
    await talk.say("hi");
    const outcome = await talk.say("when are you open?");
    assert.deepEqual(outcome.sends, [
      { type: "message", text: "This may help: **Nine** to five.", textFormat: "markdown" },
    ]);
    await talk.say("hi");
    assert.deepEqual(textsOf(await talk.say("why?")), ["A person knows."]);
  });

  it("tell which way was gone", async () => {
    const talk = createTalk({
      start: { do: "ask", text: "?", kind: "number", maxTries: 2, next: "done", giveUp: "done" },
      done: { do: "say", text: "ok" },
    });
    assert.deepEqual((await talk.say("hi")).path, [{ flow: "flow", step: "start", what: "asked" }]);
    assert.deepEqual((await talk.say("x")).path, [{ flow: "flow", step: "start", what: "retried" }]);
    assert.deepEqual((await talk.say("y")).path, [
      { flow: "flow", step: "start", what: "gaveUp" },
      { flow: "flow", step: "done", what: "passed" },
    ]);
  });
});
