import { StoreError } from "../../../src/core/errors";
import type { Store } from "../../../src/core/store";

/** The store as a process sees it that is killed after its `commits`-th commit: nothing it does then happens. */
export function killedAfter(store: Store, commits: number): Store {
  let left = commits;
  const killed = (): StoreError => new StoreError("STORE_UNAVAILABLE", "This process was killed.");
  const alive = (): void => {
    if (left < 0) throw killed();
  };
  return {
    ...store,
    subscribe: () => () => {},
    async read(container, partition, id) {
      alive();
      return store.read(container, partition, id);
    },
    async query(container, name, options) {
      alive();
      return store.query(container, name, options);
    },
    async batch(container, partition, ops, purpose) {
      alive();
      if (left === 0) {
        left = -1;
        throw killed();
      }
      const result = await store.batch(container, partition, ops, purpose);
      if (result.ok) left -= 1;
      if (left === 0) {
        left = -1;
        throw killed();
      }
      return result;
    },
  };
}
