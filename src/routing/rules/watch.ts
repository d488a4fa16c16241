import type { Log } from "../../core/log";
import type { Routed, RouteRequest } from "./decide";
import type { RuleReading } from "./rules";

/** What routing did since the start: its decisions, rules that erred, conversations for a queue without members. */
export interface RoutingStats {
  decisions: number;
  ruleErrors: number;
  emptyQueues: number;
}

/**
 * Counts decisions and tells the log what an admin must mend: a rule that errs, a queue where nobody works. One error of a
 * rule is told at most once a minute.
 */
export function createRoutingWatch(ports: { log: Log; clock: { now(): number } }) {
  const stats: RoutingStats = { decisions: 0, ruleErrors: 0, emptyQueues: 0 };
  const told = new Map<string, number>();

  function tell(key: string, fields: Record<string, unknown>, words: string): void {
    const now = ports.clock.now();
    if (now - (told.get(key) ?? Number.NEGATIVE_INFINITY) < 60_000) return;
    if (told.size > 1_000) told.clear();
    told.set(key, now);
    ports.log.warn(fields, words);
  }

  return {
    stats: (): Readonly<RoutingStats> => stats,
    seen(request: RouteRequest, { details, placement }: Routed): void {
      stats.decisions += 1;
      const { workstreamId } = request.seed;
      for (const { rule, error } of errorsOf([...details.classification, details])) {
        stats.ruleErrors += 1;
        tell(
          `${workstreamId} ${rule}`,
          { workstreamId, rule, error },
          "a rule has an error; it counts as not matching",
        );
      }
      if (placement.tell?.some(({ trigger }) => trigger === "cannotAssign") !== true) return;
      stats.emptyQueues += 1;
      const { queueId } = placement;
      tell(
        `queue ${queueId}`,
        { queueId },
        "conversations wait in a queue without members: add some, or change the rules",
      );
    },
  };
}

const errorsOf = (readings: readonly RuleReading[]) =>
  readings.flatMap(({ read }) =>
    read.flatMap(({ rule, error }) => (error === undefined ? [] : [{ rule, error }])),
  );
