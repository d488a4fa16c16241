import { systemClock } from "../../../src/core/clock";
import { startCosmosDouble } from "./double";

/**
 * The double as a process of its own, for several servers on one store: `node main.js PORT [DATABASE]`. Prints its
 * URL and key as one line of JSON when it is ready.
 */
async function main(): Promise<void> {
  const [port = "0", database = "switchboard"] = process.argv.slice(2);
  const double = await startCosmosDouble({ clock: systemClock, port: Number(port), database });
  process.stdout.write(`${JSON.stringify({ url: double.url, key: double.key, database })}\n`);
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.once(signal, () => void double.close().then(() => process.exit(0)));
}

void main();
