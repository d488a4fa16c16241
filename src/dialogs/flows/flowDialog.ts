// The package's index also loads its recognizers (number, date, …): 30 MB that a flow never uses.
import { Dialog, type DialogReason, type DialogTurnResult } from "botbuilder-dialogs/lib/dialog";
import type { DialogContext } from "botbuilder-dialogs/lib/dialogContext";
import { ACTIVITY_EVENTS, type Activity } from "../../core/activity";
import { SwitchboardError } from "../../core/errors";
import type { FlowSettings } from "../../core/settings";
import { readAnswer } from "./answers";
import { type CompiledAsk, type CompiledFlow, type CompiledStep, compileFlow } from "./compile";
import { type FlowState, keepResult, momentOf, scopeOf, stateOf } from "./flowState";
import type { StepPassed } from "./moment";
import { ask, takeStep } from "./takeStep";

/** More steps than this in one turn is a ring. */
const MAX_STEPS = 200;
/** Flows that call flows that call flows. */
const MAX_DEPTH = 20;

/**
 * Runs one helper flow on botbuilder-dialogs: questions, branches, coded dialogs, other flows, hand-off. A customer in the
 * middle of it goes on at the same question when the flow is saved anew, with everything that was saved; where that
 * question is gone, it begins again.
 */
export class FlowDialog extends Dialog {
  readonly #flow: CompiledFlow;
  readonly #settings: FlowSettings;

  constructor(flow: FlowSettings) {
    super(flow.id);
    this.#settings = flow;
    this.#flow = compileFlow(flow);
  }

  override async beginDialog(dc: DialogContext, options?: object): Promise<DialogTurnResult> {
    if (dc.stack.length > MAX_DEPTH) throw failed(`Flows call each other more than ${MAX_DEPTH} deep.`);
    const state = stateOf(dc);
    Object.assign(state, { vars: { ...(options as { with?: object } | undefined)?.with }, tries: 0 });
    const { activity } = dc.context;
    const isBack = activity.type === "event" && activity.name === ACTIVITY_EVENTS.handoffStatus;
    return this.#walk(
      dc,
      state,
      (isBack && dc.stack.length === 1 ? this.#settings.onReturn : undefined) ?? this.#flow.start,
    );
  }

  override async continueDialog(dc: DialogContext): Promise<DialogTurnResult> {
    const state = stateOf(dc);
    const step = this.#flow.steps.get(state.at ?? "");
    if (step?.do === "ask") return this.#answer(dc, state, step);
    return this.#beginAgain(dc, state);
  }

  override async resumeDialog(
    dc: DialogContext,
    _reason: DialogReason,
    result?: unknown,
  ): Promise<DialogTurnResult> {
    const state = stateOf(dc);
    const step = this.#flow.steps.get(state.at ?? "");
    if (step?.do !== "dialog" && step?.do !== "flow") return this.#beginAgain(dc, state);
    keepResult(state, step.step.save, result);
    this.#note(dc, step, "passed");
    return this.#walk(dc, state, step.step.next);
  }

  /** Nothing to be tidied up; native, as FlowContext is. */
  override async endDialog(): Promise<void> {}

  /** The step at which the customer stood is gone: what they said before is kept. */
  #beginAgain(dc: DialogContext, state: FlowState): Promise<DialogTurnResult> {
    state.tries = 0;
    return this.#walk(dc, state, this.#flow.start);
  }

  async #answer(dc: DialogContext, state: FlowState, step: CompiledAsk): Promise<DialogTurnResult> {
    const moment = momentOf(dc);
    moment.vars = state.vars;
    const answer = await readAnswer(step, dc.context.activity as unknown as Activity, moment);
    if (answer !== undefined && this.#isValid(dc, state, step, answer.value)) {
      if (step.step.save !== undefined) state.vars[step.step.save] = answer.value;
      state.tries = 0;
      this.#note(dc, step, "passed");
      return this.#walk(dc, state, answer.next ?? step.step.next);
    }
    state.tries += 1;
    if (state.tries >= step.step.maxTries && step.step.giveUp !== undefined) {
      state.tries = 0;
      this.#note(dc, step, "gaveUp");
      return this.#walk(dc, state, step.step.giveUp);
    }
    this.#note(dc, step, "retried");
    await ask(dc, state, step, step.retry);
    return Dialog.EndOfTurn;
  }

  #isValid(dc: DialogContext, state: FlowState, step: CompiledAsk, input: unknown): boolean {
    if (step.valid === undefined) return true;
    const outcome = step.valid.evaluate({ ...scopeOf(dc, state), input });
    return "value" in outcome && outcome.value;
  }

  async #walk(dc: DialogContext, state: FlowState, from: string | undefined): Promise<DialogTurnResult> {
    const moment = momentOf(dc);
    const { path } = moment;
    moment.vars = state.vars;
    let at = from;
    while (at !== undefined) {
      if (path.length >= MAX_STEPS)
        throw failed(`Flow "${this.#flow.id}" goes round without a question at step "${at}".`);
      const step = this.#flow.steps.get(at);
      if (step === undefined)
        throw failed(
          `Flow "${this.#flow.id}" has no step "${at}", or a faulty one. Check and save it again.`,
        );
      state.at = at;
      // Behind it nothing of this flow is walked any more.
      if (step.do === "handoff" || step.do === "end" || step.do === "return") this.#note(dc, step, "passed");
      const taken = await takeStep(dc, state, step);
      if (taken.waits === undefined) this.#note(dc, step, taken.failed === true ? "failed" : "passed");
      else {
        if (step.do === "ask") this.#note(dc, step, "asked");
        return taken.waits;
      }
      at = taken.next;
    }
    return dc.endDialog({ ...state.vars });
  }

  #note(dc: DialogContext, step: CompiledStep, what: StepPassed["what"]): void {
    momentOf(dc).path.push({ flow: this.#flow.id, step: step.id, what });
  }
}

const failed = (message: string): SwitchboardError => new SwitchboardError("HELPER_FAILED", message);
