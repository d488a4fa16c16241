import {
  ExpressionEvaluator as Evaluator,
  type Expression,
  type ExpressionEvaluator,
  FunctionUtils,
  ReturnType,
} from "adaptive-expressions";
import { InputError, messageOf } from "../core/errors";
import type { ValueKind } from "../core/plugin";

/** A function that somebody else brings. */
export interface PluggedFunction {
  takes: readonly ValueKind[];
  /** How many of the last arguments may be left out. */
  optional: number;
  gives: ValueKind;
  /** What it throws makes the expression an error. */
  call(values: readonly unknown[]): unknown;
}

const plugged = new Map<string, { given: PluggedFunction; evaluator: ExpressionEvaluator }>();

/**
 * Makes functions known to every expression that is compiled from now on, in the whole process: of two with one name the
 * later counts. The returned function takes them back; what is compiled keeps them.
 */
export function registerFunctions(functions: ReadonlyMap<string, PluggedFunction>): () => void {
  const mine = [...functions].map(([name, given]) => {
    const entry = { given, evaluator: toEvaluator(name, given) };
    plugged.set(name, entry);
    return [name, entry] as const;
  });
  return () => {
    for (const [name, entry] of mine) if (plugged.get(name) === entry) plugged.delete(name);
  };
}

export const pluggedEvaluator = (name: string): ExpressionEvaluator | undefined =>
  plugged.get(name)?.evaluator;

export const pluggedNames = (): string[] => [...plugged.keys()];

/** What a call of such a function takes and gives; undefined for any other expression. */
export const pluggedOf = (expression: Expression): PluggedFunction | undefined =>
  plugged.get(expression.type)?.given;

const KINDS: Record<ValueKind, ReturnType> = {
  text: ReturnType.String,
  number: ReturnType.Number,
  boolean: ReturnType.Boolean,
  any: ReturnType.Object,
};
const WORDS: Record<ValueKind, string> = {
  text: "text",
  number: "a number",
  boolean: "true or false",
  any: "anything",
};

function toEvaluator(name: string, given: PluggedFunction): ExpressionEvaluator {
  return new Evaluator(
    name,
    (expression, state, options) => {
      const { args, error } = FunctionUtils.evaluateChildren(expression, state, options);
      if (error) return { value: undefined, error };
      return evaluate(name, given, args as readonly unknown[]);
    },
    KINDS[given.gives],
    (expression) => checkCount(name, given, expression.children.length),
  );
}

function evaluate(name: string, given: PluggedFunction, args: readonly unknown[]) {
  const kinds = given.takes.slice(0, args.length);
  if (kinds.some((kind, i) => kind !== "any" && (args[i] === undefined || args[i] === null)))
    return answer(undefined);
  const wrong = kinds.findIndex((kind, i) => !isOfKind(args[i], kind));
  if (wrong !== -1)
    return failure(
      `${name}: argument ${wrong + 1} must be ${WORDS[kinds[wrong] ?? "any"]}, not ${typeOf(args[wrong])}`,
    );
  try {
    const value = given.call(args);
    if (value === undefined || value === null) return answer(undefined);
    return isOfKind(value, given.gives)
      ? answer(value)
      : failure(`${name}: gave ${typeOf(value)} instead of ${WORDS[given.gives]}`);
  } catch (error) {
    return failure(`${name}: ${messageOf(error)}`);
  }
}

/** The library means no error by undefined, whatever its types say. */
const answer = (value: unknown) => ({ value, error: undefined as unknown as string });
const failure = (error: string) => ({ value: undefined, error });

function checkCount(name: string, { takes, optional }: PluggedFunction, count: number): void {
  const least = takes.length - optional;
  if (count >= least && count <= takes.length) return;
  const wanted = least === takes.length ? `${least}` : `${least} to ${takes.length}`;
  throw new InputError(
    "EXPRESSION_INVALID",
    `${name} takes ${wanted} ${wanted === "1" ? "value" : "values"} (${takes.join(", ")}), not ${count}.`,
  );
}

/** Whether a value that is there fits; anything fits "any". */
export function isOfKind(value: unknown, kind: ValueKind): boolean {
  if (kind === "any") return true;
  return kind === "text" ? typeof value === "string" : typeof value === kind;
}

const typeOf = (value: unknown): string =>
  Array.isArray(value) ? "a list" : typeof value === "string" ? "text" : `a ${typeof value}`;

/** In words, what kind of value an argument must be. */
export const kindInWords = (kind: ValueKind): string => WORDS[kind];
