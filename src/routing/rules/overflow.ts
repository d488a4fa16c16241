import type { OverflowSettings, QueueSettings } from "../../core/distribution";

/** What a queue is like when somebody shall be put into it. */
export interface QueueNow {
  /** Inside its operating hours. */
  open: boolean;
  /** Conversations that wait in it. */
  waiting: number;
}

/**
 * What an overflow says before a conversation is put into the queue; undefined: it may go in. Hours come before
 * everything else, the others in their order. "assign" out of hours is no overflow, but keeps a later hour rule from
 * firing.
 */
export function overflowBefore(
  overflow: readonly OverflowSettings[],
  now: QueueNow,
): OverflowSettings | undefined {
  const hours = now.open ? undefined : overflow.find((each) => each.when === "outOfHours");
  if (hours !== undefined) return hours.do === "assign" ? undefined : hours;
  return overflow.find((each) => each.when === "itemsAbove" && now.waiting >= (each.limit ?? 0));
}

/** What an overflow says about a conversation that has waited so long (ms); undefined: it may wait on. */
export function overflowWaiting(
  overflow: readonly OverflowSettings[],
  waitedMs: number,
): OverflowSettings | undefined {
  return overflow.find(({ minutes }) => minutes !== undefined && waitedMs >= minutes * 60_000);
}

/** When the first "waitedAbove" of an overflow comes to hold for who waits since then (ms); undefined: never. */
export function overflowTime(overflow: readonly OverflowSettings[], since: number): number | undefined {
  const waits = overflow.flatMap(({ minutes }) => minutes ?? []);
  return waits.length === 0 ? undefined : since + Math.min(...waits) * 60_000;
}

/** Must the queue's length be known? Counting it costs a request. */
export const asksForLength = (overflow: readonly OverflowSettings[]): boolean =>
  overflow.some(({ when }) => when === "itemsAbove");

/** The overflow that counts for a conversation in a queue: its rule's, else the queue's own. */
export const overflowOf = (
  queue: QueueSettings | undefined,
  own: readonly OverflowSettings[] | undefined,
): readonly OverflowSettings[] => own ?? queue?.overflow ?? [];
