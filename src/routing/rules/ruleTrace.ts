import type { Condition, Outcome, Scope } from "../../expressions/compile";

/** One rule that routing looked at, for people. */
export interface ReadRule {
  rule: string;
  result: "matched" | "no" | "error";
  error?: string;
  /** What the rule looked at, by field. Rules that look at the same fields share one object. */
  values: Record<string, unknown>;
}

/** A rule as the trace tells of it; one that is broken has no condition to look at. */
interface ToldRule {
  name: string;
  condition: Condition | { broken: string };
}

/** Writes down how one decision came about, in the order of the rules. */
export interface RuleTrace {
  read: ReadRule[];
  /** Tells how a rule came out, and before it of those between it and the last one told. */
  evaluated(position: number, outcome: Outcome<boolean>): void;
  /** Tells that all rules below were passed over too. */
  end(): void;
  /** Rules passed over that `read` leaves out. */
  more(): number;
}

/** So many rules that the index ruled out are told in a decision. */
const MOST_PASSED_OVER = 20;

/** Prepares what traces of these rules need, so that each decision pays for little. */
export function createTracer(rules: readonly ToldRule[]): (scope: Scope) => RuleTrace {
  const prepare = createValuesReader(rules);
  const broken = rules.flatMap(({ condition }, position) =>
    "broken" in condition ? [{ position, error: condition.broken }] : [],
  );
  return (scope) => {
    const read: ReadRule[] = [];
    const valuesOf = prepare(scope);
    let next = 0;
    let nextBroken = 0;
    let room = MOST_PASSED_OVER;
    let more = 0;

    function tell(position: number, outcome: Outcome<boolean>): void {
      const rule = rules[position]?.name ?? "";
      const values = valuesOf(position);
      if ("error" in outcome) read.push({ rule, result: "error", error: outcome.error, values });
      else read.push({ rule, result: outcome.value ? "matched" : "no", values });
    }

    function passOver(end: number): void {
      for (let at = broken[nextBroken]; at !== undefined && at.position < end; at = broken[++nextBroken]) {
        ruleOut(at.position);
        tell(at.position, { error: at.error });
        next = at.position + 1;
      }
      ruleOut(end);
      next = end;
    }

    function ruleOut(end: number): void {
      for (; next < end && room > 0; next++, room--) tell(next, { value: false });
      more += end - next;
    }

    return {
      read,
      evaluated(position, outcome) {
        passOver(position);
        tell(position, outcome);
        next = position + 1;
      },
      end: () => passOver(rules.length),
      more: () => more,
    };
  };
}

/** What each rule looks at in a scope: one look for all rules that name the same fields. */
function createValuesReader(rules: readonly ToldRule[]) {
  const sets = new Map<string, { index: number; paths: { name: string; steps: string[] }[] }>();
  const setOf = rules.map(({ condition }) => {
    const names = "broken" in condition ? [] : shownNames(condition);
    const key = names.join(" ");
    const paths = names.map((name) => ({ name, steps: name.split(".") }));
    const set = sets.get(key) ?? { index: sets.size, paths };
    sets.set(key, set);
    return set;
  });
  return (scope: Scope) => {
    const known: Record<string, unknown>[] = [];
    return (position: number): Record<string, unknown> => {
      const { index, paths } = setOf[position] ?? { index: 0, paths: [] };
      const values = known[index] ?? {};
      if (known[index] === undefined) {
        for (const { name, steps } of paths) values[name] = valueAt(scope, steps);
        known[index] = values;
      }
      return values;
    };
  };
}

/** Message text stays out: a trace is kept longer than it is needed for. */
const shownNames = ({ references }: Condition): string[] => [
  ...new Set(references.filter((name) => name !== "message.text")),
];

function valueAt(scope: Scope, steps: readonly string[]): unknown {
  let value: unknown = scope;
  for (const step of steps) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}
