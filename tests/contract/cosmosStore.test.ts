import { silentLog } from "../../src/core/log";
import { openCosmosStore } from "../../src/storage/cosmos/cosmosStore";
import { createManualClock } from "../storage/support";
import { startCosmosDouble } from "../support/cosmosDouble/double";
import { storeContract } from "./store.contract";

storeContract("cosmos", async () => {
  const clock = createManualClock();
  const double = await startCosmosDouble({ clock, database: "switchboard" });
  const store = await openCosmosStore({
    endpoint: double.url,
    key: double.key,
    database: "switchboard",
    clock,
    log: silentLog,
  });
  return {
    store,
    advance: (ms) => clock.advance(ms),
    async close() {
      await store.close();
      await double.close();
    },
  };
});
