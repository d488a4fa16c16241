import type { ResourceResponse, TurnContext } from "botbuilder-core";
import type { Dialog } from "botbuilder-dialogs/lib/dialog";
import { ACTIVITY_EVENTS, type Activity } from "../core/activity";
import type { Clock } from "../core/clock";
import type { ContactFacts } from "../core/contact";
import { messageOf, SwitchboardError } from "../core/errors";
import type { CodedDialog } from "../core/plugin";
import type { FlowSettings, SettingsSnapshot } from "../core/settings";
import type { TicketWish } from "../core/ticket";
import type { Customer } from "../core/workItem";
import type { FlowMoment, StepPassed } from "./flows/moment";
import { type FlowServices, NO_SERVICES } from "./flows/services";
import { type HandoffWish, readHandoff } from "./handoff";
import { createHelper } from "./helperDialog";

/** One turn of the bot: everything it needs, nothing it could look up later. */
export interface BotTurn {
  activity: Activity;
  flow: FlowSettings;
  /** Dialog state of the turn before. Never changed in place. */
  dialog: unknown;
  context: Readonly<Record<string, string | number>>;
  /** Facts of the conversation that flows may ask for; without settings a flow calls no other and is always open. */
  settings?: SettingsSnapshot;
  customer?: Customer;
  /** Behind the customer, when one is linked. */
  contact?: ContactFacts;
  instanceId?: string;
  workstreamId?: string;
  /** BCP 47; the activity's locale, else English, when left out. */
  language?: string;
}

/** What the turn did. Nothing has been sent or stored: the pipeline commits it as a whole or drops it. */
export interface BotOutcome {
  sends: Activity[];
  dialog: unknown;
  context: Record<string, string | number>;
  /** The conversation goes to people. */
  handoff?: HandoffWish;
  /** Tickets to be made. */
  tickets?: TicketWish[];
  /** The conversation is over. */
  ended: boolean;
  /** Steps of flows that were taken, in order. */
  path?: readonly StepPassed[];
  /** Variables of the flow that was walked last. */
  vars?: Readonly<Record<string, unknown>>;
  /** The helper broke or took too long; `handoff` is set. */
  fault?: { code: string; message: string };
  /** With `fault`: it had handed over before that. */
  promised?: true;
}

export interface Bot {
  runTurn(turn: BotTurn): Promise<BotOutcome>;
}

/** The channel's BotAdapter, as far as the bot needs it. */
export interface TurnRunner {
  processActivity(activity: Activity, logic: (context: TurnContext) => Promise<void>): Promise<void>;
}

export interface BotPorts {
  adapterFor(channel: string): TurnRunner;
  /** Coded dialogs that flows may call, of botbuilder-dialogs. */
  dialogs?: readonly CodedDialog[];
  /** What steps may ask: nothing when left out. */
  services?: FlowServices;
  clock: Clock;
  /** A helper that takes longer is given up and people take over; 10,000 when left out. */
  timeoutMs?: number;
}

/** A helper in a ring must neither flood a customer nor outgrow the batch that its turn is written in. */
const MOST_MESSAGES = 20;
/** Characters of JSON that a turn may leave behind: they stand in the thread's head, and go with each hand-off. */
const LARGEST_STATE = 256_000;

/** The bot that runs each turn: the helper flow on the channel's adapter, with every send buffered. */
export function createBot(ports: BotPorts): Bot {
  const helper = createHelper((ports.dialogs ?? []) as readonly Dialog[]);

  return {
    async runTurn(turn) {
      const buffer = createBuffer();
      const moment = toMoment(turn, ports);
      let dialog: unknown;
      const running = ports
        .adapterFor(turn.activity.channelId)
        .processActivity(turn.activity, async (context) => {
          buffer.attach(context);
          dialog = await helper.run(context, {
            flow: turn.flow,
            flows: turn.settings?.flows ?? new Map([[turn.flow.id, turn.flow]]),
            state: structuredCopy(turn.dialog),
            moment,
          });
        });
      try {
        await withTimeout(running, ports.clock, ports.timeoutMs ?? 10_000);
      } catch (error) {
        return toFault(buffer.close(), moment, error);
      }
      const outcome = toOutcome(buffer.close(), dialog, moment);
      if (sizeOf([outcome.dialog, outcome.context]) <= LARGEST_STATE) return outcome;
      // What it wanted to remember is what is too large.
      return { ...toFault(buffer.close(), moment, tooLarge()), context: { ...turn.context } };
    },
  };
}

