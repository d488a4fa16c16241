// npm test [-- mocha options]: builds what is stale, then runs every suite, the browser's too where Chromium is
// installed. --coverage runs under nyc; --browser only the browser's.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { ensureBuilt } from "./build.mjs";

const require = createRequire(import.meta.url);
const options = process.argv.slice(2);
const take = (name) => options.includes(name) && options.splice(options.indexOf(name), 1).length > 0;
const browserOnly = take("--browser");
const coverage = take("--coverage");

try {
  await ensureBuilt();
} catch (error) {
  process.stderr.write(`${error?.message ?? error}\n`);
  process.exit(1);
}

const files = browserOnly ? ["dist/tests/browser/**/*.test.js"] : ["dist/tests/**/*.test.js"];
const mocha = [require.resolve("mocha/bin/mocha.js"), ...files, ...options];
const command = coverage ? [require.resolve("nyc/bin/nyc.js"), process.execPath, ...mocha] : mocha;
const { status } = spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", ...command], {
  stdio: "inherit",
});
process.exit(status ?? 1);
