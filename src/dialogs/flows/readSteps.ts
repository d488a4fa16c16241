import { z } from "zod";
import { issueWords, valueAt } from "../../core/issueWords";
import { nearest, unknownKey } from "../../core/nearest";
import type { FlowSettings } from "../../core/settings";
import { STEP_KINDS, type Step, type StepKind, stepSchemas } from "./steps";

export interface FlowFault {
  /** Inside the flow: ["steps", "topic", "choices", 0, "next"]. */
  path: readonly (string | number)[];
  message: string;
}

/**
 * The steps that fit their schema, and what is wrong with the others. `rest`: those others without their faulty keys, so
 * that what is right in them can be checked too; one that makes no sense without them is left out.
 */
export function readSteps(flow: FlowSettings): {
  steps: Map<string, Step>;
  rest: Map<string, Step>;
  faults: FlowFault[];
} {
  const steps = new Map<string, Step>();
  const rest = new Map<string, Step>();
  const faults: FlowFault[] = [];
  for (const [id, raw] of Object.entries(flow.steps)) {
    if (!isKind(raw.do)) {
      faults.push({ path: ["steps", id, "do"], message: unknownKind(raw.do) });
      continue;
    }
    const schema = stepSchemas[raw.do];
    const parsed = schema.safeParse(raw);
    if (parsed.success) {
      steps.set(id, parsed.data);
      continue;
    }
    const { issues } = parsed.error;
    faults.push(...issues.flatMap((issue) => told(["steps", id], issue, raw)));
    const sound = schema.safeParse(withoutFaults(raw, issues));
    if (sound.success) rest.set(id, sound.data);
  }
  return { steps, rest, faults };
}

/** A step as it was written. */
type RawStep = FlowSettings["steps"][string];

function withoutFaults(raw: RawStep, issues: readonly z.core.$ZodIssue[]): Record<string, unknown> {
  const faulty = new Set(
    issues.flatMap((issue) =>
      issue.code === "unrecognized_keys" && issue.path.length === 0 ? issue.keys : [String(issue.path[0])],
    ),
  );
  return Object.fromEntries(Object.entries(raw).filter(([key]) => !faulty.has(key)));
}

const isKind = (kind: unknown): kind is StepKind =>
  typeof kind === "string" && Object.hasOwn(stepSchemas, kind);

function unknownKind(kind: unknown): string {
  const known = `use one of ${STEP_KINDS.join(", ")}`;
  if (typeof kind !== "string") return `says what the step does: ${known}`;
  const meant = nearest(kind, STEP_KINDS);
  return `no step does "${kind}"; ${meant === undefined ? known : `did you mean "${meant}"?`}`;
}

/** A misspelt key is told with the one that was probably meant. */
function told(at: readonly string[], issue: z.core.$ZodIssue, raw: RawStep): FlowFault[] {
  const path = [...at, ...(issue.path as (string | number)[])];
  if (issue.code !== "unrecognized_keys")
    return [{ path, message: issueWords(issue, valueAt(raw, issue.path)) }];
  const known = keysAt(stepSchemas[raw.do as StepKind], issue.path);
  return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(key, known) }));
}

/** The keys that may stand at a path inside a step. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const found = path.reduce<unknown>((holder, key) => schemaBelow(bare(holder), key), schema);
  const inner = bare(found);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

const bare = (schema: unknown): unknown => (schema instanceof z.ZodOptional ? schema.unwrap() : schema);

function schemaBelow(schema: unknown, key: PropertyKey): unknown {
  if (schema instanceof z.ZodObject) return schema.shape[key as string];
  if (schema instanceof z.ZodArray) return schema.element;
  return schema instanceof z.ZodRecord ? schema.valueType : undefined;
}
