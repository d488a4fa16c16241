import type { Charge } from "./cosmos/operations";

/** What a shared store has charged since the start, by purpose: for metrics and for the guard on costs. */
export function createCharges() {
  const units = new Map<string, number>();
  let requests = 0;
  let retries = 0;
  let throttled = 0;
  return {
    add: (charge: Charge): void => {
      units.set(charge.purpose, (units.get(charge.purpose) ?? 0) + charge.requestUnits);
      requests += charge.requests;
      retries += charge.retries;
      throttled += charge.throttled;
    },
    /** Request units by purpose; {} for the embedded store. */
    units: (): Record<string, number> => Object.fromEntries(units),
    totals: () => ({ units: [...units.values()].reduce((sum, one) => sum + one, 0), requests, retries }),
    /** Requests that were made again, by why. */
    retries: () => ({ throttled, other: retries - throttled }),
    reset(): void {
      units.clear();
      requests = retries = throttled = 0;
    },
  };
}
