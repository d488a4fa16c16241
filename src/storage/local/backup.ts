import { existsSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { InputError } from "../../core/errors";
import type { Lane } from "./lane";
import { WaitingDone } from "./waiting";
import { ASK } from "./wire";

/** A copy that stops half-way never bears the name that was asked for. */
export async function writeBackup(lane: Lane, file: string): Promise<void> {
  refuseExisting(file);
  if (!existsSync(dirname(file))) {
    throw new InputError("INPUT_INVALID", `There is no folder ${dirname(file)} to put the backup in.`);
  }
  const partial = `${file}.partial`;
  try {
    await rm(partial, { force: true });
    const waiting = new WaitingDone();
    lane.askAlone([ASK.backup, partial], waiting);
    await waiting.promise;
    await flush(partial);
    refuseExisting(file);
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function refuseExisting(file: string): void {
  if (!existsSync(file)) return;
  throw new InputError(
    "INPUT_INVALID",
    `The file ${file} exists. A backup never overwrites: name another file.`,
  );
}
