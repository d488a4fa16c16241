import type { ContainerName, QueryOptions, Stored } from "../../core/store";
import { checkQuery, fieldOf, type Position, partitionOf, readCursor, writeCursor } from "../checks";
import { column, indexOf, sortColumns } from "./schema";
import { ASK, type Cell } from "./wire";

/** Parameter 1 of every select is the present moment. */
const ALIVE = "(expires IS NULL OR expires > ?1)";

interface Select {
  cells: Cell[];
  limit: number;
  /** The cursor that continues behind an item. */
  cursorAfter(item: Stored): string;
}

/** A named query as cells for the worker. Asks for one row more than the page: whether there is a next page. */
export function toSelect(container: ContainerName, name: string, options: QueryOptions, now: number): Select {
  const { spec, equals, limit } = checkQuery(container, name, options);
  const descends = spec.direction === "desc";
  const parameters: Cell[] = [now];
  const bind = (value: Cell) => `?${parameters.push(value)}`;
  const order = column(spec.order);
  const where = [ALIVE];
  if (spec.order !== "id") where.push(`${order} IS NOT NULL`);
  if (options.partition !== undefined) where.push(`pk = ${bind(options.partition)}`);
  for (const [field, value] of Object.entries(equals)) {
    if (value !== undefined) where.push(`${column(field)} = ${bind(value)}`);
  }
  const columns = sortColumns(spec);
  if (options.cursor !== undefined) {
    const values = sortValues(readCursor(options.cursor), columns.length, spec.order);
    where.push(`(${columns.join(", ")}) ${descends ? "<" : ">"} (${values.map(bind).join(", ")})`);
  } else if (options.after !== undefined) {
    where.push(`${order} ${descends ? "<" : ">"} ${bind(options.after)}`);
  }
  if (options.upTo !== undefined) where.push(`${order} ${descends ? ">=" : "<="} ${bind(options.upTo)}`);
  const sorted = columns.map((each) => (descends ? `${each} DESC` : each)).join(", ");
  const sql = `SELECT etag, body FROM ${container} INDEXED BY ${indexOf(container, name, spec)} WHERE ${where.join(" AND ")} ORDER BY ${sorted} LIMIT ${bind(limit + 1)}`;
  return {
    cells: [ASK.select, sql, parameters.length, ...parameters],
    limit,
    cursorAfter: ({ doc }) => {
      const value = fieldOf(doc, spec.order) as string | number;
      return writeCursor([value, doc.id, partitionOf(container, doc)]);
    },
  };
}

/** A container's documents in the order of their last writes, as cells for the worker. */
export function toFeedSelect(container: ContainerName, after: number, limit: number, now: number): Cell[] {
  const sql = `SELECT etag, body FROM ${container} INDEXED BY ${container}_feed WHERE ${ALIVE} AND etag > ?2 ORDER BY etag LIMIT ?3`;
  return [ASK.select, sql, 3, now, after, limit];
}

function sortValues([value, id, partition]: Position, count: number, order: string): Cell[] {
  return (order === "id" ? [id, partition] : [value, id, partition]).slice(0, count);
}
