import type { z } from "zod";
import { nearest, unknownKey } from "../../core/nearest";
import type { FlowSettings } from "../../core/settings";
import { STEP_KINDS, type Step, type StepKind, stepSchemas } from "./steps";

export interface FlowFault {
  /** Inside the flow: ["steps", "topic", "choices", 0, "next"]. */
  path: readonly (string | number)[];
  message: string;
}

/** The steps that fit their schema, and what is wrong with the others. */
export function readSteps(flow: FlowSettings): { steps: Map<string, Step>; faults: FlowFault[] } {
  const steps = new Map<string, Step>();
  const faults: FlowFault[] = [];
  for (const [id, raw] of Object.entries(flow.steps)) {
    if (!isKind(raw.do)) {
      faults.push({ path: ["steps", id, "do"], message: unknownKind(raw.do) });
      continue;
    }
    const parsed = stepSchemas[raw.do].safeParse(raw);
    if (parsed.success) steps.set(id, parsed.data);
    else
      faults.push(...parsed.error.issues.flatMap((issue) => told(["steps", id], issue, raw.do as StepKind)));
  }
  return { steps, faults };
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
function told(at: readonly string[], issue: z.core.$ZodIssue, kind: StepKind): FlowFault[] {
  const path = [...at, ...(issue.path as (string | number)[])];
  if (issue.code !== "unrecognized_keys") return [{ path, message: wordsOf(issue) }];
  const known = Object.keys(issue.path.length === 0 ? stepSchemas[kind].shape : {});
  return issue.keys.map((key) => ({
    path: [...path, key],
    message: known.length === 0 ? "unknown key" : unknownKey(key, known),
  }));
}

function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type" && issue.input === undefined) return "is missing";
  return issue.message.replace(/^Invalid (input|option): /, "");
}
