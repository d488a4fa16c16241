import { createDurations, type Durations, mergeDurations } from "./durations";

/** Seconds for which the share accepted in time is always told, besides each queue's own limit. */
export const SERVICE_LEVELS = [10, 20, 30, 40, 60, 120] as const;

const COUNTS = {
  opened: 0,
  handed: 0,
  accepted: 0,
  sessions: 0,
  closed: 0,
  reopened: 0,
  waiting: 0,
  inTime: 0,
  within10: 0,
  within20: 0,
  within30: 0,
  within40: 0,
  within60: 0,
  within120: 0,
  handled: 0,
  activeMs: 0,
  wrapUpMs: 0,
  abandoned: 0,
  abandonedBySystem: 0,
  shortAbandoned: 0,
  offers: 0,
  offersAccepted: 0,
  offersRejected: 0,
  offersTimedOut: 0,
  offersWithdrawn: 0,
  transfersIn: 0,
  transfersOut: 0,
  overflowsIn: 0,
  overflowsOut: 0,
  surveys: 0,
  ratings: 0,
  ratingSum: 0,
};
/** What is counted and summed up; each is defined where it is counted (events.ts) and in docs/reports.md. */
export type Count = keyof typeof COUNTS;
const NAMES = Object.keys(COUNTS) as Count[];

/** Everything counted of one group. Two tallies of different conversations merge into that of both. */
export interface Tally {
  counts: Record<Count, number>;
  /** Of those who wait now (ms). */
  longestWaitMs: number;
  /** Speed to answer; absent while nothing was measured, as most groups of most days have none. */
  speed?: Durations;
}

export function createTally(): Tally {
  return { counts: { ...COUNTS }, longestWaitMs: 0 };
}

export function mergeTally(into: Tally, more: Tally): void {
  for (const name of NAMES) into.counts[name] += more.counts[name];
  into.longestWaitMs = Math.max(into.longestWaitMs, more.longestWaitMs);
  if (more.speed === undefined) return;
  into.speed ??= createDurations();
  mergeDurations(into.speed, more.speed);
}
