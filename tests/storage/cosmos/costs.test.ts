import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { CONTAINERS, type ContainerName, querySpec } from "../../../src/core/store";
import { COSMOS_CONTAINERS } from "../../../src/storage/cosmos/containers";
import type { CosmosStore } from "../../../src/storage/cosmos/cosmosStore";
import { registeredQueries } from "../../../src/storage/cosmos/queries";
import { insertUnits, readUnits, replaceUnits } from "../../support/cosmosDouble/meter";
import { buildDoc, freshPartition, write } from "../contract/bench";
import { type CosmosBench, startBench } from "./support";

describe("cosmos store: what it asks and what that costs", function () {
  this.timeout(30_000);
  let bench: CosmosBench;
  let store: CosmosStore;

  before(async () => {
    bench = await startBench();
  });
  after(() => bench.close());
  beforeEach(async () => {
    store = await bench.open();
  });

  const kinds = () => bench.double.seen.map(({ kind }) => kind);

  it("reads, writes and queries in one request each", async () => {
    const kind = freshPartition();
    const [etag = ""] = await write(store, "settings", kind, { do: "create", doc: buildDoc("a") });
    await store.read("settings", kind, "a");
    await write(store, "settings", kind, { do: "replace", doc: buildDoc("a", { n: 1 }), etag });
    await write(
      store,
      "settings",
      kind,
      { do: "upsert", doc: buildDoc("a", { n: 2 }) },
      { do: "create", doc: buildDoc("b") },
    );
    await store.query("settings", "all", { partition: kind });
    await write(store, "settings", kind, { do: "delete", id: "a" });
    assert.deepEqual(kinds(), ["create", "read", "replace", "batch", "query", "delete"]);
  });

  it("names the partition in every query that is not declared to run across them", async () => {
    for (const container of Object.keys(CONTAINERS) as ContainerName[]) {
      for (const name of Object.keys(CONTAINERS[container].queries)) {
        const spec = querySpec(container, name);
        const equals = Object.fromEntries((spec?.equals ?? []).map((field) => [field, "x"]));
        bench.double.seen.length = 0;
        await store.query(container, name, {
          equals,
          ...(spec?.partition === "one" && { partition: freshPartition() }),
        });
        const asked = bench.double.seen.filter(({ kind }) => kind !== "metadata");
        const across = spec?.partition === "all";
        assert.equal(
          asked.every(({ partition }) => partition),
          !across,
          `${container}.${name}`,
        );
        // A plan and the three physical partitions, or the one request.
        assert.equal(asked.length, across ? 4 : 1, `${container}.${name}`);
      }
    }
  });

  it("says the partition in the text too, and registers every text it can send", () => {
    const texts = [...registeredQueries()];
    for (const [text, { container, name, partition }] of texts) {
      const { partitionBy } = CONTAINERS[container];
      assert.equal(
        text.includes(`WHERE c["${partitionBy}"] = @partition`),
        partition === "one",
        `${container}.${name}`,
      );
    }
    const across = texts
      .filter(([, { partition }]) => partition === "all")
      .map(([, { container, name }]) => `${container}.${name}`);
    assert.deepEqual(
      [...new Set(across)],
      ["threads.due", "threads.dead", "threads.hour", "routing.due", "contacts.changed", "contacts.due"],
    );
    assert.equal(
      texts[0]?.[0],
      'SELECT TOP @limit * FROM c WHERE c["threadId"] = @partition AND c["conversationId"] = @conversationId AND IS_DEFINED(c["seq"]) ORDER BY c["threadId"] ASC, c["conversationId"] ASC, c["seq"] ASC, c["id"] ASC',
    );
  });

  it("fetches the next page of an early end by itself", async () => {
    const partition = freshPartition();
    const text = "x".repeat(1_500_000);
    for (const id of ["a", "b", "c", "d"])
      await write(store, "contacts", partition, { do: "create", doc: buildDoc(id, { text }) });
    bench.double.seen.length = 0;
    const page = await store.query("contacts", "all", { partition, limit: 3 });
    assert.deepEqual(
      page.items.map(({ doc }) => doc.id),
      ["a", "b", "c"],
    );
    assert.notEqual(page.next, undefined);
    assert.deepEqual(kinds(), ["query", "query"]);
  });

  it("tells the request units of every operation as the database counts them", async () => {
    const threadId = freshPartition();
    const message = buildDoc("m", { conversationId: "c", seq: 1, text: "x".repeat(700) });
    await write(store, "threads", threadId, { do: "create", doc: message });
    await store.read("threads", threadId, "m");
    await store.read("threads", threadId, "none");
    await store.query("threads", "transcript", { partition: threadId, equals: { conversationId: "c" } });
    await write(
      store,
      "threads",
      threadId,
      { do: "upsert", doc: buildDoc("m", { ...message, seq: 2 }) },
      { do: "create", doc: buildDoc("n") },
    );
    await store.batch("threads", threadId, [{ do: "create", doc: message }], "again");
    await store.feed("threads", undefined, 100);
    const charges = bench.charges.map(({ purpose, kind, requestUnits }) => [
      purpose,
      kind,
      Math.round(requestUnits * 100) / 100,
    ]);
    // 10 paths and 7 composite indexes make 17 terms of 0.2; seq is in one path and one composite.
    assert.deepEqual(charges.slice(0, 6), [
      ["test", "batch", 5 + 3.4],
      ["read", "read", 1],
      ["read", "read", 1],
      ["transcript", "query", 2.8 + 1],
      ["test", "batch", 19.2],
      ["again", "batch", 1],
    ]);
    const total = bench.charges.reduce((sum, { requestUnits }) => sum + requestUnits, 0);
    // The feed asks for the container first; that is the SDK's and nobody's operation.
    const booked = bench.double.meter.total - (bench.double.meter.byKind.metadata?.units ?? 0);
    assert.ok(Math.abs(total - booked) < 0.001, `${total} of ${booked}`);
  });

  it("is what docs/storage.md says", () => {
    const docs = readFileSync(path.resolve(__dirname, "../../../../docs/storage.md"), "utf8");
    for (const { id, indexingPolicy } of COSMOS_CONTAINERS) {
      const [paths, composites] = [
        indexingPolicy.includedPaths.length,
        indexingPolicy.compositeIndexes.length,
      ];
      const create = insertUnits(1024, paths + composites).toFixed(1);
      // The field stands in its own index and in one composite one.
      const replace = composites === 0 ? 10 : replaceUnits(1024, 1024, 2);
      const row = [`\`${id}\``, paths, composites, readUnits(1024), create, replace, create].join(" | ");
      assert.ok(docs.includes(`| ${row} |`), row);
    }
  });

  it("counts what failed tries cost, and how often and how long", async () => {
    const kind = freshPartition();
    await write(store, "settings", kind, { do: "create", doc: buildDoc("a") });
    bench.charges.length = 0;
    bench.double.faults.add(
      { kind: "doneStatus", status: 503, on: ["replace"] },
      { kind: "status", status: 429, retryAfterMs: 300, on: ["read"] },
    );
    const etag = (await store.read("settings", kind, "a"))?.etag ?? "";
    await write(store, "settings", kind, { do: "replace", doc: buildDoc("a", { n: 1 }), etag });
    const [read, replace] = bench.charges;
    assert.equal(read?.retries, 1);
    assert.equal(read?.requests, 2);
    assert.ok((read?.ms ?? 0) >= 300);
    assert.equal(replace?.retries, 1);
    // The replace whose answer said 503, and the look that found it done.
    assert.equal(replace?.requests, 2);
  });

  it("asks nothing but the feed when it reads on, one request for each physical partition", async () => {
    const end = await store.feedEnd("audit");
    await store.feed("audit", end, 100);
    bench.double.seen.length = 0;
    let { cursor } = await store.feed("audit", end, 100);
    bench.double.seen.length = 0;
    for (let round = 0; round < 3; round++) ({ cursor } = await store.feed("audit", cursor, 100));
    assert.deepEqual(kinds(), Array(9).fill("feed"));
  });
});
