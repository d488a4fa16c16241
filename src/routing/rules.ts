import type { WorkstreamSettings } from "../core/distribution";
import { messageOf } from "../core/errors";
import { type Condition, compileCondition, type FieldCatalogue, type Scope } from "../expressions/compile";
import { fieldsOf } from "./fields";

interface CompiledRule {
  name: string;
  /** A rule that no longer compiles is kept, so that the trace can tell. */
  condition: Condition | { broken: string };
}

/** Rules in their order. */
export interface CompiledRules {
  rules: readonly CompiledRule[];
}

interface ReadRule {
  rule: string;
  result: "matched" | "no" | "error";
  error?: string;
  values: Record<string, unknown>;
}

/** What was read of a list of rules, and which one was taken. */
export interface RuleReading {
  /** Place of the rule that was taken; absent when none was. */
  position?: number;
  read: ReadRule[];
  /** How many more were ruled out, which `read` leaves out. */
  more: number;
}

export function compileRules(
  rules: readonly { name: string; if: string }[],
  fields: FieldCatalogue,
): CompiledRules {
  return {
    rules: rules.map((rule) => ({ name: rule.name, condition: compileOrBroken(rule.if, fields) })),
  };
}

/** Faults of a work stream's rules, for the check at save; [] when all is well. */
export function checkRules(workstream: WorkstreamSettings): { path: (string | number)[]; message: string }[] {
  const fields = fieldsOf(workstream);
  const lists = [
    ...workstream.classification.map(({ rules }, i) => ({ at: ["classification", i, "rules"], rules })),
    { at: ["rules"], rules: workstream.rules },
  ];
  const broken = lists.flatMap(({ at, rules }) =>
    compileRules(rules, fields).rules.flatMap(({ condition }, i) =>
      "broken" in condition ? [{ path: [...at, i, "if"], message: condition.broken }] : [],
    ),
  );
  return [...broken, ...strangeAttributes(workstream)];
}

/** Attributes are context variables: where those are declared, others are a slip of the pen. */
function strangeAttributes({ contextVariables, classification }: WorkstreamSettings) {
  if (contextVariables.length === 0) return [];
  const types = new Map(contextVariables.map(({ name, type }) => [name, type]));
  return classification.flatMap(({ rules }, at) =>
    rules.flatMap(({ set }, i) =>
      Object.entries(set.attributes ?? {}).flatMap(([name, value]) => {
        const path = ["classification", at, "rules", i, "set", "attributes", name];
        const type = types.get(name);
        if (type === undefined) return [{ path, message: `no context variable "${name}" is declared` }];
        const fits = typeof value === (type === "text" ? "string" : "number");
        return fits ? [] : [{ path, message: `"${name}" is declared as ${type}` }];
      }),
    ),
  );
}

/**
 * Top-down, the first rule that is true and that `accept` takes. A rule with an error counts as not matching and is told
 * in the trace.
 */
export function readRules(
  { rules }: CompiledRules,
  scope: Scope,
  accept: (position: number) => boolean,
): RuleReading {
  const read: ReadRule[] = [];
  for (const [position, { name, condition }] of rules.entries()) {
    const outcome = "broken" in condition ? { error: condition.broken } : condition.evaluate(scope);
    if ("error" in outcome) read.push({ rule: name, result: "error", error: outcome.error, values: {} });
    else {
      read.push({ rule: name, result: outcome.value ? "matched" : "no", values: {} });
      if (outcome.value && accept(position)) return { position, read, more: 0 };
    }
  }
  return { read, more: 0 };
}

function compileOrBroken(text: string, fields: FieldCatalogue): CompiledRule["condition"] {
  try {
    return compileCondition(text, fields);
  } catch (error) {
    return { broken: messageOf(error) };
  }
}
