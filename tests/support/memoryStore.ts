import { StoreError } from "../../src/core/errors";
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
} from "../../src/core/store";
import {
  badCursor,
  checkBatch,
  checkContainer,
  checkKey,
  checkLimit,
  checkQuery,
  fieldOf,
  partitionOf,
  readCursor,
  writeCursor,
} from "../../src/storage/checks";

type Operation = { kind: "read" | "batch" | "query"; container: ContainerName; purpose: string };

/** The store's contract in memory: quick, and with hooks for what a disk does only on bad days. */
export interface MemoryStore extends Store {
  /** Runs before each operation; a test makes operations wait, throw, or take turns here. */
  before?: (operation: Operation) => Promise<void> | void;
  /** Runs after a batch is durable and told, before its writer hears of it. */
  afterCommit?: (purpose: string) => Promise<void> | void;
  /** Every document of a container now, in order of its last write. */
  all<T extends Doc>(container: ContainerName): T[];
  /** Purposes of all batches that were written. */
  readonly purposes: string[];
}

interface Row {
  partition: string;
  doc: Doc;
  etag: number;
  expires: number;
}

/** `now` decides on time to live. Documents are frozen copies, so that whoever changes one in place fails. */
export function createMemoryStore(now: () => number = () => 0): MemoryStore {
  const rows = new Map<string, Row>();
  const listeners = new Set<(changes: Change[]) => void>();
  let etags = 0;

  const keyOf = (container: ContainerName, partition: string, id: string): string =>
    JSON.stringify([container, partition, id]);
  const find = (container: ContainerName, partition: string, id: string): Row | undefined => {
    const row = rows.get(keyOf(container, partition, id));
    return row !== undefined && row.expires > now() ? row : undefined;
  };
  const inContainer = (container: ContainerName): Row[] =>
    [...rows]
      .filter(([key, row]) => key.startsWith(`["${container}",`) && row.expires > now())
      .map(([, row]) => row);
  const toStored = ({ doc, etag }: Row): Stored => ({ doc, etag: String(etag) });

  function refusal(
    container: ContainerName,
    partition: string,
    ops: readonly Op[],
  ): Extract<BatchResult, { ok: false }> | undefined {
    for (const [index, op] of ops.entries()) {
      const row = find(container, partition, op.do === "delete" ? op.id : op.doc.id);
      const wanted = op.do === "replace" || op.do === "delete" ? op.etag : undefined;
      if (op.do === "create" && row !== undefined) return { ok: false, index, reason: "exists" };
      if ((op.do === "replace" || op.do === "delete") && row === undefined)
        return { ok: false, index, reason: "missing" };
      if (wanted !== undefined && String(row?.etag) !== wanted)
        return { ok: false, index, reason: "changed" };
    }
    return undefined;
  }

  const store: MemoryStore = {
    exclusive: true,
    purposes: [],
    all: <T extends Doc>(container: ContainerName) => inContainer(container).map(({ doc }) => doc as T),

    async read<T extends Doc>(container: ContainerName, partition: string, id: string) {
      checkKey(container, partition, id);
      await store.before?.({ kind: "read", container, purpose: id });
      const row = find(container, partition, id);
      return row && (toStored(row) as Stored<T>);
    },

    async batch(container, partition, ops, purpose) {
      const checked = checkBatch(container, partition, ops);
      await store.before?.({ kind: "batch", container, purpose });
      const refused = refusal(container, partition, ops);
      if (refused !== undefined) return refused;
      const changes: Change[] = [];
      const written: string[] = [];
      for (const { id, doc, body } of checked) {
        const key = keyOf(container, partition, id);
        const etag = ++etags;
        rows.delete(key);
        written.push(String(etag));
        if (doc === undefined) changes.push({ container, partition, id });
        else {
          const kept = freeze(JSON.parse(body) as Doc);
          rows.set(key, {
            partition,
            doc: kept,
            etag,
            expires: kept.ttl === undefined ? Number.POSITIVE_INFINITY : now() + kept.ttl * 1000,
          });
          changes.push({ container, partition, id, doc: kept, etag: String(etag) });
        }
      }
      store.purposes.push(purpose);
      for (const listener of listeners) tell(listener, changes);
      await store.afterCommit?.(purpose);
      return { ok: true, etags: written };
    },

    async query<T extends Doc>(
      container: ContainerName,
      name: string,
      options: QueryOptions,
    ): Promise<Page<Stored<T>>> {
      const { spec, equals, limit } = checkQuery(container, name, options);
      const cursor = options.cursor === undefined ? undefined : readCursor(options.cursor);
      await store.before?.({ kind: "query", container, purpose: name });
      const sign = spec.direction === "desc" ? -1 : 1;
      const positionOf = ({ doc, partition }: Row) =>
        [fieldOf(doc, spec.order) as string | number, doc.id, partition] as const;
      const isWanted = (row: Row): boolean => {
        const value = fieldOf(row.doc, spec.order) as string | number | undefined;
        if (value === undefined || (options.partition !== undefined && row.partition !== options.partition))
          return false;
        if (
          Object.entries(equals).some(
            ([field, wanted]) => wanted !== undefined && fieldOf(row.doc, field) !== wanted,
          )
        )
          return false;
        if (options.upTo !== undefined && sign * compare([value], [options.upTo]) > 0) return false;
        if (cursor !== undefined) return sign * compare(positionOf(row), cursor) > 0;
        return options.after === undefined || sign * compare([value], [options.after]) > 0;
      };
      const found = inContainer(container)
        .filter(isWanted)
        .sort((a, b) => sign * compare(positionOf(a), positionOf(b)));
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const page = { items: items.map((row) => toStored(row) as Stored<T>) };
      if (found.length <= limit || last === undefined) return page;
      const [value, id] = positionOf(last);
      return { ...page, next: writeCursor([value, id, partitionOf(container, last.doc)]) };
    },

    async feed(container, cursor, limit) {
      if (cursor !== undefined && !/^\d{1,15}$/.test(cursor)) throw badCursor();
      checkContainer(container);
      const after = Number(cursor ?? 0);
      const found = inContainer(container)
        .filter((row) => row.etag > after)
        .sort((a, b) => a.etag - b.etag)
        .slice(0, checkLimit(container, limit));
      const changes = found.map(
        ({ partition, doc, etag }): Change => ({ container, partition, id: doc.id, doc, etag: String(etag) }),
      );
      return { changes, cursor: changes.at(-1)?.etag ?? cursor ?? "0" };
    },

    subscribe(listener) {
      const entry = (changes: Change[]) => listener(changes);
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    async close() {},
  };
  return store;
}

/** What a store throws that cannot write now. */
export const storeDown = (): StoreError => new StoreError("STORE_UNAVAILABLE", "The disk is full.");

function tell(listener: (changes: Change[]) => void, changes: Change[]): void {
  try {
    listener(changes);
  } catch {
    // As in the real drivers: a listener's fault harms nobody else.
  }
}

function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] ?? 0;
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) freeze(part);
    Object.freeze(value);
  }
  return value;
}
