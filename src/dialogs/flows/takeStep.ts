import { Dialog, type DialogTurnResult } from "botbuilder-dialogs/lib/dialog";
import type { DialogContext } from "botbuilder-dialogs/lib/dialogContext";
import { ACTIVITY_EVENTS } from "../../core/activity";
import { SwitchboardError } from "../../core/errors";
import type { TicketWish } from "../../core/ticket";
import type { Scope } from "../../expressions/compile";
import { customerHours, isOpenBy } from "../../routing/hours/openHours";
import { type CompiledAsk, type CompiledStep, computeValues } from "./compile";
import { type FlowState, keepResult, momentOf, scopeOf } from "./flowState";
import { askService } from "./httpStep";
import { toMessage } from "./saying";
import type { CompiledText } from "./texts";

const LONGEST_SUBJECT = 200;
const LONGEST_DESCRIPTION = 10_000;
const LONGEST_FIELD = 1000;

/** What a step came to: the next one (undefined: the flow's end), or the turn waits. */
type Taken = { next?: string | undefined; failed?: true; waits?: undefined } | { waits: DialogTurnResult };

type Of<K extends CompiledStep["do"]> = Extract<CompiledStep, { do: K }>;

/** Takes one step. Throws what dialogs throw, and SwitchboardError for what has no `error` to go to. */
export async function takeStep(dc: DialogContext, state: FlowState, step: CompiledStep): Promise<Taken> {
  const scope = scopeOf(dc, state);
  switch (step.do) {
    case "ask":
      await ask(dc, state, step, undefined);
      return { waits: Dialog.EndOfTurn };
    case "say":
      await say(dc, step, scope);
      return { next: step.step.next };
    case "set":
      setValues(dc, state, step, scope);
      return { next: step.step.next };
    case "if": {
      const outcome = step.condition.evaluate(scope);
      return { next: "value" in outcome && outcome.value ? step.step.then : step.step.else };
    }
    case "switch":
      return { next: caseOf(step, scope) ?? step.step.else };
    case "goto":
      return { next: step.step.next };
    case "flow":
      return { waits: await dc.beginDialog(step.step.flow, { with: computeValues(step.with, scope) }) };
    case "return":
      return { waits: await dc.endDialog(step.result?.(scope)) };
    case "dialog":
      return { waits: await begin(dc, state, step, scope) };
    case "action":
      return runAction(dc, state, step, scope);
    case "http":
      return request(dc, state, step, scope);
    case "hours":
      return { next: isOpen(dc, step) ? step.step.open : step.step.closed };
    case "knowledge":
      return answerFromKnowledge(dc, state, step, scope);
    case "ticket":
      return makeTicket(dc, state, step, scope);
    case "handoff":
      return { waits: await handOff(dc, state, step, scope) };
    case "end":
      await tell(dc, step.text, scope);
      await dc.context.sendActivity({ type: "endOfConversation" });
      return { waits: await dc.cancelAllDialogs() };
    default:
      return step satisfies never;
  }
}

/** Asks, or asks again in the words of `instead`. */
export async function ask(
  dc: DialogContext,
  state: FlowState,
  step: CompiledAsk,
  instead: CompiledText | undefined,
): Promise<void> {
  const moment = momentOf(dc);
  const offers = step.choices.map((choice) => ({ title: choice.label(moment), value: choice.value }));
  const where = { channel: dc.context.activity.channelId ?? "", language: moment.language };
  await dc.context.sendActivity(toMessage(step.saying, scopeOf(dc, state), where, { offers, instead }));
}

async function say(dc: DialogContext, step: Of<"say">, scope: Scope): Promise<void> {
  const { language } = momentOf(dc);
  const offers = step.replies.map((reply) => reply.render(scope, language));
  const where = { channel: dc.context.activity.channelId ?? "", language };
  await dc.context.sendActivity(
    toMessage(step.saying, scope, where, { offers: offers.map((title) => ({ title, value: title })) }),
  );
}

async function tell(dc: DialogContext, text: CompiledText | undefined, scope: Scope): Promise<void> {
  if (text === undefined) return;
  await dc.context.sendActivity({ type: "message", text: text.render(scope, momentOf(dc).language) });
}

/** Variables of the conversation are text and numbers; of the flow, anything plain. */
function setValues(dc: DialogContext, state: FlowState, step: Of<"set">, scope: Scope): void {
  Object.assign(state.vars, computeValues(step.vars, scope));
  const { variables } = momentOf(dc);
  for (const [name, value] of Object.entries(computeValues(step.context, { ...scope, vars: state.vars })))
    variables[name] = typeof value === "number" ? value : toText(value);
}

const toText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value ?? ""));

function caseOf(step: Of<"switch">, scope: Scope): string | undefined {
  const outcome = step.value.evaluate(scope);
  return "value" in outcome ? step.cases.get(String(outcome.value ?? "").toLowerCase()) : undefined;
}