/** A turn that is given up may still write into its own moment, never into the outcome. */
function toMoment(turn: BotTurn, { clock, services }: BotPorts): FlowMoment {
  const { activity } = turn;
  return {
    now: clock.now(),
    turnId: activity.id ?? "",
    language: turn.language ?? activity.locale ?? "en",
    customer: turn.customer ?? { id: activity.from.id, name: activity.from.name ?? "" },
    ...(turn.contact === undefined ? {} : { contact: turn.contact }),
    instanceId: turn.instanceId ?? "",
    workstreamId: turn.workstreamId ?? "",
    variables: { ...turn.context },
    settings: turn.settings,
    services: services ?? NO_SERVICES,
    path: [],
  };
}

/** Collects what the bot sends; after `close` a late dialog can add nothing. */
function createBuffer() {
  const sent: Activity[] = [];
  let messages = 0;
  let open = true;
  return {
    attach(context: TurnContext): void {
      // Not calling `next` keeps the adapter from sending: the outbox does, after the commit.
      context.onSendActivities(async (_context, activities): Promise<ResourceResponse[]> => {
        if (!open) throw new SwitchboardError("HELPER_FAILED", "The turn is over.");
        for (const activity of activities) {
          if (activity.type === "message") messages += 1;
          if (messages > MOST_MESSAGES) {
            throw new SwitchboardError(
              "HELPER_FAILED",
              `The helper wanted to say more than ${MOST_MESSAGES} things in one turn.`,
            );
          }
          sent.push(activity as unknown as Activity);
        }
        return activities.map((_, index) => ({
          id: `${context.activity.id}.${sent.length - activities.length + index}`,
        }));
      });
    },
    close(): Activity[] {
      open = false;
      return sent;
    },
  };
}

function toOutcome(sent: Activity[], dialog: unknown, moment: FlowMoment): BotOutcome {
  const outcome: BotOutcome = {
    sends: [],
    dialog,
    context: { ...moment.variables },
    ended: false,
    path: [...moment.path],
    vars: { ...moment.vars },
  };
  for (const activity of sent) {
    const handoff = readHandoff(activity);
    if (handoff?.kind === "escalate") {
      outcome.handoff = handoff.wish;
      Object.assign(outcome.context, handoff.context);
    }
    if (activity.type === "event" && activity.name === ACTIVITY_EVENTS.ticket)
      outcome.tickets = [...(outcome.tickets ?? []), activity.value as TicketWish];
    if (handoff?.kind === "end" || activity.type === "endOfConversation") outcome.ended = true;
    if (activity.type === "message" && !handoff?.silent) outcome.sends.push(toPlain(activity));
  }
  if (outcome.handoff !== undefined) outcome.dialog = undefined;
  return outcome;
}

/** What was said before the fault still goes out; the dialog is given up and people take over. */
function toFault(sent: Activity[], moment: FlowMoment, error: unknown): BotOutcome {
  const fault = {
    code: error instanceof SwitchboardError ? error.code : "HELPER_FAILED",
    message: messageOf(error),
  };
  const outcome = toOutcome(sent, undefined, moment);
  const promised = outcome.handoff === undefined ? {} : ({ promised: true } as const);
  return { ...outcome, ended: false, handoff: outcome.handoff ?? {}, fault, ...promised };
}

const tooLarge = (): SwitchboardError =>
  new SwitchboardError(
    "HELPER_FAILED",
    `The helper wanted to remember more than ${LARGEST_STATE / 1000} kB.`,
  );

function sizeOf(state: unknown): number {
  try {
    return JSON.stringify(state).length;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** Only what our channels use: the SDK adds fields that would be stored for nothing. */
function toPlain(activity: Activity): Activity {
  const { type, text, textFormat, value, attachments, suggestedActions, channelData } = activity;
  const plain = { type, text: text ?? "", textFormat, value, attachments, suggestedActions, channelData };
  return JSON.parse(JSON.stringify(plain)) as Activity;
}

const structuredCopy = (state: unknown): unknown =>
  state === undefined ? undefined : JSON.parse(JSON.stringify(state));

async function withTimeout(work: Promise<void>, clock: Clock, ms: number): Promise<void> {
  let cancel = () => {};
  const late = new Promise<never>((_, reject) => {
    cancel = clock.after(ms, () =>
      reject(new SwitchboardError("HELPER_FAILED", `The helper took longer than ${ms / 1000} s.`)),
    );
  });
  // The loser of the race must not become an unhandled rejection.
  work.catch(() => {});
  try {
    await Promise.race([work, late]);
  } finally {
    cancel();
  }
}
