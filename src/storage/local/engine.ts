import { messageOf } from "../../core/errors";
import type { Database, Statement } from "./driver";
import { type Table, tablesOf } from "./schema";
import { prepareTable, type TableStatements } from "./statements";
import { ASK, type Cell, CellReader, REASONS, STATUS, VERB } from "./wire";

/** Etags are promised to the file in blocks, so that deletes and crashes never let one come twice. */
const ETAG_BLOCK = 100_000;

const SWEEP_ROWS = 500;

/**
 * How the requests of a message are walked. Writing first is fastest; when a batch is refused after some of its
 * writes, the whole transaction is undone and every batch is checked before it writes. "without writes" answers
 * reads after a commit has failed, each on its own.
 */
type Mode = { kind: "write first" | "check first" } | { kind: "without writes"; because: string };

/** Unwinds a transaction in "write first" mode. */
class RefusedLate extends Error {}

/** Applies messages to the database: the whole of the worker but for its thread. */
export class Engine {
  readonly #database: Database;
  readonly #tables: Map<string, TableStatements>;
  readonly #selects = new Map<string, Statement>();
  #etag: number;
  #promised: number;

  constructor(database: Database, tables: readonly Table[] = tablesOf()) {
    this.#database = database;
    this.#tables = new Map(tables.map((table) => [table.name, prepareTable(database, table)]));
    this.#etag = Number(database.prepare("SELECT value FROM meta WHERE key = 'etag'").get([])?.[0] ?? 0);
    this.#promised = this.#etag;
  }

  /** Answers a message; all its writes are durable when this returns, or none is. */
  run(message: readonly Cell[]): Cell[] {
    if (message[1] === 0) return this.#walk(message, { kind: "without writes", because: "" });
    try {
      return this.#transact(message, { kind: "write first" });
    } catch (error) {
      return error instanceof RefusedLate ? this.#runChecked(message) : this.#runReads(message, error);
    }
  }

