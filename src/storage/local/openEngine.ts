import { randomInt } from "node:crypto";
import type { Database } from "./driver";
import { Engine } from "./engine";
import { Journal } from "./journal";
import { migrate, needKnownVersion } from "./migrate";
import { type Table, tablesOf } from "./schema";

/** An engine on a database with the journal in front of it. */
export interface OpenEngine {
  engine: Engine;
  journal: Journal;
}

/**
 * Brings what a killed process left in the journal into the database, in the shape that it was written in, then the
 * database to this program's shape. A journal of other data is left aside. Throws STORE_TOO_NEW and what SQLite says.
 */
export function openEngine(
  database: Database,
  journalFile: string,
  { tables = tablesOf(), room }: { tables?: readonly Table[]; room?: () => number } = {},
): OpenEngine {
  needKnownVersion(database);
  const journal = new Journal(journalFile);
  try {
    const { head } = journal;
    const lineage = lineageOf(database);
    // Making an engine applies the journal.
    if (head !== undefined && head.lineage === lineage) void new Engine(database, journal, head.tables);
    migrate(database, tables);
    const shape = tables.map(({ name, fields }) => ({ name, fields }));
    const next = { lineage: lineage ?? giveLineage(database), tables: shape };
    if (JSON.stringify(next) !== JSON.stringify(head)) journal.begin(next);
    return { engine: new Engine(database, journal, shape, room), journal };
  } catch (error) {
    journal.close();
    throw error;
  }
}

function lineageOf(database: Database): number | undefined {
  const known = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'meta'").get([]);
  if (known === undefined) return undefined;
  const found = database.prepare("SELECT value FROM meta WHERE key = 'lineage'").get([])?.[0];
  return found === undefined ? undefined : Number(found);
}

function giveLineage(database: Database): number {
  const lineage = randomInt(1, 2 ** 47);
  database.prepare("INSERT INTO meta(key, value) VALUES('lineage', ?1)").run([lineage]);
  return lineage;
}
