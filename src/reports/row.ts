import type { SettingsSnapshot } from "../core/settings";
import type { WorkItem } from "../core/workItem";

/**
 * What a report reads of a conversation: a live work item, or the row of a closed one (then with `closedAt`). Rows of
 * older versions may lack sessions and stints.
 */
export type ReportRow = Pick<
  WorkItem,
  "conversationId" | "channel" | "workstreamId" | "holder" | "openedAt"
> &
  Partial<Pick<WorkItem, "queueId" | "agentId" | "queuedAt" | "lastInboundAt" | "sessions" | "stints">> & {
    closedAt?: number;
    /** Why it closed. */
    reason?: string;
    /** What the customer answered when asked; numbers are ratings. */
    survey?: { answers?: Readonly<Record<string, unknown>> };
  };

/** A queue's limits, in seconds. */
export interface Thresholds {
  serviceLevelSeconds: number;
  shortAbandonSeconds: number;
}

/** What counts where a queue is not configured any more. */
export const DEFAULT_THRESHOLDS: Thresholds = { serviceLevelSeconds: 60, shortAbandonSeconds: 5 };

/** Limits by queue, as they are set now: a changed limit counts for past days too. */
export function thresholdsOf({ queues }: Pick<SettingsSnapshot, "queues">): ReadonlyMap<string, Thresholds> {
  return new Map(
    [...queues].map(([id, { serviceLevelSeconds, shortAbandonSeconds }]) => [
      id,
      { serviceLevelSeconds, shortAbandonSeconds },
    ]),
  );
}

/** A time as it should be; undefined for anything else. */
export const timeOf = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

/** Milliseconds between two times; a clock that went back makes it 0. */
export const spanOf = (from: number, to: number): number => Math.max(0, to - from);
