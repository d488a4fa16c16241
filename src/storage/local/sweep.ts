import type { Clock } from "../../core/clock";
import { messageOf } from "../../core/errors";
import type { Log } from "../../core/log";
import type { Lane } from "./lane";
import { WaitingCount } from "./waiting";
import { ASK } from "./wire";

const SWEEP_EVERY_MS = 60_000;

/** Removes expired documents from the file, a few hundred at a time. Returns the way to stop. */
export function startSweeping(lane: Lane, clock: Clock, log: Log): () => void {
  let cancel = clock.after(SWEEP_EVERY_MS, run);
  let stopped = false;

  function run(): void {
    sweep(lane)
      .catch((error: unknown) =>
        log.warn({ reason: messageOf(error) }, "expired documents could not be removed"),
      )
      .finally(() => {
        if (!stopped) cancel = clock.after(SWEEP_EVERY_MS, run);
      });
  }

  return () => {
    stopped = true;
    cancel();
  };
}

/** Removes all that has expired by now. Throws StoreError. */
export async function sweep(lane: Lane): Promise<void> {
  let removed: number;
  do {
    const waiting = new WaitingCount();
    lane.ask([ASK.sweep], waiting, true);
    removed = await waiting.promise;
  } while (removed > 0);
}
