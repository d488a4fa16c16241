import { type FieldTest, fieldKey, type RangeTest, type Requirement } from "./conditionTests";

/** Chooses for each requirement the fewest and rarest tests of which one holds wherever it does. */
export interface RarestTests {
  of(requirement: Requirement): readonly FieldTest[];
}

/** So many other values are expected beside those that conditions name. */
const OTHERS = 10;

/**
 * What is rare is guessed from the conditions themselves: a value that most of them name is common,
 * and one of a thousand names is rare.
 */
export function createRarestTests(requirements: readonly Requirement[]): RarestTests {
  const counts = new Map<string, number>();
  const limits = new Map<string, { lows: RangeTest[]; highs: RangeTest[]; all: number }>();
  for (const requirement of requirements) testsIn(requirement).forEach(count);
  for (const { lows, highs } of limits.values()) {
    lows.sort((a, b) => compare(a.low?.bound, b.low?.bound));
    highs.sort((a, b) => compare(a.high?.bound, b.high?.bound));
  }

  function count(test: FieldTest): void {
    const group = groupOf(test);
    for (const key of [group, keyOf(test)]) counts.set(key, (counts.get(key) ?? 0) + 1);
    if (test.kind !== "range") return;
    const known = limits.get(group) ?? { lows: [], highs: [], all: 0 };
    limits.set(group, known);
    known.all += 1;
    if (test.low) known.lows.push(test);
    if (test.high) known.highs.push(test);
  }

  /** How likely it is to hold, from 0 to 1. */
  function chanceOf(test: FieldTest): number {
    if (test.kind === "present") return 0.75;
    if (test.kind === "truthy" || (test.kind === "equal" && typeof test.value === "boolean")) return 0.5;
    const all = (counts.get(groupOf(test)) ?? 0) + OTHERS;
    if (test.kind === "range") return Math.max(overlapping(test) / all, test.low && test.high ? 0 : 0.5);
    const same = (counts.get(keyOf(test)) ?? 0) / all;
    return test.kind === "equal" ? same : Math.min(1, 2 * same);
  }

  /** How many ranges share a value with this one. */
  function overlapping(test: RangeTest): number {
    const { lows, highs, all } = limits.get(groupOf(test)) ?? { lows: [], highs: [], all: 0 };
    const { low, high } = test;
    const endBefore = low ? firstIndex(highs, (other) => compare(other.high?.bound, low.bound) >= 0) : 0;
    const beginAfter = high
      ? firstIndex(lows, (other) => compare(other.low?.bound, high.bound) > 0)
      : lows.length;
    return all - endBefore - (lows.length - beginAfter);
  }

  function choose(requirement: Requirement): { tests: readonly FieldTest[]; chance: number } {
    if ("kind" in requirement) return { tests: [requirement], chance: chanceOf(requirement) };
    if ("all" in requirement)
      return requirement.all.map(choose).reduce((best, next) => (next.chance < best.chance ? next : best));
    const parts = requirement.any.map(choose);
    return {
      tests: parts.flatMap(({ tests }) => tests),
      chance: parts.reduce((sum, { chance }) => sum + chance, 0),
    };
  }

  return { of: (requirement) => choose(requirement).tests };
}

function testsIn(requirement: Requirement): FieldTest[] {
  if ("kind" in requirement) return [requirement];
  return ("all" in requirement ? requirement.all : requirement.any).flatMap(testsIn);
}

/** Tests that rival each other for the values of a field. */
function groupOf(test: FieldTest): string {
  const type = test.kind === "range" ? typeof (test.low ?? test.high)?.bound : "";
  return `${test.kind}${type} ${fieldKey(test.field)}`;
}

function keyOf(test: FieldTest): string {
  const group = groupOf(test);
  if (test.kind === "equal") return `${group} ${typeof test.value} ${test.value}`;
  if (test.kind === "words") return `${group} ${test.words}`;
  return "literal" in test ? `${group} ${test.literal}` : `${group} `;
}

const compare = (a: number | string = 0, b: number | string = 0): number => (a < b ? -1 : a > b ? 1 : 0);

/** Of a sorted list, where `isBehind` begins to be true; its length when nowhere. */
function firstIndex<T>(list: readonly T[], isBehind: (item: T) => boolean): number {
  let [from, to] = [0, list.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (isBehind(list[middle] as T)) to = middle;
    else from = middle + 1;
  }
  return from;
}
