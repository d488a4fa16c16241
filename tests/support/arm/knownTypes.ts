import { readFileSync } from "node:fs";
import path from "node:path";
import type { Resource } from "./deployment";
import { isObject, type Json } from "./expression";

interface KnownType {
  o?: Record<string, [type: number, required?: 1]>;
  more?: number;
  d?: string;
  e?: Record<string, number>;
  a?: number;
  u?: number[];
  l?: string;
  s?: 1;
  i?: 1;
  b?: 1;
  any?: 1;
  n?: number;
  x?: number;
  p?: string;
}

const FILE = path.resolve(__dirname, "../../../../tests/support/arm/knownTypes.json");
const { resources: KNOWN, types: TYPES } = JSON.parse(readFileSync(FILE, "utf8")) as {
  resources: Record<string, number>;
  types: KnownType[];
};

export const knownVersions = (): string[] => Object.keys(KNOWN);

/** What Azure's own description of the type says against it: names, types, values, what is missing. */
export function typeFaults({ id, type, apiVersion, body, deployed }: Resource): string[] {
  if (!deployed) return [];
  const known = KNOWN[`${type}@${apiVersion}`];
  if (known === undefined) return [`${id}: ${type}@${apiVersion} is not in knownTypes.json`];
  // These two found the entry of the table; the table spells some in a way of its own.
  const own = { ...body, type: null, apiVersion: null };
  return check(own, known).map((fault) => `${id}: ${fault}`);
}

function check(value: Json, index: number, place = ""): string[] {
  const type = TYPES[index] ?? {};
  if (type.any === 1) return [];
  if (type.u !== undefined) return checkUnion(value, type.u, place);
  if (type.l !== undefined) return value === type.l ? [] : [`${place}: must be ${type.l}`];
  if (type.a !== undefined) return checkList(value, type.a, place);
  if (type.o !== undefined || type.d !== undefined) return checkObject(value, type, place);
  if (type.b === 1) return typeof value === "boolean" ? [] : [`${place}: must be true or false`];
  if (type.i === 1) return checkNumber(value, type, place);
  return checkText(value, type, place);
}

/** Where the description also allows any other text, only the texts that it names are taken. */
function checkUnion(value: Json, members: number[], place: string): string[] {
  const literals = members.flatMap((member) => TYPES[member]?.l ?? []);
  if (literals.length > 0 && typeof value === "string")
    return literals.includes(value) ? [] : [`${place}: ${value} is none of ${literals.join(", ")}`];
  return members.some((member) => check(value, member, place).length === 0)
    ? []
    : [`${place}: of no known form`];
}

function checkList(value: Json, item: number, place: string): string[] {
  if (!Array.isArray(value)) return [`${place}: must be a list`];
  return value.flatMap((one, index) => check(one, item, `${place}[${index}]`));
}

function checkObject(value: Json, type: KnownType, place: string): string[] {
  if (!isObject(value)) return [`${place}: must be an object`];
  const variant = type.d === undefined ? undefined : type.e?.[String(value[type.d])];
  if (type.d !== undefined && variant === undefined)
    return [`${place}.${type.d}: ${value[type.d]} is not known`];
  const own = { ...type.o, ...(variant === undefined ? {} : TYPES[variant]?.o) };
  const more = type.more ?? (variant === undefined ? undefined : TYPES[variant]?.more);
  const missing = Object.entries(own)
    .filter(([name, [, required]]) => required === 1 && (value[name] ?? null) === null)
    .map(([name]) => `${place}.${name}: missing`);
  // null is Azure's word for "not set".
  const given = Object.entries(value).filter(([, item]) => item !== null);
  const wrong = given.flatMap(([name, item]) => {
    const property = Object.hasOwn(own, name) ? own[name]?.[0] : more;
    return property === undefined
      ? [`${place}.${name}: unknown or read-only`]
      : check(item, property, `${place}.${name}`);
  });
  return [...missing, ...wrong];
}

function checkNumber(value: Json, { n, x }: KnownType, place: string): string[] {
  if (typeof value !== "number") return [`${place}: must be a number`];
  return value < (n ?? value) || value > (x ?? value) ? [`${place}: ${value} is out of bounds`] : [];
}

function checkText(value: Json, { n, x, p }: KnownType, place: string): string[] {
  if (typeof value !== "string") return [`${place}: must be a text`];
  if (value.length < (n ?? 0) || value.length > (x ?? value.length))
    return [`${place}: ${value.length} characters`];
  return p === undefined || new RegExp(p).test(value)
    ? []
    : [`${place}: ${value} has other characters than allowed`];
}
