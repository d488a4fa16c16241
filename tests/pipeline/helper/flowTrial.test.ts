import assert from "node:assert/strict";
import { toSnapshot, withObject } from "../../../src/admin/checks";
import { type FlowSettings, SETTINGS_KINDS } from "../../../src/core/settings";
import { startTrial, type TrialOrder } from "../../../src/pipeline/helper/flowTrial";

const FLOW: FlowSettings = {
  id: "orders",
  start: "topic",
  steps: {
    topic: {
      do: "ask",
      text: "Hi ${customer.firstName}! Order or person?",
      choices: [
        { label: "Order", next: "number" },
        { label: "Person", next: "person" },
      ],
      save: "topic",
    },
    number: { do: "ask", text: "Which?", kind: "number", save: "no", next: "look" },
    look: {
      do: "http",
      url: "https://orders.example.com/${vars.no}",
      save: "order",
      next: "refund",
      error: "person",
    },
    refund: { do: "action", action: "shop.refund", with: { no: "=vars.no" }, save: "refund", next: "done" },
    done: { do: "end", text: "It is ${vars.order.body.state}, ${vars.refund}." },
    person: { do: "handoff", text: "One moment.", queue: "vip", summary: "Order ${vars.no}" },
  },
};
const NOTHING = toSnapshot({ hash: "", ...Object.fromEntries(SETTINGS_KINDS.map((k) => [k, []])) } as never);

function start(more: Partial<TrialOrder> = {}) {
  return startTrial(
    { dialogs: [], findAnswer: () => undefined },
    {
      flow: FLOW,
      settings: withObject(NOTHING, "flows", FLOW),
      channel: "sms",
      customer: { name: "Gilda Moore" },
      now: Date.UTC(2026, 10, 21),
      ...more,
    },
  );
}

describe("startTrial", () => {
  it("tells what is said and offered, by which way, and where the flow waits", async () => {
    const trial = start();
    const first = await trial.say("hello");
    assert.deepEqual(first.said, [
      { text: "Hi Gilda! Order or person?", choices: ["Order", "Person"], media: [] },
    ]);
    assert.deepEqual(first.step, { flow: "orders", step: "topic" });
    assert.deepEqual(first.path, [{ flow: "orders", step: "topic", what: "asked" }]);
    const second = await trial.say("1");
    assert.deepEqual([second.vars, second.step?.step], [{ topic: "Order" }, "number"]);
    const third = await trial.say("many");
    assert.deepEqual(third.path, [{ flow: "orders", step: "number", what: "retried" }]);
    assert.deepEqual(third.vars, { topic: "Order" });
  });

  it("takes mocks for what services and actions answer, and keeps the variables to the end", async () => {
    const trial = start({ mocks: { look: { status: 200, body: { state: "sent" } }, refund: "refunded" } });
    for (const said of ["hi", "Order"]) await trial.say(said);
    const last = await trial.say("17");
    assert.deepEqual(
      last.said.map(({ text }) => text),
      ["It is sent, refunded."],
    );
    assert.deepEqual([last.ended, last.step, last.notes, last.handoff], [true, null, [], null]);
    assert.equal(last.vars.refund, "refunded");
    assert.ok(trial.isOver());
  });

  it("lets a step without a mock go its way of failure, and says so", async () => {
    const trial = start();
    for (const said of ["hi", "Order"]) await trial.say(said);
    const last = await trial.say("17");
    assert.deepEqual(last.notes, ['Step "look" was not run: it has no mock.']);
    assert.deepEqual(last.handoff, { queue: "vip", summary: "Order 17", skills: {} });
    assert.equal(last.fault, null);
    assert.deepEqual(last.path.at(-2), { flow: "orders", step: "look", what: "failed" });
  });

  it("tells a fault where there is no way of failure", async () => {
    const trial = start({ mocks: { look: {}, refund: { error: "no money" } } });
    for (const said of ["hi", "Order"]) await trial.say(said);
    const last = await trial.say("17");
    assert.equal(last.fault?.message, "no money");
    assert.deepEqual(last.notes, []);
    assert.ok(trial.isOver());
  });

  it("knows the contact that it is given, and else what the platform tells", async () => {
    const greeting: FlowSettings = {
      id: "orders",
      start: "hi",
      steps: { hi: { do: "end", text: "Hi ${contact.name} ${contact.mobilePhone} ${exists(contact.id)}" } },
    };
    const said = async (more: Partial<TrialOrder>) =>
      (await start({ flow: greeting, customer: { name: "annie", phone: "+1" }, ...more }).say("hi")).said[0]
        ?.text;
    assert.equal(await said({ contact: { name: "Ann Lee" } }), "Hi Ann Lee  true");
    assert.equal(await said({}), "Hi annie +1 false");
  });

  it("gives each conversation its own state", async () => {
    const [one, other] = [start(), start()];
    await one.say("hi");
    await one.say("Order");
    assert.equal((await other.say("hi")).step?.step, "topic");
  });
});
