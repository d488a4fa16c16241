// npm run test:cosmos-emulator: the store's contract against @vercel/cosmosdb-server, as a check on our own double.
// Its packages are installed in tests/emulator at the first run; the product and `npm test` need none of them.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ensureBuilt } from "./build.mjs";

/** What it does otherwise than Cosmos DB (1.0.1): batches, time to live, query plans and the change feed. */
const WRONG_THERE = [
  "deletes with the right etag",
  "all of a batch or nothing",
  "batches asked for at the same time",
  "gives one etag an operation",
  "hides a document from reads",
  "treats what has expired",
  "threads\\.(due|dead|hour)",
  "routing\\.due",
  "pages across partitions",
  "feed tells",
];

const folder = fileURLToPath(new URL("../tests/emulator", import.meta.url));
if (!existsSync(path.join(folder, "node_modules"))) {
  const { status } = spawnSync("npm", ["install"], {
    cwd: folder,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status !== 0) process.exit(status ?? 1);
}
await ensureBuilt();
const mocha = createRequire(import.meta.url).resolve("mocha/bin/mocha.js");
const options = ["dist/tests/emulator/contract.js", "--grep", WRONG_THERE.join("|"), "--invert"];
const { status } = spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", mocha, ...options], {
  stdio: "inherit",
});
process.exit(status ?? 1);
