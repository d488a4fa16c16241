import type { Engine } from "./engine";

/** Messages of so long share a commit of the database; the journal holds them meanwhile. */
const COMMIT_MS = 1_000;
/** So many documents go into the transaction at first, and so many more with each step. */
const SLICE = 16;

/**
 * When the journal is brought into the database: once a second, or earlier when it has grown long. A few documents at a
 * time, so that whoever asks meanwhile does not wait for all of them; more with each step, so that it comes to an end.
 * What cannot be brought now is safe where it is, and is tried again.
 */
export function createCommits(
  engine: Pick<Engine, "isOpen" | "isFull" | "isStuck" | "prepareCommit" | "commit">,
  commitMs = COMMIT_MS,
) {
  let timer: NodeJS.Timeout | undefined;
  let step: NodeJS.Immediate | undefined;

  const begin = (): void => {
    clearTimeout(timer);
    timer = undefined;
    step = setImmediate(bring, SLICE);
  };
  const bring = (most: number): void => {
    try {
      if (engine.prepareCommit(most)) {
        step = undefined;
        engine.commit();
      } else step = setImmediate(bring, most + SLICE);
    } catch {
      step = undefined;
      timer = setTimeout(begin, commitMs);
    }
  };

  return {
    /** Something may have been written. */
    plan(): void {
      if (step !== undefined || !engine.isOpen) return;
      if (engine.isFull && !engine.isStuck) begin();
      else timer ??= setTimeout(begin, commitMs);
    },
    stop(): void {
      clearTimeout(timer);
      clearImmediate(step);
    },
  };
}
