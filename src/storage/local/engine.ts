import { messageOf, StoreError } from "../../core/errors";
import type { Database, Statement } from "./driver";
import type { Journal } from "./journal";
import { bodyOf, isAlive, type PendingDoc, PendingTable } from "./pending";
import type { Table } from "./schema";
import { prepareTable, type TableStatements } from "./statements";
import { ASK, type Cell, CellReader, REASONS, STATUS, VERB } from "./wire";

const SWEEP_ROWS = 500;

/** The database is committed when so many bytes wait in the journal. */
const MOST_BYTES = 4 * 1024 * 1024;

/** When the database cannot be committed, the journal takes no more than so many bytes. */
const MOST_BYTES_UNCOMMITTED = 16 * MOST_BYTES;

/** A row with its indexes takes at most so many times the bytes of its message. */
const SPREAD = 4;

interface OpenTable {
  statements: TableStatements;
  pending: PendingTable;
}

/**
 * Applies messages to the data: the whole of the worker but for its thread. A message's writes are durable in the
 * journal before it is answered; the database gets the last state of each document with `commit`, or earlier when
 * something has to be found by its fields. What a crash leaves in the journal is applied again when the engine is made.
 */
export class Engine {
  readonly #database: Database;
  readonly #journal: Journal;
  readonly #room: () => number;
  readonly #tables: Map<string, OpenTable>;
  readonly #selects = new Map<string, Statement>();
  readonly #steps: Record<"begin" | "commit" | "rollback", Statement>;
  readonly #setMeta: Statement;
  #etag: number;
  /** A transaction is open. */
  #open = false;
  /** Something was written since the last commit. */
  #pending = false;
  /** Bytes that the database can still take, as of the last commit. */
  #roomLeft: number;
  /** Why the last commit failed. */
  #trouble: string | undefined;

