import { setTimeout } from "node:timers/promises";
import { type LogFields, silentLog } from "../../../src/core/log";
import {
  type CosmosStore,
  type CosmosStoreOptions,
  openCosmosStore,
} from "../../../src/storage/cosmos/cosmosStore";
import type { Charge } from "../../../src/storage/cosmos/operations";
import { type CosmosDouble, type DoubleOptions, startCosmosDouble } from "../../support/cosmosDouble/double";
import { createManualClock } from "../support";

export const DATABASE = "switchboard";

/** Lets a store that was opened with a log of its own go on: what it waits for passes until `ending` is settled. */
export async function passWaits<T>(clock: { advance(ms: number): void }, ending: Promise<T>): Promise<T> {
  let over = false;
  const end = () => {
    over = true;
  };
  ending.then(end, end);
  // Slow enough on the real clock that no request on its way counts as unanswered.
  while (!over) {
    clock.advance(50);
    await setTimeout(5);
  }
  return ending;
}

/** A double with stores on it, on one clock. */
export interface CosmosBench {
  double: CosmosDouble;
  clock: ReturnType<typeof createManualClock>;
  /** What the stores' operations cost. */
  charges: Charge[];
  /** Another server on the same database. */
  open(options?: Partial<CosmosStoreOptions>): Promise<CosmosStore>;
  close(): Promise<void>;
}

export async function startBench(options: Partial<DoubleOptions> = {}): Promise<CosmosBench> {
  const clock = createManualClock();
  const double = await startCosmosDouble({ clock, database: DATABASE, ...options });
  const charges: Charge[] = [];
  const stores: CosmosStore[] = [];
  // Whatever the store waits for before it tries again is over at once.
  const pass = ({ waitMs }: LogFields) => {
    if (typeof waitMs === "number") setImmediate(() => clock.advance(waitMs));
  };
  return {
    double,
    clock,
    charges,
    async open(more = {}) {
      const store = await openCosmosStore({
        endpoint: double.url,
        key: double.key,
        database: DATABASE,
        followRegions: true,
        clock,
        log: { ...silentLog, debug: pass },
        onCharge: (charge) => charges.push(charge),
        ...more,
      });
      stores.push(store);
      // What opening costs is not what tests look at.
      charges.length = 0;
      double.seen.length = 0;
      double.meter.reset();
      return store;
    },
    async close() {
      double.faults.clear();
      await Promise.all(stores.map((store) => store.close()));
      await double.close();
    },
  };
}
