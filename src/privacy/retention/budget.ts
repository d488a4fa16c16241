import type { KindProgress } from "./progress";

/** How much one run may do: about so many documents, so that customers feel nothing of it. */
export interface Budget {
  /** False when it is used up; the last to get some may overdraw it. */
  take(count: number): boolean;
}

export function createBudget(count: number): Budget {
  let left = count;
  return {
    take(count) {
      if (left <= 0) return false;
      left -= count;
      return true;
    },
  };
}

/** What a run did for one kind. */
export interface Worked {
  removed: number;
  /** Nothing is left to do now. */
  isDone: boolean;
  next: KindProgress;
}
