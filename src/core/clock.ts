import { correlated } from "./correlation";

/** Time, injected everywhere so that tests never sleep. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /**
   * Runs `fire` once after `delayMs`; the returned function cancels it. Does not keep the process alive. Whatever set
   * the timer, `fire` belongs to no correlation: what it takes up has an id of its own.
   */
  after(delayMs: number, fire: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, fire) {
    const run = () => correlated(undefined, fire);
    const timer = setTimeout(run, Math.min(delayMs, 2_000_000_000));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** ISO 8601 UTC text of `ms`. */
export const isoTime = (ms: number): string => new Date(ms).toISOString();
