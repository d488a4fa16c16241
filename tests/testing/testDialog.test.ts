import assert from "node:assert/strict";
import type { TurnContext } from "botbuilder-core";
import { ChoicePrompt, ComponentDialog, NumberPrompt, TextPrompt, WaterfallDialog } from "botbuilder-dialogs";
import { ACTIVITY_EVENTS } from "../../src/core/activity";
import { testDialog } from "../../src/testing/testDialog";

/** Asks for a colour and a count. */
class Order extends ComponentDialog {
  constructor() {
    super("order");
    this.addDialog(new ChoicePrompt("colour"));
    this.addDialog(new NumberPrompt("count", async ({ recognized }) => (recognized.value ?? 0) > 0));
    this.addDialog(
      new WaterfallDialog("steps", [
        (step) => step.prompt("colour", { prompt: "Which colour?", choices: ["Red", "Blue"] }),
        (step) => {
          (step.values as { colour?: string }).colour = (step.result as { value: string }).value;
          return step.prompt("count", { prompt: "How many?", retryPrompt: "A number, please." });
        },
        (step) => step.endDialog({ colour: (step.values as { colour?: string }).colour, count: step.result }),
      ]),
    );
    this.initialDialogId = "steps";
  }
}

function waterfall(act: (context: TurnContext) => Promise<unknown>): WaterfallDialog {
  return new WaterfallDialog("one", [
    async (step) => {
      await act(step.context);
      return step.endDialog();
    },
  ]);
}

describe("testDialog", () => {
  it("talks with a component dialog turn by turn, to its result", async () => {
    const talk = testDialog(new Order());
    const asked = await talk.says("hi");
    assert.deepEqual([asked.texts, asked.choices], [["Which colour?"], ["Red", "Blue"]]);
    assert.deepEqual((await talk.taps("Blue")).texts, ["How many?"]);
    const again = await talk.says("none");
    assert.deepEqual([again.texts, again.ended], [["A number, please."], false]);
    const done = await talk.says("3");
    assert.deepEqual([done.result, done.ended, done.texts], [{ colour: "Blue", count: 3 }, true, []]);
    assert.deepEqual((await talk.says("hello again")).texts, ["Which colour?"]);
  });

  it("shows choices as the channel shows them", async () => {
    const reply = await testDialog(new Order(), { channel: "sms" }).says("hi");
    assert.deepEqual(reply.choices, []);
    assert.match(reply.texts[0] ?? "", /1.*Red/s);
    assert.throws(() => testDialog(new Order(), { channel: "smoke" }), /Use one of facebook, /);
  });

  it("begins with options, and with dialogs that are called", async () => {
    const outer = new WaterfallDialog<{ vars: { name: string } }>("outer", [
      (step) => step.beginDialog("ask", { prompt: `Hello ${step.options.vars.name}, why?` }),
      (step) => step.endDialog(step.result),
    ]);
    const talk = testDialog(outer, {
      dialogs: [new TextPrompt("ask")],
      options: { vars: { name: "Gilda" } },
    });
    assert.deepEqual((await talk.says("hi")).texts, ["Hello Gilda, why?"]);
    assert.equal((await talk.says("because")).result, "because");
  });

  it("tells of a hand-off in both dialects, whose words are not for the customer", async () => {
    const event = await testDialog(
      waterfall((context) =>
        context.sendActivities([
          { type: "message", text: "One moment." },
          {
            type: "event",
            name: ACTIVITY_EVENTS.handoffInitiate,
            value: { queue: "orders", summary: "lost parcel", context: { orderNo: "4711" } },
          },
        ]),
      ),
    ).says("help");
    assert.deepEqual(event.texts, ["One moment."]);
    assert.deepEqual(event.handoff, { queueId: "orders", summary: "lost parcel" });
    assert.deepEqual(event.context, { orderNo: "4711" });
    const tags = await testDialog(
      waterfall((context) =>
        context.sendActivity({ text: "angry", channelData: { tags: JSON.stringify({ type: "Escalate" }) } }),
      ),
    ).says("help");
    assert.deepEqual([tags.texts, tags.handoff], [[], { summary: "angry" }]);
  });

  it("keeps state as the store does: what is no JSON is gone", async () => {
    const dialog = new WaterfallDialog("keeps", [
      async (step) => {
        Object.assign(step.values, { at: new Date(0), secret: () => 1 });
        await step.context.sendActivity("?");
        return { status: "waiting" as never };
      },
      (step) => step.endDialog(step.values),
    ]);
    const talk = testDialog(dialog);
    await talk.says("hi");
    const { result } = await talk.says("and?");
    const { at, secret } = result as Record<string, unknown>;
    assert.deepEqual([at, secret], ["1970-01-01T00:00:00.000Z", undefined]);
  });

  it("throws what the dialog throws, and offers no button that is not there", async () => {
    const broken = waterfall(async () => {
      throw new TypeError("broken");
    });
    await assert.rejects(testDialog(broken).says("hi"), /broken/);
    const talk = testDialog(new Order());
    await talk.says("hi");
    await assert.rejects(talk.taps("Green"), /no button "Green". Offered: "Red", "Blue"/);
  });
});
