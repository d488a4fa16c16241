import type { Clock } from "../core/clock";
import type { PluginPartStatus } from "../core/runningPlugins";

/** So many costly failures in a row switch a part off. */
const MOST_IN_A_ROW = 5;
const FIRST_REST_MS = 60_000;
const LONGEST_REST_MS = 60 * 60 * 1000;

/**
 * Counts what a part of a plugin does wrong. Five times in a row too late, hung, out of memory or crashed, and it rests
 * for a minute; then one call is tried, and each time that fails it rests twice as long, at most an hour. An error that
 * it throws costs nobody anything: it is counted and told, no more.
 */
export function createBreaker(part: string, clock: Clock) {
  let failures = 0;
  let inRow = 0;
  let restMs = FIRST_REST_MS;
  let offUntil: number | undefined;
  let trying = false;
  let lastError: PluginPartStatus["lastError"];

  return {
    /** False while it rests; after that for all but the one call that tries. */
    mayCall(): boolean {
      if (offUntil === undefined) return true;
      if (trying || clock.now() < offUntil) return false;
      trying = true;
      return true;
    },
    worked(): void {
      inRow = 0;
      restMs = FIRST_REST_MS;
      offUntil = undefined;
      trying = false;
    },
    /** The call ended by no fault of its own. */
    passed(): void {
      trying = false;
    },
    /** Counts a failure; true when this switched the part off. */
    failed(message: string, cost: "cheap" | "costly"): boolean {
      failures += 1;
      lastError = { at: clock.now(), message };
      if (cost === "cheap") {
        if (offUntil !== undefined) this.worked();
        inRow = 0;
        return false;
      }
      inRow += 1;
      if (trying) restMs = Math.min(LONGEST_REST_MS, restMs * 2);
      if (!trying && inRow < MOST_IN_A_ROW) return false;
      trying = false;
      offUntil = clock.now() + restMs;
      return true;
    },
    status: (): PluginPartStatus => ({
      part,
      state: offUntil === undefined ? "on" : "off",
      failures,
      ...(offUntil === undefined ? {} : { offUntil }),
      ...(lastError === undefined ? {} : { lastError }),
    }),
  };
}

export type Breaker = ReturnType<typeof createBreaker>;
