import type { SurveyState } from "../core/conversation";
import type { SurveySettings } from "../core/texts";
import { inLanguage } from "../routing/texts/language";

type Question = SurveySettings["questions"][number];

/** What a customer is asked or told, with choices to tap where the channel can show them. */
export interface SurveySaying {
  text: string;
  choices: string[];
}

/** What an answer leads to. */
export type SurveyStep =
  /** Asked on, or asked again. */
  | { kind: "on"; state: SurveyState; say: SurveySaying }
  | { kind: "done"; answers: SurveyState["answers"]; say?: SurveySaying }
  /** No answer to what was asked: the survey is over, and the words are for people. */
  | { kind: "notAnAnswer" };

/** A number out of range is asked again so often. */
const MOST_MISSES = 2;
const LONGEST_ANSWER = 2000;

/** The first question, after the introduction where there is one. */
export function beginAsking(survey: SurveySettings, language: string): SurveySaying {
  const first = ask(survey, 0, language);
  const intro = survey.intro === undefined ? "" : `${inLanguage(survey.intro, language)}\n`;
  return { ...first, text: intro + first.text };
}

/** Takes what the customer said as an answer to the question that was asked last. */
export function takeAnswer(survey: SurveySettings, state: SurveyState, said: string): SurveyStep {
  const question = survey.questions[state.question];
  if (question === undefined) return { kind: "notAnAnswer" };
  const answer = readAnswer(question, said.trim());
  if (answer === undefined) return { kind: "notAnAnswer" };
  if (answer === "outOfRange") {
    if (state.misses >= MOST_MISSES) return { kind: "notAnAnswer" };
    return {
      kind: "on",
      state: { ...state, misses: state.misses + 1 },
      say: {
        text: rangeText(question, state.language),
        choices: question.kind === "choice" ? question.choices : [],
      },
    };
  }
  return next(survey, state, { ...state.answers, [question.id]: answer });
}

function next(survey: SurveySettings, state: SurveyState, answers: SurveyState["answers"]): SurveyStep {
  const at = state.question + 1;
  if (at < survey.questions.length)
    return {
      kind: "on",
      state: { ...state, question: at, misses: 0, answers },
      say: ask(survey, at, state.language),
    };
  if (survey.thanks === undefined) return { kind: "done", answers };
  return { kind: "done", answers, say: { text: inLanguage(survey.thanks, state.language), choices: [] } };
}

function ask(survey: SurveySettings, at: number, language: string): SurveySaying {
  const question = survey.questions[at];
  if (question === undefined) return { text: "", choices: [] };
  const text = inLanguage(question.text, language);
  if (question.kind === "choice") return { text, choices: question.choices };
  return {
    text: question.kind === "rating" ? `${text} (${question.min}-${question.max})` : text,
    choices: [],
  };
}

/** "4", "(4)", "4/5", "4 out of 5", "4 stars": a number and little more. */
const RATING =
  /^[#(]?(-?\d{1,4})\)?(?:\s*(?:\/|out of|of|de|von|sur|su|van)\s*\d{1,2})?(?:\s+\p{L}{1,12})?[.!]*$/iu;
/** "2", "2.", "(2)", "#2", "2)", as wherever choices are offered. */
const PLACE = /^[#(]?(\d{1,2})[.)]?$/;

/** The answer as it is kept; undefined: something else was said. */
function readAnswer(question: Question, said: string): string | number | "outOfRange" | undefined {
  if (said === "") return undefined;
  if (question.kind === "text") return said.slice(0, LONGEST_ANSWER);
  if (question.kind === "choice") return readChoice(question.choices, said);
  const number = RATING.exec(said)?.[1];
  if (number === undefined) return undefined;
  const value = Number(number);
  return value >= question.min && value <= question.max ? value : "outOfRange";
}

function readChoice(choices: readonly string[], said: string): string | "outOfRange" | undefined {
  const named = choices.find((choice) => choice.toLowerCase() === said.toLowerCase());
  if (named !== undefined) return named;
  const place = PLACE.exec(said)?.[1];
  return place === undefined ? undefined : (choices[Number(place) - 1] ?? "outOfRange");
}

const RANGE = {
  en: "Please answer with a number from {min} to {max}.",
  pt: "Responda, por favor, com um número de {min} a {max}.",
  es: "Responda, por favor, con un número del {min} al {max}.",
};

function rangeText(question: Question, language: string): string {
  const [min, max] = question.kind === "choice" ? [1, question.choices.length] : [question.min, question.max];
  return inLanguage(RANGE, language).replace("{min}", String(min)).replace("{max}", String(max));
}
