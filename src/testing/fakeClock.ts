import type { Clock } from "../core/clock";

/** A clock that moves only when told; timers fire in order as time passes them. */
export interface FakeClock extends Clock {
  /** Time is `ms` later: what was due meanwhile has fired, in its order. */
  advance(ms: number): void;
}

/** `start` in ms; 21 November 2026, 9:00 UTC, when left out. */
export function createFakeClock(start = Date.UTC(2026, 10, 21, 9)): FakeClock {
  let now = start;
  let timers: { at: number; fire: () => void }[] = [];
  return {
    now: () => now,
    after(delayMs, fire) {
      const timer = { at: now + delayMs, fire };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        timers = timers.filter((other) => other !== next);
        now = Math.max(now, next.at);
        next.fire();
      }
      now = end;
    },
  };
}
