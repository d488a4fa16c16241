import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import {
  COUNTED,
  METRICS,
  type Meter,
  type MetricName,
  type MetricSpec,
  type ReadName,
} from "../core/metricTable";

/** Values by the metric's label; without a label one number. Undefined: it cannot be told now. */
export type Reading = Readonly<Record<string, number>> | number | undefined;

/** Numbers that the rest of the product offers, read when /metrics is asked for. */
export type MetricSources = { readonly [Name in ReadName]: () => Reading | Promise<Reading> };

/** Prometheus text of the process and of all that METRICS lists. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "switchboard_" });
  const counted = new Map<string, Counter>();
  const timed = new Map<string, Histogram>();
  const isCounted: ReadonlySet<string> = new Set(COUNTED);
  let sources: MetricSources | undefined;

  for (const [name, spec] of Object.entries(METRICS) as [MetricName, MetricSpec][]) register(name, spec);

  function register(name: MetricName, { kind, help, labels, buckets }: MetricSpec): void {
    const options = { name, help, labelNames: [...labels], registers: [registry] };
    const [label] = labels;
    if (kind === "histogram") timed.set(name, new Histogram({ ...options, buckets: [...(buckets ?? [])] }));
    else if (isCounted.has(name)) counted.set(name, new Counter(options));
    else if (kind === "counter")
      new Counter({
        ...options,
        async collect() {
          const reading = await read(name as ReadName);
          this.reset();
          for (const [labels, value] of toSamples(label, reading)) this.inc(labels, value);
        },
      });
    else
      new Gauge({
        ...options,
        async collect() {
          const reading = await read(name as ReadName);
          this.reset();
          // A number that cannot be told is missing, not 0.
          if (label === undefined) this.remove();
          for (const [labels, value] of toSamples(label, reading)) this.set(labels, value);
        },
      });
  }

  const read = async (name: ReadName): Promise<Reading> => sources?.[name]();

  const meter: Meter = {
    count: (name, labels) => counted.get(name)?.inc(labels),
    time: (name, labels, ms) => timed.get(name)?.observe(labels, Math.max(0, ms) / 1000),
  };

  return {
    meter,
    /** Where the metrics that are read come from; before it they are missing. */
    readFrom(given: MetricSources): void {
      sources = given;
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

export type Metrics = ReturnType<typeof createMetrics>;

function toSamples(label: string | undefined, reading: Reading): [Record<string, string>, number][] {
  if (reading === undefined) return [];
  if (typeof reading === "number") return [[{}, reading]];
  return Object.entries(reading).map(([key, value]) => [label === undefined ? {} : { [label]: key }, value]);
}
