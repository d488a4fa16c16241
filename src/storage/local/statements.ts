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
  /**
   * By VERB; each changes one row or, when its precondition does not hold, none. Parameters: 1 new etag, 2 pk, 3 id,
   * 4 now, 5 expected etag or null; those that write go on with 6 type, 7 expires, 8 body, 9… fields.
   */
  verbs: readonly Statement[];
  /** Number of cells from type on. */
  writtenCells: number;
}

const ALIVE = "(expires IS NULL OR expires > ?4)";

/** Prepares them once: every preparation costs memory that libsql never gives back. */
export function prepareTable(
  database: Database,
  { name, fields }: Pick<Table, "name" | "fields">,
): TableStatements {
  const columns = ["type", "expires", "body", ...fields.map(column)];
  const values = columns.map((_, index) => `?${index + 6}`);
  const insert = `INSERT INTO ${name}(etag, pk, id, ${columns.join(", ")}) VALUES(?1, ?2, ?3, ${values.join(", ")})`;
  const set = `SET etag = ?1, ${columns.map((each, index) => `${each} = ${values[index]}`).join(", ")}`;
  const one = `FROM ${name} WHERE pk = ?1 AND id = ?2 AND (expires IS NULL OR expires > ?3)`;
  return {
    read: database.prepare(`SELECT etag, body ${one}`),
    probe: database.prepare(`SELECT etag ${one}`),
    sweep: database.prepare(
      `DELETE FROM ${name} WHERE rowid IN (SELECT rowid FROM ${name} INDEXED BY ${name}_expires WHERE expires <= ?1 LIMIT ?2)`,
    ),
    verbs: [
      // What has expired but is not yet swept does not stand in the way.
      database.prepare(`${insert} ON CONFLICT(pk, id) DO UPDATE ${set} WHERE expires <= ?4`),
      database.prepare(`UPDATE ${name} ${set} WHERE pk = ?2 AND id = ?3 AND etag = ?5 AND ${ALIVE}`),
      database.prepare(`${insert} ON CONFLICT(pk, id) DO UPDATE ${set}`),
      database.prepare(
        `DELETE FROM ${name} WHERE pk = ?2 AND id = ?3 AND (?5 IS NULL OR etag = ?5) AND ${ALIVE}`,
      ),
    ],
    writtenCells: columns.length,
  };
}
