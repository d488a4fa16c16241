import assert from "node:assert/strict";
import v8 from "node:v8";
import { runInNewContext } from "node:vm";
import { facebook } from "../../src/adapters/facebook";
import { ChannelAdapter } from "../../src/adapters/shared/channelAdapter";
import { systemClock } from "../../src/core/clock";
import type { FlowSettings } from "../../src/core/settings";
import { createBot } from "../../src/dialogs/bot";

const TURNS = 2000;
/** With the SDK's own way through a turn it is 7,000. */
const MOST_BYTES = 2000;

const flow: FlowSettings = {
  id: "echo",
  start: "echo",
  steps: { echo: { do: "say", text: "You said: ${activity.text}" } },
} as never;
// It only runs turns: no account is asked for, and nothing is sent.
const adapter = new ChannelAdapter({
  channel: facebook,
  account: () => assert.fail("no account is needed"),
  client: {
    send: () => assert.fail("nothing is sent"),
    reconcile: () => assert.fail("nothing is asked"),
  },
});

describe("FlowContext", () => {
  it("leaves next to nothing of a turn in the heap's old space, which only a full collection clears", async () => {
    v8.setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as (options?: { type: "minor" }) => void;
    const bot = createBot({ adapterFor: () => adapter, clock: systemClock });
    await turns(bot, TURNS);
    collect();
    const before = oldSpace();
    for (let done = 0; done < TURNS; done += 100) {
      await turns(bot, 100);
      // Twice: what survives one small collection may be under way, what survives two is kept.
      collect({ type: "minor" });
      collect({ type: "minor" });
    }
    const kept = Math.round((oldSpace() - before) / TURNS);
    assert.ok(kept < MOST_BYTES, `a turn left ${kept} bytes`);
  }).timeout(20_000);
});

async function turns(bot: ReturnType<typeof createBot>, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const { sends } = await bot.runTurn({
      activity: {
        id: `m${n}`,
        type: "message",
        channelId: "facebook",
        text: "Hello",
        from: { id: `c${n}` },
        recipient: { id: "2000" },
        conversation: { id: `t${n}` },
      },
      flow,
      dialog: undefined,
      context: {},
    });
    assert.equal(sends[0]?.text, "You said: Hello");
  }
}

const oldSpace = (): number =>
  v8.getHeapSpaceStatistics().find(({ space_name }) => space_name === "old_space")?.space_used_size ?? 0;
