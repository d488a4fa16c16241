import { type Clock, systemClock } from "../../src/core/clock";

/** Runs like the real clock, and can be put forward: for waits that real sockets and files must stand beside. */
export interface SkippingClock extends Clock {
  /** Time is `ms` later; timers that this passes fire now, in their order. */
  skip(ms: number): void;
}

interface Timer {
  at: number;
  fire: () => void;
  cancel: () => void;
}

export function createSkippingClock(): SkippingClock {
  const timers = new Set<Timer>();
  let ahead = 0;
  const now = () => Date.now() + ahead;

  function arm(timer: Timer): void {
    timer.cancel = systemClock.after(Math.max(0, timer.at - now()), () => {
      timers.delete(timer);
      timer.fire();
    });
  }

  return {
    now,
    after(delayMs, fire) {
      const timer: Timer = { at: now() + delayMs, fire, cancel: () => {} };
      timers.add(timer);
      arm(timer);
      return () => {
        timers.delete(timer);
        timer.cancel();
      };
    },
    skip(ms) {
      ahead += ms;
      for (const timer of [...timers].sort((a, b) => a.at - b.at)) {
        timer.cancel();
        arm(timer);
      }
    },
  };
}
