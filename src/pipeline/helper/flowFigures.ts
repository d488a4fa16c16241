import type { Clock } from "../../core/clock";
import { messageOf } from "../../core/errors";
import type { Log } from "../../core/log";
import type { Doc, Store } from "../../core/store";
import { transact } from "../../core/transact";
import { FLOW_COUNTS, type FlowCount, STEP_COUNTS } from "./flowCounts";

type Counts = Partial<Record<FlowCount["what"], number>>;

/** What one revision of a flow did on one day (the partition), at all servers. */
export interface FlowFiguresDoc extends Doc {
  type: "flowFigures";
  flow: string;
  revision: number;
  conversations: Counts;
  steps: Record<string, Counts>;
}

/** Counts of several days. */
export interface FlowFigures {
  revision: number;
  conversations: Record<(typeof FLOW_COUNTS)[number], number>;
  steps: Record<string, Record<(typeof STEP_COUNTS)[number], number>>;
}

const FLUSH_MS = 5_000;

/**
 * Counts in memory and writes every five seconds and at the end: messages cost nothing more, a flow in use one small
 * document every five seconds. A killed process loses at most that much of the figures, never anything else.
 */
export function createFlowFigures(ports: { store: Store; clock: Clock; log: Log }) {
  let pending = new Map<string, { day: string; doc: FlowFiguresDoc }>();
  let cancel: (() => void) | undefined;
  let flushing: Promise<void> = Promise.resolve();

  function pendingOf(day: string, flow: string, revision: number): FlowFiguresDoc {
    const id = `${prefixOf(flow)}${String(revision).padStart(9, "0")}`;
    const key = `${day} ${id}`;
    const known = pending.get(key)?.doc ?? {
      id,
      type: "flowFigures",
      flow,
      revision,
      conversations: {},
      steps: {},
    };
    pending.set(key, { day, doc: known });
    return known;
  }

  async function write(): Promise<void> {
    cancel = undefined;
    const batch = pending;
    pending = new Map();
    for (const { day, doc } of batch.values()) {
      await transact(ports.store, "history", day, "count", async (tx) => {
        const before = await tx.read<FlowFiguresDoc>(doc.id);
        tx.put(before === undefined ? doc : merged(before, doc));
      }).catch((error) => {
        ports.log.error({ error: messageOf(error) }, "figures of a flow not written; they are tried again");
        const newer = pendingOf(day, doc.flow, doc.revision);
        Object.assign(newer, merged(newer, doc));
      });
    }
    if (pending.size > 0) schedule();
  }

  function schedule(): void {
    cancel ??= ports.clock.after(FLUSH_MS, () => {
      flushing = flushing.then(write);
    });
  }

  async function flush(): Promise<void> {
    cancel?.();
    flushing = flushing.then(write);
    await flushing;
  }

  return {
    add(counts: readonly FlowCount[]): void {
      for (const { day, flow, revision, step, what } of counts) {
        const doc = pendingOf(day, flow, revision);
        if (step !== undefined) doc.steps[step] ??= {};
        const place = step === undefined ? doc.conversations : (doc.steps[step] ?? {});
        place[what] = (place[what] ?? 0) + 1;
      }
      if (counts.length > 0) schedule();
    },

    /** Of these days (UTC), by revision, newest first. What other servers counted in the last seconds may be missing. */
    async of(flow: string, days: readonly string[]): Promise<FlowFigures[]> {
      await flush();
      const found = new Map<number, FlowFiguresDoc>();
      for (const day of days) {
        const page = await ports.store.query<FlowFiguresDoc>("history", "counts", {
          partition: day,
          equals: { type: "flowFigures" },
          after: prefixOf(flow),
          upTo: `${prefixOf(flow)}~`,
          limit: 1000,
        });
        for (const { doc } of page.items) {
          const before = found.get(doc.revision);
          found.set(doc.revision, before === undefined ? doc : merged(before, doc));
        }
      }
      return [...found.values()].sort((a, b) => b.revision - a.revision).map(toFigures);
    },
    flush,
  };
}

export type FlowFiguresCounter = ReturnType<typeof createFlowFigures>;

const prefixOf = (flow: string): string => `flow~${flow}~`;

function merged(a: FlowFiguresDoc, b: FlowFiguresDoc): FlowFiguresDoc {
  const steps = { ...a.steps };
  for (const [step, counts] of Object.entries(b.steps)) steps[step] = sum(steps[step] ?? {}, counts);
  return { ...a, conversations: sum(a.conversations, b.conversations), steps };
}

function sum(a: Counts, b: Counts): Counts {
  const counts = { ...a };
  for (const [what, n] of Object.entries(b) as [FlowCount["what"], number][])
    counts[what] = (counts[what] ?? 0) + n;
  return counts;
}

function toFigures({ revision, conversations, steps }: FlowFiguresDoc): FlowFigures {
  const all = <T extends FlowCount["what"]>(names: readonly T[], counts: Counts) =>
    Object.fromEntries(names.map((name) => [name, counts[name] ?? 0])) as Record<T, number>;
  return {
    revision,
    conversations: all(FLOW_COUNTS, conversations),
    steps: Object.fromEntries(
      Object.entries(steps).map(([step, counts]) => [step, all(STEP_COUNTS, counts)]),
    ),
  };
}
