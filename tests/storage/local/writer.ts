/**
 * A process for the kill tests. `writer FOLDER PURPOSE`: writes documents, eight batches at a time, and prints the id
 * of each acknowledged one; kills itself in the hook after the first commit of PURPOSE. Prints a code when it cannot open.
 */
import { writeSync } from "node:fs";
import { systemClock } from "../../../src/core/clock";
import { SwitchboardError } from "../../../src/core/errors";
import { silentLog } from "../../../src/core/log";
import { type LocalStore, openLocalStore } from "../../../src/storage/local/localStore";

async function run(folder: string, purpose: string): Promise<void> {
  const afterCommit = (purposes: string[]) => {
    if (purposes.includes(purpose)) process.kill(process.pid, "SIGKILL");
  };
  const store = await openLocalStore({ folder, clock: systemClock, log: silentLog, hooks: { afterCommit } });
  await Promise.all(Array.from({ length: 8 }, (_, lane) => write(store, lane)));
}

async function write(store: LocalStore, lane: number): Promise<void> {
  for (let n = 0; ; n++) {
    const id = `${process.pid}-${lane}-${n}`;
    const doc = { id, type: "thing", text: "x".repeat(n % 3_000), seq: n };
    const result = await store.batch("threads", `lane${lane}`, [{ do: "create", doc }], "write");
    // Straight to the pipe: a buffer would die with the process.
    if (result.ok) writeSync(1, `lane${lane} ${id}\n`);
  }
}

const [folder = "", purpose = ""] = process.argv.slice(2);
run(folder, purpose).catch((error: unknown) => {
  writeSync(1, `${error instanceof SwitchboardError ? `${error.code} ${error.message}` : error}\n`);
  process.exitCode = 1;
});
