import type { Store } from "../core/store";

export interface StoreCounts {
  /** Each read, batch, query and feed is one. */
  roundTrips: number;
  /** Batches by the purpose that their caller named. */
  byPurpose: Record<string, number>;
  reads: number;
  /** Named queries and pages of the feed. */
  queries: number;
  batches: number;
}

export interface CountingStore {
  store: Store;
  counts(): StoreCounts;
  reset(): void;
}

/** Wraps a store and counts what is asked of it: for metrics and for the guard on round trips per message. */
export function countStore(store: Store): CountingStore {
  let reads = 0;
  let queries = 0;
  let batches = 0;
  const purposes = new Map<string, number>();
  return {
    store: {
      exclusive: store.exclusive,
      read(container, partition, id) {
        reads++;
        return store.read(container, partition, id);
      },
      batch(container, partition, ops, purpose) {
        batches++;
        purposes.set(purpose, (purposes.get(purpose) ?? 0) + 1);
        return store.batch(container, partition, ops, purpose);
      },
      query(container, name, options) {
        queries++;
        return store.query(container, name, options);
      },
      feed(container, cursor, limit) {
        queries++;
        return store.feed(container, cursor, limit);
      },
      subscribe: (listener) => store.subscribe(listener),
      close: () => store.close(),
    },
    counts: () => ({
      roundTrips: reads + queries + batches,
      byPurpose: Object.fromEntries(purposes),
      reads,
      queries,
      batches,
    }),
    reset() {
      reads = queries = batches = 0;
      purposes.clear();
    },
  };
}
