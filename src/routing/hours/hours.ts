import type { OperatingHoursSettings } from "../../core/distribution";
import {
  DAY_MINUTES,
  DAY_MS,
  daysOfYear,
  localTimeIn,
  remembered,
  toDay,
  toMinute,
  yearOf,
} from "./localTime";
import { daysOf } from "./repeat";

/** When people are there, of one operating hours setting. Instants are ms. */
export interface Hours {
  /** Open at `at`? `holiday`: the name of the holiday on that day, when it is closed on one. */
  stateAt(at: number): { open: boolean; holiday?: string };
  /** When it opens next: `at` itself when open. Undefined when not within 400 days. */
  opensAt(at: number): number | undefined;
  /** When it closes next, spans that follow one another taken as one. Undefined when closed, or when it stays open for 400 days. */
  closesAt(at: number): number | undefined;
}

/** Minutes of the day on which it begins; `to` is past 1440 when it ends on the next day. */
interface Span {
  from: number;
  to: number;
}

interface Holiday {
  name: string;
  open: readonly Span[];
}

/** Instants, `to` not counted in. */
interface Interval {
  from: number;
  to: number;
}

interface Day {
  endsAt: number;
  /** In order, joined where they touch. */
  open: readonly Interval[];
}

type Clocks = { from: string; to: string };

export const WEEKDAYS = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;
const HORIZON_DAYS = 400;

const compiled = new WeakMap<OperatingHoursSettings, Hours>();

/**
 * Compiled once for each version of the settings object; asking then costs about a microsecond. Throws InputError
 * INPUT_INVALID for a time zone or a `repeat` that `checkHours` refuses.
 */
export function hoursOf(settings: OperatingHoursSettings): Hours {
  const known = compiled.get(settings);
  if (known !== undefined) return known;
  const hours = answers(calendarOf(settings));
  compiled.set(settings, hours);
  return hours;
}

/** A span in minutes: one that does not end after it begins goes past midnight. */
export function toSpan({ from, to }: Clocks): Span {
  const [begin, end] = [toMinute(from), toMinute(to)];
  return { from: begin, to: end > begin ? end : end + DAY_MINUTES };
}

/** 0 is Monday. 1970-01-01 was a Thursday. */
const weekdayOf = (day: number): number => (((day + 3) % 7) + 7) % 7;

interface Calendar {
  /** The local day at an instant. */
  dayAt(at: number): number;
  day(day: number): Day;
  holidayOn(day: number): Holiday | undefined;
  /** False when nothing opens on that day, told without asking the zone. */
  mayOpen(day: number): boolean;
}

function answers({ dayAt, day, holidayOn, mayOpen }: Calendar): Hours {
  const intervalAt = (at: number): Interval | undefined =>
    day(dayAt(at)).open.find(({ from, to }) => from <= at && at < to);
  return {
    stateAt(at) {
      if (intervalAt(at) !== undefined) return { open: true };
      const holiday = holidayOn(dayAt(at))?.name;
      return holiday === undefined ? { open: false } : { open: false, holiday };
    },
    opensAt(at) {
      const today = dayAt(at);
      for (let number = today; number <= today + HORIZON_DAYS; number++) {
        const next = mayOpen(number) ? day(number).open.find(({ to }) => to > at) : undefined;
        if (next !== undefined) return Math.max(next.from, at);
      }
      return undefined;
    },
    closesAt(at) {
      const today = dayAt(at);
      let end = intervalAt(at)?.to;
      for (let number = today; number <= today + HORIZON_DAYS; number++) {
        if (end !== day(number).endsAt) return end;
        const next: Interval | undefined = day(number + 1).open[0];
        if (next?.from !== end) return end;
        end = next.to;
      }
      return undefined;
    },
  };
}

function calendarOf(settings: OperatingHoursSettings): Calendar {
  const { startOf, instant } = localTimeIn(settings.timeZone);
  const lastDay = settings.endDate === undefined ? Number.POSITIVE_INFINITY : toDay(settings.endDate);
  const weekly = WEEKDAYS.map((weekday) =>
    settings.weekly.filter(({ days }) => days.includes(weekday)).map(toSpan),
  );
  const fallsOn = holidaysOf(settings);
  const holidayOn = (day: number): Holiday | undefined => (day > lastDay ? undefined : fallsOn(day));
  const spansOn = (day: number): readonly Span[] =>
    day > lastDay ? [] : (holidayOn(day)?.open ?? weekly[weekdayOf(day)] ?? []);
  const toInterval = (day: number, { from, to }: Span): Interval =>
    from === 0 && to === DAY_MINUTES
      ? { from: startOf(day), to: startOf(day + 1) }
      : { from: instant(day, from, "first"), to: instant(day, to, "last") };
  /** A holiday cuts what the day before left open past midnight, unless that day is of the same holiday. */
  const takesTail = (day: number): boolean =>
    day <= lastDay && (holidayOn(day) === undefined || holidayOn(day) === holidayOn(day - 1));
  const intervalsOn = (day: number): Interval[] => spansOn(day).map((span) => toInterval(day, span));

  return {
    holidayOn,
    mayOpen: (day) => spansOn(day).length > 0 || spansOn(day - 1).length > 0,
    dayAt(at) {
      // No zone is more than a day ahead of UTC.
      let day = Math.floor(at / DAY_MS) + 1;
      while (startOf(day) > at) day -= 1;
      return day;
    },
    day: remembered((day) => {
      const within: Interval = { from: startOf(day), to: startOf(day + 1) };
      const intervals = [...(takesTail(day) ? intervalsOn(day - 1) : []), ...intervalsOn(day)];
      return { endsAt: within.to, open: joined(intervals.map((interval) => cut(interval, within))) };
    }),
  };
}

/** The holiday of each day; on a day of several the first in the list counts. Expanded year by year, when asked. */
function holidaysOf({ holidays }: OperatingHoursSettings): (day: number) => Holiday | undefined {
  const known = holidays.map((holiday) => ({
    holiday: { name: holiday.name, open: holiday.open.map(toSpan) },
    days: daysOf(holiday),
  }));
  const ofYear = remembered((year) => {
    const found = new Map<number, Holiday>();
    for (const { holiday, days } of known)
      for (const day of days(...daysOfYear(year))) if (!found.has(day)) found.set(day, holiday);
    return found;
  });
  return known.length === 0 ? () => undefined : (day) => ofYear(yearOf(day)).get(day);
}

const cut = ({ from, to }: Interval, within: Interval): Interval => ({
  from: Math.max(from, within.from),
  to: Math.min(to, within.to),
});

/** In order, without empty ones; those that touch or overlap become one. */
function joined(intervals: readonly Interval[]): Interval[] {
  const whole: Interval[] = [];
  const real = intervals.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from);
  for (const { from, to } of real) {
    const last = whole.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else whole.push({ from, to });
  }
  return whole;
}
