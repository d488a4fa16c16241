import type { QueueStint, SessionRecord } from "../../src/core/workItem";
import { aggregate } from "../../src/reports/aggregate";
import { type Grouping, groupInto } from "../../src/reports/cells";
import { type Figures, toFigures } from "../../src/reports/figures";
import type { ReportRow, Thresholds } from "../../src/reports/row";
import { createTally, type Tally } from "../../src/reports/tally";

export const DAY = "2026-11-21";
/** Nine o'clock of DAY. */
export const NINE = Date.parse(`${DAY}T09:00:00Z`);
export const DAY_MS = 24 * 60 * 60 * 1000;
/** So many seconds after nine. */
export const at = (seconds: number): number => NINE + seconds * 1000;

export const THRESHOLDS: ReadonlyMap<string, Thresholds> = new Map([
  ["general", { serviceLevelSeconds: 60, shortAbandonSeconds: 5 }],
  ["vip", { serviceLevelSeconds: 20, shortAbandonSeconds: 0 }],
]);

let made = 0;

/** A conversation that began at nine with a customer's message and closed; in queue "general" from the first second. */
export function buildRow(row: Partial<ReportRow> = {}): ReportRow {
  made += 1;
  return {
    conversationId: `t~${made}.1`,
    channel: "facebook",
    workstreamId: "messenger",
    holder: "agent",
    openedAt: at(0),
    lastInboundAt: at(0),
    queueId: "general",
    sessions: [],
    stints: [buildStint()],
    closedAt: at(600),
    reason: "agentClosed",
    ...row,
  };
}

export function buildStint(stint: Partial<QueueStint> = {}): QueueStint {
  return { queueId: "general", enteredAt: at(0), ...stint };
}

export function buildSession(session: Partial<SessionRecord> = {}): SessionRecord {
  return { agentId: "ana", queueId: "general", how: "offer", offeredAt: at(5), ...session };
}

/** Ana accepts after `seconds`, works until 300, wraps up until 330. */
export function accepted(seconds: number, more: Partial<SessionRecord> = {}): SessionRecord {
  return buildSession({
    acceptedAt: at(seconds),
    wrapUpAt: at(300),
    endedAt: at(330),
    closure: "agentClosed",
    ...more,
  });
}

export interface Asked {
  by?: Grouping;
  from?: string;
  to?: string;
  queue?: string;
  channel?: string;
  now?: number;
}

/** Tallies of the rows by group. */
export function groupsOf(rows: readonly ReportRow[], asked: Asked = {}): Map<string, Tally> {
  const { by = "none", from = DAY, to = DAY, now = at(1000), ...rest } = asked;
  const groups = new Map<string, Tally>();
  groupInto(groups, aggregate(rows, { thresholds: THRESHOLDS, now }), { by, from, to, ...rest });
  return groups;
}

/** Figures of the rows, of the only group or of the one named. */
export function figuresOf(rows: readonly ReportRow[], asked: Asked & { group?: string } = {}): Figures {
  return toFigures(groupsOf(rows, asked).get(asked.group ?? "") ?? createTally());
}
