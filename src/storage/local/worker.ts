/** The thread that owns the file. It answers one message at a time and ends when it is told to close. */
import { parentPort, workerData } from "node:worker_threads";
import { ConfigError, messageOf } from "../../core/errors";
import { type Database, openDatabase } from "./driver";
import { Engine } from "./engine";
import { migrate } from "./migrate";
import { ASK, type Cell, type Opened, STATUS, type WorkerSettings } from "./wire";

const settings = workerData as WorkerSettings;

const PAGE_BYTES = 4096;

/** Throws STORE_LOCKED when another process (or store of this one) has the file. */
function open({ file, maxBytes }: WorkerSettings): Database {
  const database = openDatabase(file);
  try {
    // Exclusive: older SQLite can damage its log when two connections share it, and no lock file is needed.
    // Measured: with a checkpoint every 4,000 pages rather than 1,000, writes cost a tenth less.
    for (const pragma of [
      `page_size = ${PAGE_BYTES}`,
      "locking_mode = EXCLUSIVE",
      "journal_mode = WAL",
      "synchronous = FULL",
      "wal_autocheckpoint = 4000",
      "cache_size = -16000",
      ...(maxBytes === undefined ? [] : [`max_page_count = ${Math.floor(maxBytes / PAGE_BYTES)}`]),
    ]) {
      database.exec(`PRAGMA ${pragma}`);
    }
    migrate(database);
  } catch (error) {
    database.close();
    if (/locked|busy/i.test(messageOf(error))) throw new ConfigError("STORE_LOCKED");
    throw error;
  }
  return database;
}

function start(): void {
  const port = parentPort;
  if (port === null) return;
  let database: Database;
  let engine: Engine;
  try {
    database = open(settings);
    engine = new Engine(database);
  } catch (error) {
    const code = error instanceof ConfigError ? error.code : "STORE_UNAVAILABLE";
    port.postMessage({ code, message: messageOf(error) } satisfies Opened);
    return;
  }
  port.on("message", (message: Cell[]) => {
    switch (message[2]) {
      case ASK.backup:
        port.postMessage(attempt(() => database.prepare("VACUUM INTO ?1").run([message[3] as Cell])));
        return;
      case ASK.close:
        port.postMessage(attempt(() => database.close()));
        port.close();
        return;
      default:
        port.postMessage(engine.run(message));
    }
  });
  port.postMessage({} satisfies Opened);
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
