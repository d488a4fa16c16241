import assert from "node:assert/strict";
import type { Change } from "../../../src/core/store";
import type { CosmosStore } from "../../../src/storage/cosmos/cosmosStore";
import type { Definition } from "../../support/cosmosDouble/collection";
import { buildDoc, freshPartition, write } from "../contract/bench";
import { type CosmosBench, DATABASE, startBench } from "./support";

describe("cosmos store: feed", function () {
  this.timeout(30_000);
  let bench: CosmosBench;
  let store: CosmosStore;

  beforeEach(async () => {
    bench = await startBench();
    store = await bench.open();
  });
  afterEach(() => bench.close());

  /** Everything behind a cursor, and where it ends. */
  async function follow(reader: CosmosStore, from: string | undefined, limit = 100) {
    const changes: Change[] = [];
    for (let cursor = from; ; ) {
      const page = await reader.feed("threads", cursor, limit);
      changes.push(...page.changes);
      cursor = page.cursor;
      if (page.changes.length === 0) return { ids: changes.map(({ id }) => id), cursor };
    }
  }
  const create = (id: string, partition = freshPartition()) =>
    write(store, "threads", partition, { do: "create", doc: buildDoc(id) });

  it("lets another server go on with a cursor, over all physical partitions", async () => {
    for (let n = 0; n < 20; n++) await create(`n${n}`);
    const first = await follow(store, undefined, 3);
    assert.equal(new Set(first.ids).size, 20);
    const other = await bench.open();
    assert.deepEqual((await follow(other, first.cursor)).ids, []);
    for (let n = 20; n < 30; n++) await create(`n${n}`);
    assert.equal((await follow(other, first.cursor)).ids.length, 10);
    // The same cursor again gives the same again: at least once.
    assert.equal((await follow(store, first.cursor)).ids.length, 10);
  });

  it("gives two readers with one cursor their own positions", async () => {
    const { cursor } = await store.feed("threads", undefined, 5);
    for (let n = 0; n < 9; n++) await create(`n${n}`);
    const both = await Promise.all([follow(store, cursor, 2), follow(store, cursor, 2)]);
    for (const { ids } of both) assert.equal(new Set(ids).size, 9);
  });

  it("begins at the present when it is told to", async () => {
    await create("before");
    const cursor = await store.feedEnd("threads");
    await create("behind");
    assert.deepEqual((await follow(store, cursor)).ids, ["behind"]);
  });

  it("goes on behind empty pages, which are not the end", async () => {
    const cursor = await store.feedEnd("threads");
    await create("a");
    bench.double.account.emptyFeedPages = 2;
    assert.deepEqual((await follow(store, cursor)).ids, ["a"]);
    assert.equal(bench.double.account.emptyFeedPages, 0);
  });

  it("tells what was written together on one page, whatever its size", async () => {
    const cursor = await store.feedEnd("threads");
    const ops = ["a", "b", "c", "d"].map((id) => ({ do: "create" as const, doc: buildDoc(id) }));
    await write(store, "threads", freshPartition(), ...ops);
    assert.equal((await store.feed("threads", cursor, 2)).changes.length, 4);
  });

  it("tells the newest version only, and neither deletes nor what has expired", async () => {
    const cursor = await store.feedEnd("threads");
    const partition = freshPartition();
    await create("a", partition);
    await create("b", partition);
    await write(store, "threads", partition, { do: "create", doc: buildDoc("short", { ttl: 5 }) });
    await write(store, "threads", partition, { do: "upsert", doc: buildDoc("a", { n: 2 }) });
    await write(store, "threads", partition, { do: "delete", id: "b" });
    bench.clock.advance(5_001);
    assert.deepEqual((await follow(store, cursor)).ids, ["a"]);
  });

  it("takes the cursor of a container that was made again for bad input", async () => {
    const { cursor } = await store.feed("threads", undefined, 5);
    const { definition } = bench.double.account.collection(DATABASE, "threads");
    bench.double.account.create(DATABASE, definition as Definition);
    const other = await bench.open();
    await assert.rejects(other.feed("threads", cursor, 5), { code: "INPUT_INVALID" });
    await assert.rejects(other.feed("threads", Buffer.from("{}").toString("base64url"), 5), {
      code: "INPUT_INVALID",
    });
  });
});
