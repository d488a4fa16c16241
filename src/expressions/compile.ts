import { InputError, messageOf } from "../core/errors";
import { TIME_LIMIT_MS, withinTime } from "../core/timeGuard";
import { explainParseError, nearestField } from "./explain";
import { argumentKind, type Expression, functionNames, isBoolean, isSlow, parse } from "./library";
import { kindInWords, pluggedNames, pluggedOf } from "./plugged";

/** What an expression may look at: plain data, never changed. */
export type Scope = Readonly<Record<string, unknown>>;

/** Fields an expression may name, with their types; a trailing `*` allows anything below. */
export type FieldCatalogue = Readonly<Record<string, "text" | "number" | "boolean" | "any">>;

export type Outcome<T> = { value: T } | { error: string };

export interface Condition {
  readonly text: string;
  /** Only `true` is true; anything else that is not false is an error, told in words. Never throws. */
  evaluate(scope: Scope): Outcome<boolean>;
  /** Fields it names. */
  readonly references: readonly string[];
}

export interface Template {
  /** The text with every `${…}` replaced; a missing value becomes "". Never throws. */
  render(scope: Scope): string;
  /** Fields it names. */
  readonly references: readonly string[];
}

const MAX_LENGTH = 1000;
const COMPARISONS = new Set(["<", "<=", ">", ">=", "==", "!="]);

/**
 * Compiles a rule's or step's condition once, when it is saved.
 * Throws InputError EXPRESSION_INVALID that says what to mend.
 */
export function compileCondition(text: string, fields: FieldCatalogue): Condition {
  const expression = parseChecked(text, fields);
  if (!isBoolean(expression) && sideType(expression, fields)?.type !== "boolean")
    throw invalid(text, "It must be true or false; compare something, as in customer.name == 'Ann'.");
  const run = runner(expression);
  const condition: Condition = {
    text,
    references: referencesOf(expression),
    evaluate(scope) {
      const outcome = run(scope);
      if ("error" in outcome) return outcome;
      if (typeof outcome.value === "boolean") return { value: outcome.value };
      if (outcome.value === undefined || outcome.value === null) return { value: false };
      return { error: `gave ${told(outcome.value)} instead of true or false` };
    },
  };
  trees.set(condition, expression);
  return condition;
}

export interface CompiledExpression {
  /** Never throws. */
  evaluate(scope: Scope): Outcome<unknown>;
}

/** Compiles an expression of any kind. Throws InputError EXPRESSION_INVALID that says what to mend. */
export function compileExpression(text: string, fields: FieldCatalogue): CompiledExpression {
  return { evaluate: runner(parseChecked(text, fields)) };
}

const trees = new WeakMap<Condition, Expression>();

/** What a condition was parsed to; undefined for one that was not made here. */
export const treeOf = (condition: Condition): Expression | undefined => trees.get(condition);

/** A value of a kind that JSON does not know is told by its type. */
function told(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return `a ${typeof value}`;
  }
}

/** Compiles text with `${expression}` places. Throws InputError EXPRESSION_INVALID. */
export function compileTemplate(text: string, fields: FieldCatalogue): Template {
  const references: string[] = [];
  const parts = splitTemplate(text).map((part) => {
    if (part.kind === "text") return part.text;
    const expression = parseChecked(part.text, fields);
    references.push(...referencesOf(expression));
    return runner(expression);
  });
  return {
    references,
    render: (scope) => parts.map((part) => (typeof part === "string" ? part : asText(part(scope)))).join(""),
  };
}

let parsed = 0;

/** How many expressions this process has parsed; messages must not make it grow. */
export const expressionsParsed = (): number => parsed;

