import type { Doc, Store } from "../../core/store";
import type { HistoryRow } from "../../pipeline/effects/effects";
import { isBare } from "../../pipeline/erase/figures";
import type { PrivacyPorts } from "../ports";
import type { Budget, Worked } from "./budget";
import { DAY_MS, daysBefore, firstDay, type KindProgress, lastDay, nextDay } from "./progress";

const PAGE = 100;
/** What a conversation costs of the budget: its messages are about so many. */
const ROW = 10;
/** A row may be written late, under the day on which its conversation closed: so many days are looked at again… */
const LOOK_BACK_DAYS = 30;
/** …so often. */
const LOOK_BACK_MS = DAY_MS;

/** Works what lies under days, the oldest first: `workDay` says how many it removed, and whether the day is done. */
export async function workDays(
  known: KindProgress,
  { now, days, budget }: { now: number; days: number; budget: Budget },
  workDay: (day: string) => Promise<{ removed: number; done: boolean }>,
): Promise<Worked> {
  const last = lastDay(now, days);
  let day = firstDay(known);
  let passedAt = known.passedAt ?? now;
  if (day > last && now - passedAt >= LOOK_BACK_MS) [day, passedAt] = [daysBefore(last, LOOK_BACK_DAYS), now];
  let removed = 0;
  while (day <= last && budget.take(1)) {
    const worked = await workDay(day);
    removed += worked.removed;
    if (!worked.done) break;
    day = nextDay(day);
  }
  return { removed, isDone: day > last, next: { ...known, day, passedAt } };
}

/** Transcripts of conversations that closed on a day. */
export function transcriptsOf({ store, pipeline }: PrivacyPorts, budget: Budget) {
  return (day: string) =>
    workRows(store, day, budget, async (row) => (await pipeline.retirement.transcript(row)) + 1, isBare);
}

/** Rows of conversations that closed on a day. `idle`: nothing of a thread's conversations is left. */
export function historyOf(
  { store, pipeline }: PrivacyPorts,
  budget: Budget,
  idle: (threadId: string) => Promise<unknown>,
) {
  return (day: string) =>
    workRows(store, day, budget, async (row) => {
      // The rows lead to the messages: never before them.
      if (!isBare(row)) await pipeline.retirement.transcript(row);
      if (await pipeline.retirement.row(row)) await idle(row.threadId);
      return 1;
    });
}

async function workRows(
  store: Store,
  day: string,
  budget: Budget,
  work: (row: HistoryRow) => Promise<number>,
  /** They cost nothing: a day with many of them must come to its end. */
  isDone: (row: HistoryRow) => boolean = () => false,
): Promise<{ removed: number; done: boolean }> {
  let removed = 0;
  for (let cursor: string | undefined; ; ) {
    const page = await store.query<HistoryRow>("history", "closed", {
      partition: day,
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { doc } of page.items) {
      if (isDone(doc)) continue;
      if (!budget.take(ROW)) return { removed, done: false };
      removed += await work(doc);
    }
    if (page.next === undefined) return { removed, done: true };
    cursor = page.next;
  }
}

/** Audit entries of a day. */
export function auditOf({ store }: PrivacyPorts, budget: Budget) {
  return async (day: string): Promise<{ removed: number; done: boolean }> => {
    for (let removed = 0; ; ) {
      const page = await store.query<Doc>("audit", "entries", { partition: day, limit: PAGE });
      if (page.items.length === 0) return { removed, done: true };
      if (!budget.take(page.items.length)) return { removed, done: false };
      const ops = page.items.map(({ doc }) => ({ do: "delete" as const, id: doc.id }));
      // Another server may have been at the same: what is left comes again.
      if (!(await store.batch("audit", day, ops, "retire")).ok) return { removed, done: false };
      removed += ops.length;
    }
  };
}
