import assert from "node:assert/strict";
import type { ConversationView, MessageView, MeView } from "../../src/desk/contract";
import { DEFAULT_MESSAGES } from "../../src/routing/texts/defaultTexts";
import { buildConfiguration, type ConfigurationOptions } from "../support/accounts";
import { sentOn } from "../support/platforms";
import { eventually, startTestApp, type TestApp } from "../support/startApp";

const CUSTOMER = "+12065550100";
/** Greets, asks, and hands over with a summary, a variable and a skill. */
const DESK_FLOW = {
  start: "ask",
  steps: {
    ask: {
      do: "ask",
      text: "Hello. What is it about?",
      retry: "Sorry?",
      valid: "startsWith(input, 'order')",
      save: "topic",
      maxTries: 10,
      next: "people",
    },
    people: { do: "handoff", text: "One moment.", summary: "About: ${vars.topic}" },
  },
};

interface Change {
  workstream?: Record<string, unknown>;
  number?: Record<string, unknown>;
  more?: Record<string, unknown>;
}

function configurationWith(options: ConfigurationOptions, { workstream, number, more }: Change = {}): string {
  const configuration = JSON.parse(buildConfiguration({ flow: DESK_FLOW, ...options }));
  for (const each of configuration.workstreams) Object.assign(each, workstream);
  const twilio = configuration.accounts.find(({ id }: { id: string }) => id === "shop-twilio");
  Object.assign(twilio.numbers[0], number);
  return JSON.stringify({ ...configuration, ...more });
}

