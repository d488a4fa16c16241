import type { Database, Statement } from "./driver";
import { column, type Table } from "./schema";

/** The prepared statements of one table. */
export interface TableStatements {
  /** (pk, id, now) -> etag, body */
  read: Statement;
  /** (pk, id, now) -> etag */
  probe: Statement;
  /** (now, most rows) */
  sweep: Statement;
  /** (etag, pk, id, type, expires, body, fields…): whatever was there before. */
  write: Statement;
  /** (pk, id) */
  remove: Statement;
  /** Number of cells from type on. */
  writtenCells: number;
}

/** Prepares them once: every preparation costs memory that libsql never gives back. */
export function prepareTable(
  database: Database,
  { name, fields }: Pick<Table, "name" | "fields">,
): TableStatements {
  const written = ["type", "expires", "body", ...fields.map(column)];
  const columns = ["etag", "pk", "id", ...written];
  const values = columns.map((_, index) => `?${index + 1}`);
  const set = ["etag", ...written].map((each) => `${each} = ?${columns.indexOf(each) + 1}`);
  const one = `FROM ${name} WHERE pk = ?1 AND id = ?2`;
  const alive = `${one} AND (expires IS NULL OR expires > ?3)`;
  return {
    read: database.prepare(`SELECT etag, body ${alive}`),
    probe: database.prepare(`SELECT etag ${alive}`),
    sweep: database.prepare(
      `DELETE FROM ${name} WHERE rowid IN (SELECT rowid FROM ${name} INDEXED BY ${name}_expires WHERE expires <= ?1 LIMIT ?2)`,
    ),
    write: database.prepare(
      `INSERT INTO ${name}(${columns.join(", ")}) VALUES(${values.join(", ")}) ON CONFLICT(pk, id) DO UPDATE SET ${set.join(", ")}`,
    ),
    remove: database.prepare(`DELETE ${one}`),
    writtenCells: written.length,
  };
}
