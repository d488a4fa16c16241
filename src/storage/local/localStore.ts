import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../core/clock";
import { ConfigError, messageOf, StoreError } from "../../core/errors";
import type { Log } from "../../core/log";
import type {
  BatchResult,
  Change,
  ContainerName,
  Doc,
  Op,
  Page,
  QueryOptions,
  Store,
  Stored,
} from "../../core/store";
import {
  badCursor,
  type CheckedOp,
  checkBatch,
  checkContainer,
  checkKey,
  checkLimit,
  partitionOf,
} from "../checks";
import { writeBackup } from "./backup";
import { Lane, type Waiting } from "./lane";
import { toFeedSelect, toSelect } from "./select";
import { startSweeping, sweep } from "./sweep";
import { WaitingBatch, WaitingDone, WaitingRead, WaitingRows } from "./waiting";
import { ASK, type Cell, VERB } from "./wire";

/** Name of the database in the data folder. */
export const STORE_FILE = "switchboard.db";

export interface LocalStoreHooks {
  /**
   * Called once a commit, as soon as it is durable and before anybody is told, with the purposes of its batches:
   * the crash tests kill the process here.
   */
  afterCommit?(purposes: string[]): void;
}

export interface LocalStoreOptions {
  /** Made if it does not exist. One process at a time may use it. */
  folder: string;
  clock: Clock;
  log: Log;
  hooks?: LocalStoreHooks;
  /** Size at which the database counts as full; no limit when left out. */
  maxBytes?: number;
}

/** The embedded store. Documents given to `batch` belong to the store and its subscribers: change copies only. */
export interface LocalStore extends Store {
  /** Writes a consistent copy while the store is in use; throws InputError when the file exists. */
  backup(file: string): Promise<void>;
  /**
   * What was deleted and overwritten is gone from the disk when it resolves. Writes the whole database anew (some 5 s a
   * gigabyte), and nothing else is answered meanwhile. Throws StoreError.
   */
  scrub(): Promise<void>;
}

/** Throws ConfigError STORE_LOCKED, STORE_TOO_NEW or STORE_DRIVER_MISSING, and StoreError for a faulty disk. */
export async function openLocalStore(options: LocalStoreOptions): Promise<LocalStore> {
  const store = new SqliteStore(options);
  await store.open();
  return store;
}

class SqliteStore implements LocalStore {
  readonly exclusive = true;
  readonly #options: LocalStoreOptions;
  readonly #lane: Lane;
  readonly #listeners = new Set<(changes: Change[]) => void>();
  #stopSweeping = (): void => {};
  #closing: Promise<void> | undefined;

