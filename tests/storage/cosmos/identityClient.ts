import { once } from "node:events";
import { systemClock } from "../../../src/core/clock";
import { silentLog } from "../../../src/core/log";
import { openCosmosStore } from "../../../src/storage/cosmos/cosmosStore";
import { DATABASE } from "./support";

/**
 * Signs in with the machine's managed identity, in a process of its own because tokens are kept for the process:
 * `node identityClient.js URL CLIENT_ID`, the certificate in CA. Prints a line for the opening and, after each line on
 * its standard input, one for a write.
 */
async function main(): Promise<void> {
  const [endpoint = "", clientId = ""] = process.argv.slice(2);
  const told = (error: { code?: string; message: string }) => print(`${error.code} ${error.message}`);
  const store = await openCosmosStore({
    endpoint,
    clientId,
    ca: process.env.CA ?? "",
    database: DATABASE,
    clock: systemClock,
    log: silentLog,
  }).catch((error) => told(error));
  if (store === undefined) return process.exit(0);
  print("open");
  for (;;) {
    await once(process.stdin, "data");
    const doc = { id: "a", type: "thing" };
    await store
      .batch("settings", "k", [{ do: "upsert", doc }], "test")
      .then(({ ok }) => print(`written ${ok}`), told);
  }
}

function print(line: string): void {
  process.stdout.write(`${line.replaceAll("\n", " ")}\n`);
}

void main();
