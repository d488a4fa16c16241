import { type Condition, type Scope, treeOf } from "./compile";
import { type FieldTest, type Requirement, requirementOf } from "./conditionTests";
import { createFieldLookup, type FieldLookup } from "./fieldLookup";
import { createFieldTree } from "./fieldTree";
import { createMarks, type Marks, mark } from "./marks";
import { createRarestTests } from "./rarestTests";
import { testHolds } from "./testHolds";

/** Which of many conditions are worth evaluating, found without evaluating them. */
export interface ConditionIndex {
  /**
   * Positions, ascending, of the conditions that could be true for `scope`; all others give false, or an error
   * in a part of them. A comparison with a value of another type stays, so that its error can be told.
   * Worked out while it is read: who stops at the first true one pays for no more. Never throws.
   */
  candidates(scope: Scope): Iterable<number>;
}

/** Conditions by position; undefined stands for one that does not compile and is never a candidate. */
export function createConditionIndex(conditions: readonly (Condition | undefined)[]): ConditionIndex {
  const requirements = conditions.map((condition) => {
    const tree = condition && treeOf(condition);
    return tree && requirementOf(tree);
  });
  const everyone = createMarks(conditions.length);
  const always = createMarks(conditions.length);
  conditions.forEach((condition, position) => {
    if (condition === undefined) return;
    mark(everyone, position);
    if (requirements[position] === undefined) mark(always, position);
  });
  const { read, lookups, checks } = fileAll(requirements);

  function candidates(scope: Scope): Iterable<number> {
    const values = readOrNothing(scope);
    if (values === undefined) return passing(everyone, [], []);
    const marks = always.slice();
    for (const { slot, lookup } of lookups) lookup.find(values[slot], marks);
    return passing(marks, checks, values);
  }

  /** A scope that cannot be read may still be right for a condition that asks for nothing. */
  function readOrNothing(scope: Scope): unknown[] | undefined {
    try {
      return read(scope);
    } catch {
      return undefined;
    }
  }

  return { candidates };
}

/** True when the requirement may hold for the values of a scope. */
type Check = (values: readonly unknown[]) => boolean;

/** Files each requirement under its rarest tests; `checks` ask for all of it, by position. */
function fileAll(requirements: readonly (Requirement | undefined)[]) {
  const tree = createFieldTree();
  const lookups = new Map<number, FieldLookup>();
  const rarest = createRarestTests(requirements.filter((requirement) => requirement !== undefined));
  const checks = requirements.map((requirement) => requirement && toCheck(requirement, tree.slotOf));
  requirements.forEach((requirement, position) => {
    for (const test of requirement === undefined ? [] : rarest.of(requirement))
      lookupOf(test).file(test, position);
  });
  for (const lookup of lookups.values()) lookup.close();

  function lookupOf({ field }: FieldTest): FieldLookup {
    const slot = tree.slotOf(field);
    const lookup = lookups.get(slot) ?? createFieldLookup();
    lookups.set(slot, lookup);
    return lookup;
  }

  return { read: tree.read, checks, lookups: Array.from(lookups, ([slot, lookup]) => ({ slot, lookup })) };
}

function toCheck(requirement: Requirement, slotOf: (field: FieldTest["field"]) => number): Check {
  if ("kind" in requirement) {
    const slot = slotOf(requirement.field);
    return (values) => testHolds(requirement, values[slot]);
  }
  if ("all" in requirement) {
    const checks = requirement.all.map((part) => toCheck(part, slotOf));
    return (values) => checks.every((check) => check(values));
  }
  const checks = requirement.any.map((part) => toCheck(part, slotOf));
  return (values) => checks.some((check) => check(values));
}

/** Marked positions whose check, if they have one, passes. */
function* passing(
  marks: Marks,
  checks: readonly (Check | undefined)[],
  values: readonly unknown[],
): Iterable<number> {
  for (let word = 0; word < marks.length; word++) {
    for (let bits = marks[word] ?? 0; bits !== 0; bits &= bits - 1) {
      const position = word * 32 + 31 - Math.clz32(bits & -bits);
      if (checks[position]?.(values) !== false) yield position;
    }
  }
}
