import type { Activity, TurnContext } from "botbuilder-core";
// The package's index also loads its recognizers (number, date, …): 30 MB that a flow never uses.
import { Dialog, type DialogReason, type DialogTurnResult } from "botbuilder-dialogs/lib/dialog";
import type { DialogContext } from "botbuilder-dialogs/lib/dialogContext";
import { ACTIVITY_EVENTS } from "../../core/activity";
import { SwitchboardError } from "../../core/errors";
import type { Scope } from "../../expressions/compile";
import type { CompiledFlow, FlowStep } from "./flowSteps";

/** What a flow remembers between turns; plain JSON in the dialog stack. */
interface FlowState {
  /** The question that waits for an answer. */
  at?: string;
  vars: Record<string, unknown>;
  tries: number;
  /** Set when the flow changed meanwhile: it then starts again. */
  revision: string;
}

export const FLOW_CONTEXT = Symbol("switchboard.flow.context");
/** More steps than this without a question is a ring. */
const MAX_STEPS = 200;

/** Runs one helper flow on botbuilder-dialogs: questions, branches, coded dialogs, hand-off. */
export class FlowDialog extends Dialog {
  constructor(
    private readonly flow: CompiledFlow,
    private readonly revision: string,
  ) {
    super(flow.id);
  }

  override async beginDialog(dc: DialogContext): Promise<DialogTurnResult> {
    const state = stateOf(dc);
    Object.assign(state, { vars: {}, tries: 0, revision: this.revision });
    return this.walk(dc, state, this.flow.start);
  }

  override async continueDialog(dc: DialogContext): Promise<DialogTurnResult> {
    const state = stateOf(dc);
    if (state.revision !== this.revision) return this.beginDialog(dc);
    const step = this.flow.steps.get(state.at ?? "");
    return step?.do === "ask" ? this.answer(dc, state, step) : this.beginDialog(dc);
  }

  override async resumeDialog(
    dc: DialogContext,
    _reason: DialogReason,
    result?: unknown,
  ): Promise<DialogTurnResult> {
    const state = stateOf(dc);
    if (state.revision !== this.revision) return this.beginDialog(dc);
    const step = this.flow.steps.get(state.at ?? "");
    if (step?.do !== "dialog") return dc.endDialog();
    if (step.save !== undefined) state.vars[step.save] = result;
    return this.walk(dc, state, step.next);
  }

  private async answer(
    dc: DialogContext,
    state: FlowState,
    step: FlowStep & { do: "ask" },
  ): Promise<DialogTurnResult> {
    const input = (dc.context.activity.text ?? "").trim();
    const choice = step.choices && findChoice(step.choices, input, dc.context.activity.value);
    const good = step.choices === undefined ? this.accepts(dc, state, step, input) : choice !== undefined;
    if (good) {
      if (step.save !== undefined)
        state.vars[step.save] = choice === undefined ? input : (choice.value ?? choice.label);
      state.tries = 0;
      return this.walk(dc, state, choice?.next ?? step.next);
    }
    state.tries += 1;
    if (state.tries >= step.maxTries && step.giveUp !== undefined) {
      state.tries = 0;
      return this.walk(dc, state, step.giveUp);
    }
    await ask(
      dc.context,
      step,
      render(step, step.retry === undefined ? "text" : "retry", scopeOf(dc, state)),
    );
    return Dialog.EndOfTurn;
  }

  private accepts(dc: DialogContext, state: FlowState, step: FlowStep, input: string): boolean {
    if (input === "") return false;
    if (step.condition === undefined) return true;
    const outcome = step.condition.evaluate({ ...scopeOf(dc, state), input });
    return "value" in outcome && outcome.value;
  }

  private async walk(
    dc: DialogContext,
    state: FlowState,
    from: string | undefined,
  ): Promise<DialogTurnResult> {
    let at = from;
    for (let count = 0; at !== undefined; count++) {
      if (count >= MAX_STEPS)
        throw new SwitchboardError(
          "HELPER_FAILED",
          `Flow "${this.flow.id}" goes round without a question at step "${at}".`,
        );
      const step = this.flow.steps.get(at);
      if (step === undefined)
        throw new SwitchboardError("HELPER_FAILED", `Flow "${this.flow.id}" has no step "${at}".`);
      state.at = at;
      const done = await this.take(dc, state, step);
      if (typeof done === "object") return done;
      at = done;
    }
    return dc.endDialog();
  }

