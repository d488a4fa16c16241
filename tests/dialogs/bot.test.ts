import assert from "node:assert/strict";
import { EventFactory } from "botbuilder";
import type { Activity as BotActivity } from "botbuilder-core";
import { Dialog, type DialogTurnResult } from "botbuilder-dialogs/lib/dialog";
import type { DialogContext } from "botbuilder-dialogs/lib/dialogContext";
import { createTalk, textsOf } from "./bench";

/** A flow that only runs this code. */
function talkWith(run: (dc: DialogContext) => Promise<void>, timeoutMs?: number) {
  class Coded extends Dialog {
    override async beginDialog(dc: DialogContext): Promise<DialogTurnResult> {
      await run(dc);
      return dc.endDialog();
    }
  }
  return createTalk(
    { start: { do: "dialog", dialog: "coded" } },
    { dialogs: [new Coded("coded")], ...(timeoutMs === undefined ? {} : { timeoutMs }) },
  );
}

describe("a turn of the bot", () => {
  it("gives each activity a response of its own, in order", async () => {
    let ids: (string | undefined)[] = [];
    await talkWith(async (dc) => {
      const responses = await dc.context.sendActivities([
        { type: "typing" },
        { type: "message", text: "a" },
        { type: "trace" },
        { type: "message", text: "b" },
      ]);
      ids = responses.map(({ id }) => id);
    }).say("hi");
    assert.equal(ids.length, 4);
    assert.equal(new Set(ids).size, 4);
  });

  it("keeps messages only: no typing, no traces with the bot's state", async () => {
    const outcome = await talkWith(async (dc) => {
      await dc.context.sendActivities([
        { type: "typing" },
        { type: "trace", value: { secret: 1 } },
        { type: "message", text: "a" },
        { type: "event", name: "x" },
      ]);
    }).say("hi");
    assert.deepEqual(outcome.sends, [{ type: "message", text: "a" }]);
  });

  it("understands the Bot Framework's hand-off", async () => {
    const outcome = await talkWith(async (dc) => {
      const event = EventFactory.createHandoffInitiation(dc.context, {
        queue: "orders",
        summary: "s",
        context: { level: 2, bad: { a: 1 } },
      });
      await dc.context.sendActivities([{ type: "message", text: "Wait." }, event as BotActivity]);
    }).say("hi");
    assert.deepEqual(outcome.handoff, { queueId: "orders", summary: "s" });
    assert.deepEqual(outcome.context, { level: 2 });
    assert.deepEqual(textsOf(outcome), ["Wait."]);
  });

  it("understands the tags of the other dialect, its text a summary for the agent", async () => {
    const outcome = await talkWith(async (dc) => {
      const tags = JSON.stringify({ type: "Escalate", context: { Name: "Ann", n: 5 } });
      await dc.context.sendActivity({ type: "message", text: "wants a refund", channelData: { tags } });
    }).say("hi");
    assert.deepEqual(outcome.handoff, { summary: "wants a refund" });
    assert.deepEqual(outcome.context, { Name: "Ann", n: 5 });
    assert.deepEqual(outcome.sends, []);
  });

  it("shows a bridged text to the customer", async () => {
    const outcome = await talkWith(async (dc) => {
      const tags = JSON.stringify({ type: "EndConversation" });
      await dc.context.sendActivity({
        type: "message",
        text: "Bye.",
        channelData: { tags, deliveryMode: "bridged" },
      });
    }).say("hi");
    assert.equal(outcome.ended, true);
    assert.deepEqual(textsOf(outcome), ["Bye."]);
  });

  it("hands over rather than ends when a bot asks for both", async () => {
    const outcome = await talkWith(async (dc) => {
      await dc.context.sendActivities([
        { type: "event", name: "handoff.initiate" },
        { type: "endOfConversation" },
      ]);
    }).say("hi");
    assert.deepEqual(outcome.handoff, {});
  });

  it("that breaks after it handed over has promised people", async () => {
    const outcome = await talkWith(async (dc) => {
      await dc.context.sendActivities([
        { type: "message", text: "One moment." },
        { type: "event", name: "handoff.initiate", value: { queue: "orders" } },
      ]);
      throw new TypeError("broke");
    }).say("hi");
    assert.deepEqual(outcome.handoff, { queueId: "orders" });
    assert.equal(outcome.promised, true);
    assert.equal(outcome.fault?.code, "HELPER_FAILED");
  });

  describe("that takes too long", () => {
    it("goes to people after ten seconds, with what was said before", async () => {
      const talk = talkWith(async (dc) => {
        await dc.context.sendActivity("Looking…");
        await new Promise(() => {});
      });
      const turn = talk.say("hi");
      await new Promise(setImmediate);
      talk.clock.advance(10_000);
      const outcome = await turn;
      assert.deepEqual(outcome.fault, {
        code: "HELPER_FAILED",
        message: "The helper took longer than 10 s.",
      });
      assert.deepEqual(outcome.handoff, {});
      assert.equal(outcome.promised, undefined);
      assert.deepEqual(textsOf(outcome), ["Looking…"]);
      assert.equal(outcome.dialog, undefined);
    });

    it("says nothing any more when it comes back", async () => {
      let wake = () => {};
      let late: unknown;
      const talk = talkWith(async (dc) => {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        await dc.context.sendActivity("late").catch((error: unknown) => {
          late = error;
        });
      }, 1_000);
      const turn = talk.say("hi");
      await new Promise(setImmediate);
      talk.clock.advance(1_000);
      const outcome = await turn;
      wake();
      await new Promise(setImmediate);
      assert.deepEqual(outcome.sends, []);
      assert.notEqual(late, undefined);
    });

    it("leaves no timer behind when it does not", async () => {
      const talk = talkWith(async (dc) => void (await dc.context.sendActivity("quick")));
      const outcome = await talk.say("hi");
      talk.clock.advance(60_000);
      assert.deepEqual(textsOf(outcome), ["quick"]);
      assert.equal(outcome.fault, undefined);
    });
  });

  it("that throws keeps the code of our own errors and what was set before", async () => {
    const talk = createTalk({ start: { do: "set", context: { topic: "x" }, next: "gone" } });
    const outcome = await talk.say("hi");
    assert.equal(outcome.fault?.code, "HELPER_FAILED");
    assert.deepEqual(outcome.context, { topic: "x" });
  });
});
