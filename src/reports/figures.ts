import { averageOf, quantileOf } from "./durations";
import { SERVICE_LEVELS, type Tally } from "./tally";

/** What a report says of one group; durations in ms, shares from 0 to 1, null where there is nothing to divide by. */
export type Figures = ReturnType<typeof toFigures>;

/** A tally as figures: averages, medians and shares. What each counts: aggregate.ts and docs/reports.md. */
export function toFigures({ counts, longestWaitMs, speed }: Tally) {
  const measured = speed?.count ?? 0;
  const left = counts.abandoned + counts.abandonedBySystem;
  return {
    opened: counts.opened,
    handed: counts.handed,
    accepted: counts.accepted,
    closed: counts.closed,
    sessions: counts.sessions,
    reopened: counts.reopened,
    waiting: counts.waiting,
    longestWaitMs,
    speedToAnswer: {
      count: measured,
      averageMs: rounded(speed && averageOf(speed)),
      medianMs: rounded(speed && quantileOf(speed, 0.5)),
      p90Ms: rounded(speed && quantileOf(speed, 0.9)),
    },
    serviceLevel: {
      inTime: share(counts.inTime, measured),
      within: SERVICE_LEVELS.map((seconds) => ({
        seconds,
        share: share(counts[`within${seconds}`], measured),
      })),
    },
    handleTime: {
      count: counts.handled,
      averageMs: rounded(share(counts.activeMs + counts.wrapUpMs, counts.handled)),
      activeMs: rounded(share(counts.activeMs, counts.handled)),
      wrapUpMs: rounded(share(counts.wrapUpMs, counts.handled)),
    },
    abandons: {
      abandoned: counts.abandoned,
      abandonedBySystem: counts.abandonedBySystem,
      short: counts.shortAbandoned,
      /** Without what the system ended. */
      rate: share(counts.abandoned, counts.abandoned + counts.accepted),
      rateWithSystem: share(left, left + counts.accepted),
    },
    offers: {
      made: counts.offers,
      accepted: counts.offersAccepted,
      rejected: counts.offersRejected,
      timedOut: counts.offersTimedOut,
      withdrawn: counts.offersWithdrawn,
      acceptedRate: share(counts.offersAccepted, counts.offers),
      rejectedRate: share(counts.offersRejected, counts.offers),
      timedOutRate: share(counts.offersTimedOut, counts.offers),
    },
    transfers: { in: counts.transfersIn, out: counts.transfersOut },
    overflows: { in: counts.overflowsIn, out: counts.overflowsOut },
    surveys: {
      answered: counts.surveys,
      ratings: counts.ratings,
      averageRating: share(counts.ratingSum, counts.ratings),
    },
  };
}

const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
const rounded = (ms: number | null | undefined): number | null => (ms == null ? null : Math.round(ms));
