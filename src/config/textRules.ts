import { patternFault } from "../core/maskingPatterns";
import { nearest } from "../core/nearest";
import type { TextByLanguage } from "../core/settingFields";
import { messageSlugs, QUICK_REPLY_SLUGS, slugsIn } from "../core/slugs";
import type {
  AutomatedMessageSettings,
  MaskingRuleSettings,
  QuickReplySettings,
  SurveySettings,
} from "../core/texts";
import type { Path } from "./yamlSource";

interface Fault {
  path: Path;
  message: string;
}

/** Each message of a page is searched with every one of them. */
const MAX_MASKING_RULES = 10;

/** A pattern that cannot be used, and rules beyond the tenth. */
export function maskingRuleFaults(
  rule: MaskingRuleSettings,
  all: { ids(kind: "maskingRules"): string[] },
): Fault[] {
  const wrong = patternFault(rule.pattern);
  const tooMany = all.ids("maskingRules").indexOf(rule.id) >= MAX_MASKING_RULES;
  return [
    ...(wrong === undefined ? [] : [{ path: ["pattern"], message: wrong }]),
    ...(tooMany
      ? [{ path: ["id"], message: `there may be at most ${MAX_MASKING_RULES} masking rules` }]
      : []),
  ];
}

/** Slugs that nobody fills in would leave holes in what a customer reads. */
export const quickReplyFaults = (reply: QuickReplySettings): Fault[] =>
  slugFaults(["text"], reply.text, [...QUICK_REPLY_SLUGS, VARIABLE]);

/** Slugs that the trigger does not fill in. */
export const automatedMessageFaults = ({ trigger, text }: AutomatedMessageSettings): Fault[] =>
  textFaults("text", text, [...messageSlugs(trigger), VARIABLE]);

/** Questions that cannot be told apart or answered, a scale that is none, slugs that are not filled in there. */
export function surveyFaults(survey: SurveySettings): Fault[] {
  const { mode, questions, link, intro, thanks } = survey;
  const asksByLink = mode === "link";
  return [
    ...questions.flatMap((question, i) =>
      questionFaults(question, questions.findIndex(({ id }) => id === question.id) < i).map(
        ({ path, message }) => ({ path: ["questions", i, ...path], message }),
      ),
    ),
    ...slugFaults(["link"], link ?? "", ["ConversationId"]),
    ...textFaults("intro", intro, asksByLink ? ["Link"] : []),
    ...(asksByLink ? linklessFaults(intro) : []),
    ...textFaults("thanks", thanks, []),
  ];
}

function questionFaults(question: SurveySettings["questions"][number], isRepeated: boolean): Fault[] {
  const { id, kind, min, max, choices, text } = question;
  const faults = textFaults("text", text, []);
  if (isRepeated) faults.push({ path: ["id"], message: `there is a question "${id}" already` });
  if (kind === "choice" && choices.length === 0)
    faults.push({ path: ["choices"], message: "write what there is to choose from" });
  if (kind === "choice" && new Set(choices.map((choice) => choice.toLowerCase())).size < choices.length)
    faults.push({ path: ["choices"], message: "two of them are the same" });
  if (kind === "rating" && min >= max)
    faults.push({ path: ["max"], message: `must be more than min, which is ${min}` });
  return faults;
}

/** Without the link there is nothing to answer. */
const linklessFaults = (intro: TextByLanguage = {}): Fault[] =>
  Object.entries(intro)
    .filter(([, text]) => !slugsIn(text).includes("Link"))
    .map(([language]) => ({ path: ["intro", language], message: "say where the link goes: {Link}" }));

const textFaults = (key: string, texts: TextByLanguage = {}, known: readonly string[]): Fault[] =>
  Object.entries(texts).flatMap(([language, text]) => slugFaults([key, language], text, known));

/** As the list of what there is names them all. */
const VARIABLE = "$Variable$";

function slugFaults(path: Path, text: string, known: readonly string[]): Fault[] {
  const list = known.map((name) => `{${name}}`);
  const last = list.pop();
  const there =
    last === undefined
      ? "none is filled in here"
      : list.length === 0
        ? `there is ${last}`
        : `there are ${list.join(", ")} and ${last}`;
  const variables = known.includes(VARIABLE) ? [] : variablesIn(text);
  return [...slugsIn(text), ...variables]
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = nearest(name, [...known]);
      const hint = meant === undefined ? "" : `did you mean {${meant}}? `;
      return { path, message: `no slug {${name}}; ${hint}${there}` };
    });
}

const variablesIn = (text: string): string[] => text.match(/(?<=\{)\$[^{}$]+\$(?=\})/g) ?? [];
