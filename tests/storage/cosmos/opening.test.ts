import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { silentLog } from "../../../src/core/log";
import { COSMOS_CONTAINERS } from "../../../src/storage/cosmos/containers";
import { openCosmosStore } from "../../../src/storage/cosmos/cosmosStore";
import type { Definition } from "../../support/cosmosDouble/collection";
import { createManualClock } from "../support";
import { type CosmosBench, DATABASE, startBench } from "./support";

const definition = (id: string): Definition =>
  structuredClone(COSMOS_CONTAINERS.find((each) => each.id === id)) as Definition;

describe("cosmos store: opening", function () {
  this.timeout(30_000);
  let bench: CosmosBench;

  beforeEach(async () => {
    bench = await startBench();
  });
  afterEach(() => bench.close());

  /** The faults that opening lists. */
  const faults = async (): Promise<string[]> => {
    let found: string[] = [];
    await assert.rejects(bench.open(), (error: { code: string; details: string[]; message: string }) => {
      assert.equal(error.code, "STORE_INCOMPLETE");
      assert.match(error.message, /template makes.*COSMOS_KEY/);
      found = error.details;
      return found.every((fault) => error.message.includes(fault));
    });
    return found;
  };

  it("names every container that is missing", async () => {
    const collections = bench.double.account.databases.get(DATABASE);
    collections?.delete("threads");
    collections?.delete("audit");
    assert.deepEqual(await faults(), ["threads: missing", "audit: missing"]);
  });

  it("names all of them when there is no such database", async () => {
    bench.double.account.databases.clear();
    assert.deepEqual(
      await faults(),
      COSMOS_CONTAINERS.map(({ id }) => `${id}: missing`),
    );
  });

  it("names wrong partition keys, time to live that is off, and missing indexes", async () => {
    const { account } = bench.double;
    account.create(DATABASE, { ...definition("routing"), partitionKey: { paths: ["/id"], kind: "Hash" } });
    const leases = definition("leases");
    delete leases.defaultTtl;
    account.create(DATABASE, leases);
    account.create(DATABASE, { ...definition("history"), defaultTtl: 60 });
    const audit = definition("audit");
    account.create(DATABASE, { ...audit, indexingPolicy: { includedPaths: [{ path: "/*" }] } });
    assert.deepEqual(await faults(), [
      "routing: its partition key is /id, it must be /group; make the container again",
      "history: time to live is 60 s, set defaultTtl to -1",
      "leases: time to live is off, set defaultTtl to -1",
      "audit: no composite index on /day descending, /at descending, /id descending",
    ]);
  });

  it("makes what is missing when it is told to, and leaves the rest alone", async () => {
    const { account } = bench.double;
    account.databases.clear();
    const store = await bench.open({ createMissing: true });
    await store.batch("settings", "k", [{ do: "create", doc: { id: "a", type: "thing" } }], "test");
    const again = await bench.open({ createMissing: true });
    assert.notEqual(await again.read("settings", "k", "a"), undefined);
    for (const { id, ...wanted } of COSMOS_CONTAINERS) {
      const { partitionKey, defaultTtl, indexingPolicy } = account.collection(DATABASE, id).definition;
      assert.deepEqual({ partitionKey, defaultTtl, indexingPolicy }, wanted);
    }
  });

  it("lets servers that start together make it together", async () => {
    bench.double.account.databases.clear();
    await Promise.all(Array.from({ length: 4 }, () => bench.open({ createMissing: true })));
  });

  it("stops with STORE_DENIED on a wrong key", async () => {
    const key = Buffer.from("another key").toString("base64");
    await assert.rejects(bench.open({ key }), {
      name: "ConfigError",
      code: "STORE_DENIED",
      message: /401.*COSMOS_KEY/,
    });
  });

  it("stops when nobody answers there, and says where", async () => {
    await bench.double.close();
    await assert.rejects(bench.open(), {
      name: "StoreError",
      code: "STORE_UNAVAILABLE",
      message: /127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)/,
    });
  });

  it("stops when the address is no Cosmos DB", async () => {
    bench.double.faults.add({ kind: "status", status: 418, times: 1_000, on: ["account", "metadata"] });
    await assert.rejects(bench.open(), { code: "STORE_UNAVAILABLE" });
  });

  it("refuses an identity over plain http", async () => {
    const credential = { getToken: async () => ({ token: "t", expiresOnTimestamp: Date.now() + 60_000 }) };
    const opening = openCosmosStore({
      endpoint: bench.double.url,
      credential,
      database: DATABASE,
      clock: createManualClock(),
      log: silentLog,
      limits: { deadlineMs: 1 },
    });
    await assert.rejects(opening, { code: "STORE_UNAVAILABLE" });
  });

  it("costs nothing until it is opened: no SDK is loaded", () => {
    const module = path.resolve(__dirname, "..", "..", "..", "src", "storage", "cosmos", "cosmosStore.js");
    const script = `require(${JSON.stringify(module)}); process.stdout.write(Object.keys(require.cache).join("\\n"))`;
    const { stdout } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
    assert.match(stdout, /cosmosStore/);
    assert.doesNotMatch(stdout, /@azure/);
  });
});
