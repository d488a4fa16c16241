import type { Clock } from "../core/clock";
import { messageOf } from "../core/errors";
import type { Log } from "../core/log";
import type { Owed, OwedKind, OwedStep } from "../core/owed";
import type { Change, Doc, Store, Stored } from "../core/store";

/** The process that wrote a step has so long to do it before the sweep may take it up, ms. */
export const OWED_GRACE_MS = 5_000;
const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 60_000;
const PAGE = 500;
/** More than this is left to the next sweep. */
const MOST = 20_000;

/** How the steps of each kind are done: idempotently, for each may be done again. Throw to have it tried again. */
export type OwedHandlers = {
  [K in OwedKind]: (step: Extract<OwedStep, { kind: K }>, owed: Owed) => Promise<void>;
};

/** Runs what is owed in `contacts`: at once after the commit that owes it, or when the sweep finds it. */
export interface OwedSteps {
  /** Takes up what is due at `upTo` (ms, now when left out), whoever owed it. Resolves when each was tried. Throws StoreError. */
  sweep(upTo?: number): Promise<void>;
  /** Resolves when nothing runs or waits, save what waits for its next try. */
  settled(): Promise<void>;
  /** Steps that this process has still to do. */
  backlog(): number;
  /** Ends what runs and begins nothing more: the rest is found by another's sweep. */
  stop(): Promise<void>;
}

/** Steps of one kind and partition, in order: one that fails holds up its like, and nothing else. */
interface Line {
  waiting: Stored<Owed>[];
  running: Promise<void> | undefined;
  failures: number;
  /** Calls off the next try. */
  cancel: (() => void) | undefined;
}

/**
 * Follows the store's commits, so whoever writes an `Owed` document into `contacts` has it done. One that is due later than
 * the grace is left to its time.
 */
export function createOwed({
  store,
  clock,
  log,
  steps,
}: {
  store: Store;
  clock: Clock;
  log: Log;
  steps: OwedHandlers;
}): OwedSteps {
  const lines = new Map<string, Line>();
  let stopped = false;
  const unsubscribe = store.subscribe((changes) => changes.forEach(follow));

  function follow({ container, doc, etag, elsewhere }: Change): void {
    if (container !== "contacts" || elsewhere || etag === undefined || !isOwed(doc)) return;
    if (doc.attempts === 0 && doc.due <= clock.now() + OWED_GRACE_MS) add({ doc, etag });
  }

  function add(stored: Stored<Owed>): Line {
    const key = JSON.stringify([stored.doc.key, stored.doc.step.kind]);
    const line = lines.get(key) ?? { waiting: [], running: undefined, failures: 0, cancel: undefined };
    lines.set(key, line);
    if (!line.waiting.some(({ doc }) => doc.id === stored.doc.id)) line.waiting.push(stored);
    if (line.cancel === undefined) run(key, line);
    return line;
  }

  function run(key: string, line: Line): void {
    line.running ??= work(line).finally(() => {
      line.running = undefined;
      if (line.waiting.length === 0) lines.delete(key);
      else if (stopped) return;
      else if (line.failures > 0) retryLater(key, line);
      // Came in the moment when it had just found nothing left.
      else run(key, line);
    });
  }

  function retryLater(key: string, line: Line): void {
    const delayMs = Math.min(FIRST_RETRY_MS * 2 ** (line.failures - 1), MAX_RETRY_MS);
    line.cancel = clock.after(delayMs, () => {
      line.cancel = undefined;
      run(key, line);
    });
  }

  /** Until nothing is left, or one fails. */
  async function work(line: Line): Promise<void> {
    for (;;) {
      const [next] = line.waiting;
      if (next === undefined || stopped) return;
      try {
        await perform(next.doc);
        await forget(next);
        line.failures = 0;
        line.waiting.shift();
      } catch (error) {
        line.failures += 1;
        const { id, step } = next.doc;
        log.warn(
          { owed: id, kind: step.kind, tries: line.failures, error: messageOf(error) },
          "a step of contacts failed",
        );
        line.waiting[0] = await countAttempt(next);
        return;
      }
    }
  }

  function perform(owed: Owed): Promise<void> {
    const handle = steps[owed.step.kind] as (step: OwedStep, owed: Owed) => Promise<void>;
    return handle(owed.step, owed);
  }

  /** One that somebody else did, or tried meanwhile, is theirs. */
  async function forget({ doc, etag }: Stored<Owed>): Promise<void> {
    await store.batch("contacts", doc.key, [{ do: "delete", id: doc.id, etag }], "owedDone");
  }

  /** For whoever looks at the store; that it cannot be written harms nothing. */
  async function countAttempt({ doc, etag }: Stored<Owed>): Promise<Stored<Owed>> {
    const next = { ...doc, attempts: doc.attempts + 1 };
    try {
      const kept = await store.batch("contacts", doc.key, [{ do: "replace", doc: next, etag }], "owedFailed");
      return kept.ok ? { doc: next, etag: kept.etags[0] ?? etag } : { doc, etag };
    } catch {
      return { doc, etag };
    }
  }

  async function due(upTo: number): Promise<Stored<Owed>[]> {
    const found: Stored<Owed>[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.query<Owed>("contacts", "due", {
        upTo,
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      found.push(...page.items.filter(({ doc }) => isOwed(doc)));
      cursor = page.next;
    } while (cursor !== undefined && found.length < MOST);
    return found;
  }

  async function settled(): Promise<void> {
    for (;;) {
      const running = [...lines.values()].flatMap((line) => line.running ?? []);
      if (running.length === 0) return;
      await Promise.all(running);
    }
  }

  return {
    async sweep(upTo = clock.now()) {
      const touched = new Set((await due(upTo)).map(add));
      await Promise.all([...touched].map(({ running }) => running));
    },
    settled,
    backlog: () => [...lines.values()].reduce((sum, { waiting }) => sum + waiting.length, 0),
    async stop() {
      stopped = true;
      unsubscribe();
      for (const { cancel } of lines.values()) cancel?.();
      await settled();
    },
  };
}

const isOwed = (doc: Doc | undefined): doc is Owed => doc?.type === "owed";
