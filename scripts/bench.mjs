// npm run bench [-- --rounds 3 --seconds 3]: ratios measured in one run, each beside its yardstick.
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { benchLine } from "./bench/assignment.mjs";
import { benchContacts } from "./bench/contacts.mjs";
import { benchFlow } from "./bench/flow.mjs";
import { drive, PUBLIC_URL, SECRETS, startSink } from "./bench/load.mjs";
import { benchRules } from "./bench/rules.mjs";
import { benchStart } from "./bench/start.mjs";
import { benchAssignment } from "./bench/storeAssignment.mjs";
import { startTarget } from "./bench/target.mjs";
import { ensureBuilt } from "./build.mjs";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "3" },
    only: { type: "string", default: "" },
  },
});
const METRICS_TOKEN = "only-for-this-bench-on-loopback";
const HERE = path.dirname(fileURLToPath(import.meta.url));
const CHANNELS = ["facebook", "twitter", "sms", "whatsapp"];
const PARTS = ["inbound", "latency", "rules", "flow", "line", "assignment", "contacts", "start"];
const unknown = values.only.split(",").filter((name) => name !== "" && !PARTS.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`--only ${unknown.join(",")}: there is no such part; use ${PARTS.join(", ")}\n`);
  process.exit(1);
}
const wants = (name) => values.only === "" || values.only.split(",").includes(name);
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor((list.length - 1) / 2)] ?? Number.NaN;
const show = (number, digits = 2) => (Number.isFinite(number) ? number.toFixed(digits) : "-");

await ensureBuilt({ only: "server", say: () => {} });
const sink = await startSink();

const start = (channel) =>
  channel === "floor"
    ? startTarget(path.join(HERE, "bench", "floor.mjs"), { SINK: sink.url, SECRET: SECRETS.FB_APP_SECRET })
    : startTarget(path.join(HERE, "bench-target.mjs"), {
        ...SECRETS,
        BENCH_CHANNEL: channel,
        PUBLIC_URL,
        FB_API_BASE: sink.url,
        X_API_BASE: sink.url,
        TWILIO_API_BASE: sink.url,
      });

async function measure(channel, options = {}) {
  const target = await start(channel);
  const marks = [];
  const result = await drive({
    port: target.port,
    channel,
    sink,
    seconds: Number(values.seconds),
    mark: () => marks.push(target.usage()),
    ...options,
  });
  const trips = channel === "floor" ? undefined : await storeTrips(target.port);
  await target.stop();
  const cpuMs = (marks[1].cpuMs - marks[0].cpuMs) / Math.max(1, result.done);
  return { ...result, cpuMs, rssMb: marks[1].rssMb, startMs: target.startMs, trips };
}

/** Store round trips of the whole run by purpose, from /metrics. */
async function storeTrips(port) {
  const reply = await fetch(`http://127.0.0.1:${port}/metrics`, {
    headers: { authorization: `Bearer ${METRICS_TOKEN}` },
  });
  const text = await reply.text();
  return Object.fromEntries(
    [...text.matchAll(/switchboard_store_round_trips_total\{purpose="([^"]+)"\} (\d+)/g)].map(
      ([, purpose, count]) => [purpose, Number(count)],
    ),
  );
}

process.env.METRICS_TOKEN = METRICS_TOKEN;
const rounds = Number(values.rounds);

if (wants("inbound")) {
  const rows = new Map(["floor", ...CHANNELS].map((channel) => [channel, []]));
  for (let round = 0; round < rounds; round++)
    for (const channel of round % 2 === 0 ? rows.keys() : [...rows.keys()].reverse())
      rows.get(channel).push(await measure(channel));
  const floor = rows.get("floor");
  console.log(
    `\nInbound, closed loop, 32 customers, medians of ${rounds} x ${values.seconds} s; ratios to the floor of the same round`,
  );
  console.log(
    "| target | msg/s | CPU ms a message | CPU / floor | memory MB | start ms | lost |\n|---|--:|--:|--:|--:|--:|--:|",
  );
  for (const [channel, runs] of rows) {
    const ratio = median(runs.map((run, index) => run.cpuMs / floor[index].cpuMs));
    console.log(
      `| ${channel} | ${show(median(runs.map((run) => run.perSecond)), 0)} | ${show(median(runs.map((run) => run.cpuMs)), 3)} | ${show(ratio)} | ${show(median(runs.map((run) => run.rssMb)), 0)} | ${show(median(runs.map((run) => run.startMs)), 0)} | ${runs.reduce((sum, run) => sum + run.lost, 0)} |`,
    );
  }
  const last = rows.get("facebook").at(-1).trips;
  console.log(`\nStore round trips by purpose (facebook, whole run): ${JSON.stringify(last)}`);
}

if (wants("latency")) {
  console.log(
    "\nLatency at 100 messages a second, ms\n| target | webhook p50 | p99 | echo p50 | p99 | webhook p99 / floor |\n|---|--:|--:|--:|--:|--:|",
  );
  const pairs = [];
  for (let round = 0; round < rounds; round++)
    pairs.push([
      await measure("floor", { rate: 100, warmUp: 1000, seconds: 8 }),
      await measure("facebook", { rate: 100, warmUp: 1000, seconds: 8 }),
    ]);
  for (const [index, name] of ["floor", "facebook"].entries()) {
    const of = (field) => median(pairs.map((pair) => pair[index][field]));
    const ratio = index === 0 ? 1 : median(pairs.map(([floor, ours]) => ours.ack99 / floor.ack99));
    console.log(
      `| ${name} | ${show(of("ack50"), 1)} | ${show(of("ack99"), 1)} | ${show(of("echo50"), 1)} | ${show(of("echo99"), 1)} | ${show(ratio)} |`,
    );
  }
}
sink.close();

const require = createRequire(import.meta.url);
if (wants("rules")) await benchRules();
if (wants("flow")) await benchFlow();
if (wants("line")) benchLine(require);
if (wants("assignment")) await benchAssignment(require);
if (wants("contacts")) await benchContacts(require);
if (wants("start")) {
  await ensureBuilt({ say: () => {} });
  await benchStart(rounds);
}
process.exit(0);
