import type { WorkstreamSettings } from "../../core/distribution";
import { messageOf } from "../../core/errors";
import { type Condition, compileCondition, type FieldCatalogue, type Scope } from "../../expressions/compile";
import { type ConditionIndex, createConditionIndex } from "../../expressions/conditionIndex";
import { fieldsOf } from "./fields";
import { checkTickets } from "./ruleTickets";
import { createTracer, type ReadRule, type RuleTrace } from "./ruleTrace";

interface CompiledRule {
  name: string;
  /** A rule that no longer compiles is kept, so that the trace can tell. */
  condition: Condition | { broken: string };
}

/** Rules in their order, with an index that makes a thousand cost little more than one. */
export interface CompiledRules {
  rules: readonly CompiledRule[];
  index: ConditionIndex;
  trace: (scope: Scope) => RuleTrace;
}

/** What was read of a list of rules, and which one was taken. */
export interface RuleReading {
  /** Place of the rule that was taken; absent when none was. */
  position?: number;
  /** In order up to the one that was taken: all that were evaluated, and the first of those that the index ruled out. */
  read: ReadRule[];
  /** How many more the index ruled out, which `read` leaves out. */
  more: number;
}

export function compileRules(
  rules: readonly { name: string; if: string }[],
  fields: FieldCatalogue,
): CompiledRules {
  const compiled = rules.map((rule) => ({ name: rule.name, condition: compileOrBroken(rule.if, fields) }));
  const conditions = compiled.map(({ condition }) => ("broken" in condition ? undefined : condition));
  return { rules: compiled, index: createConditionIndex(conditions), trace: createTracer(compiled) };
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
  const tickets = workstream.classification.flatMap((ruleset, i) =>
    checkTickets(ruleset, fields).map(({ path, message }) => ({
      path: ["classification", i, ...path],
      message,
    })),
  );
  return [...broken, ...tickets, ...strangeAttributes(workstream)];
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
  { rules, index, trace: begin }: CompiledRules,
  scope: Scope,
  accept: (position: number) => boolean,
): RuleReading {
  const trace = begin(scope);
  for (const position of index.candidates(scope)) {
    const condition = rules[position]?.condition;
    if (condition === undefined || "broken" in condition) continue;
    const outcome = condition.evaluate(scope);
    trace.evaluated(position, outcome);
    if ("value" in outcome && outcome.value && accept(position))
      return { position, read: trace.read, more: trace.more() };
  }
  trace.end();
  return { read: trace.read, more: trace.more() };
}

function compileOrBroken(text: string, fields: FieldCatalogue): CompiledRule["condition"] {
  try {
    return compileCondition(text, fields);
  } catch (error) {
    return { broken: messageOf(error) };
  }
}
