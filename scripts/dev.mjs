// npm run dev: the server with its simulator; builds and starts again whenever a source changes.
import { spawn } from "node:child_process";
import { watch } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
let child;
let timer;

function start() {
  child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "scripts/start.mjs"], {
    cwd: ROOT,
    stdio: "inherit",
  });
}

function restart() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const before = child;
    before.once("exit", start);
    if (before.exitCode === null) before.kill("SIGTERM");
    else start();
  }, 200);
}

start();
for (const folder of ["src", "examples"]) watch(`${ROOT}/${folder}`, { recursive: true }, restart);
process.on("SIGINT", () => {
  child.kill("SIGTERM");
  child.once("exit", () => process.exit(0));
});
