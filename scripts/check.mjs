// npm run check: what CI asks of a change besides the tests: format, lint, types of both halves, unused code.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

const MODULES = fileURLToPath(new URL("../node_modules", import.meta.url));
const bin = (...parts) => path.join(MODULES, ...parts);
const steps = [
  ["format and lint", [bin("@biomejs/biome/bin/biome"), "check", "."]],
  ["types", [bin("typescript/bin/tsc"), "-p", ".", "--noEmit"]],
  ["types of the pages", [bin("typescript/bin/tsc"), "-p", "src/web", "--noEmit"]],
  ["unused code", [bin("knip/bin/knip.js")]],
];
let failed = 0;
for (const [name, command] of steps) {
  const { status } = spawnSync(process.execPath, command, { stdio: "inherit" });
  process.stdout.write(`${status === 0 ? "ok    " : "FAILED"} ${name}\n`);
  if (status !== 0) failed += 1;
}
process.exit(failed === 0 ? 0 : 1);
