import { numberOf } from "../../core/ids";
import type { WorkItem } from "../../core/workItem";
import type { HistoryRow } from "../effects/effects";

/**
 * What a row of history keeps for figures and lists when its texts go: a list of what stays, so that a field that is
 * added later goes too.
 */
const FIGURES = [
  "type",
  "channel",
  "instanceId",
  "workstreamId",
  "openedAt",
  "closedAt",
  "reason",
  "state",
  "holder",
  "epoch",
  "version",
  "queueId",
  "agentId",
  "distribution",
  "units",
  "profiles",
  "offerSeconds",
  "autoCloseHours",
  "allowedPresences",
  "skillMatching",
  "maxDeclines",
  "wrapUpBlock",
  "unblocked",
  "touchedAt",
  "closeAt",
  "transferredBy",
  "overflowed",
  "dispositions",
  "sessions",
  "stints",
  "queuedAt",
  "placeAt",
  "acceptedAt",
  "lastAt",
  "lastInboundAt",
  "formerAgentId",
  "declined",
  "skills",
  "priority",
] as const satisfies readonly (keyof HistoryRow)[];

/** A row of which nothing but figures is left says so, and when. */
export interface BareRow extends HistoryRow {
  bareAt: number;
}

export const isBare = (row: HistoryRow): row is BareRow => "bareAt" in row;

/**
 * The row without anything that was said. It keeps whose it was; with `alias` it does not, and stands under another id:
 * the pseudonym of its thread.
 */
export function toBareRow(row: HistoryRow, now: number, alias?: string): BareRow {
  const kept = Object.fromEntries(FIGURES.flatMap((key) => (key in row ? [[key, row[key]]] : [])));
  const n = numberOf(row.conversationId);
  const ids =
    alias === undefined
      ? {
          ...{
            id: row.id,
            threadId: row.threadId,
            conversationId: row.conversationId,
            customer: row.customer,
          },
          ...(row.previousId === undefined ? {} : { previousId: row.previousId }),
        }
      : {
          ...{ id: `closed~${alias}.${n}`, threadId: alias, conversationId: `${alias}.${n}` },
          customer: { id: alias },
        };
  return {
    ...(kept as unknown as HistoryRow),
    ...ids,
    lastText: "",
    ...(row.survey === undefined
      ? {}
      : { survey: { ...row.survey, answers: ratingsOf(row.survey.answers) } }),
    bareAt: now,
  };
}

/** Answers in words may say anything; numbers are what reports count. */
const ratingsOf = (answers: NonNullable<WorkItem["survey"]>["answers"]): Record<string, number> =>
  Object.fromEntries(
    Object.entries(answers).filter((each): each is [string, number] => typeof each[1] === "number"),
  );
