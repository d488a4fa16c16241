/** One metric of /metrics, as data: the server registers it, the docs and the checks of dashboard and alerts read it. */
export interface MetricSpec {
  kind: "counter" | "gauge" | "histogram";
  help: string;
  labels: readonly string[];
  /** Of histograms: upper bounds, in seconds. */
  buckets?: readonly number[];
  /** "server": each tells its own, add them up. "store": all tell the same, take the greatest. */
  of: "server" | "store";
}

const QUICK = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;
const SLOW = [0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200] as const;
const PATIENT = [5, 10, 20, 30, 40, 60, 120, 300, 600, 1_800, 3_600, 14_400] as const;

/** All names but those that prom-client gives the process, in the order of the docs. Counters count since the start. */
export const METRICS = {
  switchboard_webhooks_total: {
    kind: "counter",
    help: "Webhook requests by provider and status: 401 in numbers means a wrong secret or PUBLIC_URL.",
    labels: ["provider", "status"],
    of: "server",
  },
  switchboard_webhook_seconds: {
    kind: "histogram",
    help: "From a webhook request to its answer: signature, reading, storing.",
    labels: ["provider"],
    buckets: QUICK,
    of: "server",
  },
  switchboard_webhook_lag_seconds: {
    kind: "histogram",
    help: "From the platform's time of a message to its storing, where the platform tells its time.",
    labels: ["channel"],
    buckets: SLOW,
    of: "server",
  },
  switchboard_last_inbound_seconds: {
    kind: "gauge",
    help: "Time of the last inbound item (Unix time): the age is time() less this.",
    // Not "instance": that is what Prometheus calls the server it asks.
    labels: ["instance_id"],
    of: "store",
  },
  switchboard_turn_seconds: {
    kind: "histogram",
    help: "Handler time: from a message being looked at until its turn is written, helper and plugins included.",
    labels: ["channel"],
    buckets: QUICK,
    of: "server",
  },
  switchboard_turns_total: {
    kind: "counter",
    help: "Turns begun, and those lost to another server or agent and done again.",
    labels: ["outcome"],
    of: "server",
  },
  switchboard_backlog: {
    kind: "gauge",
    help: "Work under way by stage: should return to 0.",
    labels: ["stage"],
    of: "server",
  },
  switchboard_dead_letters_total: {
    kind: "counter",
    help: "Messages that became dead letters, by the code of the reason.",
    labels: ["code"],
    of: "server",
  },
  switchboard_dead_letters: {
    kind: "gauge",
    help: "Dead letters that stand now; counted to 100, asked at most once a minute.",
    labels: [],
    of: "store",
  },
  switchboard_routing_total: {
    kind: "counter",
    help: "Conversations routed, rules that erred, conversations for a queue without members.",
    labels: ["outcome"],
    of: "server",
  },
  switchboard_queue_waiting: {
    kind: "gauge",
    help: "Conversations that wait for an agent now.",
    labels: ["queue"],
    of: "store",
  },
  switchboard_queue_longest_wait_seconds: {
    kind: "gauge",
    help: "How long the first of them has waited.",
    labels: ["queue"],
    of: "store",
  },
  switchboard_queue_late: {
    kind: "gauge",
    help: "Of those that wait, how many have waited longer than the queue's service level.",
    labels: ["queue"],
    of: "store",
  },
  switchboard_first_answer_seconds: {
    kind: "histogram",
    help: "From people getting a conversation for the first time to the first words of a person.",
    labels: ["channel"],
    buckets: PATIENT,
    of: "server",
  },
  switchboard_agents: { kind: "gauge", help: "Agents by presence.", labels: ["presence"], of: "store" },
  switchboard_agent_capacity: {
    kind: "gauge",
    help: "Capacity units of the agents who are available: used and free.",
    labels: ["state"],
    of: "store",
  },
  switchboard_today_accepted: {
    kind: "gauge",
    help: "Conversations first accepted today (UTC).",
    labels: ["queue"],
    of: "store",
  },
  switchboard_today_late: {
    kind: "gauge",
    help: "Of those, accepted later than the queue's service level: breaches of today (UTC).",
    labels: ["queue"],
    of: "store",
  },
  switchboard_today_abandoned: {
    kind: "gauge",
    help: "Closed before acceptance today (UTC), by who ended it.",
    labels: ["by"],
    of: "store",
  },
  switchboard_today_offers: {
    kind: "gauge",
    help: "Offers made today (UTC), by outcome.",
    labels: ["outcome"],
    of: "store",
  },
  switchboard_outbox_messages: {
    kind: "gauge",
    help: "Messages that are to be sent and are not yet with the platform.",
    labels: ["channel"],
    of: "server",
  },
  switchboard_outbox_oldest_seconds: {
    kind: "gauge",
    help: "How long the oldest of them has waited.",
    labels: ["channel"],
    of: "server",
  },
  switchboard_send_seconds: {
    kind: "histogram",
    help: "One call of a platform to send, whatever it answered.",
    labels: ["channel"],
    buckets: QUICK,
    of: "server",
  },
  switchboard_send_failures_total: {
    kind: "counter",
    help: "Tries to send that failed, also those that never reached the platform, by channel and code; those tried again later are counted too.",
    labels: ["channel", "code"],
    of: "server",
  },
  switchboard_delivery_total: {
    kind: "counter",
    help: "Messages by what became of sending them: accepted, failed, retried, ambiguous, resentBlind.",
    labels: ["outcome"],
    of: "server",
  },
  switchboard_webhook_deliveries_total: {
    kind: "counter",
    help: "Deliveries to webhooks of ours, by outcome.",
    labels: ["outcome"],
    of: "server",
  },
  switchboard_store_round_trips_total: {
    kind: "counter",
    help: "Calls of the store by purpose.",
    labels: ["purpose"],
    of: "server",
  },
  switchboard_store_request_units_total: {
    kind: "counter",
    help: "Request units that Cosmos DB charged, by purpose; none for the embedded store.",
    labels: ["purpose"],
    of: "server",
  },
  switchboard_store_retries_total: {
    kind: "counter",
    help: "Requests to Cosmos DB that were made again: throttled (429), or another reason.",
    labels: ["because"],
    of: "server",
  },
  switchboard_desk_connections: {
    kind: "gauge",
    help: "Open event streams of desks.",
    labels: ["kind"],
    of: "server",
  },
  switchboard_plugin_failures_total: {
    kind: "counter",
    help: "Failed calls of plugins, by plugin and part.",
    labels: ["part"],
    of: "server",
  },
  switchboard_plugin_off: {
    kind: "gauge",
    help: "Parts of plugins that are switched off now.",
    labels: ["part"],
    of: "server",
  },
} as const satisfies Record<string, MetricSpec>;

export type MetricName = keyof typeof METRICS;

/** Metrics that steps tell as they happen; all others are read when somebody asks. */
export const COUNTED = [
  "switchboard_webhooks_total",
  "switchboard_dead_letters_total",
  "switchboard_send_failures_total",
] as const satisfies readonly MetricName[];
export type CountedName = (typeof COUNTED)[number];
export type TimedName = {
  [Name in MetricName]: (typeof METRICS)[Name]["kind"] extends "histogram" ? Name : never;
}[MetricName];
export type ReadName = Exclude<MetricName, CountedName | TimedName>;

type Labels<Name extends MetricName> = Record<(typeof METRICS)[Name]["labels"][number], string>;

/** Where steps tell what happened. Never throws. */
export interface Meter {
  count<Name extends CountedName>(name: Name, labels: Labels<Name>): void;
  time<Name extends TimedName>(name: Name, labels: Labels<Name>, ms: number): void;
}

/** Hears nothing: for tests and for code used as a library. */
export const silentMeter: Meter = { count() {}, time() {} };
