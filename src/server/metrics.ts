import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";

/** Numbers that the rest of the product offers; read when /metrics is asked for. */
export interface MetricSources {
  /** Store round trips by purpose. */
  storeTrips(): Readonly<Record<string, number>>;
  /** Request units of a shared store by purpose; empty for the embedded one. */
  requestUnits(): Readonly<Record<string, number>>;
  /** Turns begun, and lost to somebody faster. */
  turns(): Readonly<Record<string, number>>;
  routing(): Readonly<Record<string, number>>;
  delivery(): Readonly<Record<string, number>>;
  backlog(): Readonly<Record<string, number>>;
  /** Last inbound message by instance (ms). */
  lastInbound(): ReadonlyMap<string, number>;
  deskConnections(): number;
  /** Failures of plugins since the start, by plugin and part. */
  pluginFailures(): Readonly<Record<string, number>>;
  /** 1 for each part of a plugin that is switched off now. */
  pluginsOff(): Readonly<Record<string, number>>;
  /** Deliveries to webhooks of ours since the start, by outcome. */
  webhookDeliveries(): Readonly<Record<string, number>>;
  /** Queues, agents and today; undefined when it cannot be told now. Asked once for each gauge: kept a while by its owner. */
  distribution(): Promise<DistributionMetrics | undefined>;
}

/** By queue, presence, or what became of it. */
export interface DistributionMetrics {
  waiting: Readonly<Record<string, number>>;
  longestWaitSeconds: Readonly<Record<string, number>>;
  agents: Readonly<Record<string, number>>;
  acceptedToday: Readonly<Record<string, number>>;
  abandonedToday: Readonly<Record<string, number>>;
  offersToday: Readonly<Record<string, number>>;
}

const DISTRIBUTION: readonly [name: string, help: string, label: string, of: keyof DistributionMetrics][] = [
  ["queue_waiting", "Conversations that wait for an agent now.", "queue", "waiting"],
  ["queue_longest_wait_seconds", "How long the first of them has waited.", "queue", "longestWaitSeconds"],
  ["agents", "Agents by presence.", "presence", "agents"],
  ["today_accepted", "Conversations first accepted today (UTC).", "queue", "acceptedToday"],
  ["today_abandoned", "Closed before acceptance today, by who ended it.", "by", "abandonedToday"],
  ["today_offers", "Offers made today, by outcome.", "outcome", "offersToday"],
];

/** Prometheus text of the process and of the pipeline. */
export function createMetrics(sources: MetricSources) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "switchboard_" });
  const webhooks = new Counter({
    name: "switchboard_webhooks_total",
    help: "Webhook requests by provider and status.",
    labelNames: ["provider", "status"],
    registers: [registry],
  });
  gauge(registry, "switchboard_store_round_trips", "Store round trips since the start.", "purpose", () =>
    sources.storeTrips(),
  );
  gauge(
    registry,
    "switchboard_store_request_units",
    "Cosmos DB request units since the start.",
    "purpose",
    () => sources.requestUnits(),
  );
  gauge(registry, "switchboard_turns", "Turns since the start, by outcome.", "outcome", () =>
    sources.turns(),
  );
  gauge(
    registry,
    "switchboard_routing",
    "Since the start: conversations routed, rules that erred, conversations for a queue without members.",
    "outcome",
    () => sources.routing(),
  );
  gauge(registry, "switchboard_delivery", "Messages sent since the start, by outcome.", "outcome", () =>
    sources.delivery(),
  );
  gauge(registry, "switchboard_backlog", "Work under way.", "stage", () => sources.backlog());
  gauge(registry, "switchboard_last_inbound_seconds", "Time of the last inbound message.", "instance", () =>
    Object.fromEntries([...sources.lastInbound()].map(([instance, at]) => [instance, at / 1000])),
  );
  gauge(registry, "switchboard_desk_connections", "Open event streams of desks.", "kind", () => ({
    desk: sources.deskConnections(),
  }));
  gauge(registry, "switchboard_plugin_failures", "Failed calls of plugins since the start.", "part", () =>
    sources.pluginFailures(),
  );
  gauge(registry, "switchboard_plugin_off", "Parts of plugins that are switched off now.", "part", () =>
    sources.pluginsOff(),
  );
  gauge(
    registry,
    "switchboard_webhook_deliveries",
    "Deliveries to webhooks of ours since the start, by outcome.",
    "outcome",
    () => sources.webhookDeliveries(),
  );
  for (const [name, help, label, of] of DISTRIBUTION)
    gauge(
      registry,
      `switchboard_${name}`,
      help,
      label,
      async () => (await sources.distribution())?.[of] ?? {},
    );
  return {
    countWebhook: (provider: string, status: number) => webhooks.inc({ provider, status: String(status) }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

export type Metrics = ReturnType<typeof createMetrics>;

function gauge(
  registry: Registry,
  name: string,
  help: string,
  label: string,
  read: () => Readonly<Record<string, number>> | Promise<Readonly<Record<string, number>>>,
): void {
  new Gauge({
    name,
    help,
    labelNames: [label],
    registers: [registry],
    async collect() {
      const values = await read();
      this.reset();
      for (const [key, value] of Object.entries(values)) this.set({ [label]: key }, value);
    },
  });
}
