/**
 * What crosses the thread boundary: one flat array each way for everything that a tick asked. Structured clone
 * copies strings fast and walks objects slowly, so documents travel as JSON text and nothing is nested.
 *
 * Question: now, number of writing requests, then each request. Answer: one status and its cells for each request.
 */
export type Cell = string | number | null;

/**
 * read:   container, partition, id                        -> etag (0: none), body
 * select: sql, count of parameters, parameters            -> count of rows, (etag, body) of each
 * batch:  container, partition, count of operations, ops  -> etag of the first operation | index, reason
 * sweep:  (nothing)                                       -> count of documents removed
 * backup: file                                            -> (nothing)
 * close:  (nothing)                                       -> (nothing)
 * scrub:  (nothing)                                       -> (nothing)
 *
 * An operation: verb, id, etag (null: any); unless it deletes also type, expires, body and the indexed fields.
 */
export const ASK = { read: 0, select: 1, batch: 2, sweep: 3, backup: 4, close: 5, scrub: 6 } as const;

export const VERB = { create: 0, replace: 1, upsert: 2, delete: 3 } as const;

/** Every status but `ok` replaces the cells: refused by index and reason, failed by a message. */
export const STATUS = { ok: 0, refused: 1, failed: 2 } as const;

export const REASONS = ["exists", "changed", "missing"] as const;

/** What the worker says first: nothing wrong, or why the store could not be opened. */
export interface Opened {
  code?: string;
  message?: string;
}

/** What the worker is started with. */
export interface WorkerSettings {
  file: string;
  maxBytes: number | undefined;
}

/** Walks through a flat array. */
export class CellReader {
  readonly #cells: readonly Cell[];
  #at: number;

  constructor(cells: readonly Cell[], at: number) {
    this.#cells = cells;
    this.#at = at;
  }

  get done(): boolean {
    return this.#at >= this.#cells.length;
  }

  /** The next cell; the writer's layout says what it is. */
  next<T extends Cell>(): T {
    return this.#cells[this.#at++] as T;
  }

  take(count: number): Cell[] {
    this.#at += count;
    return this.#cells.slice(this.#at - count, this.#at);
  }

  skip(count: number): void {
    this.#at += count;
  }
}
