import type { Head } from "../core/conversation";
import type { BatchResult, Op, Store, Stored } from "../core/store";

/** Heads kept in memory; about 3 kB each. Only a cache: every write still asks for the etag. */
const CACHED_HEADS = 4096;

/** A thread's head and the right to work on it, one at a time in this process. */
export interface Threads {
  head(threadId: string): Promise<Stored<Head> | undefined>;
  /** Writes the head with `ops` in one batch that requires the head to be as it was in `before`. */
  commit(
    before: Stored<Head> | undefined,
    head: Head,
    ops: readonly Op[],
    purpose: string,
  ): Promise<BatchResult>;
  /** A head as it was just read. */
  remember(head: Stored<Head>): void;
  /** The cached head is old: somebody else wrote it. */
  forget(threadId: string): void;
  /** Runs `work` after everything asked before for this thread. */
  serially<T>(threadId: string, work: () => Promise<T>): Promise<T>;
  /** Work under way or waiting, over all threads. */
  busy(): number;
}

export function createThreads(store: Store): Threads {
  const heads = new Map<string, Stored<Head>>();
  const chains = new Map<string, Promise<unknown>>();

  // What other servers write makes what is cached here old.
  store.subscribe((changes) => {
    for (const { container, partition, id, elsewhere } of changes)
      if (elsewhere === true && container === "threads" && id === "head") heads.delete(partition);
  });

  function remember(threadId: string, stored: Stored<Head>): void {
    heads.delete(threadId);
    heads.set(threadId, stored);
    if (heads.size <= CACHED_HEADS) return;
    const oldest = heads.keys().next();
    if (!oldest.done) heads.delete(oldest.value);
  }

  return {
    async head(threadId) {
      const known = heads.get(threadId);
      if (known !== undefined) return known;
      const stored = await store.read<Head>("threads", threadId, "head");
      if (stored !== undefined) remember(threadId, stored);
      return stored;
    },

    async commit(before, head, ops, purpose) {
      const first: Op =
        before === undefined ? { do: "create", doc: head } : { do: "replace", doc: head, etag: before.etag };
      const result = await store.batch("threads", head.threadId, [first, ...ops], purpose);
      const etag = result.ok ? result.etags[0] : undefined;
      if (etag === undefined) heads.delete(head.threadId);
      else remember(head.threadId, { doc: head, etag });
      return result;
    },

    remember: (head) => remember(head.doc.threadId, head),

    forget: (threadId) => void heads.delete(threadId),

    serially(threadId, work) {
      const before = chains.get(threadId);
      const turn = before === undefined ? work() : before.then(work, work);
      chains.set(threadId, turn);
      const done = () => {
        if (chains.get(threadId) === turn) chains.delete(threadId);
      };
      turn.then(done, done);
      return turn;
    },

    busy: () => chains.size,
  };
}
