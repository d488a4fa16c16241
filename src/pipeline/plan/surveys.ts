import type { Effect, Head, InboundMessage, OutboundMessage, SurveyState } from "../../core/conversation";
import { hashId } from "../../core/ids";
import type { SettingsSnapshot } from "../../core/settings";
import { fillSlugs } from "../../core/slugs";
import type { SurveyResult } from "../../core/workItem";
import { beginAsking, type SurveySaying, takeAnswer } from "../../dialogs/survey";
import { inLanguage } from "../../routing/texts/language";
import { newEffect } from "../effects/newEffect";
import { toSystemMessage } from "../systemMessage";

const HOUR_MS = 60 * 60 * 1000;
const LINK_TEXT = {
  en: "How did we do? {Link}",
  pt: "Como correu o atendimento? {Link}",
  es: "¿Qué tal le atendimos? {Link}",
};

/** What a step of a survey leaves: the head as it will be, and what the customer hears. */
interface SurveyPlan {
  head: Head;
  message?: OutboundMessage;
  result?: SurveyResult;
}

/** The survey's first question, or its link; undefined when the survey is gone. */
export function beginSurvey(asked: {
  settings: SettingsSnapshot;
  head: Head;
  conversationId: string;
  /** Of the message. */
  id: string;
  surveyId: string;
  language: string;
  now: number;
}): { head: Head; message: OutboundMessage } | undefined {
  const { settings, head, conversationId, id, surveyId, language, now } = asked;
  const survey = settings.surveys.get(surveyId);
  if (survey === undefined) return undefined;
  const next: Head = { ...head, seq: head.seq + 1 };
  if (survey.mode === "link") {
    const link = fillSlugs(survey.link ?? "", { ConversationId: encodeURIComponent(conversationId) });
    const text = fillSlugs(inLanguage(survey.intro ?? LINK_TEXT, language), { Link: link });
    return { head: next, message: toSystemMessage({ head, conversationId, id, text, now }) };
  }
  const state: SurveyState = {
    surveyId,
    conversationId,
    question: 0,
    answers: {},
    misses: 0,
    language,
    until: now + survey.expiresHours * HOUR_MS,
  };
  return {
    head: withChoices({ ...next, survey: state }, beginAsking(survey, language)),
    message: toMessage(head, state, id, beginAsking(survey, language), now),
  };
}

/** What becomes of a message from a customer who is being asked. */
export interface SurveyTurn {
  answered: boolean;
  /** Without the survey when it is over. */
  head: Head;
  /** Of the customer's message. */
  seq: number;
  conversationId: string;
  message?: OutboundMessage;
  result?: SurveyResult;
}

/** Takes a message as an answer, or ends the survey because it is none; undefined when nobody is being asked. */
export function takeSurvey(
  input: { inbound: InboundMessage; settings: SettingsSnapshot; now: number },
  head: Head,
): SurveyTurn | undefined {
  const { inbound, settings, now } = input;
  const { survey: state, choices: _choices, ...rest } = head;
  if (state === undefined) return undefined;
  const turn = { seq: head.seq, conversationId: state.conversationId };
  const plan = head.optedOut ? undefined : answerSurvey({ settings, head: rest, state, inbound, now });
  return plan === undefined ? { answered: false, ...turn, head: rest } : { answered: true, ...turn, ...plan };
}

/** What was answered goes to the conversation's row or record. */
export function surveyed(
  { threadId, id }: InboundMessage,
  { conversationId, result }: { conversationId: string; result: SurveyResult },
  now: number,
): Effect {
  return newEffect(`survey~${id}`, { threadId, conversationId }, { kind: "surveyed", result }, now);
}

/** Takes the customer's words as an answer; undefined when they are none, and the survey is then over. */
function answerSurvey(asked: {
  settings: SettingsSnapshot;
  /** With the customer's message counted in, without the survey. */
  head: Head;
  state: SurveyState;
  inbound: InboundMessage;
  now: number;
}): SurveyPlan | undefined {
  const { settings, head, state, inbound, now } = asked;
  const survey = settings.surveys.get(state.surveyId);
  if (survey === undefined || now > state.until) return undefined;
  const step = takeAnswer(survey, state, saidBy(inbound));
  if (step.kind === "notAnAnswer") return undefined;
  const id = hashId("out", inbound.id, "survey");
  if (step.kind === "on") {
    const isAnswer = step.state.question !== state.question;
    return {
      head: withChoices({ ...head, seq: head.seq + 1, survey: step.state }, step.say),
      message: toMessage(head, state, id, step.say, now),
      // Many answer the first question only: each answer is kept as it comes.
      ...(isAnswer ? { result: toResult(state, step.state.answers, now, false) } : {}),
    };
  }
  const result = toResult(state, step.answers, now, true);
  if (step.say === undefined) return { head, result };
  return {
    head: { ...head, seq: head.seq + 1 },
    message: toMessage(head, state, id, step.say, now),
    result,
  };
}

/** A file is no answer, whatever is written beside it: people look at it. */
const saidBy = ({ activity }: InboundMessage): string =>
  (activity.attachments?.length ?? 0) > 0 ? "" : (activity.text ?? "");

const toResult = (
  { surveyId }: SurveyState,
  answers: SurveyState["answers"],
  at: number,
  complete: boolean,
): SurveyResult => ({ surveyId, answers, complete, at });

function withChoices(head: Head, { choices }: SurveySaying): Head {
  return choices.length === 0
    ? head
    : { ...head, choices: choices.map((title) => ({ title, value: title })) };
}

function toMessage(
  head: Head,
  { conversationId }: SurveyState,
  id: string,
  { text, choices }: SurveySaying,
  now: number,
): OutboundMessage {
  const actions = choices.map((title) => ({ type: "imBack", title, value: title }));
  return toSystemMessage({
    head,
    conversationId,
    id,
    text,
    now,
    ...(actions.length === 0 ? {} : { suggestedActions: { actions } }),
  });
}