describe("the helper and people, over HTTP", function () {
  this.timeout(60_000);
  let test: TestApp;
  afterEach(() => test.stop());

  const start = async (options: ConfigurationOptions, change?: Change) => {
    test = await startTestApp({ configuration: configurationWith(options, change) });
  };
  const say = async (...texts: string[]) => {
    for (const text of texts) {
      assert.equal(await test.say("sms", CUSTOMER, text), 200);
      await test.idle();
    }
  };
  const phone = () => sentOn(test.platforms, "sms").map(({ text }) => text);
  const view = async (): Promise<ConversationView> =>
    (await test.conversations("sam", "?limit=200"))[0] ?? assert.fail("no conversation");
  const act = async <T = ConversationView & { code: string; message: string }>(
    agent: string,
    name: string,
    body: object = {},
  ) => test.call<T>(agent, "POST", `/api/desk/conversations/${(await view()).id}/${name}`, body);
  const used = async (agent: string) =>
    (await test.call<MeView>(agent, "GET", "/api/desk/me")).body.presence.used;
  const online = (agent: string) => test.call(agent, "PUT", "/api/desk/presence", { presence: "available" });
  /** Ana takes what is offered to her. */
  const accept = async () => {
    const offer = await eventually(async () => (await test.offers("ana"))[0], "an offer to Ana");
    assert.equal((await test.call("ana", "POST", `/api/desk/offers/${offer.id}/accept`)).status, 200);
  };

  describe("modes", () => {
    it("off: people at once; a number of its own may have the helper first", async () => {
      await start({ helper: "off" }, { number: { helper: "first" } });
      await test.say("facebook", "555", "hi");
      await say("hi");
      await test.idle();
      const holders = (await test.conversations("sam")).map(({ channel, holder, helper }) => [
        channel,
        holder,
        helper,
      ]);
      assert.deepEqual(holders.sort(), [
        ["facebook", "queue", "off"],
        ["sms", "bot", "first"],
      ]);
    });

    it("first: helper, then people", async () => {
      await start({ helper: "first" });
      await say("hi", "order 5");
      assert.equal((await view()).holder, "queue");
    });

    it("only: neither a hand-off nor a wish reaches people; a fault does, and the customer is told", async () => {
      await start({ helper: "first" }, { number: { helper: "only" }, workstream: { personChoice: true } });
      await say("hi", "agent", "order 5");
      assert.deepEqual(phone(), ["Hello. What is it about?", "Sorry?", "One moment."]);
      assert.equal((await view()).holder, "bot");
      await test.stop();
      await start({ helper: "only", flow: { start: "a", steps: { a: { do: "set", context: { a: 1 } } } } });
      await say("hi");
      assert.deepEqual(phone(), [DEFAULT_MESSAGES.helperFailed.text.en]);
      assert.equal((await view()).holder, "queue");
    });
  });

  it("three rounds: helper, agent, helper, agent …; each with summary, routing and a note", async () => {
    await start(
      { helper: "first", rules: [{ name: "nine", if: "contains(context.topic, '9')", queue: "vip" }] },
      {
        workstream: {
          classification: [
            {
              name: "skills",
              rules: [{ name: "seven", if: "contains(context.topic, '7')", set: { priority: 7 } }],
            },
          ],
        },
      },
    );
    await online("ana");
    const topics = ["order 7", "order 9", "order 5"];
    for (const [round, topic] of topics.entries()) {
      await say(round === 0 ? "hi" : "what?", topic);
      const waiting = await view();
      assert.deepEqual(
        [waiting.queueId, waiting.priority, waiting.summary],
        [topic === "order 9" ? "vip" : "general", topic === "order 7" ? 7 : 100, `About: ${topic}`],
      );
      assert.equal(waiting.context.topic, topic);
      await accept();
      const sent = await act<MessageView>("ana", "messages", { text: `Ana in round ${round}` });
      assert.equal(sent.status, 201);
      await test.idle();
      const back = await act("ana", "helper", { note: `note ${round}` });
      assert.deepEqual([back.status, back.body.holder, back.body.agentId], [200, "bot", null]);
      assert.equal(await used("ana"), 0);
      await test.idle();
    }
    assert.deepEqual(
      phone(),
      ["Hello. What is it about?"].concat(
        topics.flatMap((_, round) => [
          ...(round === 0 ? [] : ["Sorry?"]),
          "One moment.",
          `Ana in round ${round}`,
          "Hello. What is it about?",
        ]),
      ),
    );
    const { id } = await view();
    const transcript = await test.messages("sam", id);
    assert.deepEqual(
      transcript.map(({ seq }) => seq),
      transcript.map((_, index) => index + 1),
    );
    const events = transcript.filter(({ kind }) => kind === "event");
    assert.deepEqual(
      events.map(({ text, author, event, direction }) => [text, author.name, event, direction]),
      topics.map((_, round) => [
        `Ana gave the conversation back to the helper: note ${round}`,
        "Ana",
        "handoff.status",
        "out",
      ]),
    );
    const trace = await test.call<{ items: { kind: string; text: string }[] }>(
      "sam",
      "GET",
      `/api/desk/conversations/${id}/trace`,
    );
    assert.equal(trace.body.items.filter(({ text }) => text === "The helper handed over.").length, 3);
  });

  describe("taking over", () => {
    it("an agent picks what the helper has, and only people hear the customer", async () => {
      await start({ helper: "first" });
      await say("hi");
      const picked = await act("ben", "pick");
      assert.deepEqual(
        [picked.status, picked.body.holder, picked.body.agentId, picked.body.state],
        [200, "agent", "ben", "active"],
      );
      assert.equal((await act("ben", "pick")).status, 200, "asked again it is done");
      const late = await act("ana", "pick");
      assert.deepEqual([late.status, late.body.code], [409, "ALREADY_TAKEN"]);
      assert.match(late.body.message, /ben/);
      await say("order 5");
      assert.deepEqual(phone(), ["Hello. What is it about?"]);
      assert.equal((await act<MessageView>("ben", "messages", { text: "Ben here." })).status, 201);
      const released = await act("ben", "release");
      assert.equal(released.body.queueId, "general", "it has a queue to go to");
    });

    it("a supervisor gives it to an agent, or into a queue; an agent may not", async () => {
      await start({ helper: "first" });
      await say("hi");
      assert.equal((await act("ana", "assign", { agentId: "ana" })).status, 403);
      assert.equal((await act("ana", "transfer", { agentId: "ana" })).status, 403);
      assert.equal((await act("sam", "assign", { agentId: "nobody" })).status, 400);
      assert.equal((await view()).holder, "bot");
      const assigned = await act("sam", "assign", { agentId: "ana" });
      assert.deepEqual([assigned.status, assigned.body.agentId], [200, "ana"]);
      assert.equal((await act("ana", "helper")).body.holder, "bot");
      const queued = await act("sam", "transfer", { queueId: "vip" });
      assert.deepEqual([queued.status, queued.body.holder, queued.body.queueId], [200, "queue", "vip"]);
    });

    it("by both agents at once: one has it, the other is told who", async () => {
      await start({ helper: "first" });
      for (let n = 0; n < 8; n++) {
        assert.equal(await test.say("sms", `+1206555010${n}`, "hi"), 200);
        await test.idle();
        const one = (await test.conversations("sam", "?holder=bot"))[0] ?? assert.fail();
        const pick = (agent: string) =>
          test.call<ConversationView & { code: string }>(
            agent,
            "POST",
            `/api/desk/conversations/${one.id}/pick`,
          );
        const replies = await Promise.all([pick("ana"), pick("ben")]);
        assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409]);
        assert.equal(replies.find(({ status }) => status === 409)?.body.code, "ALREADY_TAKEN");
      }
      assert.equal((await used("ana")) + (await used("ben")), 8);
    });
  });

  describe("giving back", () => {
    it("is for whoever has it and supervisors, and for work streams with a helper", async () => {
      await start({ helper: "first" });
      await say("hi", "order 5");
      assert.equal((await act("ana", "helper")).status, 403, "in the queue: a supervisor's");
      await act("ana", "pick");
      assert.equal((await act("ben", "helper")).status, 403);
      assert.equal((await act("ana", "helper", { note: "" })).status, 400);
      assert.equal((await act("ana", "helper", { notes: "x" })).status, 400);
      await act("ana", "end");
      assert.equal((await act("ana", "helper")).body.code, "WRONG_STATE");
      await test.stop();
      await start({ helper: "off", distribution: "pick" });
      await say("hi");
      await act("ana", "pick");
      const refused = await act("ana", "helper");
      assert.deepEqual([refused.status, refused.body.code], [409, "WRONG_STATE"]);
    });

    it("by a supervisor, out of a queue too", async () => {
      await start({ helper: "first" });
      await say("hi", "order 5");
      assert.equal((await act("sam", "helper")).body.holder, "bot");
      await say("order 6");
      await act("ana", "pick");
      const back = await act("sam", "helper", { note: "please" });
      assert.equal(back.body.holder, "bot");
      assert.equal(await used("ana"), 0);
      const texts = (await test.messages("sam", (await view()).id)).map(({ text }) => text);
      assert.ok(texts.includes("Sam gave the conversation back to the helper: please"));
    });
  });

  describe("the customer's words", () => {
    it("for a person, in three languages and in the work stream's own", async () => {
      await start({ helper: "first" }, { workstream: { personWords: { de: ["Mensch"] } } });
      for (const [n, word] of ["Agent!", "falar com uma pessoa", "Persona", "MENSCH"].entries()) {
        assert.equal(await test.say("sms", `+1206555020${n}`, word), 200);
        await test.idle();
        assert.equal((await view()).holder, "queue", word);
      }
      assert.deepEqual([...new Set(phone())], [DEFAULT_MESSAGES.personWanted.text.en]);
    });

    it("for the helper, while it waits; an agent has it, and they are words", async () => {
      await start({ helper: "first" });
      await online("ana");
      await say("hi", "order 5");
      await eventually(async () => (await test.offers("ana")).length === 1, "an offer");
      await say("menu");
      assert.deepEqual([(await view()).holder, (await test.offers("ana")).length], ["bot", 0]);
      assert.equal(phone().at(-1), "Hello. What is it about?");
      await say("order 6");
      await accept();
      await say("menu");
      assert.equal((await view()).agentId, "ana");
    });

    it("the standing choice: a button where the channel has them", async () => {
      await start({ helper: "first" }, { workstream: { personChoice: true } });
      await test.say("facebook", "555", "hi");
      await test.idle();
      const [, asked] = await test.messages("sam", (await view()).id);
      assert.deepEqual(asked?.choices, ["Talk to a person"]);
      await test.say("facebook", "555", "Talk to a person");
      await test.idle();
      assert.equal((await view()).holder, "queue");
    });
  });

  it("a helper that asks the same over and over gives up, with an apology", async () => {
    await start({ helper: "first" });
    await say("hi", "a", "b", "c", "d");
    assert.deepEqual(phone().slice(-2), ["Sorry?", DEFAULT_MESSAGES.helperFailed.text.en]);
    assert.equal(phone().filter((text) => text === "Sorry?").length, 3);
    assert.equal((await view()).holder, "queue");
  });
});