function parseChecked(text: string, fields: FieldCatalogue): Expression {
  if (text.trim() === "") throw invalid(text, "It is empty.");
  if (text.length > MAX_LENGTH) throw invalid(text, `It is longer than ${MAX_LENGTH} characters.`);
  let expression: Expression;
  try {
    parsed += 1;
    expression = parse(text);
  } catch (error) {
    throw invalid(text, explainParseError(error, [...functionNames(), ...pluggedNames()]), error);
  }
  checkReferences(text, expression, fields);
  checkArguments(text, expression, fields);
  checkComparisons(text, expression, fields);
  return expression;
}

function checkReferences(text: string, expression: Expression, fields: FieldCatalogue): void {
  for (const name of referencesOf(expression)) {
    if (typeOf(name, fields) !== undefined) continue;
    const near = nearestField(name, Object.keys(fields));
    throw invalid(
      text,
      `Unknown field "${name}".${near === undefined ? "" : ` Did you mean "${near.replace(/\.\*$/, ".…")}"?`}`,
    );
  }
}

/** What functions take is known: a value, field or function of another kind is refused at save. */
function checkArguments(text: string, expression: Expression, fields: FieldCatalogue): void {
  const sides = expression.children ?? [];
  pluggedOf(expression)?.takes.forEach((kind, i) => {
    const given = sides[i] === undefined ? undefined : sideType(sides[i], fields);
    if (given === undefined || kind === "any" || given.type === "any" || given.type === kind) return;
    const cure = given.name === undefined ? "" : ` "${given.name}" ${CURES[given.type]?.(given.name) ?? ""}`;
    throw invalid(text, `${expression.type}: argument ${i + 1} must be ${kindInWords(kind)}.${cure}`);
  });
  sides.forEach((side, i) => void checkBuiltIn(i, side));
  for (const side of sides) checkArguments(text, side, fields);

  function checkBuiltIn(at: number, side: Expression): void {
    const wanted = argumentKind(expression, at);
    const given = sideType(side, fields);
    if (wanted === undefined || given?.name === undefined || given.type === "any" || given.type === wanted)
      return;
    const cure =
      wanted === "text"
        ? `; write string(${given.name})`
        : given.type === "text"
          ? `; write float(${given.name})`
          : "";
    throw invalid(
      text,
      `${expression.type}: "${given.name}" is ${KINDS[given.type]}, ${KINDS[wanted]} is asked for${cure}.`,
    );
  }
}

const KINDS: Readonly<Record<string, string>> = {
  text: "a text",
  number: "a number",
  boolean: "true or false",
};

/** A field compared with a value of another type is never equal in the library: refuse it at save. */
function checkComparisons(text: string, expression: Expression, fields: FieldCatalogue): void {
  const sides = expression.children ?? [];
  if (COMPARISONS.has(expression.type) && sides.length === 2) {
    const types = sides.map((side) => sideType(side, fields));
    const value = types.find((type) => type !== undefined && type.name === undefined);
    const field = types.find((type) => type?.name !== undefined);
    if (
      value !== undefined &&
      field?.name !== undefined &&
      field.type !== "any" &&
      field.type !== value.type
    ) {
      throw invalid(text, `"${field.name}" ${CURES[field.type]?.(field.name)}`);
    }
    checkTwoFields(text, types);
  }
  for (const side of sides) checkComparisons(text, side, fields);
}

type Side = ReturnType<typeof sideType>;

function checkTwoFields(text: string, [one, other]: readonly Side[]): void {
  if (one?.name === undefined || other?.name === undefined) return;
  if ([one.type, other.type].includes("any") || one.type === other.type) return;
  throw invalid(
    text,
    `"${one.name}" is ${KINDS[one.type]} and "${other.name}" is ${KINDS[other.type]}: they cannot be compared.`,
  );
}

const CURES: Record<string, (name: string) => string> = {
  text: (name) => `is text; put the value in quotes, or write float(${name}).`,
  number: () => "is a number; write the value without quotes.",
  boolean: () => "is true or false; write the value without quotes.",
};

