import { InputError } from "../../core/errors";

/**
 * Local time of one zone. Days are counted from 1970-01-01 and minutes from midnight, so that all else is arithmetic;
 * instants are ms.
 */
export interface LocalTime {
  /** When the day begins: not always at 00:00, since some clocks change at midnight. */
  startOf(day: number): number;
  /**
   * The instant of a local time. One that the clock jumps over moves forward by the gap; of one that comes twice it is
   * the occurrence asked for. Minutes from 1440 on belong to the next day.
   */
  instant(day: number, minute: number, occurrence: "first" | "last"): number;
}

export const DAY_MINUTES = 1440;
export const MINUTE_MS = 60_000;
export const DAY_MS = DAY_MINUTES * MINUTE_MS;

/** Days that are remembered; a scan of a year and more fits. */
const MAX_MEMORY = 2000;

/** Local time of an IANA zone. Throws InputError INPUT_INVALID for an unknown one. */
export function localTimeIn(timeZone: string): LocalTime {
  if (!isTimeZone(timeZone))
    throw new InputError(
      "INPUT_INVALID",
      `Unknown time zone "${timeZone}"; write a name such as Europe/Lisbon.`,
    );
  // It takes 30 ms to load, which a server without operating hours saves.
  const { Temporal } = require("temporal-polyfill") as typeof import("temporal-polyfill");
  const epoch = new Temporal.PlainDate(1970, 1, 1);
  const startOf = remembered(
    (day: number) => epoch.add({ days: day }).toZonedDateTime(timeZone).epochMilliseconds,
  );
  return {
    startOf,
    instant(day, minute, occurrence) {
      const [days, rest] = [day + Math.floor(minute / DAY_MINUTES), minute % DAY_MINUTES];
      // On a day of 24 hours the clock does not change: no need to ask for its rules, which is 20 times slower.
      if (startOf(days + 1) - startOf(days) === DAY_MS) return startOf(days) + rest * MINUTE_MS;
      return epoch
        .add({ days })
        .toPlainDateTime({ hour: Math.floor(rest / 60), minute: rest % 60 })
        .toZonedDateTime(timeZone, { disambiguation: occurrence === "first" ? "compatible" : "later" })
        .epochMilliseconds;
    },
  };
}

/** True for a name of the IANA database, as far as this Node knows it; an offset such as "+01:00" is none. */
export function isTimeZone(timeZone: string): boolean {
  try {
    return /^[A-Za-z]/.test(timeZone) && new Intl.DateTimeFormat("en", { timeZone }).format(0) !== "";
  } catch {
    return false;
  }
}

/** "2026-12-24" as a day's number. */
export const toDay = (date: string): number => Date.parse(date) / DAY_MS;

/** "09:30" as minutes since midnight. */
export const toMinute = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

/** A day's number as "2026-12-24". */
export const toDate = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

export const yearOf = (day: number): number => new Date(day * DAY_MS).getUTCFullYear();

/** First and last day of a year. */
export function daysOfYear(year: number): [first: number, last: number] {
  const digits = String(year).padStart(4, "0");
  return [toDay(`${digits}-01-01`), toDay(`${digits}-12-31`)];
}

/** `work` with a memory of its answers by their number. */
export function remembered<T>(work: (key: number) => T): (key: number) => T {
  const known = new Map<number, T>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = work(key);
    if (known.size >= MAX_MEMORY) known.clear();
    known.set(key, made);
    return made;
  };
}
