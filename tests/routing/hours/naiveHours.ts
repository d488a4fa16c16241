import type { OperatingHoursSettings } from "../../../src/core/distribution";

const QUARTER_MS = 15 * 60_000;
const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;

/** Open or not for each quarter of an hour from `from`, made without src: from what clocks on the wall show. */
export interface NaiveHours {
  from: number;
  quarters: Uint8Array;
}

/** What a zone's clocks show at each quarter of an hour from `from` on: "2026-03-29 02:15". */
export interface WallClocks {
  from: number;
  wall: string[];
}

/**
 * Marks each span from the quarter where its first time
 * is shown to the one where its last is. Knows one-day holidays without repeat.
 */
export function naiveHours(
  settings: Pick<OperatingHoursSettings, "weekly" | "holidays">,
  { from, wall }: WallClocks,
): NaiveHours {
  const quarters = new Uint8Array(wall.length);
  const first = new Map<string, number>();
  const last = new Map<string, number>();
  for (const [index, shown] of wall.entries()) {
    if (!first.has(shown)) first.set(shown, index);
    last.set(shown, index);
  }
  const dates = [...new Set(wall.map((shown) => shown.slice(0, 10)))];
  const holidayOf = (date: string) => settings.holidays.find((holiday) => holiday.date === date);
  for (const date of dates.slice(1, -1)) {
    const weekday = WEEKDAYS[new Date(date).getUTCDay()] as (typeof WEEKDAYS)[number];
    const spans = holidayOf(date)?.open ?? settings.weekly.filter(({ days }) => days.includes(weekday));
    const next = dateAfter(date);
    for (const span of spans) {
      const end = span.to > span.from ? `${date} ${span.to}` : `${next} ${span.to}`;
      const begin = indexOf(first, last, `${date} ${span.from}`);
      let stop = indexOf(last, last, end);
      if (span.from === "00:00" && span.to === "00:00")
        stop = wall.findIndex((shown) => shown.startsWith(next));
      if (holidayOf(next) !== undefined)
        stop = Math.min(
          stop,
          wall.findIndex((shown) => shown.startsWith(next)),
        );
      quarters.fill(1, begin, Math.max(begin, stop));
    }
  }
  return { from, quarters };
}

/** For each quarter the next one from it on that is open (or not): its instant, undefined when none follows. */
export function nextQuarters({ from, quarters }: NaiveHours, open: 0 | 1): (number | undefined)[] {
  const next = new Array<number | undefined>(quarters.length);
  let found: number | undefined;
  for (let index = quarters.length - 1; index >= 0; index--) {
    if (quarters[index] === open) found = from + index * QUARTER_MS;
    next[index] = found;
  }
  return next;
}

export function wallClocks(timeZone: string, from: number, to: number): WallClocks {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  const count = Math.ceil((to - from) / QUARTER_MS);
  return {
    from,
    wall: Array.from({ length: count }, (_, index) => format.format(from + index * QUARTER_MS)),
  };
}

/** A time that no clock shows moves on by the gap: as far past the gap as it lies past the last time shown. */
function indexOf(which: Map<string, number>, last: Map<string, number>, shown: string): number {
  for (let back = 0; back < 12; back++) {
    const earlier = new Date(Date.parse(`${shown.replace(" ", "T")}Z`) - back * QUARTER_MS);
    const known = (back === 0 ? which : last).get(earlier.toISOString().slice(0, 16).replace("T", " "));
    if (known !== undefined) return known + back;
  }
  return Number.POSITIVE_INFINITY;
}

const dateAfter = (date: string): string =>
  new Date(Date.parse(date) + 24 * 3_600_000).toISOString().slice(0, 10);
