import { nearest } from "../../core/nearest";
import type { FlowSettings } from "../../core/settings";
import type { FlowFault } from "./readSteps";
import { type Step, targetsOf } from "./steps";

/**
 * Targets that do not exist, steps that nothing leads to, and rings that never ask or end. `rest`: what is sound in the
 * faulty steps.
 */
export function reachFaults(
  flow: FlowSettings,
  steps: ReadonlyMap<string, Step>,
  rest: ReadonlyMap<string, Step>,
): FlowFault[] {
  const known = Object.keys(flow.steps);
  const starts = (["start", "onReturn"] as const).flatMap((key) =>
    flow[key] === undefined || known.includes(flow[key])
      ? []
      : [{ path: [key], message: noStep(flow[key], known) }],
  );
  const missing = [
    ...starts,
    ...[...steps, ...rest].flatMap(([id, step]) =>
      targetsOf(step)
        .filter(({ target }) => target !== "" && !known.includes(target))
        .map(({ path, target }) => ({ path: ["steps", id, ...path], message: noStep(target, known) })),
    ),
  ];
  // With a faulty step in between nobody can tell what leads where.
  if (missing.length > 0 || steps.size < known.length) return missing;
  const rings = endless(steps);
  return [...unreachable(flow, steps), ...(rings.length > 0 ? rings : unchanging(steps))];
}

function noStep(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  return `there is no step "${name}" to go to${meant === undefined ? "" : `; did you mean "${meant}"?`}`;
}

function unreachable(flow: FlowSettings, steps: ReadonlyMap<string, Step>): FlowFault[] {
  const reached = new Set<string>();
  const todo = [flow.start, ...(flow.onReturn === undefined ? [] : [flow.onReturn])];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    const step = steps.get(id);
    if (step === undefined || reached.has(id)) continue;
    reached.add(id);
    todo.push(...targetsOf(step).map(({ target }) => target));
  }
  return [...steps.keys()]
    .filter((id) => !reached.has(id))
    .map((id) => ({
      path: ["steps", id],
      message: "no other step leads here; name it as a target, or drop it",
    }));
}

/** Steps in a ring of which none asks and none changes anything: who goes round once goes round for ever. */
function unchanging(steps: ReadonlyMap<string, Step>): FlowFault[] {
  const still = new Map([...steps].filter(([, step]) => STILL.has(step.do)));
  const next = (id: string): string[] =>
    targetsOf(still.get(id) as Step).flatMap(({ target }) => (still.has(target) ? [target] : []));
  return [...still.keys()]
    .filter((id) => leadsTo(id, id, next))
    .map((id) => ({
      path: ["steps", id],
      message: "goes round for ever: on the way back here nothing asks, and nothing changes",
    }));
}

/** Can one come from a step to another? */
function leadsTo(from: string, to: string, next: (id: string) => string[]): boolean {
  const seen = new Set<string>();
  const todo = next(from);
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    if (id === to) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    todo.push(...next(id));
  }
  return false;
}

/** Steps after which everything is as before. */
const STILL: ReadonlySet<Step["do"]> = new Set(["say", "if", "switch", "goto", "hours"]);

/** Steps from which no way leads to a question or an end: a customer who comes there would wait for ever. */
function endless(steps: ReadonlyMap<string, Step>): FlowFault[] {
  const ends = new Set<string>([""]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [id, step] of steps) {
      if (ends.has(id)) continue;
      if (!STOPS.has(step.do) && !targetsOf(step).some(({ target }) => ends.has(target))) continue;
      ends.add(id);
      grown = true;
    }
  }
  return [...steps.keys()]
    .filter((id) => !ends.has(id))
    .map((id) => ({
      path: ["steps", id],
      message: "goes round for ever: no way leads to a question or an end",
    }));
}

/** Steps that wait for the customer, may wait, or end. */
const STOPS: ReadonlySet<Step["do"]> = new Set(["ask", "dialog", "flow", "return", "handoff", "end"]);
