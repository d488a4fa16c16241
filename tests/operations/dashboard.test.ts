import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { request } from "undici";
import { ERRORS } from "../../src/core/errors";
import { METRICS } from "../../src/core/metricTable";
import { PRESENCES } from "../../src/core/workItem";
import { anchorsIn } from "../docs/pages";
import { ROOT, read } from "../docs/parts";
import { buildConfiguration } from "../support/accounts";
import { createSkippingClock } from "../support/skippingClock";
import { startTestApp, type TestApp } from "../support/startApp";
import { queryFaults, valueFaults } from "./checkQueries";
import { demoLoad } from "./demoLoad";
import { type Exposed, readExposition, stateOf } from "./exposition";
import { readPromql } from "./promql";
import { alertRules, panels, queries } from "./queries";

/** What this load does not touch: each has a test of its own. */
const STILL = [
  "switchboard_store_request_units_total",
  "switchboard_plugin_failures_total",
  "switchboard_plugin_off",
  "switchboard_webhook_deliveries_total",
  "switchboard_store_retries_total",
  "switchboard_process_start_time_seconds",
];

describe("dashboard and alerts", function () {
  this.timeout(60_000);
  const { dashboard, alerts, page } = queries();
  let test: TestApp;
  let earlier: ReadonlyMap<string, Exposed>;
  let later: ReadonlyMap<string, Exposed>;

  before(async () => {
    const clock = createSkippingClock();
    test = await startTestApp({ clock, configuration: buildConfiguration({ helper: "first" }) });
    earlier = await scrape();
    const desk = await demoLoad(test, clock);
    later = await scrape();
    desk.close();
  });
  after(() => test.stop());

  const scrape = async () => readExposition(await (await request(`${test.url}/metrics`)).body.text());

  it("have metrics that the server tells, of the kind and with the labels that the table says", () => {
    for (const [name, { kind, labels }] of Object.entries(METRICS)) {
      const metric = later.get(name) ?? assert.fail(`${name} is not exposed`);
      assert.equal(metric.kind, kind, name);
      for (const sample of metric.samples)
        assert.deepEqual(
          Object.keys(sample.labels).filter((label) => label !== "le"),
          [...labels],
          name,
        );
    }
    const ours = [...later.keys()].filter((name) => !/^switchboard_(process|nodejs)_/.test(name));
    assert.deepEqual(ours.sort(), Object.keys(METRICS).sort());
  });

  it("are named in the documentation as they are called", () => {
    for (const file of readdirSync(path.join(ROOT, "docs")).filter((name) => name.endsWith(".md")))
      for (const [, name = ""] of read(`docs/${file}`).matchAll(/`(switchboard_[a-z0-9]+(?:_[a-z0-9]+)*)\b/g))
        assert.ok(later.has(name.replace(/_(bucket|sum|count)$/, "")) || later.has(name), `${file}: ${name}`);
  });

  it("ask only for what there is, as it must be asked for", () => {
    assert.ok(dashboard.length > 40 && alerts.length > 15 && page.length === 4);
    assert.deepEqual(
      [...dashboard, ...alerts, ...page].flatMap((query) => queryFaults(query, later)),
      [],
    );
  });

  it("ask only for values that are told", () => {
    const told = (label: string): string[] => {
      if (label === "code") return Object.keys(ERRORS);
      if (label === "presence") return [...PRESENCES];
      // Every status may come.
      if (label === "status") return ["200", "401", "403", "500", "503"];
      return [...later.values()].flatMap(({ samples }) =>
        samples.flatMap(({ labels }) => labels[label] ?? []),
      );
    };
    assert.deepEqual(
      [...dashboard, ...alerts, ...page].flatMap((query) => valueFaults(query, told)),
      [],
    );
  });

  it("show every metric that is told", () => {
    const shown = new Set(dashboard.flatMap(({ expr }) => namesIn(expr)));
    assert.deepEqual(
      Object.keys(METRICS).filter((name) => !shown.has(name)),
      [],
    );
  });

  it("move under the demo's load", () => {
    const names = [...new Set(dashboard.flatMap(({ expr }) => namesIn(expr)))].filter(
      (name) => name !== "up",
    );
    const stood = names.filter((name) => {
      const [first, second] = [earlier.get(name), later.get(name)];
      return first !== undefined && second !== undefined && stateOf(first) === stateOf(second);
    });
    assert.deepEqual(
      stood.filter((name) => !STILL.includes(name)),
      [],
    );
    assert.equal(sampleOf(later, "switchboard_send_failures_total", { channel: "sms" }), 1);
    assert.equal(sampleOf(later, "switchboard_dead_letters_total", { code: "INSTANCE_UNKNOWN" }), 1);
    assert.equal(sampleOf(later, "switchboard_dead_letters", {}), 1);
    assert.equal(sampleOf(later, "switchboard_webhooks_total", { status: "401" }), 1);
    assert.equal(sampleOf(later, "switchboard_first_answer_seconds_count", { channel: "sms" }), 1);
    assert.ok((sampleOf(later, "switchboard_queue_late", { queue: "general" }) ?? 0) >= 1);
    const lag = sampleOf(later, "switchboard_webhook_lag_seconds_sum", { channel: "facebook" }) ?? 0;
    assert.ok(lag >= 3 && lag < 60, `lag ${lag}`);
  });

  it("has panels and rules with names of their own, and cures that exist", () => {
    for (const names of [panels().map(({ id }) => String(id)), alertRules().map(({ alert }) => alert)])
      assert.equal(new Set(names).size, names.length);
    for (const { alert, annotations, labels } of alertRules()) {
      assert.match(labels.severity, /^(critical|warning)$/, alert);
      const [page = "", anchor] = annotations.runbook.split("#");
      const headings = anchorsIn(read(page));
      assert.ok(anchor === undefined || headings.includes(anchor), `${alert}: ${annotations.runbook}`);
    }
  });

  it("are refused when they ask for what is not there", () => {
    const faults = (expr: string) => queryFaults({ place: "x", expr }, later);
    assert.match(faults("switchboard_queue_waitin > 1").join(), /is not exposed/);
    assert.match(
      faults("rate(switchboard_queue_waiting[5m])").join(),
      /rate of switchboard_queue_waiting, a gauge/,
    );
    assert.match(faults("switchboard_turns_total > 1").join(), /only grows/);
    assert.match(faults("sum by (queue) (switchboard_backlog)").join(), /has no queue/);
    assert.match(faults('switchboard_agents{state="x"}').join(), /has no state/);
    assert.match(faults("rate(switchboard_turns_total[5m)").join(), /is no PromQL/);
    assert.match(faults("sum(rate(switchboard_turn_seconds_bucket[5m]))").join(), /without its le/);
    const values = valueFaults({ place: "x", expr: 'switchboard_backlog{stage=~"turn"}' }, () => ["turns"]);
    assert.match(values.join(), /never has stage turn/);
  });
});

const namesIn = (expr: string): string[] =>
  readPromql(expr).series.map(({ name }) =>
    name in METRICS ? name : name.replace(/_(bucket|sum|count)$/, ""),
  );

function sampleOf(
  exposed: ReadonlyMap<string, Exposed>,
  name: string,
  labels: Record<string, string>,
): number | undefined {
  const samples = [...exposed.values()].flatMap((metric) => metric.samples);
  return samples.find(
    (sample) =>
      sample.name === name &&
      Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  )?.value;
}
