import { randomInt } from "node:crypto";
import { StoreError } from "../../core/errors";
import type { Database } from "./driver";
import { Engine } from "./engine";
import { Journal, type JournalHead } from "./journal";
import { migrate, needKnownVersion } from "./migrate";
import { type Table, tablesOf } from "./schema";

/** Of the journal's records as this program writes and applies them. */
const FORM = 2;

/** An engine on a database with the journal in front of it. */
export interface OpenEngine {
  engine: Engine;
  journal: Journal;
}

/**
 * Brings what a killed process left in the journal into the database, in the shape that it was written in, then the
 * database to this program's shape. A journal of other data is left aside. Throws STORE_TOO_NEW, STORE_UNAVAILABLE for what
 * an earlier program has left, and what SQLite says.
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
    if (head !== undefined && head.lineage === lineage) {
      needForm(database, journal, head);
      // Making an engine applies the journal.
      void new Engine(database, journal, head.tables);
    }
    migrate(database, tables);
    const shape = tables.map(({ name, fields }) => ({ name, fields }));
    const next = { form: FORM, lineage: lineage ?? giveLineage(database), tables: shape };
    if (JSON.stringify(next) !== JSON.stringify(head)) journal.begin(next);
    return { engine: new Engine(database, journal, shape, room), journal };
  } catch (error) {
    journal.close();
    throw error;
  }
}

/** Records of an earlier form would be refused where they were accepted: what they hold must not be lost in silence. */
function needForm(database: Database, journal: Journal, { form }: JournalHead): void {
  if (form === FORM) return;
  const applied = database.prepare("SELECT value FROM meta WHERE key = 'journal'").get([])?.[0];
  if (journal.read(Number(applied ?? 0)).next().done === true) return;
  throw new StoreError(
    "STORE_UNAVAILABLE",
    "a server of an earlier version was killed on this data; start that version once more and stop it in order, then this one",
  );
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
