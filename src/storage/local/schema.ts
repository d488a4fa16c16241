import { CONTAINERS } from "../../core/store";
import { queryFields } from "../checks";

/** The part of a container's declaration that its table is made from. */
export type TableSpec = Pick<(typeof CONTAINERS)[keyof typeof CONTAINERS], "partitionBy"> & {
  queries: Parameters<typeof queryFields>[0];
};

export interface Table {
  name: string;
  /** Indexed fields; their columns are named by `column`. */
  fields: string[];
  /** Name and SQL text of every index, as SQLite keeps it. */
  indexes: Map<string, string>;
}

/** Columns that every table has, before those of its fields. */
export const FIXED_COLUMNS =
  "etag INTEGER NOT NULL, pk TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, expires INTEGER, body TEXT NOT NULL";

/** The column of a document's field. Untyped, so that numbers stay numbers and texts stay texts. */
export function column(field: string): string {
  return field === "id" || field === "type" ? field : `f_${field}`;
}

/** The index that answers a query; one ordered by id alone uses the primary key. */
export function indexOf(table: string, query: string, spec: TableSpec["queries"][string]): string {
  const byKey = spec.partition === "one" && spec.order === "id" && requiredFields(spec).length === 0;
  return byKey ? `${table}_key` : `${table}_q_${query}`;
}

/** Fields of `equals` that are always given: only those can lead an index. */
function requiredFields(spec: TableSpec["queries"][string]): string[] {
  return (spec.equals ?? []).filter((field) => !spec.optional?.includes(field));
}

/** Columns that a query sorts by: no two documents share them all, so a page can end anywhere. */
export function sortColumns(spec: TableSpec["queries"][string]): string[] {
  const names = spec.order === "id" ? ["id"] : [column(spec.order), "id"];
  return spec.partition === "one" ? names : [...names, "pk"];
}

/** The tables for containers, by name. */
export function tablesOf(containers: Record<string, TableSpec> = CONTAINERS): Table[] {
  return Object.entries(containers).map(([name, { queries }]) => ({
    name,
    fields: queryFields(queries),
    indexes: new Map([
      create(`${name}_key`, "UNIQUE INDEX", `${name}(pk, id)`),
      // Measured: no difference on writes, and the feed would otherwise sort the whole table on every call.
      create(`${name}_feed`, "UNIQUE INDEX", `${name}(etag)`),
      create(`${name}_expires`, "INDEX", `${name}(expires) WHERE expires IS NOT NULL`),
      ...Object.entries(queries).flatMap(([query, spec]) => queryIndex(name, query, spec)),
    ]),
  }));
}

function queryIndex(table: string, query: string, spec: TableSpec["queries"][string]): [string, string][] {
  const name = indexOf(table, query, spec);
  if (name === `${table}_key`) return [];
  const lead = spec.partition === "one" ? ["pk"] : [];
  const columns = [...lead, ...requiredFields(spec).map(column), ...sortColumns(spec)];
  // Partial: a document without the field costs nothing here.
  const sparse = spec.order === "id" ? "" : ` WHERE ${column(spec.order)} IS NOT NULL`;
  return [create(name, "INDEX", `${table}(${columns.join(", ")})${sparse}`)];
}

function create(name: string, kind: string, on: string): [string, string] {
  return [name, `CREATE ${kind} ${name} ON ${on}`];
}
