import type { Dialog } from "botbuilder-dialogs/lib/dialog";
import type { Activity } from "../../src/core/activity";
import { type FlowSettings, SETTINGS_KINDS, type SettingsSnapshot } from "../../src/core/settings";
import { type BotOutcome, type BotTurn, createBot } from "../../src/dialogs/bot";
import { type FlowServices, NO_SERVICES } from "../../src/dialogs/flows/services";
import { createTurnAdapter } from "../../src/testing/talk";
import { createFakeClock } from "../support/clock";

const NO_SETTINGS = {
  ...Object.fromEntries(SETTINGS_KINDS.map((kind) => [kind, new Map()])),
  version: 1,
} as unknown as SettingsSnapshot;

/** A customer talking with a helper flow, turn after turn. */
export function createTalk(
  steps: FlowSettings["steps"],
  options: {
    start?: string;
    dialogs?: Dialog[];
    id?: string;
    timeoutMs?: number;
    /** Further flows, by id. */
    flows?: Record<string, FlowSettings["steps"]>;
    services?: Partial<FlowServices>;
    turn?: Partial<BotTurn>;
  } = {},
) {
  const clock = createFakeClock();
  const adapter = createTurnAdapter("facebook", clock);
  const bot = createBot({
    adapterFor: () => adapter,
    clock,
    dialogs: options.dialogs ?? [],
    services: { ...NO_SERVICES, ...options.services },
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  });
  let flow: FlowSettings = { id: options.id ?? "flow", start: options.start ?? "start", steps };
  const others = Object.entries(options.flows ?? {}).map(([id, each]): [string, FlowSettings] => [
    id,
    { id, start: "start", inputs: ["given"], steps: each },
  ]);
  let dialog: unknown;
  let context: Record<string, string | number> = {};
  let n = 0;

  return {
    clock,
    /** The state that the last turn left. */
    dialog: () => dialog,
    context: () => context,
    /** The admin saves another version. */
    save(next: Partial<FlowSettings>): void {
      flow = { ...flow, ...next };
    },
    async say(text: string | undefined, more: Partial<Activity> = {}): Promise<BotOutcome> {
      n += 1;
      const activity: Activity = {
        type: "message",
        id: `m${n}`,
        channelId: "facebook",
        from: { id: "555", name: "Gilda Moore" },
        recipient: { id: "2000" },
        conversation: { id: "t~1" },
        ...(text === undefined ? {} : { text }),
        ...more,
      };
      const before = JSON.stringify([dialog, context]);
      const turn: BotTurn = {
        activity,
        flow,
        dialog: freeze(dialog),
        context: Object.freeze({ ...context }),
        settings: { ...NO_SETTINGS, flows: new Map<string, FlowSettings>([[flow.id, flow], ...others]) },
        ...options.turn,
      };
      const outcome = await bot.runTurn(turn);
      if (JSON.stringify([turn.dialog, turn.context]) !== before)
        throw new TypeError("the turn changed its input");
      dialog = outcome.dialog;
      context = outcome.context;
      return outcome;
    },
  };
}

export const textsOf = (outcome: BotOutcome): (string | undefined)[] => outcome.sends.map(({ text }) => text);

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) freeze(part);
    Object.freeze(value);
  }
  return value;
}
