// A process under test: started on a free port, its CPU time and memory read from /proc (Linux).
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import net from "node:net";

export async function freePort() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function startTarget(script, env) {
  const port = await freePort();
  const begun = performance.now();
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, NODE_ENV: "production", ...env, PORT: String(port) },
  });
  await untilOpen(port, () => child.exitCode === null);
  return {
    port,
    startMs: performance.now() - begun,
    usage: () => usage(child.pid),
    stop: () =>
      new Promise((resolve) => {
        child.once("exit", resolve);
        child.kill("SIGKILL");
      }),
  };
}

function usage(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "latin1"));
  return { cpuMs: (Number(fields[11]) + Number(fields[12])) * 10, rssMb: Number(rss?.[1] ?? 0) / 1024 };
}

async function untilOpen(port, alive) {
  for (;;) {
    const open = await new Promise((resolve) => {
      const socket = net.connect(port, "127.0.0.1", () => {
        socket.destroy();
        resolve(true);
      });
      socket.on("error", () => resolve(false));
    });
    if (open) return;
    if (!alive()) throw new Error("the target ended before it listened");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
