import assert from "node:assert/strict";
import type { FlowSettings } from "../../../src/core/settings";
import { createBot } from "../../../src/dialogs/bot";
import type { FlowRequest } from "../../../src/dialogs/flows/services";
import { createPlainRunner } from "../../../src/dialogs/plainRunner";
import { createFakeClock, type FakeClock } from "../../support/clock";
import { storeDown } from "../../support/memoryStore";
import { createBench, message, type PipelineBench } from "../bench";

const DAY_MS = 24 * 60 * 60 * 1000;
const FLOW: FlowSettings = {
  id: "flow",
  start: "topic",
  steps: {
    topic: {
      do: "ask",
      text: "Order, person or bye?",
      choices: [
        { label: "Order", next: "look" },
        { label: "Person", next: "person" },
        { label: "Bye", next: "bye" },
      ],
      save: "topic",
      maxTries: 2,
      giveUp: "person",
    },
    look: { do: "http", url: "https://orders.example.com/", save: "order", next: "number" },
    number: { do: "ask", text: "Which?", save: "no", next: "bye" },
    bye: { do: "end", text: "Bye." },
    person: { do: "handoff", text: "One moment." },
  },
};

/** The pipeline with the real engine; services answer with 200. */
function start(more: { clock?: FakeClock } = {}) {
  const clock = more.clock ?? createFakeClock();
  const asked: FlowRequest[] = [];
  const runner = createPlainRunner();
  const bot = createBot({
    adapterFor: () => runner,
    services: {
      async request(request) {
        asked.push(request);
        return { status: 200, body: {} };
      },
      runAction: async () => undefined,
      findAnswer: () => undefined,
      takeTicketNumber: async () => "T-1",
    },
    clock,
  });
  const bench = createBench({
    clock,
    workstreams: [{ id: "messenger", helper: "first", flow: "flow" }],
    flows: [FLOW],
    bot: (turn) => bot.runTurn(turn),
  });
  return { bench, asked };
}

const today = (bench: PipelineBench): string => new Date(bench.clock.now()).toISOString().slice(0, 10);
async function figures(bench: PipelineBench, day = today(bench)) {
  const [found] = await bench.pipeline.flowFigures.of("flow", [day]);
  const some = (counts: object | undefined) =>
    Object.fromEntries(Object.entries(counts ?? {}).filter(([, n]) => n > 0));
  const steps = Object.entries(found?.steps ?? {}).map(([step, counts]) => [step, some(counts)]);
  return { conversations: some(found?.conversations), steps: Object.fromEntries(steps) };
}

describe("figures of a helper's turn", () => {
  it("count each step, and what became of the conversation", async () => {
    const { bench } = start();
    await bench.say("1", "hi", "what?", "no idea");
    await bench.say("2", "hi", "Bye");
    await bench.say("3", "hi", "Person");
    assert.deepEqual(await figures(bench), {
      conversations: { started: 3, handedOver: 2, ended: 1 },
      steps: {
        topic: { asked: 3, retried: 1, gaveUp: 1, passed: 2 },
        person: { passed: 2 },
        bye: { passed: 1 },
      },
    });
  });

  it("count a customer who asks for a person, at the step that waited", async () => {
    const { bench } = start();
    await bench.say("1", "hi", "Order", "Talk to a person!");
    await bench.say("2", "human");
    const { conversations, steps } = await figures(bench);
    assert.deepEqual(conversations, { started: 2, person: 2 });
    assert.deepEqual(steps.number, { asked: 1, person: 1 });
    assert.equal((await bench.item("1"))?.holder, "queue");
  });

  it("count a helper that breaks", async () => {
    const { bench } = start();
    bench.settings.change({
      workstreams: [{ id: "messenger", helper: "first", flow: "flow" }],
      flows: [{ ...FLOW, start: "gone" }],
    });
    await bench.say("1", "hi");
    assert.deepEqual((await figures(bench)).conversations, { started: 1, failed: 1 });
  });

  it("tell who asks again within a day after the helper ended it, on the day of that end", async () => {
    const { bench } = start();
    const day = today(bench);
    await bench.say("1", "hi", "Bye");
    await bench.say("2", "hi", "Bye");
    await bench.say("3", "hi", "Bye");
    await bench.pass(DAY_MS - 1000);
    await bench.say("1", "me again", "Bye");
    await bench.pass(2000);
    await bench.say("2", "much later");
    assert.deepEqual((await figures(bench, day)).conversations, { started: 3, ended: 3, askedAgain: 1 });
    assert.deepEqual((await figures(bench)).conversations, { started: 2, ended: 1 });
    assert.equal((await bench.head("2"))?.helperEnded, undefined);
  });

  it("count a turn once that a crash repeats, which asks services under the same key", async () => {
    const { bench, asked } = start();
    await bench.say("1", "hi");
    let crashes = 2;
    bench.store.before = ({ purpose }) => {
      if (purpose !== "turn" || crashes === 0) return;
      crashes -= 1;
      throw storeDown();
    };
    await bench.webhook(message("1", "Order"));
    for (let i = 0; i < 6; i++) await bench.pass(30_000);
    await bench.quiet();
    assert.equal(asked.length, 3, "the step was taken three times");
    assert.deepEqual(new Set(asked.map(({ key }) => key)).size, 1, "a service that knows the key acts once");
    assert.deepEqual(
      bench.sent.map(({ text }) => text),
      ["Order, person or bye?", "Which?"],
    );
    assert.deepEqual((await figures(bench)).steps, {
      topic: { asked: 1, passed: 1 },
      look: { passed: 1 },
      number: { asked: 1 },
    });
  });

  it("go on where the customer stands when the flow is saved in the middle of it", async () => {
    const { bench } = start();
    await bench.say("1", "hi", "Order");
    const saved = (steps: FlowSettings["steps"]) =>
      bench.settings.change({
        workstreams: [{ id: "messenger", helper: "first", flow: "flow" }],
        flows: [{ ...FLOW, steps }],
      });
    saved({ ...FLOW.steps, bye: { do: "end", text: "Thanks for ${vars.no}, ${vars.topic}." } });
    await bench.say("1", "17");
    assert.equal(bench.sent.at(-1)?.text, "Thanks for 17, Order.");
    await bench.say("2", "hi", "Order");
    const { number: _gone, ...rest } = FLOW.steps;
    saved({ ...rest, look: { ...(rest.look as object), next: "bye" } as never });
    await bench.say("2", "17");
    assert.equal(bench.sent.at(-1)?.text, "Order, person or bye?", "its question is gone: it begins again");
  });
});
