import { isoTime } from "../core/clock";
import { InputError } from "../core/errors";

const MOST_DAYS = 31;
const DAY_MS = 24 * 60 * 60 * 1000;

/** First and last day, UTC: "2026-11-21". */
export interface Period {
  from: string;
  to: string;
}

/**
 * The period that was asked for: `to` left out is today, `from` left out makes it `days` long. Throws InputError when
 * it ends before it begins or has more than 31 days.
 */
export function readPeriod(
  given: { from?: string | undefined; to?: string | undefined },
  { now, days }: { now: number; days: number },
): Period {
  const to = given.to ?? dayOf(now);
  const from = given.from ?? dayOf(Date.parse(to) - (days - 1) * DAY_MS);
  if (from > to)
    throw new InputError("INPUT_INVALID", `from: ${from} is after ${to}, the last day of the period.`);
  const length = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (length > MOST_DAYS)
    throw new InputError(
      "INPUT_INVALID",
      `from, to: ${length} days; at most ${MOST_DAYS} at once, ask for the rest in another request.`,
    );
  return { from, to };
}

/** Its days, the last one first. */
export function daysOf({ from, to }: Period): string[] {
  const length = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  return Array.from({ length }, (_, i) => dayOf(Date.parse(to) - i * DAY_MS));
}

const dayOf = (ms: number): string => isoTime(ms).slice(0, 10);
