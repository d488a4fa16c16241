const FIRST_MS = 5_000;
const LONGEST_MS = 8 * 60 * 60 * 1000;
const GIVE_UP_MS = 3 * 24 * 60 * 60 * 1000;

/** So many failures in a row, of whatever records, and the receiver rests: one delivery at a time asks whether it is back. */
export const FAILURES_UNTIL_REST = 5;
const FIRST_REST_MS = 10_000;
const LONGEST_REST_MS = 10 * 60 * 1000;
/** A receiver that names a later hour than this is asked earlier all the same. */
const LONGEST_ASKED_MS = 60 * 60 * 1000;

/** 0 to 1: many that failed together shall not come back together. */
export type Random = () => number;

/** When the next attempt is (ms), after `attempts` of them; undefined: given up, some three days after `since`. */
export function nextAttempt(
  { attempts, since }: { attempts: number; since: number },
  now: number,
  random: Random,
): number | undefined {
  const end = since + GIVE_UP_MS;
  if (now >= end) return undefined;
  const delay = Math.min(LONGEST_MS, FIRST_MS * 4 ** Math.max(0, attempts - 1));
  return Math.min(end, Math.round(now + delay * (0.8 + 0.4 * random())));
}

/** Is the time of a delivery over, so that nothing is worth another attempt? */
export const isOver = ({ since }: { since: number }, now: number): boolean => now >= since + GIVE_UP_MS;

/** Until when a receiver rests (ms) after so many failures in a row; undefined: it need not. */
export function restUntil(
  failures: number,
  now: number,
  { askedMs, random }: { askedMs?: number | undefined; random: Random },
): number | undefined {
  if (askedMs !== undefined) return now + Math.min(askedMs, LONGEST_ASKED_MS);
  if (failures < FAILURES_UNTIL_REST) return undefined;
  const rest = Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** (failures - FAILURES_UNTIL_REST));
  return Math.round(now + rest * (0.8 + 0.4 * random()));
}

/** Retry-After in seconds or as a date, as ms from now; undefined when it says nothing. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
