import {
  ExpressionEvaluator as Evaluator,
  Expression,
  type ExpressionEvaluator,
  ExpressionFunctions,
  FunctionUtils,
  ReturnType,
} from "adaptive-expressions";
import { InputError } from "../core/errors";
import { isWithin, type OpenTimes, openTimesFault } from "./openTimes";
import { endlessPattern } from "./pattern";
import { pluggedEvaluator } from "./plugged";

/**
 * The functions that rules and flows may use. Left out on purpose: whatever changes its input (setProperty, …),
 * reads documents (json, xml, xPath), builds long lists (range) or differs from call to call (rand, newGuid, utcNow).
 */
const ALLOWED = new Set([
  "==",
  "!=",
  "<",
  "<=",
  ">",
  ">=",
  "&&",
  "||",
  "!",
  "+",
  "-",
  "*",
  "/",
  "%",
  "Accessor",
  "Element",
  "concat",
  "createArray",
  "exists",
  "empty",
  "coalesce",
  "if",
  "not",
  "and",
  "or",
  "equals",
  "contains",
  "startsWith",
  "endsWith",
  "length",
  "trim",
  "toLower",
  "toUpper",
  "substring",
  "replace",
  "float",
  "int",
  "string",
  "bool",
  "count",
  "any",
  "all",
  "where",
]);

/** What the library's functions take, of those that fail on anything else; the last counts for what follows it. */
const TAKES: Readonly<Record<string, readonly ("text" | "number")[]>> = {
  ...Object.fromEntries(
    ["startsWith", "endsWith", "length", "trim", "toLower", "toUpper", "replace", "isMatch"].map((name) => [
      name,
      ["text"],
    ]),
  ),
  substring: ["text", "number"],
  ...Object.fromEntries(["-", "*", "/", "%"].map((name) => [name, ["number"]])),
};

/** What argument number `at`, from 0, of an expression must be; undefined where several kinds do. */
export function argumentKind({ type }: Expression, at: number): "text" | "number" | undefined {
  const takes = Object.hasOwn(TAKES, type) ? TAKES[type] : undefined;
  return takes?.[at] ?? takes?.at(-1);
}

/** Functions that can take long on hostile input: expressions with one run under a time limit. */
const SLOW = new Set(["isMatch", "any", "all", "where"]);

let latest = { text: "", words: "  " };

/** Words of a text in lower case, a space before and after each: " gift card ". A text without any gives two spaces. */
export function wordsOf(text: string): string {
  // Many rules ask about the one text that has just come in.
  if (latest.text !== text) latest = { text, words: splitWords(text) };
  return latest.words;
}

const splitWords = (text: string): string =>
  ` ${text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}']+/gu, " ")
    .trim()} `;

/** hasWord(text, 'refund', 'gift card'): true when one stands in the text as whole words, ignoring case. */
const hasWord = new Evaluator(
  "hasWord",
  FunctionUtils.apply((args: readonly unknown[]) => {
    const [text, ...wanted] = args;
    if (typeof text !== "string") return false;
    const said = wordsOf(text);
    return wanted.some(
      (words) => typeof words === "string" && words.trim() !== "" && said.includes(splitWords(words)),
    );
  }),
  ReturnType.Boolean,
  (expression) => FunctionUtils.validateArityAndAnyType(expression, 2, 50),
);

/** isOpen('Europe/Lisbon', '09:00', '17:00', 'Mon-Fri'): true when `time.now` of the scope (ms) lies inside. */
const isOpen = new Evaluator(
  "isOpen",
  (expression, state, options) => {
    const { args, error } = FunctionUtils.evaluateChildren(expression, state, options);
    if (error) return { value: undefined, error };
    const times = args as unknown as OpenTimes;
    const isMissing = times.some((given) => given === undefined || given === null);
    const fault = isMissing ? undefined : openTimesFault(times);
    if (fault !== undefined) return { value: undefined, error: fault };
    const now: unknown = state.getValue("time.now");
    return answer(!isMissing && typeof now === "number" && isWithin(now, times));
  },
  ReturnType.Boolean,
  (expression) => {
    FunctionUtils.validateArityAndAnyType(expression, 4, 4, ReturnType.String);
    refuse(openTimesFault(expression.children.map(writtenValue) as unknown as OpenTimes));
  },
);

const standardIsMatch = ExpressionFunctions.standardFunctions.get("isMatch") as ExpressionEvaluator;

/** The library's isMatch, which refuses at save a written pattern that can take for ever. */
const isMatch = new Evaluator("isMatch", standardIsMatch.tryEvaluate, ReturnType.Boolean, (expression) => {
  standardIsMatch.validateExpression(expression);
  const pattern = writtenValue(expression.children[1]);
  if (typeof pattern === "string") refuse(endlessPattern(pattern));
});

/** The library means no error by undefined, whatever its types say. */
const answer = (value: boolean) => ({ value, error: undefined as unknown as string });

function refuse(fault: string | undefined): void {
  if (fault !== undefined) throw new InputError("EXPRESSION_INVALID", fault);
}

/** The value of an argument that is written out, in quotes or backticks; undefined for what is computed. */
function writtenValue(argument: Expression | undefined): unknown {
  if (argument?.type === "Constant") return (argument as Expression & { value: unknown }).value;
  if (argument?.type !== "concat") return undefined;
  const parts = argument.children.map(writtenValue);
  return parts.includes(undefined) ? undefined : parts.join("");
}

const OWN = new Map<string, ExpressionEvaluator>([
  ["hasWord", hasWord],
  ["isOpen", isOpen],
  ["isMatch", isMatch],
]);

const lookup = (name: string): ExpressionEvaluator | undefined =>
  OWN.get(name) ??
  (ALLOWED.has(name) ? ExpressionFunctions.standardFunctions.get(name) : pluggedEvaluator(name));

/** Parses with the allowed functions only. Throws the library's own error, which `explain.ts` puts in words. */
export function parse(text: string): Expression {
  return Expression.parse(text, lookup as (name: string) => ExpressionEvaluator);
}

export function isBoolean(expression: Expression): boolean {
  return (expression.returnType & ReturnType.Boolean) !== 0;
}

/** True when the expression holds a function that needs a time limit. */
export function isSlow(expression: Expression): boolean {
  return SLOW.has(expression.type) || (expression.children ?? []).some(isSlow);
}

/** Names of all functions of our own, for the docs. */
export const functionNames = (): string[] =>
  [...ALLOWED, ...OWN.keys()].filter((name) => /^[a-z]/.test(name)).sort();

export type { Expression };
