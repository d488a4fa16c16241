// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of our own templates
// biome-ignore-all lint/suspicious/noThenProperty: "then" is a flow step's own word
import assert from "node:assert/strict";
import { Dialog, type DialogTurnResult } from "botbuilder-dialogs/lib/dialog";
import type { DialogContext } from "botbuilder-dialogs/lib/dialogContext";
import { createTalk, textsOf } from "../bench";

const MENU = {
  start: {
    do: "ask",
    text: "What is it about?",
    retry: "Please pick one.",
    choices: [
      { label: "My order", value: "order", next: "order" },
      { label: "A person", next: "person" },
    ],
    save: "topic",
    giveUp: "person",
  },
  order: { do: "say", text: "Topic: ${vars.topic}" },
  person: { do: "handoff", text: "One moment." },
};

describe("a flow", () => {
  describe("asks with choices and", () => {
    for (const [how, text] of [
      ["label", "my ORDER"],
      ["value", "Order"],
      ["number", "1"],
      ["number with a dot", " 1. "],
    ] as const) {
      it(`takes an answer by ${how}`, async () => {
        const talk = createTalk(MENU);
        assert.deepEqual(textsOf(await talk.say("hi")), ["What is it about?"]);
        assert.deepEqual(textsOf(await talk.say(text)), ["Topic: order"]);
      });
    }

    it("takes a tapped button by its value", async () => {
      const talk = createTalk(MENU);
      await talk.say("hi");
      assert.deepEqual(textsOf(await talk.say("", { value: "order" })), ["Topic: order"]);
    });

    it("offers the choices as suggested actions", async () => {
      const [question] = (await createTalk(MENU).say("hi")).sends;
      assert.deepEqual(question?.suggestedActions?.actions, [
        { type: "imBack", title: "My order", value: "order" },
        { type: "imBack", title: "A person", value: "A person" },
      ]);
    });

    it("asks again in the retry's words, and gives up after three bad answers", async () => {
      const talk = createTalk(MENU);
      await talk.say("hi");
      assert.deepEqual(textsOf(await talk.say("what?")), ["Please pick one."]);
      assert.deepEqual(textsOf(await talk.say("3")), ["Please pick one."]);
      const last = await talk.say("0");
      assert.deepEqual(textsOf(last), ["One moment."]);
      assert.notEqual(last.handoff, undefined);
    });

    it("goes on asking when nothing says where to go after bad answers", async () => {
      const talk = createTalk({
        start: {
          do: "ask",
          text: "A or B?",
          choices: [{ label: "A" }, { label: "B" }],
          maxTries: 1,
          next: "done",
        },
        done: { do: "say", text: "ok" },
      });
      await talk.say("hi");
      for (const _ of [1, 2, 3]) assert.deepEqual(textsOf(await talk.say("C")), ["A or B?"]);
      assert.deepEqual(textsOf(await talk.say("b")), ["ok"]);
    });

    it("counts bad answers for each question anew", async () => {
      const talk = createTalk({
        start: {
          do: "ask",
          text: "First?",
          valid: "input == 'yes'",
          maxTries: 2,
          next: "second",
          giveUp: "gone",
        },
        second: {
          do: "ask",
          text: "Second?",
          valid: "input == 'yes'",
          maxTries: 2,
          next: "done",
          giveUp: "gone",
        },
        done: { do: "say", text: "done" },
        gone: { do: "say", text: "gone" },
      });
      await talk.say("hi");
      await talk.say("no");
      await talk.say("yes");
      assert.deepEqual(textsOf(await talk.say("no")), ["Second?"]);
      assert.deepEqual(textsOf(await talk.say("yes")), ["done"]);
    });
  });

  it("takes only valid answers, and saves them", async () => {
    const talk = createTalk({
      start: {
        do: "ask",
        text: "Number?",
        valid: "isMatch(input, '^[0-9]{3,8}$')",
        retry: "${input} is no number.",
        save: "orderNo",
        next: "look",
      },
      look: { do: "say", text: "Order ${vars.orderNo} of ${activity.from.name}" },
    });
    await talk.say("hi");
    assert.deepEqual(textsOf(await talk.say("abc")), ["abc is no number."]);
    assert.deepEqual(textsOf(await talk.say(" 1234 ")), ["Order 1234 of Gilda Moore"]);
  });

  it("asks again when the answer has no text, as a picture", async () => {
    const talk = createTalk({
      start: { do: "ask", text: "Name?", next: "done" },
      done: { do: "say", text: "Hi ${input}" },
    });
    await talk.say("hi");
    assert.deepEqual(textsOf(await talk.say(undefined)), ["Name?"]);
    assert.deepEqual(textsOf(await talk.say("Ann")), ["Hi Ann"]);
  });

  it("branches by a condition; a faulty one is not true", async () => {
    const branch = (text: string) =>
      createTalk({
        start: { do: "set", vars: { a: "=context.none", order: "=context.none" }, next: "branch" },
        branch: { do: "if", if: text, then: "yes", else: "no" },
        yes: { do: "say", text: "yes" },
        no: { do: "say", text: "no" },
      }).say("hello");
    assert.deepEqual(textsOf(await branch("input == 'hello' && channel == 'facebook'")), ["yes"]);
    assert.deepEqual(textsOf(await branch("exists(vars.order)")), ["no"]);
    assert.deepEqual(textsOf(await branch("coalesce(vars.a, 'x') >= 5")), ["no"]);
  });

  it("sets context variables, numbers as numbers, and sees them at once", async () => {
    const talk = createTalk({
      start: { do: "set", context: { topic: "from ${activity.from.name}", level: 3 }, next: "check" },
      check: { do: "if", if: "context.level > 2", then: "high", else: "low" },
      high: { do: "say", text: "${context.topic}" },
      low: { do: "say", text: "low" },
    });
    const outcome = await talk.say("hi");
    assert.deepEqual(textsOf(outcome), ["from Gilda Moore"]);
    assert.deepEqual(outcome.context, { topic: "from Gilda Moore", level: 3 });
  });

  it("says several things in a row, and begins anew after its end", async () => {
    const talk = createTalk({
      start: { do: "say", text: "one", next: "two" },
      two: { do: "say", text: "two" },
    });
    const outcome = await talk.say("hi");
    assert.deepEqual(textsOf(outcome), ["one", "two"]);
    assert.equal(outcome.dialog, undefined);
    assert.equal(outcome.handoff, undefined);
    assert.deepEqual(textsOf(await talk.say("hi")), ["one", "two"]);
  });

  it("ends the conversation, with a last word", async () => {
    const outcome = await createTalk({ start: { do: "end", text: "Bye." } }).say("hi");
    assert.deepEqual(textsOf(outcome), ["Bye."]);
    assert.equal(outcome.ended, true);
    assert.equal(outcome.dialog, undefined);
  });

  it("hands over with queue, summary and what was answered", async () => {
    const talk = createTalk({
      start: { do: "ask", text: "Order number?", save: "orderNo", next: "agent" },
      agent: { do: "handoff", queue: "orders", summary: "About order ${vars.orderNo}" },
    });
    await talk.say("hi");
    const outcome = await talk.say("77");
    assert.deepEqual(outcome.handoff, { queueId: "orders", summary: "About order 77" });
    assert.deepEqual(outcome.context, { orderNo: "77" });
    assert.equal(outcome.dialog, undefined);
    assert.deepEqual(outcome.sends, []);
  });

  describe("that goes round without a question", () => {
    it("is a fault, and people take over", async () => {
      const outcome = await createTalk({ start: { do: "if", if: "true", then: "start" } }).say("hi");
      assert.equal(outcome.fault?.code, "HELPER_FAILED");
      assert.match(outcome.fault.message, /"flow" goes round without a question at step "start"/);
      assert.deepEqual(outcome.handoff, {});
    });

    it("does not flood the customer", async () => {
      const outcome = await createTalk({ start: { do: "say", text: "again", next: "start" } }).say("hi");
      assert.equal(outcome.fault?.code, "HELPER_FAILED");
      assert.match(outcome.fault.message, /20/);
      assert.equal(outcome.sends.length, 20);
    });
  });

  it("with a step that leads nowhere is a fault that names it", async () => {
    const outcome = await createTalk({ start: { do: "say", text: "so far", next: "gone" } }).say("hi");
    assert.match(outcome.fault?.message ?? "", /no step "gone"/);
    assert.deepEqual(textsOf(outcome), ["so far"]);
  });

  describe("calls a coded dialog and", () => {
    class AskColour extends Dialog {
      override async beginDialog(dc: DialogContext, options?: object): Promise<DialogTurnResult> {
        await dc.context.sendActivity(`Colour for ${JSON.stringify(options)}?`);
        return Dialog.EndOfTurn;
      }
      override async continueDialog(dc: DialogContext): Promise<DialogTurnResult> {
        if (dc.context.activity.text === "break") throw new TypeError("the shop is closed");
        return dc.endDialog({ colour: dc.context.activity.text });
      }
    }
    const steps = {
      start: { do: "ask", text: "Name?", save: "name", next: "colour" },
      colour: { do: "dialog", dialog: "askColour", save: "result", next: "done" },
      done: { do: "say", text: "${vars.name} likes ${vars.result.colour}" },
    };
    const dialogs = () => [new AskColour("askColour")];

    it("goes on with its result", async () => {
      const talk = createTalk(steps, { dialogs: dialogs() });
      await talk.say("hi");
      assert.deepEqual(textsOf(await talk.say("Ann")), ['Colour for {"vars":{"name":"Ann"},"turnId":"m2"}?']);
      assert.deepEqual(textsOf(await talk.say("blue")), ["Ann likes blue"]);
    });

    it("hands over when it throws", async () => {
      const talk = createTalk(steps, { dialogs: dialogs() });
      await talk.say("hi");
      await talk.say("Ann");
      const outcome = await talk.say("break");
      assert.deepEqual(outcome.fault, { code: "HELPER_FAILED", message: "the shop is closed" });
      assert.deepEqual(outcome.handoff, {});
      assert.equal(outcome.dialog, undefined);
    });

    it("begins anew when the flow changed while the dialog was under way", async () => {
      const talk = createTalk(steps, { dialogs: dialogs() });
      await talk.say("hi");
      await talk.say("Ann");
      talk.save({ steps: { start: { do: "say", text: "new version" } } });
      assert.deepEqual(textsOf(await talk.say("blue")), ["new version"]);
    });

    it("is a fault when there is no such dialog", async () => {
      const talk = createTalk(steps);
      await talk.say("hi");
      assert.equal((await talk.say("Ann")).fault?.code, "HELPER_FAILED");
    });
  });

  it("goes on at the same question when it was changed meanwhile, with what was saved", async () => {
    const talk = createTalk({
      start: { do: "ask", text: "Name?", save: "name", next: "colour" },
      colour: { do: "ask", text: "Colour?", save: "colour", next: "done" },
      done: { do: "say", text: "${vars.name}: ${vars.colour}" },
    });
    await talk.say("hi");
    await talk.say("Ann");
    talk.save({
      steps: {
        start: { do: "ask", text: "Your name, please?", save: "name", next: "colour" },
        colour: { do: "ask", text: "And the colour?", save: "colour", next: "thanks" },
        thanks: { do: "say", text: "Thanks, ${vars.name}: ${vars.colour}" },
      },
    });
    assert.deepEqual(textsOf(await talk.say("blue")), ["Thanks, Ann: blue"]);
  });

  it("begins again when the question is gone, and keeps what was saved", async () => {
    const talk = createTalk({
      start: { do: "ask", text: "Name?", save: "name", next: "colour" },
      colour: { do: "ask", text: "Colour?", next: "done" },
      done: { do: "say", text: "ok" },
    });
    await talk.say("hi");
    await talk.say("Ann");
    talk.save({
      steps: {
        start: { do: "if", if: "exists(vars.name)", then: "known", else: "name" },
        known: { do: "say", text: "Hello again, ${vars.name}" },
        name: { do: "ask", text: "Name?", save: "name" },
      },
    });
    assert.deepEqual(textsOf(await talk.say("blue")), ["Hello again, Ann"]);
  });

  it("begins anew when the work stream got another flow meanwhile", async () => {
    const talk = createTalk(MENU);
    await talk.say("hi");
    talk.save({ id: "other", steps: { start: { do: "say", text: "I am the other flow" } } });
    const outcome = await talk.say("1");
    assert.equal(outcome.fault, undefined);
    assert.deepEqual(textsOf(outcome), ["I am the other flow"]);
  });

  it("goes on in a process that has never seen it, from what is stored", async () => {
    const first = createTalk(MENU);
    await first.say("hi");
    const stored = JSON.parse(JSON.stringify(first.dialog())) as unknown;
    assert.deepEqual(stored, first.dialog(), "plain JSON");
  });
});
