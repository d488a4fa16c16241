import type { NoticeState } from "../../core/consent";
import type { Head, OutboundMessage } from "../../core/conversation";
import { hashId } from "../../core/ids";
import type { NoticeSettings } from "../../core/notices";
import { consentChoices } from "../../routing/texts/consentWords";
import { inLanguage, languageIn, languageOf } from "../../routing/texts/language";
import { noticeOf, versionOf } from "../../routing/texts/notices";
import type { TurnInput, TurnPlan } from "../plan/planParts";
import { toSystemMessage } from "../systemMessage";
import { hearsNothingAutomatic } from "./optOut";
import { keepRecord } from "./records";
import { isWindowOpen } from "./window";

/** Whether the customer was shown this very notice, with what came of it. */
export function stateOf(head: Head, notice: NoticeSettings): NoticeState | undefined {
  const { notice: shown } = head;
  return shown?.noticeId === notice.id && shown.version === versionOf(notice) ? shown : undefined;
}

/** The head of a customer who is asked nothing (any more); that they were shown the notice stays. */
export function withoutQuestion(head: Head): Head {
  const { notice, ...rest } = head;
  if (notice === undefined) return head;
  const { answer: _answer, asked: _asked, askedAt: _askedAt, ...shown } = notice;
  return { ...rest, notice: shown };
}

/**
 * Tells the customer the notice that asks nothing, before anything else automatic: once a version, whoever has the
 * conversation. One that asks is told where conversations begin.
 */
export function tellNotice(plan: TurnPlan, input: TurnInput): void {
  const { head } = plan;
  const workstreamId = head.live?.workstreamId ?? "";
  const notice = noticeOf(input.settings, { instanceId: head.instanceId, workstreamId });
  if (notice === undefined || notice.gate !== undefined || stateOf(head, notice) !== undefined) return;
  if (hearsNothingAutomatic(head) || !isWindowOpen(input, head)) return;
  showNotice(plan, input, notice);
}

/** The notice goes out and is recorded; with a gate its two choices stand below it. */
export function showNotice(plan: TurnPlan, input: TurnInput, notice: NoticeSettings): void {
  const language = languageOf(input.settings, plan.head.customer, plan.head.instanceId);
  const text = inLanguage(notice.text, language);
  const message = sayBeside(plan, input, { id: "notice", text, notice });
  const shown = { noticeId: notice.id, version: versionOf(notice) };
  plan.head = { ...plan.head, notice: { ...shown, at: input.now } };
  const told = { ...shown, language: languageIn(notice.text, language), text, messageId: message.id };
  keepRecord(plan, input, { kind: "noticeShown", ...told });
}

/** Says something of the notice's, with the two choices where `notice` asks. */
export function sayBeside(
  plan: TurnPlan,
  input: TurnInput,
  said: { id: string; text: string; notice?: NoticeSettings },
): OutboundMessage {
  const { head } = plan;
  const language = languageOf(input.settings, head.customer, head.instanceId);
  const gate = said.notice?.gate;
  const version = said.notice === undefined ? "" : versionOf(said.notice);
  const choices = gate === undefined ? [] : consentChoices(gate, language, version);
  const actions = choices.map(({ title, value }) => ({ type: "imBack", title, value }));
  const message = toSystemMessage({
    head,
    conversationId: plan.inbound.conversationId ?? "",
    id: hashId("out", plan.inbound.id, said.id),
    text: said.text,
    now: input.now,
    ...(actions.length === 0 ? {} : { suggestedActions: { actions } }),
  });
  plan.outbound.push(message);
  plan.head = { ...head, seq: head.seq + 1, ...(choices.length === 0 ? {} : { choices }) };
  return message;
}
