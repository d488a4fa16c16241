import { createHash } from "node:crypto";
import { ArmFault, isObject, type Json, type JsonObject } from "./expression";

/** A function of the template language: what it takes, and what it does. No other function is known. */
export interface ArmFunction {
  least: number;
  most: number;
  run(args: Json[]): Json;
}

export const SUBSCRIPTION = "/subscriptions/33333333-3333-4333-8333-333333333333";
export const TENANT = "44444444-4444-4444-8444-444444444444";
export const GROUP = `${SUBSCRIPTION}/resourceGroups/contact-center`;
const MANY = 100;

/** Pure functions. Those that need the deployment (parameters, reference, …) are in evaluate.ts. */
export const FUNCTIONS: Record<string, ArmFunction> = {
  // Values
  true: fixed(true),
  false: fixed(false),
  null: fixed(null),
  string: one((value) => (typeof value === "string" ? value : JSON.stringify(value))),
  int: one((value) => {
    const number = Number(value);
    if (!Number.isInteger(number) || value === "") throw new ArmFault(`int: not a number: ${value}`);
    return number;
  }),
  createArray: { least: 0, most: MANY, run: (args) => args },
  createObject: { least: 0, most: MANY, run: createObject },
  // Logic
  not: one((value) => !bool(value)),
  and: { least: 2, most: MANY, run: (args) => args.map(bool).every(Boolean) },
  or: { least: 2, most: MANY, run: (args) => args.map(bool).some(Boolean) },
  equals: two((a, b) => JSON.stringify(a) === JSON.stringify(b)),
  less: two((a, b) => number(a) < number(b)),
  greater: two((a, b) => number(a) > number(b)),
  mod: two((a, b) => number(a) % number(b)),
  // Texts
  format: { least: 1, most: MANY, run: format },
  concat: { least: 1, most: MANY, run: (args) => args.map(text).join("") },
  startsWith: two((a, b) => text(a).toLowerCase().startsWith(text(b).toLowerCase())),
  endsWith: two((a, b) => text(a).toLowerCase().endsWith(text(b).toLowerCase())),
  split: two((a, b) => text(a).split(text(b))),
  substring: { least: 2, most: 3, run: substring },
  uniqueString: { least: 1, most: MANY, run: (args) => hash(args, 13) },
  guid: { least: 1, most: MANY, run: guid },
  // Collections
  length: one((value) => (isObject(value) ? Object.keys(value) : collection(value)).length),
  empty: one(
    (value) => value === null || (isObject(value) ? Object.keys(value) : collection(value)).length === 0,
  ),
  contains: two(contains),
  take: two((a, b) => collection(a).slice(0, number(b))),
  last: one((value) => {
    const found = collection(value).at(-1);
    if (found === undefined) throw new ArmFault("last: nothing is in it");
    return found;
  }),
  range: two((from, count) => Array.from({ length: number(count) }, (_, index) => number(from) + index)),
  union: { least: 2, most: MANY, run: (args) => Object.assign({}, ...args.map(object)) },
  // Places
  resourceGroup: fixed({ id: GROUP, name: "contact-center", location: "westeurope" }),
  subscription: fixed({ id: SUBSCRIPTION, tenantId: TENANT }),
  resourceId: { least: 2, most: MANY, run: ([type, ...names]) => `${GROUP}/providers/${path(type, names)}` },
  subscriptionResourceId: {
    least: 2,
    most: MANY,
    run: ([type, ...names]) => `${SUBSCRIPTION}/providers/${path(type, names)}`,
  },
  extensionResourceId: {
    least: 3,
    most: MANY,
    run: ([of, type, ...names]) => `${text(of)}/providers/${path(type, names)}`,
  },
};

function fixed(value: Json): ArmFunction {
  return { least: 0, most: 0, run: () => value };
}

function one(run: (value: Json) => Json): ArmFunction {
  return { least: 1, most: 1, run: ([value]) => run(value ?? null) };
}

function two(run: (a: Json, b: Json) => Json): ArmFunction {
  return { least: 2, most: 2, run: ([a, b]) => run(a ?? null, b ?? null) };
}

export function bool(value: Json | undefined): boolean {
  if (typeof value !== "boolean") throw new ArmFault(`true or false expected: ${JSON.stringify(value)}`);
  return value;
}

export function text(value: Json | undefined): string {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "string") throw new ArmFault(`a text expected: ${JSON.stringify(value)}`);
  return value;
}

function number(value: Json | undefined): number {
  if (typeof value !== "number") throw new ArmFault(`a number expected: ${JSON.stringify(value)}`);
  return value;
}

function object(value: Json): JsonObject {
  if (!isObject(value)) throw new ArmFault(`an object expected: ${JSON.stringify(value)}`);
  return value;
}

function collection(value: Json): string | Json[] {
  if (typeof value !== "string" && !Array.isArray(value))
    throw new ArmFault(`a text or a list expected: ${JSON.stringify(value)}`);
  return value;
}

function createObject(args: Json[]): Json {
  if (args.length % 2 === 1) throw new ArmFault("createObject: a name without a value");
  const pairs = args.flatMap((name, index) => (index % 2 === 0 ? [[text(name), args[index + 1]]] : []));
  return Object.fromEntries(pairs) as JsonObject;
}

/** `{0}` is the first value, `{{` a brace. A value that is not used is a mistake that Azure would not tell. */
function format([pattern, ...values]: Json[]): Json {
  const used = new Set<number>();
  const filled = text(pattern).replace(/\{\{|\}\}|\{(\d+)\}/g, (mark, index?: string) => {
    if (index === undefined) return mark.slice(1);
    used.add(Number(index));
    if (values[Number(index)] === undefined) throw new ArmFault(`format: no value for ${mark}`);
    return text(values[Number(index)]);
  });
  if (used.size < values.length) throw new ArmFault(`format: a value that "${pattern}" does not use`);
  return filled;
}

function substring([value, from, count]: Json[]): Json {
  const [whole, start] = [text(value), number(from)];
  const end = start + (count === undefined ? whole.length - start : number(count));
  if (start < 0 || end > whole.length) throw new ArmFault("substring: outside of the text");
  return whole.slice(start, end);
}

function contains(whole: Json, part: Json): Json {
  if (isObject(whole)) return Object.hasOwn(whole, text(part));
  if (Array.isArray(whole)) return whole.some((item) => JSON.stringify(item) === JSON.stringify(part));
  return text(whole).includes(text(part));
}

/** Not Azure's own hash, but of its length and letters, and the same for the same values. */
function hash(args: Json[], letters: number): string {
  const bytes = createHash("sha256").update(args.map(text).join("\n")).digest();
  return [...bytes.subarray(0, letters)]
    .map((byte) => "abcdefghijklmnopqrstuvwxyz234567"[byte % 32])
    .join("");
}

/** What `uniqueString(resourceGroup().id, baseName)` gives. */
export const uniqueSuffix = (baseName: string): string => hash([GROUP, baseName], 13);

function guid(args: Json[]): Json {
  const hex = createHash("sha256").update(args.map(text).join("\n")).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}

/** "Microsoft.Web/sites/slots", ["a", "b"] → "Microsoft.Web/sites/a/slots/b". */
export function path(type: Json | undefined, names: Json[]): string {
  const [provider = "", ...types] = text(type).split("/");
  if (types.length === 0 || types.length !== names.length)
    throw new ArmFault(`${text(type)}: ${names.length} names given`);
  return [provider, ...types.flatMap((kind, index) => [kind, text(names[index])])].join("/");
}
