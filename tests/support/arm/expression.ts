/** What a template or a form may hold. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

/** Azure would refuse it; the message says what. */
export class ArmFault extends Error {}

export type Node =
  | { kind: "value"; value: string | number }
  | { kind: "call"; name: string; args: Node[] }
  | { kind: "property"; of: Node; name: string }
  | { kind: "index"; of: Node; at: Node };

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** "[…]" is an expression; "[[…" is text that begins with a bracket. Throws ArmFault for one without its end. */
export function expressionOf(text: string): string | undefined {
  if (!text.startsWith("[") || text.startsWith("[[")) return undefined;
  if (!text.endsWith("]")) throw new ArmFault(`an expression without its end: ${text}`);
  return text.slice(1, -1);
}

const parsed = new Map<string, Node>();

/** The tree of an expression, without its brackets. Throws ArmFault with the place of the fault. */
export function parseExpression(source: string): Node {
  const known = parsed.get(source);
  if (known !== undefined) return known;
  const parser = createParser(source);
  const node = parser.expression();
  parser.end();
  parsed.set(source, node);
  return node;
}

const TOKEN = /\s*(?:('(?:[^']|'')*')|(-?\d+)|([A-Za-z_][A-Za-z0-9_]*)|([()[\],.]))/y;

function tokensOf(source: string): string[] {
  const tokens: string[] = [];
  let at = 0;
  const text = source.trimEnd();
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) throw new ArmFault(`not an expression at ${at}: ${source}`);
    tokens.push(match[0].trim());
    at = TOKEN.lastIndex;
  }
  return tokens;
}

function createParser(source: string) {
  const tokens = tokensOf(source);
  let at = 0;
  const peek = () => tokens[at];
  const take = (wanted?: string): string => {
    const token = tokens[at];
    if (token === undefined || (wanted !== undefined && token !== wanted))
      throw new ArmFault(`${wanted ?? "something"} expected instead of ${token ?? "the end"}: ${source}`);
    at += 1;
    return token;
  };

  function expression(): Node {
    let node = atom();
    for (;;) {
      if (peek() === ".") {
        take();
        node = { kind: "property", of: node, name: nameOf(take()) };
      } else if (peek() === "[") {
        take();
        const index = expression();
        take("]");
        node = { kind: "index", of: node, at: index };
      } else return node;
    }
  }

  function atom(): Node {
    const token = take();
    if (token.startsWith("'")) return { kind: "value", value: token.slice(1, -1).replaceAll("''", "'") };
    if (/^-?\d/.test(token)) return { kind: "value", value: Number(token) };
    const name = nameOf(token);
    take("(");
    const args: Node[] = [];
    while (peek() !== ")") {
      if (args.length > 0) take(",");
      args.push(expression());
    }
    take(")");
    return { kind: "call", name, args };
  }

  function nameOf(token: string): string {
    if (!/^[A-Za-z_]/.test(token)) throw new ArmFault(`a name expected instead of ${token}: ${source}`);
    return token;
  }

  return {
    expression,
    end() {
      if (at < tokens.length) throw new ArmFault(`nothing expected after ${tokens[at - 1]}: ${source}`);
    },
  };
}

/** Every call inside a tree, the outermost first. */
export function callsIn(node: Node): Extract<Node, { kind: "call" }>[] {
  switch (node.kind) {
    case "value":
      return [];
    case "call":
      return [node, ...node.args.flatMap(callsIn)];
    case "property":
      return callsIn(node.of);
    case "index":
      return [...callsIn(node.of), ...callsIn(node.at)];
  }
}

/** Every text inside a value with its path, names of properties included. */
export function textsIn(value: Json, path = ""): { path: string; text: string }[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsIn(item, `${path}[${index}]`));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, item]) => [
    ...(name.startsWith("[") ? [{ path: `${path}.${name}`, text: name }] : []),
    ...textsIn(item, path === "" ? name : `${path}.${name}`),
  ]);
}