  /** `room` tells how many bytes the database can still take. Throws when the journal cannot be read or applied. */
  constructor(
    database: Database,
    journal: Journal,
    tables: readonly Pick<Table, "name" | "fields">[],
    room: () => number = () => Number.POSITIVE_INFINITY,
  ) {
    this.#database = database;
    this.#journal = journal;
    this.#room = room;
    this.#tables = new Map(
      tables.map((table) => [
        table.name,
        { statements: prepareTable(database, table), pending: new PendingTable() },
      ]),
    );
    this.#steps = {
      begin: database.prepare("BEGIN IMMEDIATE"),
      commit: database.prepare("COMMIT"),
      rollback: database.prepare("ROLLBACK"),
    };
    this.#setMeta = database.prepare(
      "INSERT INTO meta(key, value) VALUES(?1, ?2) ON CONFLICT(key) DO UPDATE SET value = ?2",
    );
    this.#etag = this.#meta("etag");
    this.#roomLeft = room();
    this.#replay();
    this.commit();
  }

  /** True when it is time to commit: the journal has grown long. */
  get isFull(): boolean {
    return this.#journal.length > MOST_BYTES;
  }

  /** The last commit failed. */
  get isStuck(): boolean {
    return this.#trouble !== undefined;
  }

  /** Something waits for `commit`. */
  get isOpen(): boolean {
    return this.#open || this.#pending;
  }

  /** Answers a message; all its writes are durable when this returns, or none is. */
  run(message: readonly Cell[]): Cell[] {
    if (message[1] === 0) return this.#walk(message, { undo: [] });
    const turn: Turn = { undo: [] };
    const etag = this.#etag;
    try {
      const isTight = this.#makeRoom(message);
      const answer = this.#walk(message, turn);
      // Where it is not sure that the database has room for it, the database is asked before anybody is told.
      if (isTight) this.#flush();
      if (turn.undo.length > 0) this.#record(etag, message);
      return answer;
    } catch (error) {
      for (const back of turn.undo.reverse()) back();
      // A select may have brought them into the open transaction.
      if (this.#open) this.#forget();
      // Nobody was told of these etags; a replay, which starts from the record's, must give the same ones.
      this.#etag = etag;
      return this.#walk(message, { undo: [], refusal: messageOf(error) });
    }
  }

  /** Brings up to `most` documents into the open transaction; true when none is left. Throws what SQLite says. */
  prepareCommit(most: number): boolean {
    try {
      return this.#flush(most) < most;
    } catch (error) {
      this.#trouble = messageOf(error);
      throw error;
    }
  }

  /** Brings everything into the database's file; the journal starts again. Throws when the disk refuses. */
  commit(): void {
    if (!this.isOpen) return;
    try {
      this.#flush();
      this.#begin();
      // Whatever was given out later stands in the journal, with its etag.
      this.#setMeta.run(["etag", this.#etag]);
      this.#setMeta.run(["journal", this.#journal.seq]);
      this.#steps.commit.run([]);
    } catch (error) {
      this.#forget();
      this.#trouble = messageOf(error);
      throw error;
    }
    this.#open = false;
    this.#pending = false;
    this.#trouble = undefined;
    for (const { pending } of this.#tables.values()) pending.clear();
    this.#journal.restart();
    this.#roomLeft = this.#room();
  }

  /** True when even so it is not sure that the database can take a message. Throws when the journal may not grow. */
  #makeRoom(message: readonly Cell[]): boolean {
    if (this.#trouble !== undefined && this.#journal.length > MOST_BYTES_UNCOMMITTED)
      throw new StoreError("STORE_UNAVAILABLE", this.#trouble);
    if (this.#fits(message)) return false;
    this.commit();
    // Somebody may have made room since the last commit.
    this.#roomLeft = this.#room();
    return !this.#fits(message);
  }

  #fits(message: readonly Cell[]): boolean {
    if (this.#roomLeft === Number.POSITIVE_INFINITY) return true;
    let bytes = this.#journal.length;
    for (const cell of message) bytes += typeof cell === "string" ? cell.length : 8;
    return bytes * SPREAD < this.#roomLeft;
  }

  #record(etag: number, message: readonly Cell[]): void {
    this.#journal.append(etag, message);
    this.#pending = true;
  }

  #begin(): void {
    if (!this.#open) this.#steps.begin.run([]);
    this.#open = true;
  }

  /** What was written since the last commit, into the open transaction; how many documents it lacked. */
  #flush(most = Number.POSITIVE_INFINITY): number {
    let count = 0;
    try {
      for (const { statements, pending } of this.#tables.values())
        for (const doc of pending.takeDirty(most - count)) {
          this.#begin();
          writeDoc(statements, doc);
          count += 1;
        }
      return count;
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  /** The open transaction is gone, or no longer to be trusted: what is pending goes into the next. */
  #forget(): void {
    try {
      this.#steps.rollback.run([]);
    } catch {
      // SQLite has rolled back by itself, as it does when the disk is full.
    }
    this.#open = false;
    for (const { pending } of this.#tables.values()) pending.spoil();
  }

  #replay(): void {
    const newest = this.#etag;
    for (const { etag, cells } of this.#journal.read(this.#meta("journal"))) {
      this.#etag = etag;
      this.#walk(cells, { undo: [] });
      this.#pending = true;
    }
    this.#etag = Math.max(this.#etag, newest);
  }

  #meta(key: string): number {
    return Number(this.#database.prepare("SELECT value FROM meta WHERE key = ?1").get([key])?.[0] ?? 0);
  }

  #walk(message: readonly Cell[], turn: Turn): Cell[] {
    const answer: Cell[] = [];
    const now = message[0] as number;
    const reader = new CellReader(message, 2);
    while (!reader.done) {
      const kind = reader.next<number>();
      if (kind === ASK.batch) this.#batch(reader, answer, turn, now);
      else if (kind === ASK.sweep) this.#sweep(answer, turn, now);
      else this.#fetch(kind, reader, answer, now);
    }
    return answer;
  }

  #fetch(kind: number, reader: CellReader, answer: Cell[], now: number): void {
    const parameters = kind === ASK.read ? reader.take(3) : [];
    const sql = kind === ASK.select ? reader.next<string>() : "";
    const bound = kind === ASK.select ? reader.take(reader.next<number>()) : [];
    try {
      if (kind === ASK.read) this.#read(parameters, answer, now);
      else this.#select(sql, bound, answer);
    } catch (error) {
      answer.push(STATUS.failed, messageOf(error));
    }
  }

  #read([container, partition, id]: Cell[], answer: Cell[], now: number): void {
    const { statements, pending } = this.#table(container);
    const doc = pending.get(partition as string, id as string);
    if (doc !== undefined) {
      const isThere = isAlive(doc, now);
      answer.push(STATUS.ok, isThere ? doc.etag : 0, isThere ? bodyOf(doc) : null);
      return;
    }
    const row = statements.read.get([partition as Cell, id as Cell, now]);
    answer.push(STATUS.ok, row?.[0] ?? 0, row?.[1] ?? null);
  }

  #select(sql: string, parameters: readonly Cell[], answer: Cell[]): void {
    this.#flush();
    // The texts are few: each query has as many as it has ways to leave options out.
    const statement = this.#selects.get(sql) ?? this.#database.prepare(sql);
    this.#selects.set(sql, statement);
    const rows = statement.all(parameters);
    answer.push(STATUS.ok, rows.length);
    for (const row of rows) answer.push(row[0] as Cell, row[1] as Cell);
  }

  /** Not for the journal: nobody sees what has expired, and what a crash brings back is swept again. */
  #sweep(answer: Cell[], { refusal }: Turn, now: number): void {
    if (refusal !== undefined) {
      answer.push(STATUS.failed, refusal);
      return;
    }
    this.#flush();
    this.#begin();
    let removed = 0;
    for (const { statements } of this.#tables.values()) removed += statements.sweep.run([now, SWEEP_ROWS]);
    answer.push(STATUS.ok, removed);
  }

  #batch(reader: CellReader, answer: Cell[], turn: Turn, now: number): void {
    const table = this.#table(reader.next());
    const partition = reader.next<string>();
    const count = reader.next<number>();
    const writes: Write[] = [];
    for (let index = 0; index < count; index++) writes.push(readWrite(reader, table));
    if (turn.refusal !== undefined) {
      answer.push(STATUS.failed, turn.refusal);
      return;
    }
    for (let index = 0; index < count; index++) {
      const reason = reasonOf(table, partition, writes[index] as Write, now);
      if (reason === undefined) continue;
      answer.push(STATUS.refused, index, REASONS.indexOf(reason));
      return;
    }
    answer.push(STATUS.ok, this.#etag + 1);
    for (const { id, row } of writes)
      turn.undo.push(table.pending.put({ partition, id, etag: ++this.#etag, row }));
  }

  #table(name: Cell | undefined): OpenTable {
    return this.#tables.get(String(name)) as OpenTable;
  }
}

/** One walk through a message. */
interface Turn {
  /** The ways back from its writes. */
  undo: (() => void)[];
  /** Present when its writes were given up: why. */
  refusal?: string;
}

/** An operation of a batch. */
interface Write {
  verb: number;
  id: string;
  /** The etag that it asks for; null for any. */
  etag: number | null;
  row: readonly Cell[] | undefined;
}

function readWrite(reader: CellReader, { statements }: OpenTable): Write {
  const verb = reader.next<number>();
  const id = reader.next<string>();
  const etag = reader.next<number | null>();
  return { verb, id, etag, row: verb === VERB.delete ? undefined : reader.take(statements.writtenCells) };
}

/** Why an operation cannot be done. */
function reasonOf(
  { statements, pending }: OpenTable,
  partition: string,
  { verb, id, etag }: Write,
  now: number,
): (typeof REASONS)[number] | undefined {
  if (verb === VERB.upsert) return undefined;
  const doc = pending.get(partition, id);
  const below = doc === undefined ? statements.probe.get([partition, id, now])?.[0] : undefined;
  const present = doc !== undefined && isAlive(doc, now) ? doc.etag : below;
  if (verb === VERB.create) return present === undefined ? undefined : "exists";
  if (present === undefined) return "missing";
  return etag === null || etag === present ? undefined : "changed";
}

function writeDoc({ write, remove }: TableStatements, { partition, id, etag, row }: PendingDoc): void {
  if (row === undefined) remove.run([partition, id]);
  else write.run([etag, partition, id, ...row]);
}
