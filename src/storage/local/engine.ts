import { messageOf } from "../../core/errors";
import type { Database, Statement } from "./driver";
import type { Journal } from "./journal";
import type { Table } from "./schema";
import { prepareTable, type TableStatements } from "./statements";
import { ASK, type Cell, CellReader, REASONS, STATUS, VERB } from "./wire";

/** Etags are promised to the file in blocks, so that deletes and crashes never let one come twice. */
const ETAG_BLOCK = 100_000;

const SWEEP_ROWS = 500;

/**
 * How the requests of a message are walked. Writing first is fastest; when a batch is refused after some of its
 * writes, the whole transaction is undone and every batch is checked before it writes. "without writes" answers
 * reads after the writes have failed, each on its own; "nothing" not even those.
 */
type Mode = { kind: "write first" | "check first" } | { kind: "without writes" | "nothing"; because: string };

/** Unwinds a transaction in "write first" mode. */
class RefusedLate extends Error {}

/** The database is committed when so many bytes wait in the journal. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Applies messages to the database: the whole of the worker but for its thread. One transaction stays open over many
 * messages; each message's writes are durable in the journal before it is answered, and `commit` brings them into the
 * file. What a crash leaves in the journal is applied again when the engine is made.
 */
export class Engine {
  readonly #database: Database;
  readonly #journal: Journal;
  readonly #tables: Map<string, TableStatements>;
  readonly #selects = new Map<string, Statement>();
  readonly #steps: Record<"begin" | "commit" | "rollback" | "save" | "undo" | "release", Statement>;
  readonly #setMeta: Statement;
  #etag: number;
  #promised: number;
  #open = false;
  /** The database has lost what the journal holds, and it could not be brought back yet. */
  #behind = false;

  /** Throws when the journal cannot be read or applied. */
  constructor(database: Database, journal: Journal, tables: readonly Pick<Table, "name" | "fields">[]) {
    this.#database = database;
    this.#journal = journal;
    this.#tables = new Map(tables.map((table) => [table.name, prepareTable(database, table)]));
    this.#steps = {
      begin: database.prepare("BEGIN IMMEDIATE"),
      commit: database.prepare("COMMIT"),
      rollback: database.prepare("ROLLBACK"),
      save: database.prepare("SAVEPOINT message"),
      undo: database.prepare("ROLLBACK TO message"),
      release: database.prepare("RELEASE message"),
    };
    this.#setMeta = database.prepare(
      "INSERT INTO meta(key, value) VALUES(?1, ?2) ON CONFLICT(key) DO UPDATE SET value = ?2",
    );
    this.#etag = this.#meta("etag");
    this.#promised = this.#etag;
    this.#replay();
    this.commit();
  }

  /** True when it is time to commit: the journal has grown long. */
  get isFull(): boolean {
    return this.#journal.length > MOST_BYTES;
  }

  /** Something waits for `commit`. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** Answers a message; all its writes are durable when this returns, or none is. */
  run(message: readonly Cell[]): Cell[] {
    const lost = this.#bringBack();
    if (lost !== undefined) return this.#walk(message, { kind: "nothing", because: lost });
    if (message[1] === 0) return this.#walk(message, { kind: "without writes", because: "" });
    try {
      return this.#transact(message, (etag) => this.#journal.append(etag, message));
    } catch (error) {
      return this.#runReads(message, error);
    }
  }

  /** Brings everything into the database's file; the journal starts again. Throws when the disk refuses. */
  commit(): void {
    if (!this.#open) return;
    try {
      this.#setMeta.run(["journal", this.#journal.seq]);
      this.#steps.commit.run([]);
    } catch (error) {
      this.#forget();
      throw error;
    }
    this.#open = false;
    this.#journal.restart();
  }

  /** The writes of a message, `record`ed, or none of them. Throws what stood in the way. */
  #transact(message: readonly Cell[], record: (etag: number) => void): Cell[] {
    try {
      return this.#attempt(message, record, { kind: "write first" });
    } catch (error) {
      if (!(error instanceof RefusedLate)) throw error;
      return this.#attempt(message, record, { kind: "check first" });
    }
  }

  #attempt(message: readonly Cell[], record: (etag: number) => void, mode: Mode): Cell[] {
    if (!this.#open) this.#steps.begin.run([]);
    this.#open = true;
    this.#steps.save.run([]);
    const etag = this.#etag;
    try {
      // A message holds more cells than writes, so this many etags are enough.
      const promised = this.#promise(message.length);
      const answer = this.#walk(message, mode);
      record(etag);
      this.#steps.release.run([]);
      this.#promised = promised;
      return answer;
    } catch (error) {
      this.#undo();
      // Nobody was told of these etags; a replay, which starts from the record's, must give the same ones.
      this.#etag = etag;
      throw error;
    }
  }

  #undo(): void {
    try {
      this.#steps.undo.run([]);
      this.#steps.release.run([]);
    } catch {
      // SQLite has rolled back the whole transaction by itself, as it does when the disk is full.
      this.#forget();
      this.#bringBack();
    }
  }

  /** The open transaction is gone, or no longer to be trusted. */
  #forget(): void {
    try {
      this.#steps.rollback.run([]);
    } catch {
      // It was gone already.
    }
    this.#open = false;
    this.#promised = this.#meta("etag");
    this.#behind = true;
  }

  /** Applies again what the journal holds and the database has lost; the reason when that fails. */
  #bringBack(): string | undefined {
    if (!this.#behind) return undefined;
    try {
      this.#replay();
      this.#behind = false;
      return undefined;
    } catch (error) {
      this.#forget();
      return messageOf(error);
    }
  }

  #replay(): void {
    const newest = this.#etag;
    for (const { etag, cells } of this.#journal.read(this.#meta("journal"))) {
      this.#etag = etag;
      this.#transact(cells, () => {});
    }
    this.#etag = Math.max(this.#etag, newest);
  }

  #runReads(message: readonly Cell[], error: unknown): Cell[] {
    return this.#walk(message, { kind: "without writes", because: messageOf(error) });
  }

  #meta(key: string): number {
    return Number(this.#database.prepare("SELECT value FROM meta WHERE key = ?1").get([key])?.[0] ?? 0);
  }

  #promise(count: number): number {
    if (this.#etag + count <= this.#promised) return this.#promised;
    const promised = this.#etag + count + ETAG_BLOCK;
    this.#setMeta.run(["etag", promised]);
    return promised;
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
    if (mode.kind === "nothing") {
      answer.push(STATUS.failed, mode.because);
      return;
    }
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
    if (mode.kind === "without writes" || mode.kind === "nothing") {
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
    if (mode.kind === "without writes" || mode.kind === "nothing") {
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
