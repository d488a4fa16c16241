import { z } from "zod";

/** What `/api/admin/reports` takes and gives. */

const shareView = z.number().min(0).max(1).nullable();
const millisecondsView = z.number().nullable();

/** What a report says of one group: docs/reports.md defines each figure. Null where there is nothing to divide by. */
export const figuresView = z.object({
  opened: z.number(),
  /** People were asked to take it. */
  handed: z.number(),
  /** Taken by a person for the first time. */
  accepted: z.number(),
  closed: z.number(),
  /** Every time that somebody took one. */
  sessions: z.number(),
  reopened: z.number(),
  /** Now; only when the period includes today. */
  waiting: z.number(),
  longestWaitMs: z.number(),
  /** From escalation to the first acceptance; median and p90 within 1 %. */
  speedToAnswer: z.object({
    count: z.number(),
    averageMs: millisecondsView,
    medianMs: millisecondsView,
    p90Ms: millisecondsView,
  }),
  serviceLevel: z.object({
    /** Within the queue's own serviceLevelSeconds. */
    inTime: shareView,
    within: z.array(z.object({ seconds: z.number(), share: shareView })),
  }),
  /** Per ended session, wrap-up included. */
  handleTime: z.object({
    count: z.number(),
    averageMs: millisecondsView,
    activeMs: millisecondsView,
    wrapUpMs: millisecondsView,
  }),
  abandons: z.object({
    abandoned: z.number(),
    abandonedBySystem: z.number(),
    short: z.number(),
    /** Without what the system ended. */
    rate: shareView,
    rateWithSystem: shareView,
  }),
  offers: z.object({
    made: z.number(),
    accepted: z.number(),
    rejected: z.number(),
    timedOut: z.number(),
    withdrawn: z.number(),
    acceptedRate: shareView,
    rejectedRate: shareView,
    timedOutRate: shareView,
  }),
  transfers: z.object({ in: z.number(), out: z.number() }),
  overflows: z.object({ in: z.number(), out: z.number() }),
  surveys: z.object({ answered: z.number(), ratings: z.number(), averageRating: z.number().nullable() }),
});

/** GET /api/admin/reports. */
export const reportView = z.object({
  from: z.string(),
  to: z.string(),
  by: z.enum(["queue", "agent", "channel", "workstream", "day", "none"]),
  /** `key`: an id or a day; null for what belongs to no queue or nobody. */
  items: z.array(z.object({ key: z.string().nullable(), figures: figuresView })),
  total: figuresView,
});
export type ReportView = z.infer<typeof reportView>;

export const reportQuery = z.object({
  /** First and last day, UTC: `to` alone is that day, `from` alone goes on until today, none is today. */
  from: z.iso.date("a day as in 2026-11-21").optional(),
  to: z.iso.date("a day as in 2026-11-21").optional(),
  by: reportView.shape.by.default("queue"),
  /** Only what happened in this queue. */
  queue: z.string().min(1).max(100).optional(),
  channel: z.string().min(1).max(100).optional(),
});
