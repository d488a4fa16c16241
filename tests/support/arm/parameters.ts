import { isObject, type Json, type JsonObject } from "./expression";

export interface ParameterDeclaration extends JsonObject {
  type: string;
}

/** Marks what came out of a secure parameter; it is looked for wherever it must not be. */
export const SECRET = "\u0001";

export const isSecure = ({ type }: ParameterDeclaration): boolean => type.toLowerCase().startsWith("secure");

/** What Azure says to these values before it looks at anything else. */
export function parameterFaults(
  declared: Record<string, ParameterDeclaration>,
  given: Record<string, Json>,
): string[] {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(declared, name));
  return [
    ...unknown.map((name) => `parameter ${name}: not declared`),
    ...Object.entries(declared).flatMap(([name, declaration]) => {
      const value = given[name] ?? declaration.defaultValue;
      if (value === undefined) return [`parameter ${name}: missing`];
      return faultsOf(declaration, value).map((fault) => `parameter ${name}: ${fault}`);
    }),
  ];
}

function faultsOf(declaration: ParameterDeclaration, value: Json): string[] {
  const { type, allowedValues, minLength, maxLength, minValue, maxValue } = declaration;
  if (!isOfType(type, value)) return [`must be ${type}: ${JSON.stringify(value)}`];
  const size = typeof value === "string" || Array.isArray(value) ? value.length : undefined;
  return [
    ...(Array.isArray(allowedValues) && !allowedValues.includes(value) ? [`not allowed: ${value}`] : []),
    ...(size !== undefined && size < Number(minLength ?? 0) ? ["too short"] : []),
    ...(size !== undefined && size > Number(maxLength ?? Number.MAX_SAFE_INTEGER) ? ["too long"] : []),
    ...(typeof value === "number" && value < Number(minValue ?? value) ? ["too small"] : []),
    ...(typeof value === "number" && value > Number(maxValue ?? value) ? ["too great"] : []),
  ];
}

function isOfType(type: string, value: Json): boolean {
  switch (type.toLowerCase()) {
    case "string":
    case "securestring":
      return typeof value === "string";
    case "int":
      return Number.isInteger(value);
    case "bool":
      return typeof value === "boolean";
    case "array":
      return Array.isArray(value);
    case "object":
    case "secureobject":
      return isObject(value);
    default:
      return false;
  }
}
