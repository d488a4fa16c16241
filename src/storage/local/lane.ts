import { Worker } from "node:worker_threads";
import type { Clock } from "../../core/clock";
import { type ErrorCode, messageOf, StoreError } from "../../core/errors";
import type { Log } from "../../core/log";
import { type Cell, CellReader, type Opened, STATUS, type WorkerSettings } from "./wire";

/** Somebody waiting for the worker's answer to one request. */
export interface Waiting {
  /** Takes its cells from the answer; nobody is told yet. */
  take(answer: CellReader): void;
  /** Keeps its promise. */
  settle(): void;
  fail(error: StoreError): void;
}

interface LaneOptions {
  workerFile: string;
  settings: WorkerSettings;
  clock: Clock;
  log: Log;
  /** Called when an answer has been taken and before anybody is told. */
  answered(waiting: readonly Waiting[]): void;
}

interface Group {
  cells: Cell[];
  waiting: Waiting[];
  /** Backup, scrub and close travel alone: they cannot run inside a transaction. */
  alone: boolean;
}

/** What waits for a commit lives long: more room for what dies young spares no work and costs three times as much. */
const WORKER_YOUNG_MB = 8;
/** A message that carried so many requests tells of load. */
const LOADED = 4;
/** Under load a message waits for so many rounds of the event loop, so that more can share it and its sync. */
const ROUNDS = 4;

/**
 * The way to the worker: everything asked in one tick, and everything that arrives while the worker is busy, becomes
 * one message and thereby one sync of the disk.
 */
export class Lane {
  readonly #options: LaneOptions;
  readonly #worker: Worker;
  readonly #queue: Group[] = [];
  #flying: Group | undefined;
  #scheduled = false;
  /** Rounds of the event loop that the next message waits for. */
  #rounds = 1;
  #left = 0;
  #broken: StoreError | undefined;
  #closing = false;
  readonly #opened: Promise<Opened>;
  readonly #ended: Promise<void>;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#worker = new Worker(options.workerFile, {
      workerData: options.settings,
      resourceLimits: { maxYoungGenerationSizeMb: WORKER_YOUNG_MB },
    });
    this.#ended = new Promise((resolve) => this.#worker.once("exit", () => resolve()));
    this.#opened = new Promise((resolve) => {
      this.#worker.once("message", (opened: Opened) => {
        this.#worker.on("message", (cells: Cell[]) => this.#answered(cells));
        this.#worker.unref();
        resolve(opened);
      });
      this.#worker.on("error", (error) => {
        this.#break(messageOf(error));
        resolve({ code: "STORE_UNAVAILABLE", message: messageOf(error) });
      });
      this.#worker.once("exit", () => {
        if (!this.#closing) this.#break("its thread has ended");
        resolve({ code: "STORE_UNAVAILABLE", message: "its thread has ended" });
      });
    });
  }

  /** What the worker found when it opened the file; with a code, the worker has ended. */
  async opened(): Promise<Opened & { code?: ErrorCode }> {
    const opened = await this.#opened;
    if (opened.code === undefined) return {};
    this.#closing = true;
    await this.#worker.terminate();
    return opened as Opened & { code: ErrorCode };
  }

  /** Asks for something that may share a commit with others. */
  ask(cells: readonly Cell[], waiting: Waiting, writes: boolean): void {
    const last = this.#queue.at(-1);
    const group = last === undefined || last.alone ? this.#add(false) : last;
    for (const cell of cells) group.cells.push(cell);
    if (writes) group.cells[1] = (group.cells[1] as number) + 1;
    group.waiting.push(waiting);
    this.#wake(waiting);
  }

  /** Asks for something that runs by itself, after everything asked before. */
  askAlone(cells: readonly Cell[], waiting: Waiting): void {
    const group = this.#add(true);
    group.cells.push(...cells);
    group.waiting.push(waiting);
    this.#wake(waiting);
  }

  /** Resolves when the thread has ended; the caller has asked it to close. */
  async end(): Promise<void> {
    await this.#ended;
  }

  /** From now on the end of the thread is no accident. */
  expectEnd(): void {
    this.#closing = true;
  }

  #add(alone: boolean): Group {
    const group: Group = { cells: [0, 0], waiting: [], alone };
    this.#queue.push(group);
    return group;
  }

  #wake(waiting: Waiting): void {
    if (this.#broken !== undefined) {
      this.#queue.length = 0;
      waiting.fail(this.#broken);
      return;
    }
    if (this.#flying === undefined) this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#left = this.#rounds;
    setImmediate(this.#round);
  }

  readonly #round = (): void => {
    this.#left -= 1;
    if (this.#left > 0) setImmediate(this.#round);
    else this.#flush();
  };

  #flush(): void {
    this.#scheduled = false;
    const group = this.#queue.shift();
    if (group === undefined) return;
    this.#flying = group;
    // Only waiting for an answer keeps the process alive, as with a file: a forgotten store does not.
    this.#worker.ref();
    group.cells[0] = this.#options.clock.now();
    this.#worker.postMessage(group.cells);
  }

  #answered(cells: readonly Cell[]): void {
    const group = this.#flying;
    if (group === undefined) return;
    this.#flying = undefined;
    const reader = new CellReader(cells, 0);
    for (const waiting of group.waiting) waiting.take(reader);
    this.#options.answered(group.waiting);
    for (const waiting of group.waiting) waiting.settle();
    if (!this.#closing) this.#worker.unref();
    // Not at once: those who go on now may ask for the next thing and share its commit.
    this.#rounds = group.waiting.length >= LOADED ? ROUNDS : 1;
    if (this.#queue.length > 0) this.#schedule();
  }

  #break(reason: string): void {
    if (this.#broken !== undefined) return;
    this.#broken = new StoreError(
      "STORE_UNAVAILABLE",
      `The store has failed: ${reason}. Start the server again.`,
    );
    this.#options.log.error({ code: "STORE_UNAVAILABLE", reason }, "the store's thread has failed");
    const groups = [...(this.#flying === undefined ? [] : [this.#flying]), ...this.#queue];
    this.#flying = undefined;
    this.#queue.length = 0;
    for (const group of groups) for (const waiting of group.waiting) waiting.fail(this.#broken);
  }
}

/** Reads the status that stands before every answer; throws StoreError when the request failed. */
export function takeStatus(answer: CellReader): typeof STATUS.ok | typeof STATUS.refused {
  const status = answer.next<number>();
  if (status !== STATUS.failed) return status === STATUS.ok ? STATUS.ok : STATUS.refused;
  throw unavailable(answer.next<string>());
}

/** STORE_UNAVAILABLE with the driver's own words. */
export function unavailable(reason: string): StoreError {
  return new StoreError(
    "STORE_UNAVAILABLE",
    `The store cannot be read or written: ${reason}. Check the disk; webhooks answer 503 until it works.`,
  );
}
