import type { Clock } from "./clock";

/** One reading for all who ask within `maxAgeMs` of its beginning; what failed is asked for again. */
export function keepFor<T>(clock: Clock, maxAgeMs: number, read: () => Promise<T>): () => Promise<T> {
  let last: { at: number; answer: Promise<T> } | undefined;
  return () => {
    const now = clock.now();
    if (last !== undefined && Math.abs(now - last.at) < maxAgeMs) return last.answer;
    const asked = { at: now, answer: read() };
    last = asked;
    asked.answer.catch(() => {
      if (last === asked) last = undefined;
    });
    return asked.answer;
  };
}