  #runChecked(message: readonly Cell[]): Cell[] {
    try {
      return this.#transact(message, { kind: "check first" });
    } catch (error) {
      return this.#runReads(message, error);
    }
  }

  #runReads(message: readonly Cell[], error: unknown): Cell[] {
    return this.#walk(message, { kind: "without writes", because: messageOf(error) });
  }

  #transact(message: readonly Cell[], mode: Mode): Cell[] {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      // A message holds more cells than writes, so this many etags are enough.
      const promised = this.#promise(message.length);
      const answer = this.#walk(message, mode);
      this.#database.exec("COMMIT");
      this.#promised = promised;
      return answer;
    } catch (error) {
      this.#rollback();
      throw error;
    }
  }

  #promise(count: number): number {
    if (this.#etag + count <= this.#promised) return this.#promised;
    const promised = this.#etag + count + ETAG_BLOCK;
    this.#database
      .prepare("INSERT INTO meta(key, value) VALUES('etag', ?1) ON CONFLICT(key) DO UPDATE SET value = ?1")
      .run([promised]);
    return promised;
  }

  #rollback(): void {
    try {
      this.#database.exec("ROLLBACK");
    } catch {
      // SQLite has rolled back by itself, as it does when the disk is full.
    }
  }

  #walk(message: readonly Cell[], mode: Mode): Cell[] {
    const answer: Cell[] = [];
    const now = message[0] as number;
    const reader = new CellReader(message, 2);
    while (!reader.done) {
      const kind = reader.next<number>();
      if (kind === ASK.batch) this.#batch(reader, answer, mode, now);
      else if (kind === ASK.sweep) this.#sweep(answer, mode, now);
      else this.#fetch(kind, reader, answer, mode, now);
    }
    return answer;
  }

  #fetch(kind: number, reader: CellReader, answer: Cell[], mode: Mode, now: number): void {
    const parameters = kind === ASK.read ? reader.take(3) : [];
    const sql = kind === ASK.select ? reader.next<string>() : "";
    const bound = kind === ASK.select ? reader.take(reader.next<number>()) : [];
    try {
      if (kind === ASK.read) this.#read(parameters, answer, now);
      else this.#select(sql, bound, answer);
    } catch (error) {
      // SQLite may have undone the transaction: then the writes must not go on one by one.
      if (mode.kind !== "without writes") throw error;
      answer.push(STATUS.failed, messageOf(error));
    }
  }

  #read([container, partition, id]: Cell[], answer: Cell[], now: number): void {
    const row = this.#table(container).read.get([partition as Cell, id as Cell, now]);
    answer.push(STATUS.ok, row?.[0] ?? 0, row?.[1] ?? null);
  }

  #select(sql: string, parameters: readonly Cell[], answer: Cell[]): void {
    // The texts are few: each query has as many as it has ways to leave options out.
    const statement = this.#selects.get(sql) ?? this.#database.prepare(sql);
    this.#selects.set(sql, statement);
    const rows = statement.all(parameters);
    answer.push(STATUS.ok, rows.length);
    for (const row of rows) answer.push(row[0] as Cell, row[1] as Cell);
  }

  #sweep(answer: Cell[], mode: Mode, now: number): void {
    if (mode.kind === "without writes") {
      answer.push(STATUS.failed, mode.because);
      return;
    }
    let removed = 0;
    for (const table of this.#tables.values()) removed += table.sweep.run([now, SWEEP_ROWS]);
    answer.push(STATUS.ok, removed);
  }

  #batch(reader: CellReader, answer: Cell[], mode: Mode, now: number): void {
    const table = this.#table(reader.next());
    const partition = reader.next<string>();
    const count = reader.next<number>();
    const writes: Cell[][] = [];
    for (let index = 0; index < count; index++) writes.push(toParameters(reader, table, partition, now));
    if (mode.kind === "without writes") {
      answer.push(STATUS.failed, mode.because);
      return;
    }
    const refused = mode.kind === "check first" ? firstRefused(table, writes) : undefined;
    if (refused === undefined) this.#write(table, writes, answer);
    else answer.push(STATUS.refused, ...refused);
  }

  #write(table: TableStatements, writes: Cell[][], answer: Cell[]): void {
    const first = this.#etag + 1;
    for (let index = 0; index < writes.length; index++) {
      const write = writes[index] as Cell[];
      const verb = write.pop() as number;
      write[0] = ++this.#etag;
      if (table.verbs[verb]?.run(write) === 1) continue;
      if (index > 0) throw new RefusedLate();
      write.push(verb);
      answer.push(STATUS.refused, 0, reasonOf(table, write) ?? 0);
      return;
    }
    answer.push(STATUS.ok, first);
  }

  #table(name: Cell | undefined): TableStatements {
    return this.#tables.get(String(name)) as TableStatements;
  }
}

/** An operation as the parameters of its statement (see statements.ts), the verb behind them. */
function toParameters(reader: CellReader, table: TableStatements, partition: string, now: number): Cell[] {
  const verb = reader.next<number>();
  const parameters: Cell[] = [0, partition, reader.next(), now, reader.next()];
  if (verb !== VERB.delete) parameters.push(...reader.take(table.writtenCells));
  parameters.push(verb);
  return parameters;
}

function firstRefused(
  table: TableStatements,
  writes: readonly Cell[][],
): [index: number, reason: number] | undefined {
  for (let index = 0; index < writes.length; index++) {
    const reason = reasonOf(table, writes[index] as Cell[]);
    if (reason !== undefined) return [index, reason];
  }
  return undefined;
}

/** Why an operation cannot be done, as an index of REASONS. */
function reasonOf(table: TableStatements, write: readonly Cell[]): number | undefined {
  const [, partition, id, now, etag] = write as [Cell, Cell, Cell, Cell, Cell];
  const verb = write[write.length - 1];
  if (verb === VERB.upsert) return undefined;
  const present = table.probe.get([partition, id, now])?.[0];
  if (verb === VERB.create) return present === undefined ? undefined : REASONS.indexOf("exists");
  if (present === undefined) return REASONS.indexOf("missing");
  return etag === null || etag === present ? undefined : REASONS.indexOf("changed");
}
