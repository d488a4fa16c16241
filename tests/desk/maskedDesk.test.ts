import assert from "node:assert/strict";
import type { ConversationView, MessageView, OfferView } from "../../src/desk/contract";
import { conversationOf, say } from "../pipeline/bench";
import { createDesk } from "./bench";

const ONE = conversationOf("1");
const CARD = "4111 1111 1111 1111";
const HIDDEN = "#### #### #### ####";
interface List<T> {
  items: T[];
}

function createMaskedDesk(
  appliesTo: "customer" | "agent" | "both",
  more: Parameters<typeof createDesk>[0] = {},
) {
  return createDesk({
    ...more,
    more: { maskingRules: [{ id: "card", name: "Cards", pattern: "card", appliesTo }] },
  });
}

describe("masking at the desk", () => {
  it("hides a customer's words on the screen and nowhere else", async () => {
    const desk = createMaskedDesk("customer");
    await desk.online("ana");
    await desk.say("1", `It is ${CARD}`);
    const [offer] = (await desk.call<List<OfferView>>("ana", "GET", "/offers")).body.items;
    assert.equal(offer?.lastText, `It is ${HIDDEN}`);
    await desk.call("ana", "POST", `/offers/${offer?.id}/accept`);
    const { items } = (await desk.call<List<ConversationView>>("ana", "GET", "/conversations")).body;
    const one = (await desk.call<ConversationView>("ana", "GET", `/conversations/${ONE}`)).body;
    assert.deepEqual([items[0]?.lastText, one.lastText], [`It is ${HIDDEN}`, `It is ${HIDDEN}`]);
    const shown = (await desk.call<List<MessageView>>("ana", "GET", `/conversations/${ONE}/messages`)).body;
    assert.deepEqual(
      shown.items.map(({ text }) => text),
      [`It is ${HIDDEN}`],
    );
    assert.equal(desk.inbound("1")[0]?.activity.text, `It is ${CARD}`);
    assert.equal((await desk.item("1"))?.lastText, `It is ${CARD}`);
  });

  it("hides it in a closed conversation too", async () => {
    const desk = createMaskedDesk("both");
    await desk.say("1", CARD);
    for (const action of ["pick", "end", "close"])
      await desk.call("ana", "POST", `/conversations/${ONE}/${action}`);
    const { items } = (await desk.call<List<ConversationView>>("ana", "GET", "/conversations?state=closed"))
      .body;
    assert.equal(items[0]?.lastText, HIDDEN);
  });

  it("hides what the helper repeats of the customer's words, also in the trace", async () => {
    const desk = createMaskedDesk("customer", {
      workstreams: [
        {
          id: "messenger",
          helper: "first",
          flow: "flow",
          rules: [{ name: "Paid", if: "exists(context.paid) && context.amount > 1", queue: "vip" }],
        },
      ],
      flows: [{ id: "flow", start: "a", steps: {} }],
      bot: ({ activity }) => ({
        sends: [say(`Is it ${activity.text}?`)],
        context: { paid: CARD, amount: 7 },
        handoff: { summary: `Paid with ${activity.text}` },
      }),
    });
    await desk.say("1", CARD);
    const shown = (await desk.call<List<MessageView>>("ana", "GET", `/conversations/${ONE}/messages`)).body;
    const trace = (await desk.call("ana", "GET", `/conversations/${ONE}/trace`)).body;
    assert.match(JSON.stringify(shown), /Is it ####/);
    assert.match(JSON.stringify(trace), /Paid with ####/);
    assert.match(JSON.stringify(trace), /"context.paid":"#### #### #### ####","context.amount":7/);
    assert.doesNotMatch(JSON.stringify([shown, trace]), /4111/);
    assert.equal(desk.sent[0]?.text, `Is it ${CARD}?`);
  });

  it("leaves an agent's words alone where the rule is for customers", async () => {
    const desk = createMaskedDesk("customer");
    await desk.say("1", "hi");
    await desk.call("ana", "POST", `/conversations/${ONE}/pick`);
    const sent = await desk.call<MessageView>("ana", "POST", `/conversations/${ONE}/messages`, {
      text: CARD,
    });
    assert.deepEqual([sent.body.text, desk.sent[0]?.text], [CARD, CARD]);
  });

  it("hides an agent's words before they are stored and sent, choices too", async () => {
    const desk = createMaskedDesk("agent");
    await desk.say("1", CARD);
    await desk.call("ana", "POST", `/conversations/${ONE}/pick`);
    const said = { text: `Is it ${CARD}?`, choices: [CARD, "No"], clientId: "c1" };
    const sent = await desk.call<MessageView>("ana", "POST", `/conversations/${ONE}/messages`, said);
    assert.deepEqual([sent.body.text, sent.body.choices], [`Is it ${HIDDEN}?`, [HIDDEN, "No"]]);
    assert.match(desk.sent[0]?.text ?? "", /^Is it ####/);
    assert.doesNotMatch(JSON.stringify(desk.outbound("1")), /4111/);
    assert.equal(
      (await desk.call<ConversationView>("ana", "GET", `/conversations/${ONE}`)).body.lastText,
      CARD,
    );
  });

  it("hides what an agent fills into a template", async () => {
    const desk = createMaskedDesk("both", {
      templates: async () => [
        {
          id: "t1",
          name: "paid",
          language: "en",
          text: "Paid with {{1}}.",
          variables: [{ name: "1", sample: "x" }],
          approved: true,
        },
      ],
    });
    await desk.say("1", "hi");
    await desk.call("ana", "POST", `/conversations/${ONE}/pick`);
    const template = { id: "t1", variables: { 1: CARD } };
    const sent = await desk.call<MessageView>("ana", "POST", `/conversations/${ONE}/messages`, { template });
    assert.equal(sent.body.text, `Paid with ${HIDDEN}.`);
    assert.doesNotMatch(JSON.stringify(desk.outbound("1")), /4111/);
  });
});
