import { pagesOf } from "../core/pagesOf";
import type { Doc } from "../core/store";
import { aggregate } from "./aggregate";
import { type Cells, createCells, dayText, mergeCells, toDay } from "./cells";
import type { ReportPorts } from "./ports";
import { type ReportRow, type Thresholds, thresholdsOf } from "./row";

const DAY_MS = 24 * 60 * 60 * 1000;
/** Rows closed so recently are read anew each time: they may still be written, or rewritten. */
const SETTLING_MS = 5 * 60 * 1000;
const MOST_BYTES = 32_000_000;
/** As measured: a tally, and each bucket of its durations. */
const CELL_BYTES = 800;
const BUCKET_BYTES = 40;

/** A closed conversation's row, as the pipeline writes it. */
type ClosedRow = ReportRow & Doc & { closedAt: number };

/** What is known of the conversations closed on one day. */
interface ClosedDay {
  /** Of rows closed before `until`. */
  settled: Cells;
  until: number;
  /** What `settled` takes in memory, about. */
  bytes: number;
  /** Readers one after another: both would count the same rows. */
  reading: Promise<unknown>;
}

/**
 * Counts of closed conversations by the day of closing. A row is counted once and then remembered in sums: a day that
 * is over is never read again, of today only the last five minutes. A row written later than that, by us or another
 * server, makes its day be read again; so does a change of a queue's limits.
 */
export function createHistory(ports: ReportPorts, options: { mostBytes?: number } = {}) {
  const mostBytes = options.mostBytes ?? MOST_BYTES;
  /** Least recently asked for first. */
  const days = new Map<number, ClosedDay>();
  let limits = "";

  ports.store.subscribe((changes) => {
    for (const { container, doc } of changes) {
      if (container !== "history" || doc?.type !== "closed") continue;
      const { closedAt } = doc as ClosedRow;
      const day = toDay(closedAt);
      if (closedAt < (days.get(day)?.until ?? 0)) days.delete(day);
    }
  });

  /** Counts by other limits are worth nothing. */
  function currentThresholds(): ReadonlyMap<string, Thresholds> {
    const thresholds = thresholdsOf(ports.settings.current());
    const text = JSON.stringify([...thresholds]);
    if (text !== limits) days.clear();
    limits = text;
    return thresholds;
  }

  function open(day: number): ClosedDay {
    const known = days.get(day) ?? {
      settled: createCells(),
      until: day * DAY_MS,
      bytes: 0,
      reading: Promise.resolve(),
    };
    days.delete(day);
    days.set(day, known);
    return known;
  }

  /** Forgets days that nobody asked for lately. */
  function makeRoom(): void {
    let total = [...days.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [day, { bytes }] of days) {
      if (total <= mostBytes) return;
      days.delete(day);
      total -= bytes;
    }
  }

  /** Rows closed from `from` until before `to`, or all later ones of the day. */
  async function read(
    day: number,
    span: { from: number; to?: number },
    skip: ReadonlySet<string>,
  ): Promise<Cells> {
    const found = createCells();
    const thresholds = currentThresholds();
    const pages = pagesOf<ClosedRow>(ports.store, "history", "closed", {
      partition: dayText(day),
      upTo: span.from,
      ...(span.to === undefined ? {} : { after: span.to }),
    });
    for await (const page of pages) {
      const rows = page.filter(({ conversationId }) => !skip.has(conversationId));
      aggregate(rows, { thresholds, now: ports.clock.now() }, found);
    }
    return found;
  }

  async function readDay(day: number, known: ClosedDay, skip: ReadonlySet<string>): Promise<Cells[]> {
    const dayEnd = (day + 1) * DAY_MS;
    const [from, until] = [known.until, Math.min(dayEnd, ports.clock.now() - SETTLING_MS)];
    if (until > from) {
      // Before reading: a row that is written meanwhile, and may be missed, must be noticed.
      known.until = until;
      mergeCells(known.settled, await read(day, { from, to: until }, new Set()));
      known.bytes = bytesOf(known.settled);
      makeRoom();
    }
    if (known.until >= dayEnd) return [known.settled];
    return [known.settled, await read(day, { from: known.until }, skip)];
  }

  return {
    /** Conversations closed on that day (days since 1970), but not those of the last minutes that are in `skip`. */
    async closedOn(day: number, skip: ReadonlySet<string>): Promise<Cells[]> {
      currentThresholds();
      const known = open(day);
      const answer = known.reading.then(() => readDay(day, known, skip));
      known.reading = answer.catch(() => {
        // Half read: the next one begins again.
        if (days.get(day) === known) days.delete(day);
      });
      return answer;
    },
  };
}

function bytesOf({ all }: Cells): number {
  const buckets = all.reduce((sum, { tally }) => sum + (tally.speed?.buckets.size ?? 0), 0);
  return all.length * CELL_BYTES + buckets * BUCKET_BYTES;
}
