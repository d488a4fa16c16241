import assert from "node:assert/strict";
import { transact } from "../../../src/core/transact";
import type { CosmosStore } from "../../../src/storage/cosmos/cosmosStore";
import { type AnyDoc, buildDoc, freshPartition, write } from "../contract/bench";
import { type CosmosBench, startBench } from "./support";

describe("cosmos store: several servers", function () {
  this.timeout(30_000);
  let bench: CosmosBench;
  let stores: CosmosStore[];

  before(async () => {
    bench = await startBench();
    stores = await Promise.all([bench.open(), bench.open(), bench.open(), bench.open()]);
  });
  after(() => bench.close());

  const on = (n: number): CosmosStore => stores[n % stores.length] as CosmosStore;

  it("is not exclusive", () => assert.equal(on(0).exclusive, false));

  it("lets exactly one of twenty racing replaces win, and all see it", async () => {
    const kind = freshPartition();
    const [etag = ""] = await write(on(0), "settings", kind, { do: "create", doc: buildDoc("a", { n: -1 }) });
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        on(n).batch("settings", kind, [{ do: "replace", doc: buildDoc("a", { n }), etag }], "race"),
      ),
    );
    const winners = results.flatMap((result, n) => (result.ok ? [n] : []));
    assert.equal(winners.length, 1);
    for (const store of stores)
      assert.equal((await store.read<AnyDoc>("settings", kind, "a"))?.doc.n, winners[0]);
  });

  it("counts right when all count at once, with the network failing now and then", async () => {
    const kind = freshPartition();
    bench.double.faults.add(
      { kind: "resetAfter", times: 3 },
      { kind: "status", status: 449, times: 3 },
      { kind: "resetAfter", times: 3 },
    );
    await Promise.all(
      Array.from({ length: 24 }, (_, n) =>
        transact(on(n), "settings", kind, "count", async (tx) => {
          const counter = await tx.read<AnyDoc>("counter");
          tx.put(buildDoc("counter", { n: Number(counter?.n ?? 0) + 1 }));
          tx.put(buildDoc(`from${n}`));
        }),
      ),
    );
    assert.equal((await on(0).read<AnyDoc>("settings", kind, "counter"))?.doc.n, 24);
    assert.equal((await on(1).query("settings", "all", { partition: kind })).items.length, 25);
  });

  it("tells a server of its own commits in the order of the commits, however answers overtake each other", async () => {
    const kind = freshPartition();
    const told: unknown[] = [];
    const stop = on(0).subscribe((changes) => {
      for (const { partition, doc } of changes) if (partition === kind) told.push((doc as AnyDoc).n);
    });
    bench.double.faults.add({ kind: "wait", waitMs: 30, on: ["upsert"] });
    await Promise.all(
      [1, 2, 3].map((n) => write(on(0), "settings", kind, { do: "upsert", doc: buildDoc("a", { n }) })),
    );
    stop();
    assert.deepEqual(told, [1, 2, 3]);
    assert.equal((await on(1).read<AnyDoc>("settings", kind, "a"))?.doc.n, 3);
  });

  it("lets writes to different documents go side by side", async () => {
    const kind = freshPartition();
    bench.double.faults.add({ kind: "hang", on: ["create"] });
    const held = write(on(0), "settings", kind, { do: "create", doc: buildDoc("held") });
    await bench.double.arrival();
    await write(on(0), "settings", kind, { do: "create", doc: buildDoc("free") });
    bench.clock.advance(5_000);
    await held;
  });

  it("tells of a commit before anybody else hears, for the crash tests", async () => {
    const events: string[] = [];
    const store = await bench.open({ hooks: { afterCommit: (purposes) => events.push(...purposes) } });
    store.subscribe(() => events.push("told"));
    await store.batch("settings", freshPartition(), [{ do: "create", doc: buildDoc("a") }], "turn");
    assert.deepEqual(events, ["turn", "told"]);
  });
});
