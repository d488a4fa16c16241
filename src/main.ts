import { type App, startApp } from "./app";
import { loadConfig } from "./config/settings";
import { messageOf, SwitchboardError } from "./core/errors";

/** Starts the server with the process's environment, says what to open, stops cleanly on signals. */
export async function main(): Promise<void> {
  try {
    const app = await startApp(loadConfig());
    process.stdout.write(welcome(app));
    const stop = (signal: string) => {
      process.stdout.write(`${signal}: finishing what is in flight …\n`);
      app.stop().then(
        () => process.exit(0),
        (error) => fail(error),
      );
    };
    process.once("SIGTERM", () => stop("SIGTERM"));
    process.once("SIGINT", () => stop("SIGINT"));
  } catch (error) {
    fail(error);
  }
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
