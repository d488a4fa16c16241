import assert from "node:assert/strict";
import { TextPrompt, WaterfallDialog } from "botbuilder-dialogs";
import { testFlow } from "../../src/testing/testFlow";

const MENU = {
  do: "ask",
  text: "What is it about?",
  choices: [
    { label: "Order", next: "number" },
    { label: "Person", next: "person" },
  ],
};

describe("testFlow", () => {
  it("talks with a flow, by buttons and by words, to the hand-off", async () => {
    const talk = testFlow({
      id: "shop",
      start: "menu",
      steps: {
        menu: MENU,
        number: { do: "ask", text: "Which order?", save: "orderNo", next: "person" },
        person: { do: "handoff", text: "One moment.", queue: "orders" },
      },
    });
    const menu = await talk.says("hi");
    assert.deepEqual(
      [menu.texts, menu.choices, menu.ended],
      [["What is it about?"], ["Order", "Person"], false],
    );
    assert.deepEqual((await talk.taps("Order")).texts, ["Which order?"]);
    const over = await talk.says("4711");
    assert.deepEqual([over.texts, over.ended, over.handoff], [["One moment."], true, { queueId: "orders" }]);
    assert.deepEqual(over.context, { orderNo: "4711" });
    assert.deepEqual(over.path, [
      { flow: "shop", step: "number", what: "passed" },
      { flow: "shop", step: "person", what: "passed" },
    ]);
  });

  it("calls coded dialogs and other flows", async () => {
    const lookup = new WaterfallDialog("lookup", [
      (step) => step.beginDialog("ask", { prompt: "Which town?" }),
      (step) => step.endDialog(`sunny in ${step.result}`),
    ]);
    const talk = testFlow(
      {
        id: "main",
        start: "call",
        steps: {
          call: { do: "flow", flow: "other", next: "look" },
          look: { do: "dialog", dialog: "lookup", save: "weather", next: "told" },
          told: { do: "say", text: "It is ${vars.weather}." },
        },
      },
      {
        dialogs: [lookup, new TextPrompt("ask")],
        flows: [{ id: "other", start: "hello", steps: { hello: { do: "say", text: "Hello!" } } }],
      },
    );
    assert.deepEqual((await talk.says("hi")).texts, ["Hello!", "Which town?"]);
    assert.deepEqual((await talk.says("Rome")).texts, ["It is sunny in Rome."]);
  });

  it("stands in for services", async () => {
    const asked: string[] = [];
    const steps = {
      ask: { do: "http", url: "https://orders.example/4711", save: "order", next: "told", error: "sorry" },
      told: { do: "say", text: "It is ${vars.order.body.status}." },
      sorry: { do: "say", text: "Sorry." },
    };
    const flow = { id: "status", start: "ask", steps };
    const request = async ({ url }: { url: string }) => {
      asked.push(url);
      return { status: 200, body: { status: "shipped" } };
    };
    const reply = await testFlow(flow, { services: { request } }).says("hi");
    assert.deepEqual(
      [reply.fault, reply.texts.length, asked],
      [undefined, 1, ["https://orders.example/4711"]],
    );
    assert.deepEqual((await testFlow(flow).says("hi")).texts, ["Sorry."]);
  });

  it("goes on in the middle of a talk when the flow is saved anew", async () => {
    const talk = testFlow({
      id: "shop",
      start: "menu",
      steps: { menu: MENU, number: { do: "end" }, person: { do: "end" } },
    });
    await talk.says("hi");
    talk.save({
      steps: { menu: { ...MENU, retry: "Once more?" }, number: { do: "end" }, person: { do: "end" } },
    });
    assert.deepEqual((await talk.says("what?")).texts, ["Once more?"]);
  });

  it("tells of what broke", async () => {
    const loop = testFlow({ id: "loop", start: "a", steps: { a: { do: "goto", next: "a" } } });
    const reply = await loop.says("hi");
    assert.equal(reply.fault?.code, "HELPER_FAILED");
    assert.deepEqual(reply.handoff, {});
  });
});
