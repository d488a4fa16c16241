import type { RulesetSettings } from "../../core/distribution";
import type { FieldCatalogue, Scope } from "../../expressions/compile";
import { type CompiledRules, compileRules, type RuleReading, readRules } from "./rules";
import { type CompiledTicket, compileTickets, type RuleTicket } from "./ruleTickets";

/** What classification found out. */
export interface Classification {
  skills: Record<string, number>;
  priority?: number;
  /** Capacity profiles, instead of the work stream's. */
  profiles?: string[];
  /** Context variables that it set. */
  attributes: Record<string, string | number>;
  tickets: RuleTicket[];
}

export type CompiledRulesets = readonly {
  settings: RulesetSettings;
  rules: CompiledRules;
  /** By the rule's place. */
  tickets: ReadonlyMap<number, CompiledTicket>;
}[];

export function compileRulesets(
  rulesets: readonly RulesetSettings[],
  fields: FieldCatalogue,
): CompiledRulesets {
  return rulesets.map((settings) => ({
    settings,
    rules: compileRules(settings.rules, fields),
    tickets: compileTickets(settings, fields),
  }));
}

/**
 * Reads the rulesets in order; in each the first rule that is true sets its values, which the next rulesets see. Skills
 * are added to those that are there. `scope` stays as it was: the one that comes back has what was found out.
 */
export function classify(
  rulesets: CompiledRulesets,
  scope: Scope,
  known: Record<string, number>,
): { found: Classification; scope: Scope; trace: (RuleReading & { ruleset: string })[] } {
  const found: Classification = { skills: { ...known }, attributes: {}, tickets: [] };
  const trace: (RuleReading & { ruleset: string })[] = [];
  let seen = rulesets.length === 0 && Object.keys(known).length === 0 ? scope : withFound(scope, found);
  for (const { settings, rules, tickets } of rulesets) {
    const reading = readRules(rules, seen, () => true);
    trace.push({ ruleset: settings.name, ...reading });
    const set = reading.position === undefined ? undefined : settings.rules[reading.position]?.set;
    if (set === undefined) continue;
    Object.assign(found.skills, set.skills);
    Object.assign(found.attributes, set.attributes);
    if (set.priority !== undefined) found.priority = set.priority;
    if (set.capacityProfiles !== undefined) found.profiles = set.capacityProfiles;
    seen = withFound(scope, found);
    const ticket = tickets.get(reading.position ?? -1);
    if (ticket !== undefined) found.tickets.push(ticket(seen));
  }
  return { found, scope: seen, trace };
}

function withFound(scope: Scope, found: Classification): Scope {
  return {
    ...scope,
    conversation: {
      ...(scope.conversation as object),
      skills: found.skills,
      ...(found.priority === undefined ? {} : { priority: found.priority }),
    },
    context: { ...(scope.context as object), ...found.attributes },
  };
}
