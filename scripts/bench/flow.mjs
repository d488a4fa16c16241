// A turn of a helper flow beside a turn of a coded waterfall that asks the same, as bot developers write one: prompts,
// conversation state, one process, interleaved.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const TURNS = 3;
const WARM_UP = 500;
const TALKS = 1500;

const FLOW = {
  id: "order",
  start: "topic",
  steps: {
    topic: { do: "ask", text: "Hi ${activity.from.name}, what is it about?", save: "topic", next: "number" },
    number: {
      do: "ask",
      text: "Order number?",
      valid: "length(input) > 3",
      save: "number",
      next: "known",
    },
    known: { do: "if", if: "startsWith(vars.number, '9')", then: "rank", else: "done" },
    rank: { do: "set", context: { rank: "high" }, next: "done" },
    done: { do: "say", text: "Thanks: ${vars.topic}, ${vars.number}." },
  },
};

/** Prints the table. */
export async function benchFlow() {
  const ways = [flowWay(), await waterfallWay()];
  for (let i = 0; i < WARM_UP; i++) for (const way of ways) await way.talk(i);
  const times = ways.map(() => []);
  for (let i = 0; i < TALKS; i++)
    for (const at of i % 2 === 0 ? [0, 1] : [1, 0]) {
      const began = process.hrtime.bigint();
      await ways[at].talk(WARM_UP + i);
      times[at].push(Number(process.hrtime.bigint() - began) / 1e6 / TURNS);
    }
  const [flow, waterfall] = times.map((list) => list.sort((a, b) => a - b));
  const at = (list, share) => list[Math.floor(list.length * share)];
  console.log("\nA turn of the helper, ms\n| way | p50 | p99 |\n|---|--:|--:|");
  for (const [name, list] of [
    ["flow", flow],
    ["coded waterfall", waterfall],
  ])
    console.log(`| ${name} | ${at(list, 0.5).toFixed(3)} | ${at(list, 0.99).toFixed(3)} |`);
  console.log(`\nflow / waterfall: ${(at(flow, 0.5) / at(waterfall, 0.5)).toFixed(2)}`);
}

const says = ["hi", "Order", "91234"];
const activity = (i, turn) => ({
  type: "message",
  id: `m${i}.${turn}`,
  channelId: "facebook",
  serviceUrl: "urn:bench",
  from: { id: `c${i}`, name: "Gilda" },
  recipient: { id: "2000" },
  conversation: { id: `t${i}` },
  text: says[turn],
});

function flowWay() {
  const { createBot } = require("../../dist/src/dialogs/bot.js");
  const { systemClock } = require("../../dist/src/core/clock.js");
  const adapter = createAdapter();
  const bot = createBot({ adapterFor: () => adapter, clock: systemClock });
  return {
    async talk(i) {
      let dialog;
      let context = {};
      for (let turn = 0; turn < TURNS; turn++) {
        const outcome = await bot.runTurn({ activity: activity(i, turn), flow: FLOW, dialog, context });
        if (outcome.fault !== undefined) throw new Error(outcome.fault.message);
        ({ dialog, context } = outcome);
      }
    },
  };
}

async function waterfallWay() {
  const { ConversationState, MemoryStorage } = require("botbuilder-core");
  const { DialogSet, TextPrompt, WaterfallDialog } = require("botbuilder-dialogs");
  const state = new ConversationState(new MemoryStorage());
  const dialogs = new DialogSet(state.createProperty("dialogs"));
  dialogs.add(new TextPrompt("text"));
  dialogs.add(new TextPrompt("number", async ({ recognized }) => (recognized.value ?? "").length > 3));
  dialogs.add(
    new WaterfallDialog("order", [
      (step) => step.prompt("text", `Hi ${step.context.activity.from.name}, what is it about?`),
      (step) => {
        step.values.topic = step.result;
        return step.prompt("number", "Order number?");
      },
      async (step) => {
        if (step.result.startsWith("9")) step.values.rank = "high";
        await step.context.sendActivity(`Thanks: ${step.values.topic}, ${step.result}.`);
        return step.endDialog();
      },
    ]),
  );
  const adapter = createAdapter();
  return {
    async talk(i) {
      for (let turn = 0; turn < TURNS; turn++)
        await adapter.processActivity(activity(i, turn), async (context) => {
          const dc = await dialogs.createContext(context);
          const { status } = await dc.continueDialog();
          if (status === "empty") await dc.beginDialog("order");
          await state.saveChanges(context);
        });
    },
  };
}

function createAdapter() {
  const { BotAdapter, TurnContext } = require("botbuilder-core");
  return new (class extends BotAdapter {
    processActivity(given, logic) {
      return this.runMiddleware(new TurnContext(this, given), logic);
    }
    async sendActivities(_context, activities) {
      return activities.map(() => ({ id: "" }));
    }
  })();
}
