import { Readable } from "node:stream";
import type { Clock } from "../../core/clock";

/** A file that stops coming for so long is given up, ms. A reader who takes their time is no such case. */
const STALL_MS = 30_000;

/**
 * The same bytes; ends with what `toError` makes of a fault, and when nothing comes while somebody waits. Ends the
 * source when nobody reads on.
 */
export function watchedStream(
  source: Readable,
  options: { clock: Clock; toError: (code: string, cause?: unknown) => Error },
): Readable {
  const { clock, toError } = options;
  let cancel = () => {};
  const wait = () => {
    cancel();
    cancel = clock.after(STALL_MS, () => out.destroy(toError("TIMEOUT")));
  };
  const out = new Readable({
    read() {
      wait();
      source.resume();
    },
    destroy(error, done) {
      cancel();
      source.destroy();
      done(error);
    },
  });
  source.pause();
  source.on("data", (part: Buffer) => {
    wait();
    if (out.push(part)) return;
    // It is the reader's turn: however long they take, the source is not to blame.
    cancel();
    source.pause();
  });
  source.on("end", () => {
    cancel();
    out.push(null);
  });
  // The SDK calls a broken connection aborted, and reads no further.
  source.on("error", (error) => out.destroy(toError("ECONNRESET", error)));
  source.on("close", () => {
    if (!source.readableEnded) out.destroy(toError("ECONNRESET"));
  });
  return out;
}
