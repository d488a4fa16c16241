import type { Activity } from "../../core/activity";
import { systemClock } from "../../core/clock";
import { SwitchboardError } from "../../core/errors";
import type { CodedDialog } from "../../core/plugin";
import type { FlowSettings, SettingsSnapshot } from "../../core/settings";
import type { Customer } from "../../core/workItem";
import { type BotOutcome, createBot } from "../../dialogs/bot";
import type { StepPassed } from "../../dialogs/flows/moment";
import type { FlowReply, FlowServices } from "../../dialogs/flows/services";
import { createPlainRunner } from "../../dialogs/plainRunner";
import { waitingAt } from "../../dialogs/waitingAt";
import { type SampleContact, toSampleFacts } from "../../routing/rules/contactFields";
import { choicesOf, type OfferedChoice, understand } from "../plan/choices";

/** A made-up conversation with a flow. */
export interface TrialOrder {
  flow: FlowSettings;
  /** With the flow in it, and others that it calls. */
  settings: SettingsSnapshot;
  channel: string;
  customer?: Partial<Customer> | undefined;
  /** Behind the customer; left out: nobody is linked. */
  contact?: SampleContact | undefined;
  context?: Readonly<Record<string, string | number>> | undefined;
  /** Step -> what it gets instead of asking anybody. */
  mocks?: Readonly<Record<string, unknown>> | undefined;
  language?: string | undefined;
  /** ms */
  now: number;
}

/** What the customer says, taps or sends. */
export type TrialSaying =
  | string
  | {
      text?: string | undefined;
      value?: string | undefined;
      attachments?: readonly { contentType: string; name?: string | undefined }[] | undefined;
    };

/** What one message of the customer led to. */
export interface TrialTurn {
  said: { text: string; choices: string[]; media: { url: string; type: string }[] }[];
  path: StepPassed[];
  /** The step that waits; null at the flow's end. */
  step: { flow: string; step: string } | null;
  vars: Record<string, unknown>;
  context: Record<string, string | number>;
  handoff: { queue: string | null; summary: string | null; skills: Record<string, number> } | null;
  ended: boolean;
  fault: { code: string; message: string } | null;
  /** What would have been done and was not. */
  notes: string[];
}

export interface TrialPorts {
  /** Run for real. */
  dialogs: readonly CodedDialog[];
  findAnswer: FlowServices["findAnswer"];
}

/** Plays a conversation turn by turn. Nothing is stored or sent; services and actions are mocked or fail. */
export function startTrial(ports: TrialPorts, order: TrialOrder) {
  const notes: string[] = [];
  const clock = { now: () => order.now, after: systemClock.after };
  const runner = createPlainRunner();
  const services = createMocks(order.mocks ?? {}, notes);
  const bot = createBot({
    adapterFor: () => runner,
    dialogs: ports.dialogs,
    services: { ...services, findAnswer: ports.findAnswer },
    clock,
  });
  const customer: Customer = { id: "trial", name: "", ...defined(order.customer ?? {}) };
  const contact = toSampleFacts(order.contact, customer);
  let dialog: unknown;
  let context: Record<string, string | number> = { ...order.context };
  let offered: OfferedChoice[] | undefined;
  let turns = 0;
  let over = false;

  return {
    /** People have it, or it has ended: what the customer says then is no matter of the flow. */
    isOver: (): boolean => over,

    async say(saying: TrialSaying): Promise<TrialTurn> {
      turns += 1;
      notes.length = 0;
      const activity = understoodBy(toActivity(saying, order.channel, customer, turns), offered);
      const outcome = await bot.runTurn({
        activity,
        flow: order.flow,
        dialog,
        context,
        settings: order.settings,
        customer,
        ...(contact === undefined ? {} : { contact }),
        ...(order.language === undefined ? {} : { language: order.language }),
      });
      ({ dialog, context } = outcome);
      offered = outcome.sends.reduce<OfferedChoice[] | undefined>((last, sent) => {
        const choices = choicesOf(sent);
        return choices.length > 0 ? choices : last;
      }, undefined);
      over = outcome.ended || outcome.handoff !== undefined || outcome.fault !== undefined;
      return toTurn(outcome, [...notes]);
    },
  };
}

