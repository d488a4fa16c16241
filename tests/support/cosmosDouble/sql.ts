import { notImplemented, Refused } from "./answer";

/** A value in a query; undefined is Cosmos DB's third truth value. */
type Value = unknown;
type Expression = (document: Record<string, unknown>, parameters: ReadonlyMap<string, Value>) => Value;

interface Sort {
  field: string;
  descends: boolean;
}

/** A parsed query of the one form that the driver sends. */
export interface Parsed {
  top: string;
  where: Expression;
  /** Fields that the condition looks at. */
  fields: string[];
  sorts: Sort[];
}

const FORM = /^SELECT TOP (@\w+) \* FROM c WHERE (.+) ORDER BY (.+)$/;
const TOKEN = /\s*(IS_DEFINED|AND\b|OR\b|[()]|<=|>=|[=<>]|@\w+|c\["\w+"\])/y;

/** Parses the text; 501 for every other form. */
export function parseSql(text: string): Parsed {
  const [, top, where, order] = FORM.exec(text) ?? [];
  if (top === undefined || where === undefined || order === undefined)
    throw notImplemented(`the query ${text}`);
  const tokens = tokenize(where);
  const parser = new Parser(tokens);
  const expression = parser.or();
  parser.end();
  const sorts = order.split(", ").map((part) => {
    const [, field, direction] = /^c\["(\w+)"\] (ASC|DESC)$/.exec(part) ?? [];
    if (field === undefined) throw notImplemented(`the order ${part}`);
    return { field, descends: direction === "DESC" };
  });
  const fields = new Set(tokens.flatMap((token) => fieldIn(token) ?? []));
  return { top, where: expression, fields: [...fields], sorts };
}

/** Documents in their order. Numbers come before texts, as in the service. */
export function compareBy(
  sorts: readonly Sort[],
  a: Record<string, unknown>,
  b: Record<string, unknown>,
): number {
  for (const { field, descends } of sorts) {
    const order = compareValues(a[field], b[field]);
    if (order !== 0) return descends ? -order : order;
  }
  return 0;
}

const fieldIn = (token: string): string | undefined => /^c\["(\w+)"\]$/.exec(token)?.[1];

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) throw notImplemented(`"${text.slice(at, at + 30)}" in a query`);
    tokens.push(token);
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  or(): Expression {
    const parts = this.#list("OR", () => this.#and());
    // True if one is; else not known if one is not known.
    return (document, parameters) => {
      const values = parts.map((part) => part(document, parameters));
      return values.includes(true) ? true : values.includes(undefined) ? undefined : false;
    };
  }

  end(): void {
    if (this.#at !== this.#tokens.length) throw notImplemented(`"${this.#tokens[this.#at]}" here in a query`);
  }

  #and(): Expression {
    const parts = this.#list("AND", () => this.#condition());
    return (document, parameters) => {
      const values = parts.map((part) => part(document, parameters));
      return values.includes(false) ? false : values.includes(undefined) ? undefined : true;
    };
  }

  #list(word: string, one: () => Expression): Expression[] {
    const parts = [one()];
    while (this.#tokens[this.#at] === word) {
      this.#at++;
      parts.push(one());
    }
    return parts;
  }

  #condition(): Expression {
    if (this.#tokens[this.#at] === "(") return this.#inBrackets(() => this.or());
    if (this.#tokens[this.#at] === "IS_DEFINED") {
      this.#at++;
      const operand = this.#inBrackets(() => this.#operand());
      return (document, parameters) => operand(document, parameters) !== undefined;
    }
    const left = this.#operand();
    const operator = this.#next();
    const right = this.#operand();
    return (document, parameters) =>
      compareWith(operator, left(document, parameters), right(document, parameters));
  }

  #inBrackets(inside: () => Expression): Expression {
    this.#expect("(");
    const expression = inside();
    this.#expect(")");
    return expression;
  }

  #operand(): Expression {
    const token = this.#next();
    const field = fieldIn(token);
    if (field !== undefined) return (document) => document[field];
    if (!token.startsWith("@")) throw notImplemented(`"${token}" as an operand`);
    return (_document, parameters) => {
      if (!parameters.has(token)) throw new Refused(400, `The parameter ${token} has no value.`);
      return parameters.get(token);
    };
  }

  #expect(wanted: string): void {
    if (this.#next() !== wanted) throw notImplemented(`a query without "${wanted}" there`);
  }

  #next(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw notImplemented("a query that ends there");
    return token;
  }
}

/** Values of different types are neither equal nor more nor less. */
function compareWith(operator: string, left: Value, right: Value): boolean | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (typeof left !== typeof right || (left === null) !== (right === null))
    return operator === "=" ? false : undefined;
  const order = compareValues(left, right);
  switch (operator) {
    case "=":
      return order === 0;
    case "<":
      return order < 0;
    case ">":
      return order > 0;
    case "<=":
      return order <= 0;
    case ">=":
      return order >= 0;
    default:
      throw notImplemented(`the operator ${operator}`);
  }
}

const RANKS = ["undefined", "object", "boolean", "number", "string"];

function compareValues(left: Value, right: Value): number {
  const ranks = RANKS.indexOf(typeof left) - RANKS.indexOf(typeof right);
  if (ranks !== 0) return ranks;
  if (left === right) return 0;
  return (left as string) < (right as string) ? -1 : 1;
}
