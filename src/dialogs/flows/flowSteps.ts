import { z } from "zod";
import { messageOf } from "../../core/errors";
import type { FlowSettings } from "../../core/settings";
import {
  type Condition,
  compileCondition,
  compileTemplate,
  type FieldCatalogue,
  type Template,
} from "../../expressions/compile";

/** What a flow's expressions may look at. */
export const FLOW_FIELDS = {
  input: "text",
  "activity.text": "text",
  "activity.from.name": "text",
  "activity.from.id": "text",
  "activity.locale": "text",
  channel: "text",
  "vars.*": "any",
  "context.*": "any",
} as const satisfies FieldCatalogue;

const next = z.string().min(1).optional();
const template = z.string().min(1).max(4000);
const stepSchemas = {
  /** Sends `text`, waits for an answer; with `choices` only those count. After `maxTries` bad answers: `giveUp`. */
  ask: z.strictObject({
    do: z.literal("ask"),
    text: template,
    retry: template.optional(),
    choices: z
      .array(
        z.strictObject({ label: z.string().min(1).max(80), value: z.string().max(200).optional(), next }),
      )
      .min(1)
      .max(13)
      .optional(),
    valid: z.string().optional(),
    save: z
      .string()
      .regex(/^[A-Za-z_]\w{0,63}$/)
      .optional(),
    maxTries: z.number().int().min(1).max(10).default(3),
    next,
    giveUp: next,
  }),
  /** Sends `text`. */
  say: z.strictObject({ do: z.literal("say"), text: template, next }),
  // biome-ignore lint/suspicious/noThenProperty: the word that authors of flows write; nothing awaits a schema.
  if: z.strictObject({ do: z.literal("if"), if: z.string(), then: next, else: next }),
  /** Sets context variables that routing rules and agents see. */
  set: z.strictObject({
    do: z.literal("set"),
    context: z.record(z.string().regex(/^[A-Za-z_]\w{0,99}$/), z.union([template, z.number()])),
    next,
  }),
  /** Runs a coded dialog; its result goes into `save`. */
  dialog: z.strictObject({
    do: z.literal("dialog"),
    dialog: z.string().min(1),
    save: z.string().optional(),
    next,
  }),
  /** Hands the conversation to people. */
  handoff: z.strictObject({
    do: z.literal("handoff"),
    text: template.optional(),
    queue: z.string().optional(),
    summary: template.optional(),
  }),
  /** Ends the conversation. */
  end: z.strictObject({ do: z.literal("end"), text: template.optional() }),
};

type StepOf<K extends keyof typeof stepSchemas> = z.infer<(typeof stepSchemas)[K]>;

interface Compiled {
  id: string;
  texts: Record<string, Template>;
  condition?: Condition;
}
export type FlowStep = Compiled & { [K in keyof typeof stepSchemas]: StepOf<K> }[keyof typeof stepSchemas];

export interface CompiledFlow {
  id: string;
  start: string;
  steps: ReadonlyMap<string, FlowStep>;
}

/** Everything wrong with a flow, each with its step; [] when it can run. `dialogs`: names of coded dialogs. */
export function checkFlow(
  flow: FlowSettings,
  dialogs: ReadonlySet<string> = new Set(),
  queues?: ReadonlySet<string>,
): string[] {
  const { problems, steps } = readSteps(flow);
  const known = new Set(Object.keys(flow.steps));
  if (!known.has(flow.start)) problems.push(`start: there is no step "${flow.start}"`);
  for (const step of steps.values()) {
    for (const target of targetsOf(step)) {
      if (!known.has(target)) problems.push(`steps.${step.id}: there is no step "${target}" to go to`);
    }
    if (step.do === "dialog" && !dialogs.has(step.dialog))
      problems.push(`steps.${step.id}.dialog: there is no coded dialog "${step.dialog}"`);
    if (step.do === "handoff" && step.queue !== undefined && queues?.has(step.queue) === false) {
      problems.push(`steps.${step.id}.queue: there is no queue "${step.queue}"`);
    }
  }
  return problems;
}

/** Compiles what `checkFlow` found good; faulty steps are left out, which the interpreter treats as a fault. */
export function compileFlow(flow: FlowSettings): CompiledFlow {
  return { id: flow.id, start: flow.start, steps: readSteps(flow).steps };
}

function readSteps(flow: FlowSettings): { steps: Map<string, FlowStep>; problems: string[] } {
  const steps = new Map<string, FlowStep>();
  const problems: string[] = [];
  for (const [id, raw] of Object.entries(flow.steps)) {
    const kind = raw.do;
    if (typeof kind !== "string" || !Object.hasOwn(stepSchemas, kind)) {
      problems.push(`steps.${id}.do: use one of ${Object.keys(stepSchemas).join(", ")}`);
      continue;
    }
    const parsed = stepSchemas[kind as keyof typeof stepSchemas].safeParse(raw);
    if (!parsed.success) {
      problems.push(
        ...parsed.error.issues.map((issue) => `steps.${[id, ...issue.path].join(".")}: ${issue.message}`),
      );
      continue;
    }
    try {
      steps.set(id, compileStep(id, parsed.data));
    } catch (error) {
      problems.push(`steps.${id}: ${messageOf(error)}`);
    }
  }
  return { steps, problems };
}

function compileStep(
  id: string,
  step: { [K in keyof typeof stepSchemas]: StepOf<K> }[keyof typeof stepSchemas],
): FlowStep {
  const texts: Record<string, Template> = {};
  const add = (name: string, text: unknown) => {
    if (typeof text === "string") texts[name] = compileTemplate(text, FLOW_FIELDS);
  };
  for (const name of ["text", "retry", "summary"]) add(name, (step as Record<string, unknown>)[name]);
  if (step.do === "set")
    for (const [name, value] of Object.entries(step.context)) add(`context.${name}`, value);
  const condition = step.do === "if" ? step.if : step.do === "ask" ? step.valid : undefined;
  return {
    ...step,
    id,
    texts,
    ...(condition === undefined ? {} : { condition: compileCondition(condition, FLOW_FIELDS) }),
  };
}

function targetsOf(step: FlowStep): string[] {
  const targets: (string | undefined)[] = [];
  if ("next" in step) targets.push(step.next);
  if (step.do === "ask") targets.push(step.giveUp, ...(step.choices ?? []).map((choice) => choice.next));
  if (step.do === "if") targets.push(step.then, step.else);
  return targets.filter((target) => target !== undefined);
}
