import { storeContract } from "../contract/store.contract";
import { createFakeClock } from "../support/clock";
import { createMemoryStore } from "../support/memoryStore";

// The unit tests of the middle run on this store: it must do what the real ones do.
storeContract("memory (tests)", async () => {
  const clock = createFakeClock();
  const store = createMemoryStore(clock.now);
  return { store, advance: (ms) => clock.advance(ms), close: () => store.close() };
});
