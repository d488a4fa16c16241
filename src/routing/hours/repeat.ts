import type { OperatingHoursSettings } from "../../core/distribution";
import { InputError, messageOf } from "../../core/errors";
import { DAY_MS, toDay, yearOf } from "./localTime";

type HolidaySettings = OperatingHoursSettings["holidays"][number];

/** The days on which a holiday falls, as numbers, of those from `from` to `to` (both counted in). */
export type Days = (from: number, to: number) => number[];

const NUMBERS = /^[+-]?[1-9]\d{0,2}(,[+-]?[1-9]\d{0,2})*$/;
/** The parts of a rule that are about days, and what they may hold. The library overlooks what it does not know. */
const PARTS: Readonly<Record<string, RegExp>> = {
  FREQ: /^(DAILY|WEEKLY|MONTHLY|YEARLY)$/,
  INTERVAL: /^[1-9]\d{0,2}$/,
  COUNT: /^[1-9]\d{0,2}$/,
  UNTIL: /^\d{8}(T\d{6}Z?)?$/,
  BYMONTH: /^(0?[1-9]|1[0-2])(,(0?[1-9]|1[0-2]))*$/,
  BYMONTHDAY: NUMBERS,
  BYYEARDAY: NUMBERS,
  BYWEEKNO: NUMBERS,
  BYSETPOS: NUMBERS,
  BYDAY: /^([+-]?[1-9]?\d)?(MO|TU|WE|TH|FR|SA|SU)(,([+-]?[1-9]?\d)?(MO|TU|WE|TH|FR|SA|SU))*$/,
  WKST: /^(MO|TU|WE|TH|FR|SA|SU)$/,
};

/**
 * All days of a holiday, each time that it comes again. Throws InputError INPUT_INVALID when its `repeat` cannot be
 * read or does not fall on its date.
 */
export function daysOf(holiday: HolidaySettings): Days {
  const first = toDay(holiday.date);
  const length = Math.max(1, toDay(holiday.until ?? holiday.date) - first + 1);
  const starts = startsOf(holiday, first);
  return (from, to) => {
    const days: number[] = [];
    for (const start of starts(from - length + 1, to)) {
      const end = Math.min(to, start + length - 1);
      for (let day = Math.max(from, start); day <= end; day++) days.push(day);
    }
    return days;
  };
}

function startsOf({ repeat, date }: HolidaySettings, first: number): Days {
  if (repeat === undefined) return (from, to) => (first >= from && first <= to ? [first] : []);
  if (repeat.trim().toLowerCase() === "yearly") return yearly(date, first);
  return byRule(repeat, date, first);
}

function yearly(date: string, first: number): Days {
  const monthAndDay = date.slice(4);
  return (from, to) => {
    const starts: number[] = [];
    for (let year = yearOf(Math.max(from, first)); year <= yearOf(to); year++) {
      const day = toDay(`${String(year).padStart(4, "0")}${monthAndDay}`);
      // 29 February of another year is read as 1 March.
      const exists = new Date(day * DAY_MS).getUTCDate() === Number(date.slice(8));
      if (exists && day >= from && day <= to) starts.push(day);
    }
    return starts;
  };
}

/** Counted in UTC, where every day has 24 hours: only the date matters, and the days are those of the hours' zone. */
function byRule(repeat: string, date: string, first: number): Days {
  const rule = checkedRule(repeat);
  try {
    // Loaded here because few installations have such a holiday.
    const { RRuleTemporal } = require("rrule-temporal") as typeof import("rrule-temporal");
    const rruleString = `DTSTART:${date.replaceAll("-", "")}T000000Z\nRRULE:${rule}`;
    const recurrence = new RRuleTemporal({ rruleString, maxIterations: 100_000 });
    const starts: Days = (from, to) =>
      recurrence
        .between(new Date(from * DAY_MS), new Date(to * DAY_MS), true)
        .map(({ epochMilliseconds }) => epochMilliseconds / DAY_MS);
    if (starts(first, first).length === 1) return starts;
  } catch (error) {
    throw unreadable(`"${repeat}" cannot be read: ${messageOf(error)}`, error);
  }
  throw unreadable(`"${repeat}" does not fall on ${date}; give the first day of the rule as the date.`);
}

function checkedRule(repeat: string): string {
  const rule = repeat
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, "");
  const parts = rule.split(";").map((part) => part.split("="));
  const names = parts.map(([name]) => name ?? "");
  for (const [name = "", value = "", ...more] of parts) {
    const shape = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
    if (shape?.test(value) && more.length === 0) continue;
    throw unreadable(
      `"${name}${value === "" ? "" : `=${value}`}" cannot be read; write yearly, or an iCalendar rule of days such as FREQ=YEARLY;BYMONTH=11;BYDAY=4TH.`,
    );
  }
  if (!names.includes("FREQ")) throw unreadable("A rule needs FREQ, as in FREQ=YEARLY.");
  if (new Set(names).size < names.length) throw unreadable(`"${repeat}" says something twice.`);
  return rule;
}

const unreadable = (message: string, cause?: unknown): InputError =>
  new InputError("INPUT_INVALID", message, { cause });
