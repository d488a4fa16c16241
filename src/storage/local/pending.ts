import type { Cell } from "./wire";

/** A document as it was last written, or that it was deleted. */
export interface PendingDoc {
  partition: string;
  id: string;
  etag: number;
  /** Type, expires, body, fields…: the cells of its row; undefined when it was deleted. */
  row: readonly Cell[] | undefined;
}

const EXPIRES = 1;
const BODY = 2;

/** Is it there at `now`? What has expired is not, before anything sweeps it. */
export function isAlive({ row }: PendingDoc, now: number): boolean {
  if (row === undefined) return false;
  const expires = row[EXPIRES] as number | null | undefined;
  return expires === null || expires === undefined || expires > now;
}

export const bodyOf = ({ row }: PendingDoc): Cell => row?.[BODY] ?? null;

/**
 * What one table's documents have become since the last commit. The journal has made it durable, so the database is
 * told later, and once: of a document that changed three times only the last state is written.
 */
export class PendingTable {
  readonly #docs = new Map<string, PendingDoc>();
  /** Those that the open transaction lacks. */
  readonly #dirty = new Set<PendingDoc>();

  get(partition: string, id: string): PendingDoc | undefined {
    return this.#docs.get(toKey(partition, id));
  }

  /** Takes the place of what was written before; returns the way back. */
  put(doc: PendingDoc): () => void {
    const key = toKey(doc.partition, doc.id);
    const before = this.#docs.get(key);
    this.#docs.set(key, doc);
    this.#dirty.add(doc);
    if (before !== undefined) this.#dirty.delete(before);
    return () => {
      this.#dirty.delete(doc);
      if (before === undefined) this.#docs.delete(key);
      else this.#restore(key, before);
    };
  }

  #restore(key: string, doc: PendingDoc): void {
    this.#docs.set(key, doc);
    this.#dirty.add(doc);
  }

  /** Up to `most` of those that the open transaction lacks; from now on it has them. */
  takeDirty(most: number): PendingDoc[] {
    const taken: PendingDoc[] = [];
    for (const doc of this.#dirty) {
      if (taken.length >= most) break;
      this.#dirty.delete(doc);
      taken.push(doc);
    }
    return taken;
  }

  /** The transaction is gone: the next one lacks them all. */
  spoil(): void {
    for (const doc of this.#docs.values()) this.#dirty.add(doc);
  }

  /** The database has them all. */
  clear(): void {
    this.#docs.clear();
    this.#dirty.clear();
  }
}

/** Ids have no control characters (checks.ts), so a key names one document. */
const toKey = (partition: string, id: string): string => `${id}\n${partition}`;
