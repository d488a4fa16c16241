import type { OperatingHoursSettings } from "../../core/distribution";
import { messageOf } from "../../core/errors";
import { toSpan, WEEKDAYS } from "./hours";
import { DAY_MINUTES, daysOfYear, localTimeIn, toDate, toDay, yearOf } from "./localTime";
import { type Days, daysOf } from "./repeat";

/** What is wrong, in words, and where: ["holidays", 2, "until"]. */
export interface HoursFault {
  path: (string | number)[];
  message: string;
}

/** A span of the week, or of the days of one holiday, in minutes since their first midnight. */
interface Placed {
  index: number;
  from: number;
  to: number;
}

type Holidays = OperatingHoursSettings["holidays"];

const WEEK_MINUTES = 7 * DAY_MINUTES;
/** So far ahead holidays are compared with one another. */
const YEARS_AHEAD = 10;

/** Faults that the schema cannot see; [] when all is well. An end date in the past is none. */
export function checkHours(settings: OperatingHoursSettings): HoursFault[] {
  return [
    ...zoneFaults(settings.timeZone),
    ...weeklyFaults(settings.weekly),
    ...settings.holidays.flatMap(holidayFaults),
    ...disagreements(settings.holidays),
  ];
}

function zoneFaults(timeZone: string): HoursFault[] {
  const fault = faultOf(() => localTimeIn(timeZone));
  return fault === undefined ? [] : [{ path: ["timeZone"], message: fault }];
}

function weeklyFaults(weekly: OperatingHoursSettings["weekly"]): HoursFault[] {
  const placed = weekly.flatMap((span, index) =>
    span.days.map((day) => placeOn(WEEKDAYS.indexOf(day), index, span)),
  );
  return [
    ...weekly.flatMap((span, index) => lengthFaults(span, ["weekly", index])),
    ...overlaps(placed, WEEK_MINUTES).map(({ first, second, at }) => ({
      path: ["weekly", second],
      message:
        first === second
          ? `Names ${weekdayAt(at)} twice.`
          : `Overlaps span ${first + 1} on ${weekdayAt(at)}.`,
    })),
  ];
}

function holidayFaults(holiday: Holidays[number], index: number): HoursFault[] {
  const path = ["holidays", index];
  const { date, until, open } = holiday;
  const repeatFault = faultOf(() => daysOf(holiday));
  // Two days tell whether what goes past midnight meets the next day's.
  const days = until !== undefined && until > date ? [0, 1] : [0];
  const placed = days.flatMap((day) => open.map((span, number) => placeOn(day, number, span)));
  return [
    ...(until !== undefined && until < date
      ? [{ path: [...path, "until"], message: `Lies before ${date}, the first day.` }]
      : []),
    ...(repeatFault === undefined ? [] : [{ path: [...path, "repeat"], message: repeatFault }]),
    ...open.flatMap((span, number) => lengthFaults(span, [...path, "open", number])),
    ...overlaps(placed, Number.POSITIVE_INFINITY).map(({ first, second }) => ({
      path: [...path, "open", second],
      message: `Overlaps span ${first + 1}.`,
    })),
  ];
}

function lengthFaults({ from, to }: { from: string; to: string }, path: (string | number)[]): HoursFault[] {
  if (from !== to || from === "00:00") return [];
  return [{ path, message: "Has no length; write 00:00 to 00:00 for the whole day." }];
}

function placeOn(day: number, index: number, clocks: { from: string; to: string }): Placed {
  const { from, to } = toSpan(clocks);
  return { index, from: day * DAY_MINUTES + from, to: day * DAY_MINUTES + to };
}

const weekdayAt = (minute: number): string => {
  const name = WEEKDAYS[Math.floor(minute / DAY_MINUTES)] ?? "";
  return name.charAt(0).toUpperCase() + name.slice(1);
};

interface Overlap {
  first: number;
  second: number;
  /** The minute where it begins. */
  at: number;
}

/** One for each two spans that overlap, also past the end of the round of `length` minutes. */
function overlaps(placed: readonly Placed[], length: number): Overlap[] {
  const found = new Map<string, Overlap>();
  for (const [number, one] of placed.entries())
    for (const other of placed.slice(number + 1)) {
      const [first, second] = [Math.min(one.index, other.index), Math.max(one.index, other.index)];
      const at = meetingOf(one, other, length);
      if (at !== undefined && !found.has(`${first} ${second}`))
        found.set(`${first} ${second}`, { first, second, at });
    }
  return [...found.values()];
}

function meetingOf(a: Placed, b: Placed, length: number): number | undefined {
  const [early, late] = a.from <= b.from ? [a, b] : [b, a];
  if (late.from < early.to) return late.from;
  return early.from + length < late.to ? early.from : undefined;
}

/** Holidays on one day that want different hours. Those of the same hours may share a day: the first is named. */
function disagreements(holidays: Holidays): HoursFault[] {
  const readable = holidays.flatMap((holiday, index) => {
    const days = readDays(holiday);
    return days === undefined ? [] : [{ index, holiday, days, hours: hoursText(holiday) }];
  });
  const found = new Map<string, HoursFault>();
  for (const year of yearsOf(holidays)) {
    const owners = new Map<number, (typeof readable)[number]>();
    for (const one of readable)
      for (const day of one.days(...daysOfYear(year))) {
        const first = owners.get(day);
        if (first === undefined) owners.set(day, one);
        else if (first.hours !== one.hours && !found.has(`${first.index} ${one.index}`))
          found.set(`${first.index} ${one.index}`, {
            path: ["holidays", one.index, "date"],
            message: `"${one.holiday.name}" and "${first.holiday.name}" fall on ${toDate(day)} with different hours.`,
          });
      }
  }
  return [...found.values()];
}

function readDays(holiday: Holidays[number]): Days | undefined {
  try {
    return daysOf(holiday);
  } catch {
    return undefined; // told as a fault of its own
  }
}

const hoursText = ({ open }: Holidays[number]): string =>
  open
    .map(({ from, to }) => `${from}-${to}`)
    .sort()
    .join();

function yearsOf(holidays: Holidays): Set<number> {
  const years = holidays.flatMap(({ date }) =>
    Array.from({ length: YEARS_AHEAD }, (_, more) => yearOf(toDay(date)) + more),
  );
  return new Set(years.filter((year) => year <= 9999));
}

/** The words of what `work` throws. */
function faultOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