/** A field or a plugin's function with its name, or a written value without; undefined for what else is computed. */
function sideType(side: Expression, fields: FieldCatalogue): { name?: string; type: string } | undefined {
  if (side.type === "Constant") {
    const { value } = side as { value?: unknown };
    return value === null || value === undefined
      ? undefined
      : { type: typeof value === "string" ? "text" : typeof value };
  }
  // The library reads -1 as 0 - 1.
  if (side.type === "-" && side.children.every(({ type }) => type === "Constant")) return { type: "number" };
  const gives = pluggedOf(side)?.gives;
  if (gives !== undefined) return { name: `${side.type}(…)`, type: gives };
  if (side.type !== "Accessor") return undefined;
  const name = referencesOf(side)[0];
  const type = name === undefined ? undefined : typeOf(name, fields);
  return name === undefined || type === undefined ? undefined : { name, type };
}

function typeOf(name: string, fields: FieldCatalogue): string | undefined {
  if (Object.hasOwn(fields, name)) return fields[name];
  const open = Object.keys(fields).find(
    (field) => field.endsWith(".*") && name.startsWith(field.slice(0, -1)),
  );
  return open === undefined ? undefined : fields[open];
}

/** Fields that an expression names, without the variables of any(list, x, …) and all(…), which the library leaves in. */
function referencesOf(expression: Expression): string[] {
  const [list, variable, condition] = expression.children ?? [];
  if ((expression.type === "any" || expression.type === "all") && list && variable && condition) {
    const own = variable.references()[0];
    return [
      ...referencesOf(list),
      ...referencesOf(condition).filter((name) => name.split(".", 1)[0] !== own),
    ];
  }
  if (!hasLoop(expression)) return expression.references().map((name) => name.replace(/\[.*$/, ""));
  return [...new Set(expression.children.flatMap(referencesOf))];
}

const hasLoop = ({ type, children }: Expression): boolean =>
  type === "any" || type === "all" || (children ?? []).some(hasLoop);

function runner(expression: Expression): (scope: Scope) => Outcome<unknown> {
  const evaluate = (scope: Scope): Outcome<unknown> => {
    try {
      const { value, error } = expression.tryEvaluate(scope);
      return error === undefined ? { value } : { error };
    } catch (error) {
      return { error: messageOf(error) };
    }
  };
  // A regular expression or a list function can hang the process on hostile text.
  return isSlow(expression) ? (scope) => guarded(() => evaluate(scope)) : evaluate;
}

function guarded(work: () => Outcome<unknown>): Outcome<unknown> {
  return withinTime(work)?.value ?? { error: `took longer than ${TIME_LIMIT_MS} ms` };
}

type TemplatePart = { kind: "text" | "expression"; text: string };

/** `${` … `}` with quotes respected, so that a brace inside a string does not end the place. */
function splitTemplate(text: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let at = 0;
  for (;;) {
    const open = text.indexOf("${", at);
    if (open === -1) return [...parts, { kind: "text", text: text.slice(at) }];
    const close = closingBrace(text, open + 2);
    if (close === -1) throw invalid(text, "A ${ is never closed.");
    parts.push(
      { kind: "text", text: text.slice(at, open) },
      { kind: "expression", text: text.slice(open + 2, close) },
    );
    at = close + 1;
  }
}

function closingBrace(text: string, from: number): number {
  let quote = "";
  for (let i = from; i < text.length; i++) {
    const char = text[i] ?? "";
    if (quote !== "" && char === "\\") i += 1;
    else if (quote !== "") quote = char === quote ? "" : quote;
    else if (char === "'" || char === '"' || char === "`") quote = char;
    else if (char === "}") return i;
  }
  return -1;
}

function asText(outcome: Outcome<unknown>): string {
  if ("error" in outcome || outcome.value === undefined || outcome.value === null) return "";
  return typeof outcome.value === "object" ? JSON.stringify(outcome.value) : String(outcome.value);
}

function invalid(text: string, problem: string, cause?: unknown): InputError {
  return new InputError("EXPRESSION_INVALID", problem, {
    details: { expression: text.slice(0, 200) },
    cause,
  });
}
