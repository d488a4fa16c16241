import { nearest } from "../../core/nearest";
import type { FlowSettings } from "../../core/settings";
import type { FlowFault } from "./readSteps";
import { type Step, targetsOf } from "./steps";

/** Targets that do not exist, steps that nothing leads to, and rings that never ask or end. */
export function reachFaults(flow: FlowSettings, steps: ReadonlyMap<string, Step>): FlowFault[] {
  const known = Object.keys(flow.steps);
  const starts = (["start", "onReturn"] as const).flatMap((key) =>
    flow[key] === undefined || known.includes(flow[key])
      ? []
      : [{ path: [key], message: noStep(flow[key], known) }],
  );
  const missing = [
    ...starts,
    ...[...steps].flatMap(([id, step]) =>
      targetsOf(step)
        .filter(({ target }) => target !== "" && !known.includes(target))
        .map(({ path, target }) => ({ path: ["steps", id, ...path], message: noStep(target, known) })),
    ),
  ];
  // With a faulty step in between nobody can tell what leads where.
  if (missing.length > 0 || steps.size < known.length) return missing;
  return [...unreachable(flow, steps), ...endless(steps)];
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