  constructor(options: LocalStoreOptions) {
    this.#options = options;
    makeFolder(options.folder);
    this.#lane = new Lane({
      workerFile: join(__dirname, "worker.js"),
      settings: { file: join(options.folder, STORE_FILE), maxBytes: options.maxBytes },
      clock: options.clock,
      log: options.log,
      answered: (waiting) => this.#tell(waiting),
    });
  }

  async open(): Promise<void> {
    const { folder, clock, log } = this.#options;
    const { code, message } = await this.#lane.opened();
    if (code === undefined) {
      this.#stopSweeping = startSweeping(this.#lane, clock, log);
      return;
    }
    if (code === "STORE_LOCKED") {
      throw new ConfigError(
        code,
        `Another process uses the data folder ${folder}. Stop it, or give this one another SWITCHBOARD_DATA.`,
      );
    }
    if (code === "STORE_UNAVAILABLE") {
      throw new StoreError(
        code,
        `The store in ${folder} cannot be opened: ${message}. Check the disk and the file's rights.`,
      );
    }
    throw new ConfigError(code, message);
  }

  async read<T extends Doc>(
    container: ContainerName,
    partition: string,
    id: string,
  ): Promise<Stored<T> | undefined> {
    this.#checkOpen();
    checkKey(container, partition, id);
    const waiting = new WaitingRead<T>();
    this.#lane.ask([ASK.read, container, partition, id], waiting, false);
    return waiting.promise;
  }

  async batch(container: ContainerName, partition: string, ops: Op[], purpose: string): Promise<BatchResult> {
    this.#checkOpen();
    const checked = checkBatch(container, partition, ops);
    const cells: Cell[] = [ASK.batch, container, partition, checked.length];
    for (const op of checked) this.#addOp(cells, op);
    const waiting = new WaitingBatch(container, partition, checked, purpose);
    this.#lane.ask(cells, waiting, true);
    return waiting.promise;
  }

  async query<T extends Doc>(
    container: ContainerName,
    name: string,
    options: QueryOptions,
  ): Promise<Page<Stored<T>>> {
    this.#checkOpen();
    const select = toSelect(container, name, options, this.#options.clock.now());
    const waiting = new WaitingRows<T>();
    this.#lane.ask(select.cells, waiting, false);
    const rows = await waiting.promise;
    if (rows.length <= select.limit) return { items: rows };
    const items = rows.slice(0, select.limit);
    return { items, next: select.cursorAfter(items[items.length - 1] as Stored) };
  }

  async feed(
    container: ContainerName,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ changes: Change[]; cursor: string }> {
    this.#checkOpen();
    checkContainer(container);
    if (cursor !== undefined && !/^\d{1,15}$/.test(cursor)) throw badCursor();
    const now = this.#options.clock.now();
    const waiting = new WaitingRows();
    this.#lane.ask(
      toFeedSelect(container, Number(cursor ?? 0), checkLimit(container, limit), now),
      waiting,
      false,
    );
    const rows = await waiting.promise;
    const changes = rows.map(({ doc, etag }) => toChange(container, doc, etag));
    return { changes, cursor: rows.at(-1)?.etag ?? cursor ?? "0" };
  }

  subscribe(listener: (changes: Change[]) => void): () => void {
    // Wrapped, so that the same function subscribed twice is stopped one at a time.
    const entry = (changes: Change[]) => listener(changes);
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  async backup(file: string): Promise<void> {
    this.#checkOpen();
    await writeBackup(this.#lane, file);
  }

  async scrub(): Promise<void> {
    this.#checkOpen();
    // What has expired is deleted for everybody who asks, and not yet in the file.
    await sweep(this.#lane);
    const waiting = new WaitingDone();
    this.#lane.askAlone([ASK.scrub], waiting);
    await waiting.promise;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#stopSweeping();
    this.#lane.expectEnd();
    const waiting = new WaitingDone();
    this.#lane.askAlone([ASK.close], waiting);
    await waiting.promise.catch((error: unknown) => {
      this.#options.log.warn(
        { reason: messageOf(error) },
        "the store did not close cleanly; what it acknowledged is safe",
      );
    });
    await this.#lane.end();
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw new StoreError("STORE_UNAVAILABLE", "The store is closed.");
  }

  #addOp(cells: Cell[], op: CheckedOp): void {
    cells.push(VERB[op.do], op.id, toEtagCell(op));
    if (op.doc === undefined) return;
    const { type, ttl } = op.doc;
    cells.push(type, ttl === undefined ? null : this.#options.clock.now() + ttl * 1000, op.body);
    for (const value of op.fields) cells.push(value ?? null);
  }

  #tell(waiting: readonly Waiting[]): void {
    const committed: WaitingBatch[] = [];
    for (const each of waiting)
      if (each instanceof WaitingBatch && each.etags !== undefined) committed.push(each);
    if (committed.length === 0) return;
    this.#options.hooks?.afterCommit?.(committed.map(({ purpose }) => purpose));
    if (this.#listeners.size === 0) return;
    for (const batch of committed) this.#publish(batch.changes());
  }

  #publish(changes: Change[]): void {
    for (const listener of this.#listeners) {
      try {
        listener(changes);
      } catch (error) {
        this.#options.log.error({ reason: messageOf(error) }, "a listener to the store's changes failed");
      }
    }
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new StoreError(
      "STORE_UNAVAILABLE",
      `The data folder ${folder} cannot be made: ${messageOf(error)}.`,
      { cause: error },
    );
  }
}

/** Null stands for "any version"; what is not an etag of ours matches nothing. */
function toEtagCell({ do: verb, etag }: CheckedOp): Cell {
  if (verb !== "replace" && etag === undefined) return null;
  return etag !== undefined && /^\d{1,15}$/.test(etag) ? Number(etag) : -1;
}

function toChange(container: ContainerName, doc: Doc, etag: string): Change {
  return { container, partition: partitionOf(container, doc), id: doc.id, doc, etag };
}
