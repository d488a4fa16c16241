import assert from "node:assert/strict";
import type { Doc, Store } from "../../src/core/store";
import { copyStore, tallyStore } from "../../src/storage/copyStore";
import { createMemoryStore, type MemoryStore } from "../support/memoryStore";

async function fill(store: Store, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const doc: Doc & { text: string } = { id: `m${n}`, type: "message", text: "x".repeat(n % 50) };
    await store.batch("threads", `t${n % 7}`, [{ do: "create", doc }], "test");
  }
  await store.batch("leases", "servers", [{ do: "create", doc: { id: "s", type: "server" } }], "test");
  await store.batch("leases", "keys", [{ do: "create", doc: { id: "media", type: "key" } }], "test");
}

describe("copying a store", () => {
  let from: MemoryStore;
  let to: MemoryStore;
  beforeEach(async () => {
    from = createMemoryStore();
    to = createMemoryStore();
    await fill(from, 1_200);
  });

  it("brings every document but those of servers, the same by count and hash", async () => {
    await copyStore(from, to);
    assert.deepEqual(await tallyStore(to), await tallyStore(from));
    assert.equal(await to.read("leases", "servers", "s"), undefined);
    assert.ok(await to.read("leases", "keys", "media"));
  });

  it("finds a difference", async () => {
    await copyStore(from, to);
    const doc = { id: "m3", type: "message", text: "changed" } as Doc;
    await to.batch("threads", "t3", [{ do: "upsert", doc }], "test");
    assert.notDeepEqual(await tallyStore(to), await tallyStore(from));
  });

  it("goes on where it broke off", async () => {
    let writes = 0;
    to.before = ({ kind, container }) => {
      if (kind === "batch" && container === "threads" && ++writes === 9) throw new Error("the line broke");
    };
    await assert.rejects(copyStore(from, to), /the line broke/);
    delete to.before;
    const written = to.purposes.length;
    await copyStore(from, to);
    assert.deepEqual(await tallyStore(to), await tallyStore(from));
    assert.ok(to.purposes.length - written < 40, "what was done is not done again");
  });

  it("brings what was written since, when it is called again", async () => {
    await copyStore(from, to);
    await from.batch("threads", "t1", [{ do: "upsert", doc: { id: "m1", type: "message" } }], "test");
    await copyStore(from, to);
    assert.deepEqual(await tallyStore(to), await tallyStore(from));
  });
});
