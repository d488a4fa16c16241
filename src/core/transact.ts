import { StoreError } from "./errors";
import type { ContainerName, Doc, Op, Store, Stored } from "./store";

/** Reads and planned writes of one attempt inside one partition. */
export interface Tx {
  /** Reads once; later reads give the same document, or the one planned by `put`. Do not change it: `put` a copy. */
  read<T extends Doc>(id: string): Promise<T | undefined>;
  /** Plans a create (when `read` found nothing or was not asked) or a replace of what `read` found. */
  put<T extends Doc>(doc: T): void;
  remove(id: string): void;
}

/** Each round of a race has a winner: so many may change one document (an agent's load) at the same moment. */
const MAX_ATTEMPTS = 100;

/**
 * Reads, decides and writes in one partition, again from the start whenever somebody else was faster.
 * `work` must have no effects of its own; throw from it to give up. Without planned writes nothing is written.
 * `known`: documents as they were last seen, which the first attempt takes as read; who decides against writing on them
 * must have read them again.
 */
export async function transact<R>(
  store: Store,
  container: ContainerName,
  partition: string,
  purpose: string,
  work: (tx: Tx) => Promise<R>,
  known: readonly Stored[] = [],
): Promise<R> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const plan = createPlan(store, container, partition, attempt === 1 ? known : []);
    const result = await work(plan.tx);
    const ops = plan.ops();
    if (ops.length === 0) return result;
    const outcome = await store.batch(container, partition, ops, purpose);
    if (outcome.ok) return result;
  }
  throw new StoreError(
    "STORE_UNAVAILABLE",
    `${purpose}: lost ${MAX_ATTEMPTS} races in a row in ${container}.`,
  );
}

function createPlan(store: Store, container: ContainerName, partition: string, known: readonly Stored[]) {
  const seen = new Map<string, Promise<Stored | undefined>>(
    known.map((stored) => [stored.doc.id, Promise.resolve(stored)]),
  );
  const found = new Map(known.map((stored) => [stored.doc.id, stored]));
  const writes = new Map<string, Doc | undefined>();
  const load = async (id: string): Promise<Stored | undefined> => {
    const stored = await store.read(container, partition, id);
    if (stored !== undefined) found.set(id, stored);
    return stored;
  };
  const tx: Tx = {
    async read<T extends Doc>(id: string) {
      if (writes.has(id)) return writes.get(id) as T | undefined;
      let reading = seen.get(id);
      if (reading === undefined) {
        reading = load(id);
        seen.set(id, reading);
      }
      return (await reading)?.doc as T | undefined;
    },
    put: (doc) => void writes.set(doc.id, doc),
    remove: (id) => void writes.set(id, undefined),
  };
  const toOp = ([id, doc]: [string, Doc | undefined]): Op => {
    const before = found.get(id);
    if (doc === undefined) return before ? { do: "delete", id, etag: before.etag } : { do: "delete", id };
    return before ? { do: "replace", doc, etag: before.etag } : { do: "create", doc };
  };
  return { tx, ops: () => [...writes].map(toOp) };
}
