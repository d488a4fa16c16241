import { ConfigError } from "../../core/errors";
import type { Database } from "./driver";
import { column, FIXED_COLUMNS, type Table, tablesOf } from "./schema";

/** Step n brings data of version n to version n + 1; append, never change. */
const MIGRATIONS: readonly ((database: Database) => void)[] = [
  (database) =>
    database.exec("CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID"),
];

/** The version this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * Brings the file to this version and gives it the columns and indexes that the declared queries need, filling new
 * columns from the documents. Throws STORE_TOO_NEW when a later version wrote it. All or nothing.
 */
export function migrate(database: Database, tables: readonly Table[] = tablesOf()): void {
  const version = needKnownVersion(database);
  database.exec("BEGIN IMMEDIATE");
  try {
    for (const step of MIGRATIONS.slice(version)) step(database);
    for (const table of tables) alignTable(database, table);
    alignIndexes(database, tables);
    if (version < SCHEMA_VERSION) database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

/** The version of the data. Throws STORE_TOO_NEW when a later program wrote it. */
export function needKnownVersion(database: Database): number {
  const version = Number(database.prepare("PRAGMA user_version").get([])?.[0] ?? 0);
  if (version <= SCHEMA_VERSION) return version;
  throw new ConfigError(
    "STORE_TOO_NEW",
    `The data was written by a newer version (schema ${version}, this program knows ${SCHEMA_VERSION}). Start that version or a newer one.`,
  );
}

function alignTable(database: Database, { name, fields }: Table): void {
  database.exec(`CREATE TABLE IF NOT EXISTS ${name}(${[FIXED_COLUMNS, ...fields.map(column)].join(", ")})`);
  const present = new Set(
    database
      .prepare(`SELECT name FROM pragma_table_info('${name}')`)
      .all([])
      .map(([found]) => found),
  );
  for (const field of fields.filter((field) => !present.has(column(field)))) {
    database.exec(`ALTER TABLE ${name} ADD COLUMN ${column(field)}`);
    // Only texts and numbers are indexed; anything else was written before the field was.
    database
      .prepare(
        `UPDATE ${name} SET ${column(field)} = json_extract(body, ?1) WHERE json_type(body, ?1) IN ('text', 'integer', 'real')`,
      )
      .run([`$."${field}"`]);
  }
}

function alignIndexes(database: Database, tables: readonly Table[]): void {
  const wanted = new Map(tables.flatMap(({ indexes }) => [...indexes]));
  const found = database
    .prepare("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    .all([]);
  for (const [name, sql] of found) {
    if (wanted.get(String(name)) === sql) wanted.delete(String(name));
    else database.exec(`DROP INDEX ${name}`);
  }
  for (const sql of wanted.values()) database.exec(sql);
}
