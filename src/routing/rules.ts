import type { RuleSettings, WorkstreamSettings } from "../core/distribution";
import { messageOf } from "../core/errors";
import { type Condition, compileCondition, type Scope } from "../expressions/compile";
import { RULE_FIELDS } from "./fields";

export interface CompiledRule {
  name: string;
  queueId: string;
  /** A rule that no longer compiles is kept, so that the trace can tell. */
  condition: Condition | { broken: string };
}

/** What routing decided and why: the same trace serves the desk, the log and the dry run. */
export interface RuleDecision {
  queueId: string;
  /** The rule that won; absent: the fallback queue. */
  rule?: string;
  read: {
    rule: string;
    result: "matched" | "no" | "error";
    error?: string;
    values: Record<string, unknown>;
  }[];
}

export function compileRules(rules: readonly RuleSettings[]): CompiledRule[] {
  return rules.map((rule) => ({
    name: rule.name,
    queueId: rule.queue ?? "",
    condition: compileOrBroken(rule.if),
  }));
}

/** Problems of a work stream's rules in words, for the check at save; [] when all is well. */
export function checkRules(workstream: WorkstreamSettings): string[] {
  return compileRules(workstream.rules).flatMap((rule) =>
    "broken" in rule.condition ? [`rule "${rule.name}": ${rule.condition.broken}`] : [],
  );
}

/**
 * Top-down, the first rule that is true wins. A rule with an error counts as not matching and is told in the
 * trace; no match means the fallback queue.
 */
export function firstMatch(
  rules: readonly CompiledRule[],
  scope: Scope,
  fallbackQueue: string,
): RuleDecision {
  const read: RuleDecision["read"] = [];
  for (const rule of rules) {
    const outcome =
      "broken" in rule.condition ? { error: rule.condition.broken } : rule.condition.evaluate(scope);
    const values = "broken" in rule.condition ? {} : valuesOf(rule.condition, scope);
    if ("error" in outcome) read.push({ rule: rule.name, result: "error", error: outcome.error, values });
    else if (outcome.value) {
      read.push({ rule: rule.name, result: "matched", values });
      return { queueId: rule.queueId, rule: rule.name, read };
    } else read.push({ rule: rule.name, result: "no", values });
  }
  return { queueId: fallbackQueue, read };
}

function compileOrBroken(text: string): CompiledRule["condition"] {
  try {
    return compileCondition(text, RULE_FIELDS);
  } catch (error) {
    return { broken: messageOf(error) };
  }
}

/** What the rule looked at. Message text stays out: a trace is kept longer than it is needed for. */
function valuesOf(condition: Condition, scope: Scope): Record<string, unknown> {
  const shown = condition.references.filter((name) => name !== "message.text");
  return Object.fromEntries(shown.map((name) => [name, valueAt(scope, name)]));
}

function valueAt(scope: Scope, path: string): unknown {
  let value: unknown = scope;
  for (const step of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}
