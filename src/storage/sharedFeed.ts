import type { Clock } from "../core/clock";
import { messageOf } from "../core/errors";
import type { Log } from "../core/log";
import type { BatchResult, Change, ContainerName, Op, Store } from "../core/store";

/** What desks wait for is read every time, what may take two seconds every fourth time: each read costs. */
const URGENT: readonly ContainerName[] = ["threads", "routing"];
const FOLLOWED: readonly ContainerName[] = [...URGENT, "history", "settings", "leases"];
const CALM_ROUNDS = 4;
/** Other servers' changes are heard of after at most this long, ms, and a read. */
const POLL_MS = 500;
const MAX_POLL_MS = 10_000;
const PAGE = 500;
/** Etags of our own writes are remembered so long, ms: the feed brings them back to us. */
const REMEMBER_MS = 60_000;

/**
 * A store that several servers share, whose `subscribe` tells of their commits too (`Change.elsewhere`). Each server
 * reads the feed once, whoever listens here. The feed tells of no deletes and of a document's newest state only.
 */
export function withSharedFeed(
  store: Store,
  ports: {
    clock: Clock;
    log: Log;
    /** The cursor behind all there is; left out, the feed is read through to its end. */
    feedEnd?: (container: ContainerName) => Promise<string>;
  },
) {
  const listeners = new Set<(changes: Change[]) => void>();
  const own = new Map<string, number>();
  /** Of documents that we wrote: the write's place among our writes and readings. */
  const written = new Map<string, { at: number; n: number }>();
  let n = 0;
  const cursors = new Map<ContainerName, string>();
  const unsubscribe = store.subscribe((changes) => {
    const now = ports.clock.now();
    n += 1;
    for (const change of changes) {
      if (change.etag !== undefined) own.set(change.etag, now);
      // In order of time, so that what is old can be found in front.
      written.delete(keyOf(change));
      written.set(keyOf(change), { at: now, n });
    }
    tell(changes);
  });
  let cancel: (() => void) | undefined;
  let stopped = false;
  let reading: Promise<void> = Promise.resolve();
  let failures = 0;
  let round = 0;

  function tell(changes: Change[]): void {
    for (const listener of listeners) {
      try {
        listener(changes);
      } catch (error) {
        ports.log.error({ reason: messageOf(error) }, "a listener to the store's changes failed");
      }
    }
  }

  async function readNews(containers: readonly ContainerName[]): Promise<void> {
    for (const container of containers) {
      for (;;) {
        const asked = ++n;
        const page = await store.feed(container, cursors.get(container), PAGE);
        const news = await newest(
          page.changes.filter(({ etag = "" }) => !own.has(etag)),
          asked,
        );
        // Only now: should the store fail in between, the page must come again.
        cursors.set(container, page.cursor);
        if (news.length > 0) tell(news.map((change) => ({ ...change, elsewhere: true })));
        // A short page is not the end: each range of a large container has pages of its own.
        if (page.changes.length === 0) break;
      }
    }
    const old = ports.clock.now() - REMEMBER_MS;
    for (const [etag, at] of own) {
      if (at > old) break;
      own.delete(etag);
    }
    for (const [key, { at }] of written) {
      if (at > old) break;
      written.delete(key);
    }
  }

  /**
   * A document that we wrote while the page was on its way may stand in it as it was before, or as somebody made it after
   * us: the store is asked. An old state told after a new one would be believed.
   */
  async function newest(changes: readonly Change[], asked: number): Promise<Change[]> {
    const news: Change[] = [];
    for (const change of changes) {
      let told: Change | undefined = change;
      for (let since = asked; told !== undefined && (written.get(keyOf(change))?.n ?? 0) > since; ) {
        since = ++n;
        const { container, partition, id } = change;
        const now = await store.read(container, partition, id);
        told =
          now === undefined || own.has(now.etag) ? undefined : { ...change, doc: now.doc, etag: now.etag };
      }
      if (told !== undefined) news.push(told);
    }
    return news;
  }

  async function endOf(container: ContainerName): Promise<string> {
    if (ports.feedEnd !== undefined) return ports.feedEnd(container);
    let cursor: string | undefined;
    for (;;) {
      const page = await store.feed(container, cursor, PAGE);
      cursor = page.cursor;
      if (page.changes.length === 0) return cursor;
    }
  }

  function schedule(): void {
    if (stopped) return;
    const delay = Math.min(MAX_POLL_MS, POLL_MS * 2 ** failures);
    cancel = ports.clock.after(delay, () => {
      round += 1;
      reading = readNews(round % CALM_ROUNDS === 0 ? FOLLOWED : URGENT)
        .then(
          () => {
            failures = 0;
          },
          (error) => {
            failures = Math.min(failures + 1, 6);
            ports.log.warn({ reason: messageOf(error) }, "the feed of changes could not be read; again soon");
          },
        )
        .finally(schedule);
    });
  }

  const shared: Store = {
    exclusive: false,
    read: (container, partition, id) => store.read(container, partition, id),
    batch: (container, partition, ops: Op[], purpose): Promise<BatchResult> =>
      store.batch(container, partition, ops, purpose),
    query: (container, name, options) => store.query(container, name, options),
    feed: (container, cursor, limit) => store.feed(container, cursor, limit),
    subscribe(listener) {
      const entry = (changes: Change[]) => listener(changes);
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
    async close() {
      stopped = true;
      cancel?.();
      unsubscribe();
      await reading;
      await store.close();
    },
  };

  return {
    store: shared,
    /** Finds where the feed ends now and follows it from there. Throws StoreError. */
    async start(): Promise<void> {
      for (const container of FOLLOWED) cursors.set(container, await endOf(container));
      schedule();
    },
    /** Reads at once: for tests. */
    readNow: () => readNews(FOLLOWED),
  };
}

const keyOf = ({ container, partition, id }: Change): string => `${container} ${partition} ${id}`;
