import assert from "node:assert/strict";
import { countStore } from "../../src/storage/countingStore";
import { buildDoc, write } from "./contract/bench";
import { createTempFolder, openTestStore } from "./support";

describe("countStore", function () {
  // Waits for the disk.
  this.timeout(30_000);
  it("counts every round trip by kind, batches also by purpose, and starts again after reset", async () => {
    const temp = createTempFolder();
    const { store, counts, reset } = countStore(await openTestStore(temp));
    assert.equal(store.exclusive, true);
    let told = 0;
    const stop = store.subscribe(() => told++);
    await write(store, "contacts", "k", { do: "create", doc: buildDoc("a") });
    await write(store, "contacts", "k", { do: "create", doc: buildDoc("b") });
    await store.batch("contacts", "k", [{ do: "create", doc: buildDoc("a") }], "receive");
    await store.read("contacts", "k", "a");
    await store.query("contacts", "all", { partition: "k" });
    await store.feed("contacts", undefined, 10);
    stop();
    assert.deepEqual(counts(), {
      roundTrips: 6,
      byPurpose: { test: 2, receive: 1 },
      reads: 1,
      queries: 2,
      batches: 3,
    });
    assert.equal(told, 2);
    reset();
    assert.deepEqual(counts(), { roundTrips: 0, byPurpose: {}, reads: 0, queries: 0, batches: 0 });
    await store.close();
    temp.remove();
  });
});
