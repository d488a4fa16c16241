import type { FieldTest, Limit } from "./conditionTests";
import { wordsOf } from "./library";

/**
 * Whether the library could find the test true for a field's value, or give an error worth telling.
 * Says true when unsure. `undefined` stands for a missing field.
 */
export function testHolds(test: FieldTest, value: unknown): boolean {
  switch (test.kind) {
    case "equal":
      return equals(value, test.value);
    case "range":
      return inRange(test, value);
    case "text":
      if (typeof value !== "string") return test.alone && value !== undefined;
      return test.place === "start" ? value.startsWith(test.literal) : value.endsWith(test.literal);
    case "contains":
      return contains(value, test.literal);
    case "words":
      return typeof value === "string" && wordsOf(value).includes(test.words);
    case "present":
      return value !== undefined && value !== null;
    case "truthy":
      return value !== undefined && value !== null && value !== false;
    default:
      return test satisfies never;
  }
}

/** The library takes numbers closer than this for equal: 0.1 + 0.2 == 0.3. */
export const TOLERANCE = Number.EPSILON;

function equals(value: unknown, wanted: string | number | boolean): boolean {
  if (value === wanted) return true;
  return typeof value === "number" && typeof wanted === "number" && Math.abs(value - wanted) < TOLERANCE;
}

function inRange({ low, high, alone }: Extract<FieldTest, { kind: "range" }>, value: unknown): boolean {
  if (value === undefined || value === null) return false;
  const type = typeof (low ?? high)?.bound;
  if (typeof value !== type || Number.isNaN(value)) return alone;
  return isAbove(value as string | number, low) && isBelow(value as string | number, high);
}

const isAbove = (value: string | number, low: Limit | undefined): boolean =>
  low === undefined || (low.open ? value > low.bound : value >= low.bound);

const isBelow = (value: string | number, high: Limit | undefined): boolean =>
  high === undefined || (high.open ? value < high.bound : value <= high.bound);

function contains(value: unknown, literal: string | number | boolean): boolean {
  if (typeof value === "string") return typeof literal === "string" && value.includes(literal);
  if (Array.isArray(value)) return value.some((item) => equals(item, literal));
  return typeof value === "object" && value !== null && typeof literal === "string";
}
