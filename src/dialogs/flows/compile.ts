import { InputError, messageOf } from "../../core/errors";
import type { FlowSettings } from "../../core/settings";
import {
  type CompiledExpression,
  type Condition,
  compileCondition,
  compileExpression,
  compileTemplate,
  type FieldCatalogue,
  type Scope,
  type Template,
} from "../../expressions/compile";
import { inLanguage } from "../../routing/texts/language";
import { ANSWER_TYPE, catalogueOf, kindOf } from "./catalogue";
import { type FlowFault, readSteps } from "./readSteps";
import type { AnswerKind, FlowText, FlowValue, Step, StepKind, StepOf } from "./steps";
import { type CompiledText, compileText } from "./texts";
import { type CompiledValue, compileValue } from "./values";

type Path = readonly (string | number)[];
export interface CompiledMedia {
  url: Template;
  type: string;
  name: string | undefined;
}

/** What a question or a statement says, by channel. */
export interface CompiledSaying {
  text: CompiledText | undefined;
  media: readonly CompiledMedia[];
  channels: ReadonlyMap<string, Omit<CompiledSaying, "channels">>;
}

export interface CompiledChoice {
  value: string;
  label(moment: { language: string }): string;
  next: string | undefined;
}

type Values = Readonly<Record<string, CompiledValue>>;
type Named<K extends StepKind> = { do: K; id: string; step: StepOf<K> };

export type CompiledAsk = Named<"ask"> & {
  kind: AnswerKind;
  saying: CompiledSaying;
  retry: CompiledText | undefined;
  choices: readonly CompiledChoice[];
  valid: Condition | undefined;
};

/** A step with its expressions compiled; `step` is as it was written. */
export type CompiledStep =
  | CompiledAsk
  | (Named<"say"> & { saying: CompiledSaying; replies: readonly CompiledText[] })
  | (Named<"set"> & { context: Values; vars: Values })
  | (Named<"if"> & { condition: Condition })
  | (Named<"switch"> & { value: CompiledExpression; cases: ReadonlyMap<string, string> })
  | Named<"goto">
  | (Named<"flow"> & { with: Values })
  | (Named<"return"> & { result: CompiledValue | undefined })
  | (Named<"dialog"> & { with: Values })
  | (Named<"action"> & { with: Values })
  | (Named<"http"> & { url: Template; query: Values; headers: Values; body: Values | undefined })
  | Named<"hours">
  | (Named<"knowledge"> & { question: Template | undefined; text: CompiledText | undefined })
  | (Named<"ticket"> & { subject: Template; description: Template | undefined; fields: Values })
  | (Named<"handoff"> & { text: CompiledText | undefined; summary: Template | undefined })
  | (Named<"end"> & { text: CompiledText | undefined });

export interface CompiledFlow {
  id: string;
  start: string;
  /** Steps without faults; one that is missing is a fault of the turn that comes to it. */
  steps: ReadonlyMap<string, CompiledStep>;
  faults: readonly FlowFault[];
}

const compiled = new WeakMap<FlowSettings, CompiledFlow>();

/** The flow ready to run, with what is wrong with its steps. Compiled once for each version that was saved. */
export function compileFlow(flow: FlowSettings): CompiledFlow {
  const known = compiled.get(flow);
  if (known !== undefined) return known;
  const made = compile(flow);
  compiled.set(flow, made);
  return made;
}

function compile(flow: FlowSettings): CompiledFlow {
  const { steps: written, faults } = readSteps(flow);
  const fields = catalogueOf(flow, written);
  const steps = new Map<string, CompiledStep>();
  for (const [id, step] of written) {
    const told: FlowFault[] = [];
    const built = compileStep(id, step, createParts(fields, ["steps", id], told));
    if (told.length === 0) steps.set(id, built);
    faults.push(...told);
  }
  return { id: flow.id, start: flow.start, steps, faults };
}

type Parts = ReturnType<typeof createParts>;

/** Compiles parts of one step; what cannot be compiled is told with its place. */
function createParts(fields: FieldCatalogue, at: Path, faults: FlowFault[]) {
  function attempt<T>(path: Path, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      faults.push({ path: [...at, ...path], message: messageOf(error) });
      return undefined;
    }
  }
  /** A place holder where the fault stops the step from being used anyway. */
  const must = <T>(made: T | undefined): T => made as T;
  const parts = {
    text: (path: Path, text: FlowText | undefined, more: FieldCatalogue = {}) =>
      text === undefined ? undefined : attempt(path, () => compileText(text, { ...fields, ...more })),
    template: (path: Path, text: string | undefined) =>
      text === undefined ? undefined : attempt(path, () => compileTemplate(text, fields)),
    condition: (path: Path, text: string, input?: FieldCatalogue[string]) =>
      must(
        attempt(path, () =>
          compileCondition(text, input === undefined ? fields : { ...fields, input, "input.*": "any" }),
        ),
      ),
    expression: (path: Path, text: string) => must(attempt(path, () => compileExpression(text, fields))),
    value: (path: Path, value: FlowValue) => must(attempt(path, () => compileValue(value, fields))),
    values: (path: Path, values: Readonly<Record<string, FlowValue>> | undefined): Values =>
      Object.fromEntries(
        Object.entries(values ?? {}).map(([name, value]) => [name, parts.value([...path, name], value)]),
      ),
    media: (path: Path, media: StepOf<"say">["media"]): CompiledMedia[] =>
      (media ?? []).map(({ url, type, name }, i) => ({
        url: must(parts.template([...path, i, "url"], url)),
        type,
        name,
      })),
    saying: ({
      text,
      media,
      channels,
    }: Pick<StepOf<"say">, "text" | "media" | "channels">): CompiledSaying => ({
      text: parts.text(["text"], text),
      media: parts.media(["media"], media),
      channels: new Map(
        Object.entries(channels ?? {}).map(([channel, own]) => [
          channel,
          {
            text: parts.text(["channels", channel, "text"], own.text),
            media: parts.media(["channels", channel, "media"], own.media),
          },
        ]),
      ),
    }),
  };
  return parts;
}

