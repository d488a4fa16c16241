import type { Clock } from "../core/clock";
import { messageOf } from "../core/errors";
import { keepFor } from "../core/keepFor";
import type { Log } from "../core/log";
import type { RunningPlugins } from "../core/runningPlugins";
import type { Pipeline } from "../pipeline/pipeline";
import type { DistributionGauges, Reports } from "../reports/reports";
import type { MetricSources } from "../server/metrics";
import type { createCharges } from "../storage/charges";
import type { CountingStore } from "../storage/countingStore";
import { pluginGauges } from "./pluginGauges";

/** Nobody needs to know of more at once. */
const MOST_DEAD = 100;
/** The query asks every partition. */
const DEAD_MS = 60_000;

export interface SourcePorts {
  storeCounts: Pick<CountingStore, "counts">;
  charges: ReturnType<typeof createCharges>;
  pipeline: Pick<
    Pipeline,
    "turns" | "routing" | "delivery" | "backlog" | "counters" | "outboxWaiting" | "deadLetters"
  >;
  events: { connections(): number };
  plugins: Pick<RunningPlugins, "status">;
  webhooks: { readonly counts: Readonly<Record<string, number>> };
  reports: Pick<Reports, "gauges">;
  clock: Clock;
  log: Log;
}

/** Where /metrics reads what is not told as it happens: from memory, or from the store at most every ten seconds. */
export function metricSources(ports: SourcePorts): MetricSources {
  const { pipeline, charges } = ports;
  const { pluginFailures, pluginsOff } = pluginGauges(ports.plugins);
  const distribution = (of: keyof DistributionGauges) => async () => (await ports.reports.gauges())?.[of];
  return {
    switchboard_last_inbound_seconds: () => inSeconds(pipeline.counters.lastInbound()),
    switchboard_turns_total: () => ({ ...pipeline.turns() }),
    switchboard_backlog: () => pipeline.backlog(),
    switchboard_dead_letters: keepFor(ports.clock, DEAD_MS, () => deadLetters(ports)),
    switchboard_routing_total: () => ({ ...pipeline.routing() }),
    switchboard_queue_waiting: distribution("waiting"),
    switchboard_queue_longest_wait_seconds: distribution("longestWaitSeconds"),
    switchboard_queue_late: distribution("late"),
    switchboard_agents: distribution("agents"),
    switchboard_agent_capacity: distribution("capacity"),
    switchboard_today_accepted: distribution("acceptedToday"),
    switchboard_today_late: distribution("lateToday"),
    switchboard_today_abandoned: distribution("abandonedToday"),
    switchboard_today_offers: distribution("offersToday"),
    switchboard_outbox_messages: () => pipeline.outboxWaiting().messages,
    switchboard_outbox_oldest_seconds: () => pipeline.outboxWaiting().oldestSeconds,
    switchboard_delivery_total: () => ({ ...pipeline.delivery() }),
    switchboard_webhook_deliveries_total: () => ports.webhooks.counts,
    switchboard_store_round_trips_total: () => roundTrips(ports.storeCounts),
    switchboard_store_request_units_total: charges.units,
    switchboard_store_retries_total: charges.retries,
    switchboard_desk_connections: () => ({ desk: ports.events.connections() }),
    switchboard_plugin_failures_total: pluginFailures,
    switchboard_plugin_off: pluginsOff,
  };
}

const inSeconds = (times: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...times].map(([instance, at]) => [instance, at / 1000]));

function roundTrips({ counts }: SourcePorts["storeCounts"]): Record<string, number> {
  const { byPurpose, reads, queries } = counts();
  return { ...byPurpose, reads, queries };
}

/** Undefined when the store cannot be asked, which spoils no other metric. */
async function deadLetters({ pipeline, log }: SourcePorts): Promise<number | undefined> {
  try {
    return (await pipeline.deadLetters.list({ limit: MOST_DEAD })).items.length;
  } catch (error) {
    log.warn({ error: messageOf(error) }, "dead letters were not counted for /metrics");
    return undefined;
  }
}
