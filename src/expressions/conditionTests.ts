import { type Expression, wordsOf } from "./library";

/** One field of the scope, by its steps: `customer.name` is ["customer", "name"]. Case does not matter. */
export type Field = readonly string[];
export type Bound = number | string;

/** Something simple about one field that can be looked up instead of computed. */
export type FieldTest = { field: Field } & (
  | { kind: "equal"; value: string | number | boolean }
  /** `alone`: the whole condition, so that a value of another type is an error to be told and not just false. */
  | { kind: "range"; low?: Limit; high?: Limit; alone: boolean }
  | { kind: "text"; place: "start" | "end"; literal: string; alone: boolean }
  /** A list may hold any literal, a text only text. */
  | { kind: "contains"; literal: string | number | boolean }
  /** `words` as `wordsOf` gives them. */
  | { kind: "words"; words: string }
  | { kind: "present" }
  /** Neither missing nor false: what `&&` takes for true. */
  | { kind: "truthy" }
);
export type RangeTest = Extract<FieldTest, { kind: "range" }>;
export interface Limit {
  bound: Bound;
  open: boolean;
}

/** What must hold wherever a condition is true; `{ any: [] }` never holds. */
export type Requirement = FieldTest | { all: Requirement[] } | { any: Requirement[] };

/** Reads from a parse tree what must hold wherever it is true; undefined when nothing can be told. */
export function requirementOf(expression: Expression, alone = true): Requirement | undefined {
  const { type } = expression;
  const sides = expression.children ?? [];
  if (type === "&&") return allOf(sides);
  if (type === "||") return anyOf(sides);
  if (type === "hasWord") return anyWord(sides);
  if (type === "exists") return presence(sides[0], "present");
  if (type === "Accessor" || type === "Element") return presence(expression, "truthy");
  const constant = constantOf(expression);
  if (constant !== undefined) return constant.value === false ? { any: [] } : undefined;
  return sides.length === 2 ? pairTest(type, sides as [Expression, Expression], alone) : undefined;
}

function allOf(sides: readonly Expression[]): Requirement | undefined {
  const all = sides
    .map((side) => requirementOf(side, false))
    .flatMap((part) => (part === undefined ? [] : "all" in part ? part.all : [part]));
  return all.length === 0 ? undefined : { all: joinRanges(all) };
}

function anyOf(sides: readonly Expression[]): Requirement | undefined {
  const any = sides.map((side) => requirementOf(side, false));
  return any.includes(undefined) ? undefined : { any: any as Requirement[] };
}

function anyWord([text, ...wanted]: readonly Expression[]): Requirement | undefined {
  const field = fieldOf(text);
  const constants = wanted.map(constantOf);
  if (field === undefined || constants.includes(undefined)) return undefined;
  const texts = constants.map((constant) => constant?.value).filter((value) => typeof value === "string");
  const words = texts.filter((value) => value.trim() !== "").map(wordsOf);
  // "!!!" has no words, and hasWord finds it in a text that has none either.
  if (words.some((value) => value.trim() === "")) return undefined;
  return { any: words.map((value) => ({ field, kind: "words", words: value })) };
}

function presence(expression: Expression | undefined, kind: "present" | "truthy"): Requirement | undefined {
  const field = fieldOf(expression);
  return field && { field, kind };
}

function pairTest(
  type: string,
  [left, right]: [Expression, Expression],
  alone: boolean,
): Requirement | undefined {
  if (type === "contains" && left.type === "createArray") return memberTest(left, right);
  const field = fieldOf(left);
  const value = constantOf(right)?.value;
  if (field !== undefined) return literalTest({ type, field, value, alone });
  const mirrored = MIRRORED[type];
  if (mirrored === undefined) return undefined;
  const other = fieldOf(right);
  return other && literalTest({ type: mirrored, field: other, value: constantOf(left)?.value, alone });
}

const MIRRORED: Readonly<Record<string, string>> = { "==": "==", "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

/** contains(['sms', 'whatsapp'], channel) */
function memberTest(list: Expression, item: Expression): Requirement | undefined {
  const tests = (list.children ?? []).map((side) => pairTest("==", [item, side], false));
  return tests.includes(undefined) ? undefined : { any: tests as Requirement[] };
}

interface Pair {
  type: string;
  field: Field;
  value: unknown;
  alone: boolean;
}

function literalTest({ type, field, value, alone }: Pair): FieldTest | undefined {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return undefined;
  if (type === "==") return { field, kind: "equal", value };
  // Every text contains and starts with "", a missing one too.
  if (value === "") return undefined;
  if (type === "contains") return { field, kind: "contains", literal: value };
  if (typeof value === "boolean") return undefined;
  if (type === "<" || type === "<=")
    return { field, kind: "range", high: { bound: value, open: type === "<" }, alone };
  if (type === ">" || type === ">=")
    return { field, kind: "range", low: { bound: value, open: type === ">" }, alone };
  if (typeof value !== "string") return undefined;
  if (type === "startsWith") return { field, kind: "text", place: "start", literal: value, alone };
  if (type === "endsWith") return { field, kind: "text", place: "end", literal: value, alone };
  return undefined;
}

/** Joins `x >= 5` and `x < 6` to one range, which is far rarer than each. */
function joinRanges(parts: readonly Requirement[]): Requirement[] {
  const joined: Requirement[] = [];
  for (const part of parts) {
    const at = joined.findIndex((other) => isRange(part) && isRange(other) && canJoin(part, other));
    if (at === -1) joined.push(part);
    else joined[at] = { ...(joined[at] as RangeTest), ...(part as RangeTest) };
  }
  return joined;
}

const isRange = (part: Requirement): part is RangeTest => "kind" in part && part.kind === "range";

/** One has only the low limit and the other only the high one, of the same field and type. */
function canJoin(a: RangeTest, b: RangeTest): boolean {
  const low = a.low ?? b.low;
  const high = a.high ?? b.high;
  if (low === undefined || high === undefined || (a.low && b.low) || (a.high && b.high)) return false;
  return typeof low.bound === typeof high.bound && fieldKey(a.field) === fieldKey(b.field);
}

/** Equal for equal fields. Each step by itself, since the case of some letters depends on their neighbours. */
export const fieldKey = (field: Field): string => field.map((step) => step.toLowerCase()).join(".");

/** A field read step by step, `a.b` or `a['b']`; undefined for what is computed or counts through a list. */
function fieldOf(expression: Expression | undefined): Field | undefined {
  if (expression?.type !== "Accessor" && expression?.type !== "Element") return undefined;
  const [first, second] = expression.children;
  const [name, owner] = expression.type === "Accessor" ? [first, second] : [second, first];
  const step = constantOf(name)?.value;
  // The library splits paths at dots and brackets, strips quotes and takes what begins with a digit for an index.
  if (typeof step !== "string" || !/^[^.[\]'"]+$/.test(step) || !Number.isNaN(Number.parseInt(step, 10)))
    return undefined;
  if (owner === undefined) return [step];
  const above = fieldOf(owner);
  return above && [...above, step];
}

/** The library reads -1 as 0 - 1. */
function constantOf(expression: Expression | undefined): { value: unknown } | undefined {
  if (expression?.type === "Constant") return { value: (expression as { value?: unknown }).value };
  if (expression?.type !== "-") return undefined;
  const [left, right] = expression.children.map((side) => constantOf(side)?.value);
  return typeof left === "number" && typeof right === "number" ? { value: left - right } : undefined;
}
