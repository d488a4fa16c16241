import {
  compileExpression,
  compileTemplate,
  type FieldCatalogue,
  type Scope,
} from "../../expressions/compile";
import type { FlowValue } from "./steps";

/** A value of a step, computed when the step is taken; undefined for an expression that fails. */
export type CompiledValue = (scope: Scope) => unknown;

/** A text is filled in; one that begins with "=" is an expression. Throws InputError EXPRESSION_INVALID. */
export function compileValue(value: FlowValue, fields: FieldCatalogue): CompiledValue {
  if (typeof value !== "string") return () => value;
  if (!value.startsWith("=")) {
    const template = compileTemplate(value, fields);
    return (scope) => template.render(scope);
  }
  const expression = compileExpression(value.slice(1), fields);
  return (scope) => {
    const outcome = expression.evaluate(scope);
    return "value" in outcome ? outcome.value : undefined;
  };
}

/** What a value will be, as far as it can be told beforehand. */
export function kindOfValue(value: FlowValue): "text" | "number" | "boolean" | "any" {
  if (typeof value === "string") return value.startsWith("=") ? "any" : "text";
  return typeof value === "number" ? "number" : "boolean";
}
