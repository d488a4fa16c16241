import { createManualClock, createTempFolder, openTestStore } from "../storage/support";
import { storeContract } from "./store.contract";

storeContract("local", async () => {
  const { folder, remove } = createTempFolder();
  const clock = createManualClock();
  const store = await openTestStore({ folder, clock });
  return {
    store,
    advance: (ms) => clock.advance(ms),
    async close() {
      await store.close();
      remove();
    },
  };
});
