// npm test [-- mocha options]: builds what is stale, then runs every suite, the browser's too where Chromium is
// installed. --coverage runs under nyc; --browser only the browser's. A run of everything has several files at a time,
// each in the report when it is over.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { ensureBuilt } from "./build.mjs";

const require = createRequire(import.meta.url);
const options = process.argv.slice(2);
const take = (name) => options.includes(name) && options.splice(options.indexOf(name), 1).length > 0;
const browserOnly = take("--browser");
const coverage = take("--coverage");
const ALL = "dist/tests/**/*.test.js";
const BROWSER = "dist/tests/browser/**/*.test.js";
/** They take longest, so they begin first: none is left to run alone at the end. */
const LONG = [
  "flow/kill",
  "flow/cluster",
  "browser/accessibility",
  "package/production",
  "flow/identityKill",
  "docs/commands",
  "flow/hostile",
  "flow/helperKill",
  "flow/people",
  "browser/counts",
  "browser/desk",
].map((name) => `${name}.test.js`);
/** More than there are processors: many tests wait, for a browser, a server that starts, or a disk. */
const AT_ONCE = availableParallelism() + 1;

try {
  await ensureBuilt();
} catch (error) {
  process.stderr.write(`${error?.message ?? error}\n`);
  process.exit(1);
}

// CI tries a test that failed once more, and tells which: one that waits for a slow machine must not stop a change.
const retries = process.env.SWITCHBOARD_TEST_RETRIES
  ? ["--retries", process.env.SWITCHBOARD_TEST_RETRIES]
  : [];
const mocha = (...words) => [require.resolve("mocha/bin/mocha.js"), ...retries, ...words, ...options];

if (!browserOnly && !coverage && options.length === 0 && availableParallelism() > 1) {
  run(...mocha("--parallel", "--jobs", String(AT_ONCE), ...longFirst()));
} else {
  const command = mocha(browserOnly ? BROWSER : ALL);
  run(...(coverage ? [require.resolve("nyc/bin/nyc.js"), process.execPath, ...command] : command));
}

function longFirst() {
  const names = readdirSync("dist/tests", { recursive: true })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".test.js"))
    .sort();
  const isLong = (name) => LONG.includes(name);
  const ordered = [...LONG.filter((name) => names.includes(name)), ...names.filter((name) => !isLong(name))];
  return ordered.map((name) => `dist/tests/${name}`);
}

function run(...words) {
  const node = ["--disable-warning=ExperimentalWarning", ...words];
  process.exit(spawnSync(process.execPath, node, { stdio: "inherit" }).status ?? 1);
}
