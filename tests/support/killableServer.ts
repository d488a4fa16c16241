import { writeSync } from "node:fs";
import { type App, startApp } from "../../src/app";
import { loadConfig } from "../../src/config/settings";
import { silentLog } from "../../src/core/log";
import { createSkippingClock, type SkippingClock } from "./skippingClock";

/** What this process is told: to start a server, to put its clock forward, to tell its figures, to end it. */
type Order = { start: Record<string, string> } | { skipMs: number } | "stats" | "end";

let app: App | undefined;
let clock: SkippingClock;

/**
 * The server as a process of its own that kills itself, as a power cut would, right after the commit that KILL_AFTER
 * names ("turn" or "turn:3" for the third), before anybody has been told of that commit.
 */
async function start(environment: Record<string, string>): Promise<void> {
  const [purpose, count = "1"] = (environment.KILL_AFTER ?? "").split(":");
  let left = Number(count);
  clock = createSkippingClock();
  app = await startApp(loadConfig(environment), {
    log: silentLog,
    clock,
    configuration: environment.TEST_CONFIGURATION ?? "",
    ...(environment.TEST_LEASE_MS === undefined ? {} : { leaseMs: Number(environment.TEST_LEASE_MS) }),
    storeHooks: {
      afterCommit(purposes) {
        left -= purposes.filter((name) => name === purpose).length;
        if (purpose !== "" && left <= 0) process.kill(process.pid, "SIGKILL");
      },
    },
  });
  process.send?.({ url: app.url });
}

async function end(): Promise<void> {
  await app?.stop();
  app = undefined;
  process.send?.({ ended: true });
}

async function obey(order: Order): Promise<void> {
  if (order === "end") return end();
  if (order === "stats") {
    const pipeline = app?.internals.pipeline;
    const stats = { ...pipeline?.delivery(), ...pipeline?.turns() };
    return void process.send?.({ stats, backlog: pipeline?.backlog() });
  }
  if ("start" in order) return start(order.start);
  clock.skip(order.skipMs);
}

process.on("message", (order: Order) => {
  obey(order).catch((error: unknown) => {
    writeSync(2, `${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  });
});
// Nobody is left who could start another.
process.on("disconnect", () => process.exit());
