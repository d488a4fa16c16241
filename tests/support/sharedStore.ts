import type { Clock } from "../../src/core/clock";
import { silentLog } from "../../src/core/log";
import type { Change, Store } from "../../src/core/store";
import { withSharedFeed } from "../../src/storage/sharedFeed";
import type { MemoryStore } from "./memoryStore";

/** What one of several servers sees of a store: its own commits at once, the others' by the feed. */
export async function shareStore(memory: MemoryStore, clock: Clock) {
  const listeners = new Set<(changes: Change[]) => void>();
  const view: Store = {
    exclusive: false,
    read: (container, partition, id) => memory.read(container, partition, id),
    query: (container, name, options) => memory.query(container, name, options),
    feed: (container, cursor, limit) => memory.feed(container, cursor, limit),
    async batch(container, partition, ops, purpose) {
      const result = await memory.batch(container, partition, ops, purpose);
      if (!result.ok) return result;
      const changes = ops.map(
        (op, index): Change =>
          op.do === "delete"
            ? { container, partition, id: op.id }
            : { container, partition, id: op.doc.id, doc: op.doc, etag: result.etags[index] ?? "" },
      );
      for (const listener of listeners) listener(changes);
      return result;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {},
  };
  const shared = withSharedFeed(view, { clock, log: silentLog });
  await shared.start();
  return shared;
}
