import type { Clock } from "../../core/clock";
import { messageOf } from "../../core/errors";
import type { Log } from "../../core/log";
import type { Doc, Store } from "../../core/store";
import { transact } from "../../core/transact";
import { toHour } from "../messages";

/** What the door counts, by instance and hour: the side of the ledger that does not come from stored messages. */
export interface DoorCount extends Doc {
  type: "count";
  instanceId: string;
  hour: string;
  /** Items that came in by webhook. */
  received: number;
  /** Of those, known already: the platform repeated them. */
  repeated: number;
  /** Receipts, echoes of our own and items that are not for us. */
  notKept: number;
  /** Time of the last inbound message (ms); 0 when there was none. */
  lastAt: number;
  /** Messages of this hour were erased, or their time was over: the sides differ for good. */
  removed?: true;
}

type Kind = "received" | "repeated" | "notKept";

const FLUSH_MS = 2_000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Counts in memory and writes every two seconds and at the end; a killed process loses at most that much of the door's side. */
export function createCounters(ports: { store: Store; clock: Clock; log: Log }) {
  const pending = new Map<string, DoorCount>();
  const lastInbound = new Map<string, number>();
  let cancel: (() => void) | undefined;
  let flushing: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    cancel = undefined;
    const batch = [...pending.values()];
    pending.clear();
    for (const count of batch) {
      await transact(ports.store, "history", count.hour.slice(0, 10), "count", async (tx) => {
        const before = await tx.read<DoorCount>(count.id);
        tx.put(before === undefined ? count : add(before, count));
      }).catch((error) => {
        ports.log.error(
          { error: messageOf(error) },
          "door counts not written; they are kept and tried again",
        );
        const key = `${count.instanceId}@${count.hour}`;
        const newer = pending.get(key);
        pending.set(key, newer === undefined ? count : add(newer, count));
      });
    }
    if (pending.size > 0) schedule();
  }

  // What came in at other servers counts for "last heard of" too.
  ports.store.subscribe((changes) => {
    for (const { container, doc, elsewhere } of changes) {
      if (elsewhere !== true || container !== "history" || doc?.type !== "count") continue;
      const { instanceId, lastAt } = doc as DoorCount;
      if (lastAt > (lastInbound.get(instanceId) ?? 0)) lastInbound.set(instanceId, lastAt);
    }
  });

  function schedule(): void {
    cancel ??= ports.clock.after(FLUSH_MS, () => {
      flushing = flushing.then(write);
    });
  }

  return {
    /** `at`: the time that the message itself is counted under, so that both sides of the ledger use one hour. */
    count(instanceId: string, kind: Kind, at: number): void {
      const hour = toHour(instanceId, at);
      let entry = pending.get(hour);
      if (entry === undefined) {
        entry = toDoorCount(instanceId, hour.slice(hour.lastIndexOf("@") + 1));
        pending.set(hour, entry);
      }
      entry[kind] += 1;
      if (kind === "received") {
        entry.lastAt = at;
        lastInbound.set(instanceId, at);
      }
      schedule();
    },
    /** Finds out when each instance last got a message before this process began, within two days. */
    async start(): Promise<void> {
      for (const back of [DAY_MS, 0]) {
        const partition = new Date(ports.clock.now() - back).toISOString().slice(0, 10);
        const page = await ports.store.query<DoorCount>("history", "counts", {
          partition,
          equals: { type: "count" },
          limit: 1000,
        });
        for (const { doc } of page.items) {
          const known = lastInbound.get(doc.instanceId) ?? 0;
          if (doc.lastAt > known) lastInbound.set(doc.instanceId, doc.lastAt);
        }
      }
    },
    /** Time of each instance's last inbound message (ms). */
    lastInbound: (): ReadonlyMap<string, number> => lastInbound,
    async flush(): Promise<void> {
      cancel?.();
      // Behind a write under way: two who ask at once both see everything.
      flushing = flushing.then(write);
      await flushing;
    },
  };
}

export type Counters = ReturnType<typeof createCounters>;

/** Nothing counted yet. */
export function toDoorCount(instanceId: string, hour: string): DoorCount {
  const id = `count~${`${instanceId}@${hour}`.replace(/[^A-Za-z0-9~@+_.:-]/g, "_")}`;
  return { id, type: "count", instanceId, hour, received: 0, repeated: 0, notKept: 0, lastAt: 0 };
}

function add(a: DoorCount, b: DoorCount): DoorCount {
  return {
    ...a,
    received: a.received + b.received,
    repeated: a.repeated + b.repeated,
    notKept: a.notKept + b.notKept,
    lastAt: Math.max(a.lastAt, b.lastAt),
  };
}