/** A coded dialog gets what the step hands over, the flow's variables, and an id that a repeated turn has too. */
function begin(dc: DialogContext, state: FlowState, step: Of<"dialog">, scope: Scope) {
  if (dc.findDialog(step.step.dialog) === undefined)
    throw new SwitchboardError("HELPER_FAILED", `There is no coded dialog "${step.step.dialog}".`);
  return dc.beginDialog(step.step.dialog, {
    ...computeValues(step.with, scope),
    vars: { ...state.vars },
    turnId: momentOf(dc).turnId,
  });
}

async function runAction(
  dc: DialogContext,
  state: FlowState,
  step: Of<"action">,
  scope: Scope,
): Promise<Taken> {
  const { services, turnId } = momentOf(dc);
  const call = { id: callId(dc, turnId, step.id), timeoutMs: step.step.timeoutSeconds * 1000 };
  try {
    const result = await services.runAction(step.step.action, computeValues(step.with, scope), call);
    keepResult(state, step.step.save, result);
    return { next: step.step.next };
  } catch (error) {
    if (step.step.error === undefined) throw error;
    return { next: step.step.error, failed: true };
  }
}

async function request(dc: DialogContext, state: FlowState, step: Of<"http">, scope: Scope): Promise<Taken> {
  const { services, turnId } = momentOf(dc);
  try {
    const reply = await askService(step, scope, { services, key: callId(dc, turnId, step.id) });
    keepResult(state, step.step.save, reply);
    if (reply.status >= 200 && reply.status < 300) return { next: step.step.next };
    if (step.step.error !== undefined) return { next: step.step.error, failed: true };
    throw new SwitchboardError("HELPER_FAILED", `Step "${step.id}": the service answered ${reply.status}.`);
  } catch (error) {
    if (step.step.error === undefined) throw error;
    return { next: step.step.error, failed: true };
  }
}

/** A step may come twice in one turn: its place in the turn tells the calls apart. */
const callId = (dc: DialogContext, turnId: string, step: string): string =>
  `${turnId}~${step}~${momentOf(dc).path.length}`;

function isOpen(dc: DialogContext, step: Of<"hours">): boolean {
  const moment = momentOf(dc);
  if (moment.settings === undefined) return true;
  return isOpenBy(moment.settings, step.step.hours ?? customerHours(moment.settings, moment), moment.now);
}

async function answerFromKnowledge(
  dc: DialogContext,
  state: FlowState,
  step: Of<"knowledge">,
  scope: Scope,
): Promise<Taken> {
  const { services, language } = momentOf(dc);
  const question = step.question?.render(scope) ?? String(scope.input ?? "");
  const answer = services.findAnswer(step.step.source, question, language);
  if (answer === undefined) return { next: step.step.none };
  if (step.step.save !== undefined) state.vars[step.step.save] = answer;
  const text = step.text?.render({ ...scope, answer }, language) ?? answer;
  await dc.context.sendActivity({ type: "message", text, textFormat: "markdown" });
  return { next: step.step.next };
}

/** The ticket itself is made with everything else that the turn leads to. */
async function makeTicket(
  dc: DialogContext,
  state: FlowState,
  step: Of<"ticket">,
  scope: Scope,
): Promise<Taken> {
  const { services, variables } = momentOf(dc);
  const { priority, activity, group, save, next } = step.step;
  const number = await services.takeTicketNumber();
  const fields = Object.entries(computeValues(step.fields, scope)).map(
    ([name, value]) =>
      [name, typeof value === "number" ? value : toText(value).slice(0, LONGEST_FIELD)] as const,
  );
  await dc.context.sendActivity({
    type: "event",
    name: ACTIVITY_EVENTS.ticket,
    value: {
      number,
      subject: step.subject.render(scope).slice(0, LONGEST_SUBJECT),
      ...(step.description === undefined
        ? {}
        : { description: step.description.render(scope).slice(0, LONGEST_DESCRIPTION) }),
      ...(priority === undefined ? {} : { priority }),
      ...(activity === undefined ? {} : { activity }),
      ...(group === undefined ? {} : { group }),
      ...(fields.length === 0 ? {} : { fields: Object.fromEntries(fields) }),
    } satisfies TicketWish,
  });
  variables.ticket = number;
  if (save !== undefined) state.vars[save] = number;
  return { next };
}

/** Saved answers become context variables, so that rules and agents see them. */
async function handOff(dc: DialogContext, state: FlowState, step: Of<"handoff">, scope: Scope) {
  await tell(dc, step.text, scope);
  const { queue, skills } = step.step;
  const plain = Object.entries(state.vars).filter(
    ([, value]) => typeof value === "string" || typeof value === "number",
  );
  await dc.context.sendActivity({
    type: "event",
    name: ACTIVITY_EVENTS.handoffInitiate,
    value: {
      ...(queue === undefined ? {} : { queue }),
      ...(step.summary === undefined ? {} : { summary: step.summary.render(scope) }),
      ...(skills === undefined ? {} : { skills }),
      context: Object.fromEntries(plain),
    },
  });
  return dc.cancelAllDialogs();
}
