import assert from "node:assert/strict";
import type { Doc } from "../../src/core/store";
import { transact } from "../../src/core/transact";
import { createMemoryStore } from "../support/memoryStore";

interface Count extends Doc {
  n: number;
}
const count = (n: number, id = "a"): Count => ({ id, type: "count", n });

describe("transact", () => {
  const run = <R>(store: ReturnType<typeof createMemoryStore>, work: Parameters<typeof transact<R>>[4]) =>
    transact(store, "leases", "p", "test", work);

  it("loses no change, whoever is faster", async () => {
    const store = createMemoryStore();
    const add = () => run(store, async (tx) => tx.put(count(((await tx.read<Count>("a"))?.n ?? 0) + 1)));
    await Promise.all(Array.from({ length: 60 }, add));
    assert.equal((await store.read<Count>("leases", "p", "a"))?.doc.n, 60);
  });

  it("writes nothing when nothing is planned, or when the work throws", async () => {
    const store = createMemoryStore();
    assert.equal(await run(store, async (tx) => (await tx.read("a")) ?? "none"), "none");
    await assert.rejects(
      run(store, async (tx) => {
        tx.put(count(1));
        throw new TypeError("no");
      }),
      TypeError,
    );
    assert.deepEqual(store.purposes, []);
  });

  it("reads each document once, and then as it is planned", async () => {
    const store = createMemoryStore();
    await run(store, async (tx) => tx.put(count(1)));
    let reads = 0;
    store.before = ({ kind }) => {
      if (kind === "read") reads += 1;
    };
    await run(store, async (tx) => {
      await Promise.all([tx.read("a"), tx.read("a")]);
      tx.put(count(2));
      assert.equal((await tx.read<Count>("a"))?.n, 2);
      tx.remove("a");
      assert.equal(await tx.read("a"), undefined);
    });
    assert.equal(reads, 1);
    assert.deepEqual(store.all("leases"), []);
  });

  it("writes all or nothing: a create that finds the place taken begins again", async () => {
    const store = createMemoryStore();
    let attempts = 0;
    await run(store, async (tx) => {
      attempts += 1;
      const known = await tx.read<Count>("a");
      if (attempts === 1) await run(store, async (other) => other.put(count(5)));
      tx.put(count((known?.n ?? 0) + 1));
      tx.put(count(attempts, "b"));
    });
    assert.equal(attempts, 2);
    assert.deepEqual(
      store.all<Count>("leases").map(({ id, n }) => [id, n]),
      [
        ["a", 6],
        ["b", 2],
      ],
    );
  });

  it("gives up after a hundred lost races", async () => {
    const store = createMemoryStore();
    let n = 0;
    await assert.rejects(
      run(store, async (tx) => {
        await tx.read("a");
        await store.batch("leases", "p", [{ do: "upsert", doc: count(++n) }], "other");
        tx.put(count(-1));
      }),
      { code: "STORE_UNAVAILABLE", message: /test: lost 100 races/ },
    );
  });
});
