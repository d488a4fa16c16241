import { ArmFault, expressionOf, isObject, type Json, type Node, parseExpression } from "./expression";
import { type ArmFunction, bool, FUNCTIONS, text } from "./functions";

/** What a place of the template may ask for. */
export interface Scope {
  parameter(name: string): Json;
  variable(name: string): Json;
  /** Absent where nothing is deployed yet: names, conditions, variables. */
  reference?(id: string, version: string): Json;
  /** Absent outside of a copy loop. */
  copyIndex?: number;
  lambda?: Record<string, Json>;
  /** Functions instead of those of templates: a form's. */
  functions?: Record<string, ArmFunction>;
}

/** The value with all its expressions worked out, names of properties included. Throws ArmFault. */
export function evaluate(value: Json, scope: Scope): Json {
  if (typeof value === "string") return evaluateText(value, scope);
  if (Array.isArray(value)) return value.map((item) => evaluate(item, scope));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [text(evaluateText(name, scope)), evaluate(item, scope)]),
  );
}

function evaluateText(value: string, scope: Scope): Json {
  const source = expressionOf(value);
  if (source === undefined) return value.startsWith("[[") ? value.slice(1) : value;
  return run(parseExpression(source), scope);
}

function run(node: Node, scope: Scope): Json {
  switch (node.kind) {
    case "value":
      return node.value;
    case "property":
      return property(run(node.of, scope), node.name);
    case "index":
      return element(run(node.of, scope), run(node.at, scope));
    case "call":
      return call(node.name, node.args, scope);
  }
}

function property(of: Json, name: string): Json {
  const found = isObject(of) && Object.hasOwn(of, name) ? of[name] : undefined;
  if (found !== undefined) return found;
  const known = isObject(of) ? Object.keys(of).join(", ") : typeof of;
  throw new ArmFault(`the property '${name}' does not exist, available: ${known}`);
}

function element(of: Json, at: Json): Json {
  if (!Array.isArray(of)) return property(of, text(at));
  const found = typeof at === "number" ? of[at] : undefined;
  if (found === undefined) throw new ArmFault(`no element ${JSON.stringify(at)}`);
  return found;
}

function call(name: string, args: Node[], scope: Scope): Json {
  const special = scope.functions === undefined ? SPECIAL[name] : undefined;
  if (special !== undefined) {
    need(name, args, special.least, special.most);
    return special.run(args, scope);
  }
  // As Azure does it: only the branch that counts.
  if (name === "if") {
    need(name, args, 3, 3);
    return run(args[bool(run(arg(args, 0), scope)) ? 1 : 2] as Node, scope);
  }
  const known = (scope.functions ?? FUNCTIONS)[name];
  if (known === undefined) throw new ArmFault(`unknown function: ${name}`);
  need(name, args, known.least, known.most);
  return known.run(args.map((item) => run(item, scope)));
}

function need(name: string, args: Node[], least: number, most: number): void {
  if (args.length < least || args.length > most) throw new ArmFault(`${name}: ${args.length} arguments`);
}

const arg = (args: Node[], index: number): Node => args[index] as Node;

const SPECIAL: Record<string, { least: number; most: number; run(args: Node[], scope: Scope): Json }> = {
  parameters: { least: 1, most: 1, run: (args, scope) => scope.parameter(text(run(arg(args, 0), scope))) },
  variables: { least: 1, most: 1, run: (args, scope) => scope.variable(text(run(arg(args, 0), scope))) },
  copyIndex: {
    least: 0,
    most: 0,
    run(_, { copyIndex }) {
      if (copyIndex === undefined) throw new ArmFault("copyIndex outside of a copy loop");
      return copyIndex;
    },
  },
  reference: {
    least: 2,
    most: 2,
    run(args, scope) {
      if (scope.reference === undefined) throw new ArmFault("reference: nothing is deployed here yet");
      return scope.reference(text(run(arg(args, 0), scope)), text(run(arg(args, 1), scope)));
    },
  },
  filter: { least: 2, most: 2, run: filter },
  lambdaVariables: {
    least: 1,
    most: 1,
    run: (args, scope) => property(scope.lambda ?? {}, text(run(arg(args, 0), scope))),
  },
};

function filter(args: Node[], scope: Scope): Json {
  const [list, lambda] = [run(arg(args, 0), scope), arg(args, 1)];
  if (!Array.isArray(list)) throw new ArmFault("filter: a list expected");
  if (lambda.kind !== "call" || lambda.name !== "lambda" || lambda.args.length !== 2)
    throw new ArmFault("filter: a lambda expected");
  const name = text(run(arg(lambda.args, 0), scope));
  return list.filter((item) =>
    bool(run(arg(lambda.args, 1), { ...scope, lambda: { ...scope.lambda, [name]: item } })),
  );
}
