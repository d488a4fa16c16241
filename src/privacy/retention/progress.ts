import { RETENTION_KINDS, type RetentionKind } from "../../core/retention";
import type { Doc, Store } from "../../core/store";
import { transact } from "../../core/transact";

export const DAY_MS = 24 * 60 * 60 * 1000;
/** Nothing is older than this: the first day that is looked at. */
const FIRST_DAY = "2026-01-01";

/** How far one kind of data has been worked. */
export interface KindProgress {
  /** Of kinds kept by day: the next day (UTC) to work. */
  day?: string;
  /** Of the others: where the pass through all of them has come to. */
  cursor?: string;
  /** When the last pass, or look back over past days, ended (ms). */
  passedAt?: number;
  /** Since the beginning. */
  removed: number;
  /** In the last run that removed something. */
  lastRemoved?: number;
  lastRemovedAt?: number;
}

export interface Progress extends Doc {
  id: "progress";
  type: "retention";
  /** Of the last run (ms). */
  ranAt?: number;
  kinds: Record<RetentionKind, KindProgress>;
}

/** The state of the work, shared by all servers. Throws StoreError. */
export async function readProgress(store: Store): Promise<Progress> {
  const known = await store.read<Progress>("leases", "retention", "progress");
  if (known !== undefined) return known.doc;
  const kinds = Object.fromEntries(RETENTION_KINDS.map((kind) => [kind, { removed: 0 }]));
  return { id: "progress", type: "retention", kinds: kinds as Progress["kinds"] };
}

/** Two servers that believe to hold the lease remove the same once: only their counts may be short. */
export async function writeProgress(store: Store, change: (known: Progress) => Progress): Promise<Progress> {
  return transact(store, "leases", "retention", "retention", async (tx) => {
    await tx.read("progress");
    const next = change(await readProgress(store));
    tx.put(next);
    return next;
  });
}

export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
export const nextDay = (day: string): string => dayOf(Date.parse(day) + DAY_MS);
export const firstDay = (known: KindProgress): string => known.day ?? FIRST_DAY;
/** The last day that is over by `days` full days. */
export const lastDay = (now: number, days: number): string => dayOf(now - (days + 1) * DAY_MS);
/** `days` days before `day`, at the earliest the first there can be. */
export const daysBefore = (day: string, days: number): string =>
  [dayOf(Date.parse(day) - days * DAY_MS), FIRST_DAY].sort()[1] ?? FIRST_DAY;
