import { ValueExpression } from "adaptive-expressions";

/** A property of an action that may be text with "=" before an expression, or hold such texts at any depth. */
export interface LooseValue {
  /** The value in this memory. Throws what a bad expression throws. */
  read(memory: object): unknown;
}

/** Compiles what a `.dialog` file holds: `"=user.orders"`, `{ "orderNo": "=user.orderNo" }`, `["billing"]`. */
export function looseValue(value: unknown): LooseValue {
  if (Array.isArray(value)) {
    const items = value.map(looseValue);
    return { read: (memory) => items.map((item) => item.read(memory)) };
  }
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).map(([name, field]) => [name, looseValue(field)] as const);
    return {
      read: (memory) => Object.fromEntries(fields.map(([name, field]) => [name, field.read(memory)])),
    };
  }
  const expression = new ValueExpression(value);
  return { read: (memory) => expression.getValue(memory) };
}