const TURN = "trial";

function toActivity(saying: TrialSaying, channel: string, customer: Customer, n: number): Activity {
  const { text, value, attachments } =
    typeof saying === "string" ? { text: saying, value: undefined, attachments: undefined } : saying;
  return {
    type: "message",
    id: `${TURN}${n}`,
    channelId: channel,
    from: { id: customer.id, name: customer.name ?? "" },
    recipient: { id: "helper" },
    conversation: { id: "trial" },
    ...(text === undefined ? {} : { text }),
    ...(value === undefined ? {} : { value }),
    ...(attachments === undefined
      ? {}
      : { attachments: attachments.map((file) => ({ ...defined(file) })) as Activity["attachments"] }),
  } as Activity;
}

/** As in a real turn: a number typed back is the choice it stands for. */
function understoodBy(activity: Activity, offered: readonly OfferedChoice[] | undefined): Activity {
  const choice = understand(activity, offered);
  return choice === undefined ? activity : { ...activity, text: choice.title, value: choice.value };
}

function toTurn(outcome: BotOutcome, notes: string[]): TrialTurn {
  const wish: { queueId?: string; summary?: string; skills?: Record<string, number> } | undefined =
    outcome.handoff;
  return {
    said: outcome.sends.map((sent) => ({
      text: sent.text ?? "",
      choices: choicesOf(sent).map(({ title }) => title),
      media: (sent.attachments ?? []).map(({ contentType, contentUrl }) => ({
        url: contentUrl ?? "",
        type: contentType,
      })),
    })),
    path: [...(outcome.path ?? [])],
    step: waitingAt(outcome.dialog) ?? null,
    vars: { ...outcome.vars },
    context: outcome.context,
    handoff:
      wish === undefined
        ? null
        : { queue: wish.queueId ?? null, summary: wish.summary ?? null, skills: wish.skills ?? {} },
    ended: outcome.ended,
    fault: outcome.fault ?? null,
    notes,
  };
}

/** Answers of services and actions by step; a step without one fails, and `notes` tells so. */
function createMocks(
  mocks: Readonly<Record<string, unknown>>,
  notes: string[],
): Omit<FlowServices, "findAnswer"> {
  function answerOf(key: string): unknown {
    const step = stepOf(key);
    if (Object.hasOwn(mocks, step)) {
      const answer = mocks[step];
      const words = (answer as { error?: unknown } | null)?.error;
      if (typeof words !== "string" || Object.keys(answer as object).length > 1) return answer;
      throw new SwitchboardError("HELPER_FAILED", words);
    }
    const words = `Step "${step}" was not run: it has no mock.`;
    notes.push(words);
    throw new SwitchboardError("HELPER_FAILED", words);
  }
  let tickets = 0;
  return {
    // No ticket is made: the number only looks like one.
    takeTicketNumber: async () => `T-${++tickets}`,
    request: async ({ key }) => toReply(answerOf(key)),
    runAction: async (_name, _input, call) => answerOf(call.id),
  };
}

/** The engine names each call by turn, step and place: `trial1~step~3`. */
const stepOf = (key: string): string => key.slice(key.indexOf("~") + 1, key.lastIndexOf("~"));

/** `{ status, body }`; anything else is the body of a 200. */
function toReply(mock: unknown): FlowReply {
  const given = (typeof mock === "object" && mock !== null ? mock : {}) as Partial<FlowReply>;
  return typeof given.status === "number"
    ? { status: given.status, body: given.body }
    : { status: 200, body: "body" in given ? given.body : mock };
}

const defined = <T extends object>(values: T): T =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
