import type { NoticeState } from "../../core/consent";
import type { Head } from "../../core/conversation";
import type { GateSettings, NoticeSettings } from "../../core/notices";
import { type Answer, answerOf, isConsentTap, tappedAnswer } from "../../routing/texts/consentWords";
import { noticeOf, versionOf } from "../../routing/texts/notices";
import { understand } from "../plan/choices";
import { isQuiet } from "../plan/meaning";
import type { TurnInput } from "../plan/planParts";
import { stateOf, withoutQuestion } from "./notice";
import { optChoice, workstreamOf } from "./optOut";
import { isWindowOpen } from "./window";

/** Customers often write in several messages: what comes so soon after the question does not answer it. */
const BURST_MS = 10_000;
/** Who declined is not asked again before. */
const ASK_AGAIN_MS = 24 * 60 * 60 * 1000;

/** A notice that asks, and whose question this customer has not agreed to. */
export interface Gate {
  notice: NoticeSettings & { gate: GateSettings };
  state: NoticeState | undefined;
}

/** What a message does at a gate that is shut. */
export type GateStep =
  /** The notice is sent, or its question asked again. */
  | { kind: "ask"; gate: Gate; again: boolean }
  /** It is kept; nothing is said now. */
  | { kind: "wait"; gate: Gate }
  | { kind: "accept"; gate: Gate }
  | { kind: "decline"; gate: Gate; answered: boolean }
  /** The customer declined and was told so: it is kept, no conversation opens. */
  | { kind: "silent"; gate: Gate }
  /** An admin took the gate away while the customer stood before it. */
  | { kind: "lift" };

/** What the message does at the gate; undefined where there is none, or it is open. */
export function gateStep(input: TurnInput, head: Head): GateStep | undefined {
  const isQuestionDue = optChoice(input.inbound) === "in" && head.live?.gate === "shut";
  if (isQuiet(input.inbound) && !isQuestionDue) return undefined;
  const gate = gateFor(input, head);
  if (gate === undefined) return head.live?.gate === "shut" ? { kind: "lift" } : undefined;
  return stepAt(gate, input, head);
}

/** The head without what an old question left over: the notice asks nothing any more. */
export function withoutOldQuestion(head: Head): Head {
  const { answer } = head.notice ?? {};
  if (head.live !== undefined || answer === undefined || answer === "accepted") return head;
  const { held: _held, ...rest } = withoutQuestion(head);
  return rest;
}

function gateFor(input: TurnInput, head: Head): Gate | undefined {
  // Those who are talking already go on: they are asked when their next conversation begins.
  if (head.live !== undefined && head.live.gate !== "shut") return undefined;
  const notice = noticeOf(input.settings, {
    instanceId: head.instanceId,
    workstreamId: workstreamOf({ ...input, head }),
  });
  if (notice?.gate === undefined) return undefined;
  const state = stateOf(head, notice);
  return state?.answer === "accepted" ? undefined : { notice: { ...notice, gate: notice.gate }, state };
}

function stepAt(gate: Gate, input: TurnInput, head: Head): GateStep {
  const { state } = gate;
  const answer = answerTo(gate, input);
  const since = input.now - (state?.askedAt ?? 0);
  if (answer === "accepted") return { kind: "accept", gate };
  if (state?.answer === "declined" && (answer !== undefined || since < ASK_AGAIN_MS))
    return { kind: "silent", gate };
  if (answer === "declined") return { kind: "decline", gate, answered: true };
  if (head.optedOut === true || !isWindowOpen(input, head)) return { kind: "wait", gate };
  if (state?.answer !== "waiting" || head.live === undefined) return { kind: "ask", gate, again: false };
  if (input.inbound.storedAt <= (state.askedAt ?? 0) + BURST_MS) return { kind: "wait", gate };
  if ((state.asked ?? 0) < gate.notice.gate.most) return { kind: "ask", gate, again: true };
  return { kind: "decline", gate, answered: false };
}

/** What was written before the question was asked agrees to nothing. */
function answerTo({ notice, state }: Gate, { inbound, head }: TurnInput): Answer | undefined {
  const { activity, storedAt } = inbound;
  if (activity.type !== "message") return undefined;
  const tapped = tappedAnswer(activity.value, versionOf(notice));
  if (tapped !== undefined || isConsentTap(activity.value)) return state === undefined ? undefined : tapped;
  if (state?.askedAt === undefined || storedAt <= state.at) return undefined;
  if ((activity.attachments?.length ?? 0) > 0) return undefined;
  const chosen = understand(activity, head?.choices);
  return tappedAnswer(chosen?.value, versionOf(notice)) ?? answerOf(notice.gate, activity.text ?? "");
}