  /** Takes one step: the next step's name, undefined at the end, or what the turn shall end with. */
  private async take(
    dc: DialogContext,
    state: FlowState,
    step: FlowStep,
  ): Promise<string | undefined | DialogTurnResult> {
    const scope = scopeOf(dc, state);
    switch (step.do) {
      case "ask":
        await ask(dc.context, step, render(step, "text", scope));
        return Dialog.EndOfTurn;
      case "say":
        await dc.context.sendActivity(message(render(step, "text", scope)));
        return step.next;
      case "if": {
        const outcome = step.condition?.evaluate(scope);
        return outcome !== undefined && "value" in outcome && outcome.value ? step.then : step.else;
      }
      case "set":
        Object.assign(contextOf(dc), setValues(step, scope));
        return step.next;
      case "dialog":
        return dc.beginDialog(step.dialog, { vars: state.vars });
      case "handoff":
        if (step.text !== undefined) await dc.context.sendActivity(message(render(step, "text", scope)));
        await dc.context.sendActivity({
          type: "event",
          name: ACTIVITY_EVENTS.handoffInitiate,
          value: handoffValue(step, scope, state),
        });
        return dc.cancelAllDialogs();
      case "end":
        if (step.text !== undefined) await dc.context.sendActivity(message(render(step, "text", scope)));
        await dc.context.sendActivity({ type: "endOfConversation" });
        return dc.cancelAllDialogs();
      default:
        return step satisfies never;
    }
  }
}

function stateOf(dc: DialogContext): FlowState {
  return (dc.activeDialog?.state ?? {}) as FlowState;
}

function contextOf(dc: DialogContext): Record<string, string | number> {
  return (dc.context.turnState.get(FLOW_CONTEXT) ?? {}) as Record<string, string | number>;
}

function scopeOf(dc: DialogContext, state: FlowState): Scope {
  const { activity } = dc.context;
  return {
    activity,
    input: activity.text ?? "",
    channel: activity.channelId,
    vars: state.vars,
    context: contextOf(dc),
  };
}

const render = (step: FlowStep, name: string, scope: Scope): string => step.texts[name]?.render(scope) ?? "";
const message = (text: string): Partial<Activity> => ({ type: "message", text });

async function ask(context: TurnContext, step: FlowStep & { do: "ask" }, text: string): Promise<void> {
  const actions = (step.choices ?? []).map(({ label, value }) => ({
    type: "imBack",
    title: label,
    value: value ?? label,
  }));
  await context.sendActivity({
    ...message(text),
    ...(actions.length === 0 ? {} : { suggestedActions: { to: [], actions } }),
  } as Partial<Activity>);
}

/** By tapped value, by label, or by its number in the list: every channel's way to answer. */
function findChoice<C extends { label: string; value?: string | undefined }>(
  choices: readonly C[],
  input: string,
  tapped: unknown,
): C | undefined {
  const said = input.toLowerCase();
  return (
    choices.find((choice) => tapped !== undefined && tapped === (choice.value ?? choice.label)) ??
    choices.find((choice) => choice.label.toLowerCase() === said || choice.value?.toLowerCase() === said) ??
    (/^\d{1,2}[.)]?$/.test(said) ? choices[Number.parseInt(said, 10) - 1] : undefined)
  );
}

function setValues(step: FlowStep & { do: "set" }, scope: Scope): Record<string, string | number> {
  const values = Object.entries(step.context).map(([name, value]) => [
    name,
    typeof value === "number" ? value : render(step, `context.${name}`, scope),
  ]);
  return Object.fromEntries(values) as Record<string, string | number>;
}

/** Saved answers become context variables, so that rules and agents see them. */
function handoffValue(
  step: FlowStep & { do: "handoff" },
  scope: Scope,
  state: FlowState,
): Record<string, unknown> {
  const plain = Object.entries(state.vars).filter(
    ([, value]) => typeof value === "string" || typeof value === "number",
  );
  return {
    ...(step.queue === undefined ? {} : { queue: step.queue }),
    ...(step.summary === undefined ? {} : { summary: render(step, "summary", scope) }),
    context: Object.fromEntries(plain),
  };
}
