import type {
  Effect,
  Head,
  InboundMessage,
  OutboundMessage,
  SurveyResult,
  SurveyState,
} from "../core/conversation";
import { hashId } from "../core/ids";
import type { SettingsSnapshot } from "../core/settings";
import { fillSlugs } from "../core/slugs";
import { beginAsking, type SurveySaying, takeAnswer } from "../dialogs/survey";
import { inLanguage } from "../routing/language";
import { GRACE_MS } from "./messages";
import { toSystemMessage } from "./systemMessage";

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
  const said = inbound.activity.text ?? "";
  const plan = answerSurvey({ settings, head, state, said, inboundId: inbound.id, now });
  if (plan !== undefined) return { answered: true, ...turn, ...plan };
  const result = partOf(state, now);
  return { answered: false, ...turn, head: rest, ...(result === undefined ? {} : { result }) };
}

/** What was answered goes to the conversation's row or record. */
export function surveyed(
  { threadId, id }: InboundMessage,
  { conversationId, result }: { conversationId: string; result: SurveyResult },
  now: number,
): Effect {
  return {
    id: `effect~survey~${id}`,
    type: "effect",
    threadId,
    conversationId,
    epoch: 0,
    due: now + GRACE_MS,
    attempts: 0,
    effect: { kind: "surveyed", result },
  };
}

/** Takes the customer's words as an answer; undefined when they are none, and the survey is then over. */
function answerSurvey(asked: {
  settings: SettingsSnapshot;
  /** With the customer's message counted in. */
  head: Head;
  state: SurveyState;
  said: string;
  /** Of the customer's message: ids of what is said are made from it. */
  inboundId: string;
  now: number;
}): SurveyPlan | undefined {
  const { settings, head, state, said, inboundId, now } = asked;
  const survey = settings.surveys.get(state.surveyId);
  if (survey === undefined || now > state.until) return undefined;
  const step = takeAnswer(survey, state, said);
  if (step.kind === "notAnAnswer") return undefined;
  const { survey: _survey, ...rest } = head;
  const id = hashId("out", inboundId, "survey");
  if (step.kind === "on")
    return {
      head: withChoices({ ...rest, seq: head.seq + 1, survey: step.state }, step.say),
      message: toMessage(head, state, id, step.say, now),
    };
  const result = { surveyId: state.surveyId, answers: step.answers, complete: true, at: now };
  if (step.say === undefined) return { head: rest, result };
  return {
    head: { ...rest, seq: head.seq + 1 },
    message: toMessage(head, state, id, step.say, now),
    result,
  };
}

/** What was answered before the customer spoke of something else; undefined when nothing was. */
function partOf(state: SurveyState, now: number): SurveyResult | undefined {
  const { surveyId, answers } = state;
  return Object.keys(answers).length === 0 ? undefined : { surveyId, answers, complete: false, at: now };
}

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
