import type { RuleSettings, WorkstreamSettings } from "../core/distribution";
import { messageOf } from "../core/errors";
import { type Condition, compileCondition, type Scope } from "../expressions/compile";
import { type ConditionIndex, createConditionIndex } from "../expressions/conditionIndex";
import { RULE_FIELDS } from "./fields";
import { createTracer, type ReadRule, type RuleTrace } from "./ruleTrace";

export interface CompiledRule {
  name: string;
  queueId: string;
  /** A rule that no longer compiles is kept, so that the trace can tell. */
  condition: Condition | { broken: string };
}

/** Rules in their order, with an index that makes a thousand cost little more than one. */
export interface CompiledRules {
  rules: readonly CompiledRule[];
  index: ConditionIndex;
  trace: (scope: Scope) => RuleTrace;
}

/** What routing decided and why: the same trace serves the desk, the log and the dry run. */
export interface RuleDecision {
  queueId: string;
  /** The rule that won; absent: the fallback queue. */
  rule?: string;
  /** Rules in order, up to the winner: all that were evaluated, and the first of those that the index ruled out. */
  read: ReadRule[];
  /** How many more the index ruled out, which `read` leaves out. */
  more: number;
}

export function compileRules(settings: readonly RuleSettings[]): CompiledRules {
  const rules = settings.map((rule) => ({
    name: rule.name,
    queueId: rule.queue ?? "",
    condition: compileOrBroken(rule.if),
  }));
  const conditions = rules.map(({ condition }) => ("broken" in condition ? undefined : condition));
  return { rules, index: createConditionIndex(conditions), trace: createTracer(rules) };
}

/** Problems of a work stream's rules in words, for the check at save; [] when all is well. */
export function checkRules(workstream: WorkstreamSettings): string[] {
  return compileRules(workstream.rules).rules.flatMap((rule) =>
    "broken" in rule.condition ? [`rule "${rule.name}": ${rule.condition.broken}`] : [],
  );
}

/**
 * Top-down, the first rule that is true wins. A rule with an error counts as not matching and is told in the
 * trace; no match means the fallback queue.
 */
export function firstMatch(compiled: CompiledRules, scope: Scope, fallbackQueue: string): RuleDecision {
  const trace = compiled.trace(scope);
  const { read } = trace;
  for (const position of compiled.index.candidates(scope)) {
    const rule = compiled.rules[position];
    if (rule === undefined || "broken" in rule.condition) continue;
    const outcome = rule.condition.evaluate(scope);
    trace.evaluated(position, outcome);
    if ("value" in outcome && outcome.value)
      return { queueId: rule.queueId, rule: rule.name, read, more: trace.more() };
  }
  trace.end();
  return { queueId: fallbackQueue, read, more: trace.more() };
}

function compileOrBroken(text: string): CompiledRule["condition"] {
  try {
    return compileCondition(text, RULE_FIELDS);
  } catch (error) {
    return { broken: messageOf(error) };
  }
}
