import { closeSync, fdatasyncSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import type { Cell } from "./wire";

/** What the worker was asked to write, as it was asked: the same again on the same data gives the same. */
export interface JournalRecord {
  /** Grows by one; never starts again. */
  seq: number;
  /** The etag before its first write. */
  etag: number;
  cells: Cell[];
}

/** What the records of a journal belong to: other data, or tables of another shape, would take them for something else. */
export interface JournalHead {
  /** How its records count etags; absent before refusals stopped using them up. */
  form?: number;
  /** Made when the database was; a restored or exchanged database has another. */
  lineage: number;
  /** Tables with their indexed fields, in the order of a record's cells. */
  tables: { name: string; fields: string[] }[];
}

/** Bytes before the first record: length of the head, checksum, head. */
const HEAD_BYTES = 16 * 1024;
/** Length of the text, checksum, seq, etag. */
const HEADER_BYTES = 4 + 4 + 8 + 8;
/** The file grows by so much at once: a sync that has no new length to write costs a fraction. */
const STEP_BYTES = 1024 * 1024;

/**
 * An append-only file in front of the database. What stands in it is durable, so the database need not be committed for
 * every message: pages that many messages touch are written once. After a commit of the database it starts again at its
 * beginning; older records behind the newest are told by their seq.
 */
export class Journal {
  readonly #file: number;
  #size: number;
  #at = HEAD_BYTES;
  #seq = 0;
  #head: JournalHead | undefined;
  #buffer = Buffer.allocUnsafe(STEP_BYTES);

  /** Creates the file when there is none. Throws the system's error. */
  constructor(path: string) {
    // Read and write, created when missing, never cut off.
    this.#file = openExisting(path) ?? openSync(path, "w+", 0o600);
    this.#size = fstatSync(this.#file).size;
    this.#head = this.#readHead();
  }

  /** What its records belong to; undefined while it is new. */
  get head(): JournalHead | undefined {
    return this.#head;
  }

  /** From now on records belong to `head`; those there are do not count any more. */
  begin(head: JournalHead): void {
    const text = Buffer.from(JSON.stringify(head));
    const bytes = Buffer.alloc(HEAD_BYTES + HEADER_BYTES);
    bytes.writeUInt32LE(text.length, 0);
    bytes.writeUInt32LE(crc32(text), 4);
    text.copy(bytes, 8);
    // With the first record's header blank, nothing old is taken for a record of the new head.
    this.#reserve(bytes.length);
    writeAll(this.#file, bytes, bytes.length, 0);
    fdatasyncSync(this.#file);
    this.#head = head;
    this.restart();
  }

  /** Bytes since the last `restart`. */
  get length(): number {
    return this.#at - HEAD_BYTES;
  }

  /** Seq of the last record. */
  get seq(): number {
    return this.#seq;
  }

  /** The records after `applied`, in order; appending goes on behind the last whole one. */
  *read(applied: number): Generator<JournalRecord> {
    this.restart();
    this.#seq = applied;
    for (let at = HEAD_BYTES, expected: number | undefined; ; ) {
      const found = this.#recordAt(at);
      if (found === undefined || (expected !== undefined && found.record.seq !== expected)) return;
      // Older ones at the beginning were applied before the journal could start again.
      if (expected === undefined && found.record.seq > applied + 1) return;
      at += found.bytes;
      expected = found.record.seq + 1;
      if (found.record.seq <= applied) continue;
      this.#at = at;
      this.#seq = found.record.seq;
      yield found.record;
    }
  }

  /** Durable when it returns. Throws the system's error; the record then does not count. */
  append(etag: number, cells: readonly Cell[]): void {
    const text = JSON.stringify(cells);
    // UTF-16 units become at most three bytes each.
    const most = HEADER_BYTES + text.length * 3;
    if (most > this.#buffer.length) this.#buffer = Buffer.allocUnsafe(most * 2);
    const buffer = this.#buffer;
    const bytes = buffer.write(text, HEADER_BYTES, "utf8");
    const seq = this.#seq + 1;
    buffer.writeUInt32LE(bytes, 0);
    buffer.writeDoubleLE(seq, 8);
    buffer.writeDoubleLE(etag, 16);
    buffer.writeUInt32LE(crc32(buffer.subarray(8, HEADER_BYTES + bytes)), 4);
    this.#reserve(this.#at + HEADER_BYTES + bytes);
    writeAll(this.#file, buffer, HEADER_BYTES + bytes, this.#at);
    fdatasyncSync(this.#file);
    this.#at += HEADER_BYTES + bytes;
    this.#seq = seq;
  }

  /** Everything so far is committed in the database: the next record is written at the beginning. */
  restart(): void {
    this.#at = HEAD_BYTES;
  }

  /** As `restart`; what stood behind the head is gone from the file, too. */
  cut(): void {
    this.restart();
    // A new file has no head yet, and may be shorter than one.
    this.#size = Math.min(this.#size, HEAD_BYTES);
    ftruncateSync(this.#file, this.#size);
    fdatasyncSync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
  }

  #readHead(): JournalHead | undefined {
    const bytes = Buffer.alloc(HEAD_BYTES);
    if (readSync(this.#file, bytes, 0, HEAD_BYTES, 0) < HEAD_BYTES) return undefined;
    const text = bytes.subarray(8, 8 + Math.min(bytes.readUInt32LE(0), HEAD_BYTES - 8));
    if (text.length === 0 || crc32(text) !== bytes.readUInt32LE(4)) return undefined;
    return JSON.parse(text.toString("utf8")) as JournalHead;
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#size) return;
    const size = Math.ceil(bytes / STEP_BYTES) * STEP_BYTES;
    const zeros = Buffer.alloc(size - this.#size);
    writeAll(this.#file, zeros, zeros.length, this.#size);
    this.#size = size;
  }

  #recordAt(at: number): { record: JournalRecord; bytes: number } | undefined {
    const header = Buffer.alloc(HEADER_BYTES);
    if (readSync(this.#file, header, 0, HEADER_BYTES, at) < HEADER_BYTES) return undefined;
    const length = header.readUInt32LE(0);
    if (length === 0 || at + HEADER_BYTES + length > this.#size) return undefined;
    const body = Buffer.alloc(length);
    if (readSync(this.#file, body, 0, length, at + HEADER_BYTES) < length) return undefined;
    if (crc32(body, crc32(header.subarray(8))) !== header.readUInt32LE(4)) return undefined;
    const record = {
      seq: header.readDoubleLE(8),
      etag: header.readDoubleLE(16),
      cells: JSON.parse(body.toString("utf8")) as Cell[],
    };
    return { record, bytes: HEADER_BYTES + length };
  }
}

function openExisting(path: string): number | undefined {
  try {
    return openSync(path, "r+");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function writeAll(file: number, buffer: Buffer, bytes: number, at: number): void {
  for (let done = 0; done < bytes; ) done += writeSync(file, buffer, done, bytes - done, at + done);
}
