import { writeSync } from "node:fs";
import { startApp } from "../../src/app";
import { loadConfig } from "../../src/config/settings";
import { silentLog } from "../../src/core/log";
import { createSkippingClock } from "./skippingClock";

/**
 * The server as a process of its own that kills itself, as a power cut would, right after the commit that KILL_AFTER
 * names ("turn" or "turn:3" for the third), before anybody has been told of that commit.
 */
async function main(): Promise<void> {
  const [purpose, count = "1"] = (process.env.KILL_AFTER ?? "").split(":");
  let left = Number(count);
  const clock = createSkippingClock();
  const app = await startApp(loadConfig(process.env), {
    log: silentLog,
    clock,
    configuration: process.env.TEST_CONFIGURATION ?? "",
    ...(process.env.TEST_LEASE_MS === undefined ? {} : { leaseMs: Number(process.env.TEST_LEASE_MS) }),
    storeHooks: {
      afterCommit(purposes) {
        left -= purposes.filter((name) => name === purpose).length;
        if (purpose !== "" && left <= 0) process.kill(process.pid, "SIGKILL");
      },
    },
  });
  process.send?.({ url: app.url });
  process.on("message", (message) => {
    if (typeof message === "object" && message !== null && "skipMs" in message)
      clock.skip(Number(message.skipMs));
    if (message === "stats")
      process.send?.({
        stats: { ...app.internals.pipeline.delivery(), ...app.internals.pipeline.turns() },
        backlog: app.internals.pipeline.backlog(),
      });
  });
  process.once("SIGTERM", () => void app.stop().then(() => process.exit(0)));
}

main().catch((error: unknown) => {
  writeSync(2, `${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
