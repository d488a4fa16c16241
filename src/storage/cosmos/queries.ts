import { CONTAINERS, type ContainerName, type QueryOptions, querySpec, type Stored } from "../../core/store";
import { checkQuery, fieldOf, partitionOf, readCursor, writeCursor } from "../checks";
import { orderColumns } from "./containers";
import type { SqlQuerySpec } from "./sdk";

/** What of a query's options was given: each combination has exactly one text. */
interface Given {
  /** Fields of `equals`, in the order of the declaration. */
  fields: readonly string[];
  /** A lower bound or a cursor. */
  after: boolean;
  upTo: boolean;
}

interface CosmosQuery {
  sql: SqlQuerySpec;
  limit: number;
  /** Absent for queries across partitions. */
  partition: string | undefined;
  /** The cursor that continues behind an item. */
  cursorAfter(item: Stored): string;
}

interface RegisteredQuery {
  container: ContainerName;
  name: string;
  partition: "one" | "all";
}

/** A named query as text and parameters. Asks for one document more than the page: whether there is a next page. */
export function toCosmosQuery(container: ContainerName, name: string, options: QueryOptions): CosmosQuery {
  const { spec, equals, limit } = checkQuery(container, name, options);
  const fields = (spec.equals ?? []).filter((field) => equals[field] !== undefined);
  const [after, afterId, afterPartition] =
    options.cursor === undefined ? [options.after, null, null] : readCursor(options.cursor);
  const given = { fields, after: after !== undefined, upTo: options.upTo !== undefined };
  const parameters: SqlQuerySpec["parameters"] = [{ name: "@limit", value: limit + 1 }];
  const bind = (parameter: string, value: string | number | null) =>
    parameters.push({ name: parameter, value });
  if (options.partition !== undefined) bind("@partition", options.partition);
  for (const field of fields) bind(`@${field}`, equals[field] ?? null);
  if (after !== undefined) bind("@after", spec.order === "id" && afterId !== null ? afterId : after);
  if (after !== undefined && spec.order !== "id") {
    // Null is neither more nor less than any text: a plain bound takes nothing of the equal ones.
    bind("@afterId", afterId);
    if (spec.partition === "all") bind("@afterPartition", afterPartition);
  }
  if (options.upTo !== undefined) bind("@upTo", options.upTo);
  return {
    sql: { query: sqlText(container, name, given), parameters },
    limit,
    partition: options.partition,
    cursorAfter: ({ doc }) =>
      writeCursor([fieldOf(doc, spec.order) as string | number, doc.id, partitionOf(container, doc)]),
  };
}

/** Every text that the driver can send, with the query it belongs to. */
export function registeredQueries(): Map<string, RegisteredQuery> {
  const texts = new Map<string, RegisteredQuery>();
  for (const container of Object.keys(CONTAINERS) as ContainerName[]) {
    for (const name of Object.keys(CONTAINERS[container].queries)) {
      const spec = querySpec(container, name);
      if (spec === undefined) continue;
      for (const given of combinations(spec.equals ?? [], spec.optional ?? []))
        texts.set(sqlText(container, name, given), { container, name, partition: spec.partition });
    }
  }
  return texts;
}

/**
 * Conditions on a parameter ("or @state is null") would hide from the index what is asked, hence a text for each set
 * of given options. Brackets, because `group` and others are words of the language.
 */
function sqlText(container: ContainerName, name: string, given: Given): string {
  const spec = querySpec(container, name);
  const { partitionBy } = CONTAINERS[container];
  const order = property(spec?.order ?? "id");
  const [more, less] = spec?.direction === "desc" ? ["<", ">"] : [">", "<"];
  const where: string[] = [];
  if (spec?.partition === "one") where.push(`${property(partitionBy)} = @partition`);
  for (const field of given.fields) where.push(`${property(field)} = @${field}`);
  if (spec?.order !== "id") where.push(`IS_DEFINED(${order})`);
  if (given.after && spec?.order === "id") where.push(`${order} ${more} @after`);
  else if (given.after) {
    const id = property("id");
    const home = `${property(partitionBy)} ${more} @afterPartition`;
    const tie =
      spec?.partition === "all"
        ? `(${id} ${more} @afterId OR (${id} = @afterId AND ${home}))`
        : `${id} ${more} @afterId`;
    where.push(`(${order} ${more} @after OR (${order} = @after AND ${tie}))`);
  }
  if (given.upTo) where.push(`${order} ${less}= @upTo`);
  const direction = spec?.direction === "desc" ? "DESC" : "ASC";
  const sorted = orderColumns(container, name).map((column) => `${property(column)} ${direction}`);
  return `SELECT TOP @limit * FROM c WHERE ${where.join(" AND ")} ORDER BY ${sorted.join(", ")}`;
}

const property = (name: string): string => `c["${name}"]`;

function* combinations(equals: readonly string[], optional: readonly string[]): Generator<Given> {
  for (let set = 0; set < 2 ** optional.length; set++) {
    const fields = equals.filter((field) => {
      const at = optional.indexOf(field);
      return at < 0 || (set & (2 ** at)) > 0;
    });
    for (const after of [false, true]) for (const upTo of [false, true]) yield { fields, after, upTo };
  }
}
