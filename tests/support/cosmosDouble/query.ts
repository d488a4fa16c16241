import { registeredQueries } from "../../../src/storage/cosmos/queries";
import { type Answer, bodyOf, type Incoming, isRecord, notImplemented, Refused } from "./answer";
import type { Collection, Row } from "./collection";
import { queryUnits } from "./meter";
import { compareBy, type Parsed, parseSql } from "./sql";

const REGISTERED = registeredQueries();
const PARSED = new Map<string, Parsed>();
/** What a query across partitions becomes on its way to one of them. */
const REWRITTEN = new Map<string, string>();
const FILTER = "{documentdb-formattableorderbyquery-filter}";

for (const [text, { partition }] of REGISTERED) {
  PARSED.set(text, parseSql(text));
  if (partition === "all") REWRITTEN.set(rewrite(text).replace(FILTER, "true"), text);
}

const MOST_BYTES = 4 * 1024 * 1024;

interface Asked {
  text: string;
  parameters: Map<string, unknown>;
}

/** The plan of a query across partitions. */
export function answerPlan(collection: Collection, request: Incoming): Answer {
  const { text, parameters } = readQuery(request);
  if (REGISTERED.get(text)?.partition !== "all")
    throw new Refused(400, "A query of one partition needs no plan, and the driver should not ask for one.");
  const { sorts, top } = PARSED.get(text) as Parsed;
  checkIndexes(collection, PARSED.get(text) as Parsed);
  return {
    status: 200,
    body: {
      partitionedQueryExecutionInfoVersion: 2,
      queryInfo: {
        distinctType: "None",
        top: parameters.get(top),
        offset: null,
        limit: null,
        orderBy: sorts.map(({ descends }) => (descends ? "Descending" : "Ascending")),
        orderByExpressions: sorts.map(({ field }) => `c["${field}"]`),
        groupByExpressions: [],
        groupByAliases: [],
        aggregates: [],
        groupByAliasToAggregateType: {},
        rewrittenQuery: rewrite(text),
        hasSelectValue: false,
        hasNonStreamingOrderBy: false,
      },
      queryRanges: [{ min: "", max: "FF", isMinInclusive: true, isMaxInclusive: false }],
    },
  };
}

/** Documents of one partition, or of one range for a query across partitions. */
export function answerQuery(
  collection: Collection,
  request: Incoming,
  partition: string | undefined,
): Answer {
  const asked = readQuery(request);
  const original = REWRITTEN.get(asked.text) ?? asked.text;
  const registered = REGISTERED.get(original);
  if (registered === undefined || registered.container !== collection.definition.id)
    throw notImplemented(`the query ${asked.text}`);
  const rangeId = request.headers["x-ms-documentdb-partitionkeyrangeid"];
  if (registered.partition === "one" && partition === undefined)
    throw new Refused(
      400,
      `${registered.container}.${registered.name} is a query of one partition and names none.`,
    );
  if (registered.partition === "all" && (partition !== undefined || original === asked.text))
    throw new Refused(
      400,
      "Cross partition query only supports 'VALUE <AggregateFunc>' for aggregates.",
      1004,
    );
  if (registered.partition === "all" && rangeId === undefined) throw notImplemented("a range-less query");
  const parsed = PARSED.get(original) as Parsed;
  checkIndexes(collection, parsed);
  const inside = collection
    .rows(partition)
    .filter(({ range }) => partition !== undefined || range.id === rangeId);
  const found = select(inside, parsed, asked);
  return page(request, found, (row) =>
    registered.partition === "all" ? toOrdered(parsed, row) : toPlain(row),
  );
}

function select(inside: readonly Row[], { top, where, sorts }: Parsed, { parameters }: Asked): Row[] {
  const most = parameters.get(top);
  if (!Number.isInteger(most)) throw new Refused(400, "TOP needs a whole number.");
  return inside
    .filter(({ resource }) => where(resource, parameters) === true)
    .sort((a, b) => compareBy(sorts, a.resource, b.resource))
    .slice(0, most as number);
}

function page(request: Incoming, found: readonly Row[], present: (row: Row) => unknown): Answer {
  const skip = Number(request.headers["x-ms-continuation"] ?? 0);
  const size = Number(request.headers["x-ms-max-item-count"] ?? 100);
  const rows: Row[] = [];
  let bytes = 0;
  for (const row of found.slice(skip, skip + size)) {
    bytes += row.bytes;
    if (rows.length > 0 && bytes > MOST_BYTES) break;
    rows.push(row);
  }
  const next = skip + rows.length;
  return {
    status: 200,
    body: { Documents: rows.map(present), _count: rows.length },
    headers: next < found.length ? { "x-ms-continuation": String(next) } : {},
    charge: queryUnits(
      1,
      rows.map((row) => row.bytes),
    ),
  };
}

const toPlain = ({ resource: { _lsn, ...visible } }: Row): unknown => visible;

function toOrdered({ sorts }: Parsed, row: Row): unknown {
  return {
    _rid: row.resource._rid,
    orderByItems: sorts.map(({ field }) => ({ item: row.resource[field] })),
    payload: toPlain(row),
  };
}

function readQuery(request: Incoming): Asked {
  const body = bodyOf(request);
  if (!isRecord(body) || typeof body.query !== "string") throw new Refused(400, "There is no query.");
  const parameters = Array.isArray(body.parameters) ? body.parameters : [];
  return {
    text: body.query,
    parameters: new Map(parameters.map((each: { name: string; value: unknown }) => [each.name, each.value])),
  };
}

/** Stricter than the service, which would scan: a filter or an order without its index is refused. */
function checkIndexes({ definition }: Collection, { fields, sorts }: Parsed): void {
  const policy = definition.indexingPolicy;
  const included = new Set(["id", ...(policy?.includedPaths ?? []).map(({ path }) => path.slice(1, -2))]);
  const bare = fields.find((field) => !included.has(field));
  if (bare !== undefined) throw new Refused(400, `A filter on ${bare} would scan: the path is not indexed.`);
  if (sorts.length === 1) return;
  // In the index's own direction or the opposite one on all paths.
  const textOf = (parts: readonly { path: string; order?: string }[]) =>
    parts.map(({ path, order = "ascending" }) => `${path} ${order}`).join();
  const wanted = [true, false].map((descends) =>
    textOf(
      sorts.map((sort) => ({
        path: `/${sort.field}`,
        order: sort.descends === descends ? "descending" : "ascending",
      })),
    ),
  );
  const served = (policy?.compositeIndexes ?? []).some((parts) => wanted.includes(textOf(parts)));
  if (!served)
    throw new Refused(
      400,
      "The order by query does not have a corresponding composite index that it can be served from.",
    );
}

function rewrite(text: string): string {
  const { sorts } = PARSED.get(text) ?? parseSql(text);
  const items = sorts.map(({ field }) => `{"item": c["${field}"]}`).join(", ");
  return text
    .replace("TOP @limit *", `TOP @limit c._rid, [${items}] AS orderByItems, c AS payload`)
    .replace(/WHERE (.+) ORDER BY/, (_all, where: string) => `WHERE ((${where}) AND (${FILTER})) ORDER BY`);
}
