import { setTimeout } from "node:timers/promises";
import { systemClock } from "../../src/core/clock";
import { silentLog } from "../../src/core/log";
import { openCosmosStore } from "../../src/storage/cosmos/cosmosStore";
import { storeContract } from "./store.contract";

const { COSMOS_TEST_ENDPOINT: endpoint, COSMOS_TEST_KEY: key, COSMOS_TEST_DATABASE } = process.env;

// The same suite against a real account, or Microsoft's emulator, when somebody has one. Needs an empty database.
if (endpoint !== undefined && endpoint !== "") {
  storeContract(`cosmos at ${endpoint}`, async () => {
    const store = await openCosmosStore({
      endpoint,
      ...(key !== undefined && { key }),
      database: COSMOS_TEST_DATABASE ?? "switchboard-test",
      createMissing: key !== undefined,
      development: true,
      clock: systemClock,
      log: silentLog,
    });
    return {
      store,
      // Its clock is its own: what expires there takes as long as it says.
      advance: (ms) => setTimeout(ms),
      timeoutMs: 300_000,
      close: () => store.close(),
    };
  });
}
