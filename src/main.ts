import { type App, startApp } from "./app";
import { createLog } from "./config/logger";
import { loadConfig } from "./config/settings";
import { messageOf, SwitchboardError } from "./core/errors";

/** Longer than `App.stop` takes, shorter than App Service and containers wait before they kill. */
const LAST_MS = 15_000;

/** Starts the server with the process's environment, says what to open, stops cleanly on signals. */
export async function main(): Promise<void> {
  process.on("uncaughtException", lastResort);
  const starting = start();
  // From the beginning: as the first process of a container nothing else would heed them, and a start may take a while.
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop(signal, starting));
  await starting.then((app) => process.stdout.write(welcome(app)), fail);
}

/**
 * A fault that nothing expected, rejections that nobody heeded included: nobody knows what still holds, so the process ends
 * and a supervisor starts it anew. What was acknowledged is stored.
 */
function lastResort(error: unknown): never {
  const stack = error instanceof Error ? (error.stack ?? "").split("\n").slice(1, 6) : [];
  createLog("error").error(
    { error: messageOf(error), stack: stack.map((line) => line.trim()) },
    "a fault that nothing expected; the server ends",
  );
  process.exit(1);
}

const start = async (): Promise<App> => startApp(loadConfig());

function stop(signal: string, starting: Promise<App>): void {
  process.stdout.write(`${signal}: finishing what is in flight …\n`);
  setTimeout(() => {
    process.stderr.write("Not done in time; what is left over is stored and taken up at the next start.\n");
    process.exit(1);
  }, LAST_MS).unref();
  starting.then((app) => app.stop()).then(() => process.exit(0), fail);
}

function welcome(app: Pick<App, "url" | "demo" | "setUpLink">): string {
  const lines = ["", `Switchboard is running at ${app.url}`, ""];
  if (app.demo !== undefined) {
    lines.push(`  Telephones (write as a customer)   ${app.url}/phone`);
    for (const { name, token } of app.demo)
      lines.push(`  ${`Desk as ${name}`.padEnd(33)}  ${app.url}/desk#token=${token}`);
    const sam = app.demo.find(({ id }) => id === "sam");
    if (sam !== undefined)
      lines.push(`  Counts (is nothing lost?)          ${app.url}/counts#token=${sam.token}`);
    lines.push(
      "",
      "  Open the telephones and a desk side by side; set the desk to Available, then write on a telephone.",
    );
  } else lines.push(`  Desk   ${app.url}/desk`);
  if (app.setUpLink !== undefined)
    lines.push(
      "",
      "  Nobody can sign in as an admin yet. Whoever opens this link first becomes one (15 minutes, once):",
      `  ${app.setUpLink}`,
      "  A new start prints a new link.",
    );
  return `${lines.join("\n")}\n\n`;
}

function fail(error: unknown): never {
  const code = error instanceof SwitchboardError ? ` (${error.code})` : "";
  process.stderr.write(`Switchboard cannot start${code}: ${messageOf(error)}\n`);
  if (!(error instanceof SwitchboardError) && error instanceof Error)
    process.stderr.write(`${error.stack}\n`);
  process.exit(1);
}
