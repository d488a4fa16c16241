// npm test [-- mocha options]: builds what is stale, then runs every suite, the browser's too where Chromium is
// installed. --coverage runs under nyc; --browser only the browser's. A full run has the suites of the browser, the
// command line and the package beside the others: what they printed follows at the end.
import { spawn, spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { ensureBuilt } from "./build.mjs";

const require = createRequire(import.meta.url);
const options = process.argv.slice(2);
const take = (name) => options.includes(name) && options.splice(options.indexOf(name), 1).length > 0;
const browserOnly = take("--browser");
const coverage = take("--coverage");
const BROWSER = "dist/tests/browser/**/*.test.js";
// These wait for other processes most of the time.
const BESIDE = [BROWSER, "dist/tests/cli/**/*.test.js", "dist/tests/package/**/*.test.js"];

try {
  await ensureBuilt();
} catch (error) {
  process.stderr.write(`${error?.message ?? error}\n`);
  process.exit(1);
}

const node = (...words) => ["--disable-warning=ExperimentalWarning", ...words];
// CI tries a test that failed once more, and tells which: one that waits for a slow machine must not stop a change.
const retries = process.env.SWITCHBOARD_TEST_RETRIES
  ? ["--retries", process.env.SWITCHBOARD_TEST_RETRIES]
  : [];
const mocha = (...words) => [require.resolve("mocha/bin/mocha.js"), ...retries, ...words, ...options];

if (!browserOnly && !coverage && options.length === 0 && availableParallelism() > 1) {
  process.exit(await runBeside());
} else {
  const files = mocha(browserOnly ? BROWSER : "dist/tests/**/*.test.js");
  const command = coverage ? [require.resolve("nyc/bin/nyc.js"), process.execPath, ...files] : files;
  process.exit(spawnSync(process.execPath, node(...command), { stdio: "inherit" }).status ?? 1);
}

async function runBeside() {
  const beside = spawn(process.execPath, node(...mocha(...BESIDE)), { stdio: ["ignore", "pipe", "pipe"] });
  const printed = [];
  for (const stream of [beside.stdout, beside.stderr]) stream.on("data", (chunk) => printed.push(chunk));
  const left = BESIDE.flatMap((files) => ["--ignore", files]);
  const others = spawn(process.execPath, node(...mocha("dist/tests/**/*.test.js", ...left)), {
    stdio: "inherit",
  });
  const ended = (child) => new Promise((resolve) => child.on("close", (code) => resolve(code ?? 1)));
  const [first, second] = await Promise.all([ended(others), ended(beside)]);
  process.stdout.write("\nThe browser, the command line and the package\n");
  process.stdout.write(Buffer.concat(printed));
  return first === 0 ? second : first;
}
