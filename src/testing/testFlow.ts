import type { Clock } from "../core/clock";
import type { CodedDialog } from "../core/plugin";
import { type FlowSettings, SETTINGS_KINDS, type SettingsSnapshot } from "../core/settings";
import type { Customer } from "../core/workItem";
import { createBot } from "../dialogs/bot";
import { type FlowServices, NO_SERVICES } from "../dialogs/flows/services";
import { createFakeClock } from "./fakeClock";
import { createTalk, createTurnAdapter, type RunTurn, type Talk, type TalkOptions } from "./talk";

export interface TestFlowOptions extends TalkOptions {
  /** Other flows that this one calls. */
  flows?: readonly FlowSettings[];
  /** Coded dialogs that the flow calls. */
  dialogs?: readonly CodedDialog[];
  /** Stand in for the world outside: what `http`, plugin actions and `knowledge` steps get. Without one such a step fails. */
  services?: Partial<FlowServices>;
  /** Context variables that the conversation has before. */
  context?: Readonly<Record<string, string | number>>;
  /** BCP 47; "en" when left out. */
  language?: string;
  /** Of the customer, as far as the flow asks. */
  customer?: Partial<Customer>;
  clock?: Clock;
}

export interface FlowTalk extends Talk {
  /** Somebody saves another version of the flow in the middle of the talk. */
  save(next: Partial<FlowSettings>): void;
}

/**
 * Talks with a helper flow, run as the server runs it: what breaks is in `fault`, and hands over. Opening hours are always
 * open.
 *
 * @example
 * const talk = testFlow({ id: "hello", start: "ask", steps: { ask: { do: "ask", text: "Your name?", save: "name" } } });
 * assert.deepEqual((await talk.says("hi")).texts, ["Your name?"]);
 */
export function testFlow(flow: FlowSettings, options: TestFlowOptions = {}): FlowTalk {
  const { clock = createFakeClock(), channel = "facebook", dialogs = [] } = options;
  const adapter = createTurnAdapter(channel, clock);
  const services = { ...NO_SERVICES, ...options.services };
  const bot = createBot({ adapterFor: () => adapter, clock, dialogs, services });
  let current = flow;
  let dialog: unknown;
  let context: Readonly<Record<string, string | number>> = options.context ?? {};

  const run: RunTurn = async (activity) => {
    const outcome = await bot.runTurn({
      activity,
      flow: current,
      dialog,
      context,
      language: options.language ?? "en",
      customer: { id: activity.from.id, name: activity.from.name ?? "", ...options.customer },
      settings: snapshotOf([...(options.flows ?? []), current]),
    });
    ({ dialog, context } = outcome);
    return {
      activities: outcome.sends,
      ended: dialog === undefined,
      context: outcome.context,
      ...(outcome.path === undefined ? {} : { path: outcome.path }),
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

/** Settings that have nothing but these flows. */
function snapshotOf(flows: readonly FlowSettings[]): SettingsSnapshot {
  const byKind = new Map(flows.map((one) => [one.id, one]));
  const kinds = SETTINGS_KINDS.map((kind) => [kind, kind === "flows" ? byKind : new Map()]);
  return Object.assign(Object.fromEntries(kinds), { version: 1 }) as SettingsSnapshot;
}
