/** The thread that owns the file. It answers one message at a time and ends when it is told to close. */
import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { ConfigError, messageOf, StoreError } from "../../core/errors";
import { createCommits } from "./commits";
import { type Database, openDatabase, type Statement } from "./driver";
import { type OpenEngine, openEngine } from "./openEngine";
import { ASK, type Cell, type Opened, STATUS, type WorkerSettings } from "./wire";

const settings = workerData as WorkerSettings;

const PAGE_BYTES = 4096;

/** Throws STORE_LOCKED when another process (or store of this one) has the file. */
function open({ file, maxBytes }: WorkerSettings): OpenEngine & { database: Database } {
  const database = openDatabase(file);
  try {
    // Exclusive: older SQLite can damage its log when two connections share it, and no lock file is needed.
    // Measured: with a checkpoint every 4,000 pages rather than 1,000, writes cost a tenth less.
    for (const pragma of [
      `page_size = ${PAGE_BYTES}`,
      "locking_mode = EXCLUSIVE",
      "journal_mode = WAL",
      "synchronous = FULL",
      // Savepoints keep old pages for a moment; never in a file.
      "temp_store = MEMORY",
      "wal_autocheckpoint = 4000",
      // What is deleted is overwritten: measured, writes cost 1 to 5 per cent more. Pages that SQLite rebuilds may still
      // keep a piece, which a scrub removes.
      "secure_delete = ON",
      "cache_size = -8000",
      ...(maxBytes === undefined ? [] : [`max_page_count = ${Math.floor(maxBytes / PAGE_BYTES)}`]),
    ]) {
      database.exec(`PRAGMA ${pragma}`);
    }
    return { database, ...openEngine(database, `${file}.journal`, { room: roomIn(database, file) }) };
  } catch (error) {
    database.close();
    if (/locked|busy/i.test(messageOf(error))) throw new ConfigError("STORE_LOCKED");
    throw error;
  }
}

/** Tells how many bytes the database may still grow by, of its own limit and of the disk's. */
function roomIn(database: Database, file: string): () => number {
  const [most, used, free] = ["max_page_count", "page_count", "freelist_count"].map((name) =>
    database.prepare(`PRAGMA ${name}`),
  );
  const pages = (statement: Statement | undefined) => Number(statement?.get([])?.[0] ?? 0);
  return () => {
    const { bavail, bsize } = statfsSync(dirname(file));
    return Math.min((pages(most) - pages(used) + pages(free)) * PAGE_BYTES, bavail * bsize);
  };
}

function start(): void {
  const port = parentPort;
  if (port === null) return;
  let opened: ReturnType<typeof open>;
  try {
    opened = open(settings);
  } catch (error) {
    const code = error instanceof ConfigError ? error.code : "STORE_UNAVAILABLE";
    port.postMessage({ code, message: messageOf(error) } satisfies Opened);
    return;
  }
  const { database, journal, engine } = opened;
  const commits = createCommits(engine);

  port.on("message", (message: Cell[]) => {
    switch (message[2]) {
      case ASK.backup:
        port.postMessage(
          attempt(() => {
            engine.commit();
            database.prepare("VACUUM INTO ?1").run([message[3] as Cell]);
          }),
        );
        return;
      case ASK.scrub:
        port.postMessage(attempt(() => scrub({ database, engine, journal })));
        return;
      case ASK.close:
        port.postMessage(
          attempt(() => {
            commits.stop();
            engine.commit();
            journal.close();
            database.close();
          }),
        );
        port.close();
        return;
      default:
        port.postMessage(engine.run(message));
        commits.plan();
    }
  });
  port.postMessage({} satisfies Opened);
}

/**
 * Deleted and overwritten content leaves the disk: the database is written anew (nothing else finds the last pieces on
 * rebuilt pages), its log and the journal are cut off.
 */
function scrub({ database, engine, journal }: OpenEngine & { database: Database }): void {
  engine.commit();
  database.exec("VACUUM");
  const [busy] = database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get([]) ?? [];
  if (busy !== 0) throw new StoreError("STORE_UNAVAILABLE", "The database's log could not be cut off.");
  journal.cut();
}

function attempt(action: () => unknown): Cell[] {
  try {
    action();
    return [STATUS.ok];
  } catch (error) {
    return [STATUS.failed, messageOf(error)];
  }
}

start();
