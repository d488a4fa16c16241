// The unpacked package in production: from the process's start until /readyz answers 200, memory then, and how long
// SIGTERM takes. Beside a bare node:http server, with the embedded store and with a Cosmos DB double.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { contentsOf } from "../package/contents.mjs";
import { writeAll } from "../package/zip.mjs";
import { freePort } from "./target.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BARE =
  'require("node:http").createServer((_, reply) => reply.end("up")).listen(process.env.PORT, "127.0.0.1"); process.once("SIGTERM", () => process.exit(0));';
const SERVER = ["--disable-warning=ExperimentalWarning", "dist/src/cli/switchboard.js", "start"];
const LOOK_MS = 5;
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor((list.length - 1) / 2)];

export async function benchStart(rounds) {
  const home = mkdtempSync(path.join(tmpdir(), "switchboard-bench-"));
  const folder = path.join(home, "package");
  await writeAll(contentsOf({ root: ROOT, modules: ROOT }), folder);
  const double = spawn(process.execPath, [path.join(ROOT, "dist/tests/support/cosmosDouble/main.js")]);
  const [line] = await once(createInterface(double.stdout), "line");
  const { url, key } = JSON.parse(line);
  const production = {
    NODE_ENV: "production",
    HOST: "127.0.0.1",
    PUBLIC_URL: "https://bench.example",
    SWITCHBOARD_MASTER_KEY: randomBytes(32).toString("base64"),
    SWITCHBOARD_DATA: path.join(home, "data"),
  };
  const cosmos = { SWITCHBOARD_STORE: "cosmos", COSMOS_ENDPOINT: url, COSMOS_KEY: key };
  const targets = {
    "bare node:http": { words: ["-e", BARE], env: {} },
    "embedded store": { words: SERVER, env: production },
    "Cosmos DB double": { words: SERVER, env: { ...production, ...cosmos } },
  };
  const runs = Object.fromEntries(Object.keys(targets).map((name) => [name, []]));
  // The first round warms the disk and fills the empty stores.
  for (let round = 0; round <= rounds; round++)
    for (const [name, target] of Object.entries(targets)) {
      const run = await startOnce(target, folder);
      if (round > 0) runs[name].push(run);
    }
  double.kill();
  rmSync(home, { recursive: true, force: true });

  console.log(`\nThe package, start to ready, Node ${process.version}, medians of ${rounds}`);
  console.log(
    "| target | ready after ms | beside bare | stopped after ms | memory MB |\n|---|--:|--:|--:|--:|",
  );
  const bare = median(runs["bare node:http"].map(({ readyMs }) => readyMs));
  for (const [name, all] of Object.entries(runs)) {
    const of = (field) => median(all.map((run) => run[field]));
    console.log(
      `| ${name} | ${of("readyMs").toFixed(0)} | ${(of("readyMs") / bare).toFixed(1)} | ${of("stopMs").toFixed(0)} | ${of("memoryMb").toFixed(0)} |`,
    );
  }
}

async function startOnce({ words, env }, cwd) {
  const port = String(await freePort());
  const begun = performance.now();
  const child = spawn(process.execPath, words, {
    cwd,
    env: { PATH: process.env.PATH, ...env, PORT: port },
    stdio: ["ignore", "ignore", "inherit"],
  });
  while (!(await isReady(port))) {
    if (child.exitCode !== null) throw new Error("the target ended before it was ready");
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  const readyMs = performance.now() - begun;
  const memoryMb =
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "latin1"))?.[1]) / 1024;
  const ended = performance.now();
  child.kill("SIGTERM");
  await once(child, "exit");
  return { readyMs, memoryMb, stopMs: performance.now() - ended };
}

const isReady = (port) =>
  fetch(`http://127.0.0.1:${port}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
