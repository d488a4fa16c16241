const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)$/;
/** Time zones can come from a customer's own data; more than these are not kept. */
const MAX_ZONES = 100;

/** A formatter costs 50 µs to make and 10 to ask. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** What isOpen was asked for, as written. */
export type OpenTimes = readonly [timeZone: unknown, from: unknown, to: unknown, days: unknown];

/**
 * What is wrong with the arguments of isOpen, in words; undefined when nothing is. Those that are not known yet are
 * left out as undefined.
 */
export function openTimesFault([timeZone, from, to, days]: OpenTimes): string | undefined {
  if (timeZone !== undefined && formatterOf(timeZone) === undefined)
    return `Unknown time zone "${timeZone}"; write a name such as 'Europe/Lisbon'.`;
  for (const clock of [from, to])
    if (clock !== undefined && minutesOf(clock) === undefined)
      return `"${clock}" is not a time; write it as '09:00'.`;
  if (from !== undefined && from === to && from !== "00:00")
    return `From "${from}" to "${to}" is no time at all; write '00:00', '00:00' for the whole day.`;
  if (days !== undefined && daysOf(days) === undefined)
    return `"${days}" are no days; write them as 'Mon-Fri' or 'Sat,Sun'.`;
  return undefined;
}

/**
 * True when `now` (ms) lies in the span on one of the days, in local time. A span that does not end after it begins
 * goes past midnight and belongs to the day on which it begins. Only for arguments without fault.
 */
export function isWithin(now: number, [timeZone, begin, end, names]: OpenTimes): boolean {
  const [from = 0, to = 0, days] = [minutesOf(begin), minutesOf(end), daysOf(names)];
  const local = localTime(now, timeZone);
  if (local === undefined || days === undefined) return false;
  const yesterday = (local.day + 6) % 7;
  if (from < to) return days.has(local.day) && from <= local.minute && local.minute < to;
  return (days.has(local.day) && from <= local.minute) || (days.has(yesterday) && local.minute < to);
}

/** The weekday (0 is Monday) and the minutes since midnight. */
function localTime(now: number, timeZone: unknown): { day: number; minute: number } | undefined {
  // "Mon 09:30"; "Mon, 09:30" in some versions of the language data.
  const [, day = "", hour, minute] =
    /^(\w{3})\D*(\d\d):(\d\d)$/.exec(formatterOf(timeZone)?.format(now) ?? "") ?? [];
  const number = DAYS.indexOf(day.toLowerCase());
  return number === -1 ? undefined : { day: number, minute: Number(hour) * 60 + Number(minute) };
}

function formatterOf(timeZone: unknown): Intl.DateTimeFormat | undefined {
  if (typeof timeZone !== "string" || !/^[A-Za-z]/.test(timeZone)) return undefined;
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  try {
    const made = new Intl.DateTimeFormat("en-GB", {
      timeZone,
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    if (formatters.size >= MAX_ZONES) formatters.clear();
    formatters.set(timeZone, made);
    return made;
  } catch {
    return undefined;
  }
}

function minutesOf(clock: unknown): number | undefined {
  const [, hour, minute] = typeof clock === "string" ? (CLOCK.exec(clock) ?? []) : [];
  return hour === undefined ? undefined : Number(hour) * 60 + Number(minute);
}

/** "Mon-Wed,Fri" as numbers; "Sat-Mon" goes past the week's end. */
function daysOf(text: unknown): Set<number> | undefined {
  if (typeof text !== "string") return undefined;
  const days = new Set<number>();
  for (const part of text.toLowerCase().split(",")) {
    const [first = "", last = first, ...more] = part.split("-").map((name) => name.trim());
    const [from, to] = [DAYS.indexOf(first), DAYS.indexOf(last)];
    if (from === -1 || to === -1 || more.length > 0) return undefined;
    for (let day = from; day !== to; day = (day + 1) % 7) days.add(day);
    days.add(to);
  }
  return days;
}