function compileStep(id: string, step: Step, parts: Parts): CompiledStep {
  switch (step.do) {
    case "ask":
      return compileAsk(id, step, parts);
    case "say":
      return {
        ...named(id, step),
        saying: parts.saying(step),
        replies: (step.replies ?? []).flatMap((text, i) => parts.text(["replies", i], text) ?? []),
      };
    case "set":
      return {
        ...named(id, step),
        context: parts.values(["context"], step.context),
        vars: parts.values(["vars"], step.vars),
      };
    case "if":
      return { ...named(id, step), condition: parts.condition(["if"], step.if) };
    case "switch":
      return {
        ...named(id, step),
        value: parts.expression(["value"], step.value),
        cases: new Map(Object.entries(step.cases).map(([word, to]) => [word.toLowerCase(), to])),
      };
    case "flow":
    case "dialog":
    case "action":
      return { ...named(id, step), with: parts.values(["with"], step.with) } as CompiledStep;
    case "return":
      return {
        ...named(id, step),
        result: step.result === undefined ? undefined : parts.value(["result"], step.result),
      };
    case "http":
      return compileHttp(id, step, parts);
    case "knowledge":
      return {
        ...named(id, step),
        question: parts.template(["question"], step.question),
        // Known only inside this text.
        text: parts.text(["text"], step.text, { answer: "text" }),
      };
    case "ticket":
      return {
        ...named(id, step),
        subject: parts.template(["subject"], step.subject) as Template,
        description: parts.template(["description"], step.description),
        fields: parts.values(["fields"], step.fields),
      };
    case "handoff":
      return {
        ...named(id, step),
        text: parts.text(["text"], step.text),
        summary: parts.template(["summary"], step.summary),
      };
    case "end":
      return { ...named(id, step), text: parts.text(["text"], step.text) };
    case "goto":
      return named(id, step);
    case "hours":
      return named(id, step);
    default:
      return step satisfies never;
  }
}

const named = <S extends Step>(id: string, step: S): { do: S["do"]; id: string; step: S } => ({
  do: step.do,
  id,
  step,
});

function compileAsk(id: string, step: StepOf<"ask">, parts: Parts): CompiledAsk {
  const kind = kindOf(step);
  return {
    ...named(id, step),
    kind,
    saying: parts.saying(step),
    retry: parts.text(["retry"], step.retry),
    choices: kind === "yesNo" ? yesNoChoices(step) : (step.choices ?? []).map(compileChoice),
    valid: step.valid === undefined ? undefined : parts.condition(["valid"], step.valid, ANSWER_TYPE[kind]),
  };
}

/** Labels are what is written, so that a tapped one is known again: nothing is filled in. */
function compileChoice({
  label,
  value,
  next,
}: NonNullable<StepOf<"ask">["choices"]>[number]): CompiledChoice {
  const texts = typeof label === "string" ? { en: label } : label;
  return {
    value: value ?? Object.values(texts)[0] ?? "",
    label: ({ language }) => inLanguage(texts, language),
    next,
  };
}

const YES = { en: "Yes", pt: "Sim", es: "Sí", fr: "Oui", de: "Ja", it: "Sì", nl: "Ja" };
const NO = { en: "No", pt: "Não", es: "No", fr: "Non", de: "Nein", it: "No", nl: "Nee" };

const yesNoChoices = (step: StepOf<"ask">): CompiledChoice[] => [
  { value: "yes", label: ({ language }) => inLanguage(YES, language), next: step.yes },
  { value: "no", label: ({ language }) => inLanguage(NO, language), next: step.no },
];

function compileHttp(id: string, step: StepOf<"http">, parts: Parts): CompiledStep {
  return {
    ...named(id, step),
    url: parts.template(["url"], step.url) as Template,
    query: parts.values(["query"], step.query),
    headers: parts.values(["headers"], step.headers),
    body: step.body === undefined ? undefined : parts.values(["body"], step.body),
  };
}

/** What `values` come to; undefined ones are left out. */
export function computeValues(values: Values, scope: Scope): Record<string, unknown> {
  const computed = Object.entries(values).map(([name, value]) => [name, value(scope)] as const);
  return Object.fromEntries(computed.filter(([, value]) => value !== undefined));
}
