import type { NoticeState } from "../../core/consent";
import type { LiveConversation } from "../../core/conversation";
import { retryText } from "../../routing/texts/consentWords";
import { inLanguage, languageOf } from "../../routing/texts/language";
import { versionOf } from "../../routing/texts/notices";
import { isQuiet } from "../plan/meaning";
import { type TurnInput, type TurnPlan, toEffect, toSeed } from "../plan/planParts";
import type { Gate, GateStep } from "./gate";
import { sayBeside, showNotice, withoutQuestion } from "./notice";
import { keepRecord } from "./records";

/** What waits is worked in one batch after the yes; later messages stand in the transcript only. */
const MOST_HELD = 50;

interface AtGate {
  plan: TurnPlan;
  input: TurnInput;
  /** Begins with this turn. */
  fresh: boolean;
}

/** The turn of a message that nobody may hear yet: it is kept, and the customer is asked. */
export function gateTurn(turn: AtGate, step: GateStep): void {
  const { plan, input, fresh } = turn;
  const { live } = plan.head;
  switch (step.kind) {
    case "ask":
      hold(turn);
      ask(turn, step);
      break;
    case "wait":
    case "silent":
      hold(turn);
      break;
    case "accept":
      accept(turn, step.gate);
      break;
    case "decline":
      if (!step.answered) hold(turn);
      decline(turn, step);
      return;
    case "lift":
      lift(turn);
      break;
    default:
      step satisfies never;
  }
  if (fresh && live !== undefined)
    plan.effects.push(toEffect(plan, live, { kind: "opened", item: toSeed(plan, live) }, input.now));
}

function hold({ plan, input }: AtGate): void {
  if (isQuiet(input.inbound)) return;
  const held = new Set([...(plan.head.held ?? []), input.inbound.id]);
  plan.head = { ...plan.head, held: [...held].slice(0, MOST_HELD) };
}

function ask({ plan, input }: AtGate, { gate: { notice, state }, again }: GateStep & { kind: "ask" }): void {
  const { now } = input;
  if (!again) {
    showNotice(plan, input, notice);
    remember(plan, { ...shownIn(plan, notice.id, now), answer: "waiting", asked: 1, askedAt: now });
    return;
  }
  const language = languageOf(input.settings, plan.head.customer, plan.head.instanceId);
  sayBeside(plan, input, { id: "consent", text: retryText(notice.gate, language), notice });
  const asked = (state?.asked ?? 0) + 1;
  remember(plan, { ...shownIn(plan, notice.id, now), answer: "waiting", asked, askedAt: now });
}

function accept(turn: AtGate, gate: Gate): void {
  const { plan, input } = turn;
  answered(turn, gate, "accepted");
  const { held = [], choices: _choices, live, ...head } = plan.head;
  plan.release = held;
  plan.head = { ...head, ...(live === undefined ? {} : { live: { ...live, gate: "open" } }) };
  const text = input.inbound.activity.text;
  record(turn, gate, "accepted", text);
}

function decline(turn: AtGate, { gate, answered: isAnswer }: GateStep & { kind: "decline" }): void {
  const { plan, input } = turn;
  const { live, choices: _choices, ...head } = plan.head;
  const language = languageOf(input.settings, head.customer, head.instanceId);
  plan.head = head;
  answered(turn, gate, "declined");
  // Who opted out is told nothing automatic, not even this.
  if (head.optedOut !== true)
    sayBeside(plan, input, { id: "declined", text: inLanguage(gate.notice.gate.declined, language) });
  record(turn, gate, "declined", isAnswer ? input.inbound.activity.text : undefined);
  if (live === undefined) return;
  const closed = { kind: "closed", reason: "consentDeclined", at: input.now } as const;
  // A moment later, so that a sweep applies it after what the row still has to learn.
  plan.effects.push(toEffect(plan, live, closed, input.now + 1));
}

/** Nothing is asked any more: what waited is heard, and this message after it. */
function lift({ plan, input }: AtGate): void {
  const { held = [], choices: _choices, live, ...head } = withoutQuestion(plan.head);
  plan.head = { ...head, ...(live === undefined ? {} : { live: { ...live, gate: "open" } }) };
  plan.release = held.filter((id) => id !== input.inbound.id);
  plan.inbound = { ...input.inbound, seq: plan.inbound.seq ?? 0 };
}

function answered({ plan, input }: AtGate, { notice }: Gate, answer: "accepted" | "declined"): void {
  remember(plan, { ...shownIn(plan, notice.id, input.now), answer, askedAt: input.now });
}

function record(
  { plan, input }: AtGate,
  { notice }: Gate,
  kind: "accepted" | "declined",
  text: string | undefined,
): void {
  const shown = { noticeId: notice.id, version: versionOf(notice), messageId: input.inbound.id };
  keepRecord(plan, input, { kind, ...shown, ...(text === undefined ? {} : { text: text.slice(0, 200) }) });
}

const remember = (plan: TurnPlan, notice: NoticeState): void => {
  plan.head = { ...plan.head, notice };
};

/** Which notice it is, and since when the customer knows it. */
function shownIn(
  plan: TurnPlan,
  noticeId: string,
  now: number,
): Pick<NoticeState, "noticeId" | "version" | "at"> {
  const { version = "", at = now } = plan.head.notice ?? {};
  return { noticeId, version, at };
}

/**
 * The conversation as it begins after the yes, in the hands that it would have begun in; the very same object where it
 * has begun before.
 */
export function begun(live: LiveConversation, helperIsOff: boolean): LiveConversation {
  if (live.gate !== "open") return live;
  const { gate: _gate, ...rest } = live;
  return helperIsOff ? { ...rest, heldBy: "people", epoch: live.epoch + 1 } : rest;
}
