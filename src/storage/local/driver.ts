import { createRequire } from "node:module";
import { ConfigError, StoreError } from "../../core/errors";
import type { Cell } from "./wire";

/** A prepared statement. Rows come as arrays in the order of the selected columns. */
export interface Statement {
  /** Number of rows changed. */
  run(parameters: readonly Cell[]): number;
  get(parameters: readonly Cell[]): Cell[] | undefined;
  all(parameters: readonly Cell[]): Cell[][];
}

export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

/** Opens a file, or returns undefined where this driver does not exist. */
type Driver = (file: string) => Database | undefined;

// The same under both names of the module system, and silent about optional packages.
const load = createRequire(__filename);

/** node:sqlite from Node 22.13 on, else the optional package libsql. */
const DRIVERS: readonly Driver[] = [openNodeSqlite, openLibsql];

/** Throws STORE_DRIVER_MISSING when none of the drivers exists here. */
export function openDatabase(file: string, drivers: readonly Driver[] = DRIVERS): Database {
  for (const open of drivers) {
    const database = open(file);
    if (database !== undefined) return database;
  }
  throw new ConfigError("STORE_DRIVER_MISSING");
}

interface NodeStatement {
  run(...parameters: Cell[]): { changes: number | bigint };
  get(...parameters: Cell[]): Record<string, Cell> | undefined;
  all(...parameters: Cell[]): Record<string, Cell>[];
}

interface NodeDatabase {
  exec(sql: string): void;
  prepare(sql: string): NodeStatement;
  close(): void;
}

/** Node's own SQLite. */
export function openNodeSqlite(file: string): Database | undefined {
  const found = tryLoad<{ DatabaseSync: new (file: string) => NodeDatabase }>("node:sqlite");
  if (found === undefined) return undefined;
  const database = new found.DatabaseSync(file);
  return {
    exec: (sql) => database.exec(sql),
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql);
      const row = (found: Record<string, Cell>) => Object.values(found);
      return {
        run: (parameters) => Number(statement.run(...checked(parameters)).changes),
        get(parameters) {
          const found = statement.get(...checked(parameters));
          return found === undefined ? undefined : row(found);
        },
        all: (parameters) => statement.all(...checked(parameters)).map(row),
      };
    },
  };
}

interface LibsqlStatement {
  raw(): LibsqlStatement;
  reader: boolean;
  run(parameters: readonly Cell[]): { changes: number };
  get(parameters: readonly Cell[]): Cell[] | undefined;
  all(parameters: readonly Cell[]): Cell[][];
}

interface LibsqlDatabase {
  exec(sql: string): void;
  prepare(sql: string): LibsqlStatement;
  close(): void;
}

/** SQLite as the package libsql brings it, for Node versions without their own. */
export function openLibsql(file: string): Database | undefined {
  const Libsql = tryLoad<new (file: string) => LibsqlDatabase>("libsql");
  if (Libsql === undefined) return undefined;
  const database = new Libsql(file);
  let open = true;
  // It goes on working after close(), on a file that others may have by then.
  const alive = () => {
    if (!open) throw new StoreError("STORE_UNAVAILABLE", "The store is closed.");
    return database;
  };
  return {
    exec: (sql) => alive().exec(sql),
    close() {
      alive().close();
      open = false;
    },
    prepare(sql) {
      const statement = alive().prepare(sql);
      if (statement.reader) statement.raw();
      return {
        run: (parameters) => statement.run(checked(parameters)).changes,
        get: (parameters) => statement.get(checked(parameters)),
        all: (parameters) => statement.all(checked(parameters)),
      };
    },
  };
}

/** A boolean aborts the whole process in libsql and throws in node:sqlite. */
function checked(parameters: readonly Cell[]): readonly Cell[] {
  for (const value of parameters) {
    if (typeof value !== "string" && typeof value !== "number" && value !== null) {
      throw new StoreError("STORE_REFUSED", `A ${typeof value} cannot be bound.`);
    }
  }
  return parameters;
}

function tryLoad<T>(module: string): T | undefined {
  try {
    return load(module) as T;
  } catch {
    return undefined;
  }
}
