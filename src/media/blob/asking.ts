import type { Clock } from "../../core/clock";
import { StoreError } from "../../core/errors";
import type { Log } from "../../core/log";
import { type BlobFault, toBlobFault } from "./blobFault";

/** How long one operation may take with all its tries, ms. */
const ANSWER_MS = 30_000;
/** What the SDK does not try again: it knows 500, 503 and broken connections. */
const LEFT_BY_SDK = new Set([408, 429, 502, 504]);
const MOST_TRIES = 4;

export interface AskingPorts {
  clock: Clock;
  log: Log;
  /** A Place's label. */
  label: string;
  retryDelayMs: number;
}

/** Runs one operation of the SDK: in time, tried again, its fault as a BlobStoreError. */
export type Ask = <T>(
  operation: string,
  work: (abortSignal: AbortSignal) => Promise<T>,
  withinMs?: number,
) => Promise<T>;

/** In flight an outage, and worth another try later; at start an operator's matter unless it passes by itself. */
export class BlobStoreError extends StoreError {
  constructor(
    readonly fault: BlobFault,
    cause?: unknown,
  ) {
    const { words, status, code } = fault;
    super("STORE_UNAVAILABLE", `${words}.`, { cause, details: { status, code } });
  }
}

export function createAsk({ clock, log, label, retryDelayMs }: AskingPorts): Ask {
  return async (operation, work, withinMs = ANSWER_MS) => {
    const late = new AbortController();
    const cancel = clock.after(withinMs, () => late.abort());
    try {
      for (let tries = 1; ; tries += 1) {
        const done = await orLate(work(late.signal), late.signal).then(
          (value) => ({ value }),
          (error: unknown) => ({ error, fault: faultOf(error) }),
        );
        if ("value" in done) return done.value;
        const { error, fault } = done;
        const isWorthIt = LEFT_BY_SDK.has(fault.status ?? 0) && tries < MOST_TRIES && !late.signal.aborted;
        if (!isWorthIt) {
          const { status, code, requestId } = fault;
          log.warn({ operation, status, code, requestId, container: label, tries }, "media storage failed");
          throw new BlobStoreError(fault, error);
        }
        await pause(fault.retryAfterMs ?? retryDelayMs * 2 ** (tries - 1), late.signal);
      }
    } finally {
      cancel();
    }

    function faultOf(error: unknown): BlobFault {
      if (!late.signal.aborted) return toBlobFault(error, label);
      const words = `The container ${label} did not answer within ${withinMs / 1000} s`;
      return { words, passing: true, code: "TIMEOUT" };
    }
  };

  function pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(ms, resolve);
      signal.addEventListener("abort", () => {
        cancel();
        resolve();
      });
    });
  }
}

/** Not everything heeds the signal: a token may be fetched by something that does not. */
function orLate<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
