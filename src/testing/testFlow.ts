import type { Clock } from "../core/clock";
import type { CodedDialog } from "../core/plugin";
import type { FlowSettings } from "../core/settings";
import { type BotPorts, createBot } from "../dialogs/bot";
import { createFakeClock } from "./fakeClock";
import { createTalk, createTurnAdapter, type RunTurn, type Talk, type TalkOptions } from "./talk";

export interface TestFlowOptions extends TalkOptions {
  /** Coded dialogs that the flow calls. */
  dialogs?: readonly CodedDialog[];
  /** Context variables that the conversation has before. */
  context?: Readonly<Record<string, string | number>>;
  clock?: Clock;
}

export interface FlowTalk extends Talk {
  /** Somebody saves another version of the flow in the middle of the talk. */
  save(next: Partial<FlowSettings>): void;
}

/**
 * Talks with a helper flow, run as the server runs it. A flow with faults makes the first turn throw SwitchboardError
 * FLOW_INVALID in `fault`.
 *
 * @example
 * const talk = testFlow({ id: "hello", start: "ask", steps: { ask: { do: "ask", text: "Your name?", save: "name" } } });
 * assert.deepEqual((await talk.says("hi")).texts, ["Your name?"]);
 */
export function testFlow(flow: FlowSettings, options: TestFlowOptions = {}): FlowTalk {
  const { clock = createFakeClock(), channel = "facebook" } = options;
  const adapter = createTurnAdapter(channel, clock);
  const dialogs = (options.dialogs ?? []) as NonNullable<BotPorts["dialogs"]>;
  const bot = createBot({ adapterFor: () => adapter, clock, dialogs });
  let current = flow;
  let dialog: unknown;
  let context: Readonly<Record<string, string | number>> = options.context ?? {};

  const run: RunTurn = async (activity) => {
    const outcome = await bot.runTurn({ activity, flow: current, dialog, context });
    ({ dialog, context } = outcome);
    return {
      activities: outcome.sends,
      ended: dialog === undefined,
      context: outcome.context,
      ...(outcome.handoff === undefined ? {} : { handoff: outcome.handoff }),
      ...(outcome.fault === undefined ? {} : { fault: outcome.fault }),
    };
  };
  return {
    ...createTalk(run, options, clock),
    save(next) {
      current = { ...current, ...next };
    },
  };
}
