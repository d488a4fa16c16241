import { METRICS } from "../../src/core/metricTable";
import type { Exposed } from "./exposition";
import { readPromql } from "./promql";
import type { Query } from "./queries";

/** What Prometheus itself adds to every series. */
const TARGET_LABELS = ["job", "instance"];
/** Functions over a range that need a counter; of a gauge they tell nonsense. */
const FOR_COUNTERS = ["rate", "increase", "irate"];
/** Functions over a range that tell of a gauge. */
const FOR_GAUGES = ["min_over_time", "max_over_time", "avg_over_time", "changes", "delta", "deriv"];

/** What is wrong with a query, against what a server really exposes. */
export function queryFaults({ place, expr }: Query, exposed: ReadonlyMap<string, Exposed>): string[] {
  const { series, faults } = readPromql(expr);
  const found = faults.map((fault) => `is no PromQL ${fault}`);
  if (series.length === 0) found.push("names no metric");
  for (const one of series) {
    const metric = metricOf(one.name, exposed);
    if (metric === undefined) {
      if (one.name !== "up") found.push(`${one.name} is not exposed`);
      continue;
    }
    const isCounting = metric.kind === "counter" || metric.base !== one.name;
    if (one.rangeOf === undefined && isCounting) found.push(`${one.name} only grows: rate or increase`);
    if (one.rangeOf !== undefined && !(isCounting ? FOR_COUNTERS : FOR_GAUGES).includes(one.rangeOf))
      found.push(`${one.rangeOf} of ${one.name}, a ${metric.kind}`);
    for (const label of [...one.matchers.map(({ label }) => label), ...one.grouped])
      if (!metric.labels.has(label) && !TARGET_LABELS.includes(label))
        found.push(`${one.name} has no ${label}`);
    if (one.name.endsWith("_bucket") && !one.grouped.includes("le")) found.push(`${one.name} without its le`);
  }
  return found.map((fault) => `${place}: ${fault}`);
}

/** Values that matchers ask for and that no server ever tells. */
export function valueFaults({ place, expr }: Query, known: (label: string) => readonly string[]): string[] {
  return readPromql(expr).series.flatMap(({ name, matchers }) =>
    matchers
      .filter(({ label }) => !TARGET_LABELS.includes(label))
      .filter(({ label, operator, value }) => {
        const pattern = operator.endsWith("~") ? new RegExp(`^(?:${value})$`) : undefined;
        return !known(label).some((one) => (pattern === undefined ? one === value : pattern.test(one)));
      })
      .map(({ label, value }) => `${place}: ${name} never has ${label} ${value}`),
  );
}

/** The metric behind a series, with the labels that it may have. */
function metricOf(name: string, exposed: ReadonlyMap<string, Exposed>) {
  const base = exposed.has(name) ? name : name.replace(/_(bucket|sum|count)$/, "");
  const metric = exposed.get(base);
  if (metric === undefined || (base !== name && metric.kind !== "histogram")) return undefined;
  const own = base in METRICS ? METRICS[base as keyof typeof METRICS].labels : [];
  const labels = new Set<string>([...own, ...metric.samples.flatMap((sample) => Object.keys(sample.labels))]);
  return { kind: metric.kind, base, labels };
}
