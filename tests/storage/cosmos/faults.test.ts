import assert from "node:assert/strict";
import { silentLog } from "../../../src/core/log";
import type { BatchResult, Change, Op, Store } from "../../../src/core/store";
import type { CosmosStore } from "../../../src/storage/cosmos/cosmosStore";
import type { Fault } from "../../support/cosmosDouble/faults";
import { type AnyDoc, buildDoc, freshPartition, write } from "../contract/bench";
import { type CosmosBench, DATABASE, passWaits, startBench } from "./support";

/** Every kind of operation on a document "a" that exists; each says what must be true afterwards. */
const OPERATIONS: Record<string, (store: Store, kind: string, etag: string) => Promise<unknown>> = {
  read: async (store, kind) => assert.equal((await store.read<AnyDoc>("settings", kind, "a"))?.doc.n, 1),
  create: (store, kind) => write(store, "settings", kind, { do: "create", doc: buildDoc("b", { n: 2 }) }),
  replace: (store, kind, etag) =>
    write(store, "settings", kind, { do: "replace", doc: buildDoc("a", { n: 2 }), etag }),
  upsert: (store, kind) => write(store, "settings", kind, { do: "upsert", doc: buildDoc("a", { n: 2 }) }),
  delete: (store, kind, etag) => write(store, "settings", kind, { do: "delete", id: "a", etag }),
  batch: (store, kind, etag) =>
    write(
      store,
      "settings",
      kind,
      { do: "replace", doc: buildDoc("a", { n: 2 }), etag },
      { do: "create", doc: buildDoc("b", { n: 2 }) },
    ),
  query: async (store, kind) =>
    assert.equal((await store.query("settings", "all", { partition: kind })).items.length, 1),
  "query across partitions": async (store, kind) => {
    await write(store, "threads", kind, { do: "create", doc: buildDoc("d", { deadAt: 1 }) });
    assert.ok((await store.query("threads", "dead", {})).items.length > 0);
  },
  feed: async (store) => assert.ok((await store.feed("settings", undefined, 1000)).changes.length > 0),
};

const WRITES = ["create", "replace", "upsert", "delete", "batch"];

describe("cosmos store: faults", function () {
  this.timeout(30_000);
  let bench: CosmosBench;
  let store: CosmosStore;
  let kind: string;
  let etag: string;
  let told: Change[];

  before(async () => {
    bench = await startBench();
  });
  after(() => bench.close());
  beforeEach(async () => {
    store = await bench.open();
    kind = freshPartition();
    [etag = ""] = await write(store, "settings", kind, { do: "create", doc: buildDoc("a", { n: 1 }) });
    told = [];
    store.subscribe((changes) => told.push(...changes));
    bench.charges.length = 0;
  });
  afterEach(() => bench.double.faults.clear());

  const faults: [name: string, fault: Fault][] = [
    ["throttling with a wish", { kind: "status", status: 429, retryAfterMs: 1_500 }],
    ["throttling without one", { kind: "status", status: 429 }],
    ["a conflict inside the database", { kind: "status", status: 449 }],
    ["a request timeout", { kind: "status", status: 408 }],
    ["a partition that moves", { kind: "status", status: 410, substatus: 1007 }],
    ["an unavailable replica", { kind: "status", status: 503 }],
    ["a fault of the gateway", { kind: "status", status: 500 }],
    ["a reset before anything was done", { kind: "resetBefore" }],
  ];
  for (const [name, operation] of Object.entries(OPERATIONS)) {
    for (const [what, fault] of faults) {
      it(`${name} gets over ${what}`, async () => {
        bench.double.faults.add({ ...fault, times: 2 });
        await operation(store, kind, etag);
        assert.equal(bench.double.seen.filter(({ injected }) => injected).length, 2, "both were met");
        for (const change of told.filter(({ id, doc }) => doc !== undefined && id !== "d"))
          assert.equal((await store.read("settings", kind, change.id))?.etag, change.etag);
      });
    }
  }

  for (const name of WRITES) {
    for (const fault of [{ kind: "resetAfter" }, { kind: "doneStatus", status: 503 }] as const) {
      it(`${name} that was done before ${fault.kind === "resetAfter" ? "a reset" : "a 503"} succeeds once`, async () => {
        bench.double.faults.add(fault);
        await (OPERATIONS[name] as (typeof OPERATIONS)[string])(store, kind, etag);
        const written = bench.double.seen.filter(({ kind: one, status }) => one !== "read" && status < 300);
        assert.equal(written.length, 1 + 1, "what made the document, and one write");
        for (const id of ["a", "b"]) {
          const change = told.filter((each) => each.id === id);
          assert.ok(change.length <= 1, "told once");
          const present = await store.read<AnyDoc>("settings", kind, id);
          if (change[0] !== undefined) assert.equal(present?.etag, change[0].etag);
        }
      });
    }
  }

  describe("while it waits to try again", () => {
    let other: CosmosStore;
    beforeEach(async () => {
      other = store;
      // Waits until the test lets time pass.
      store = await bench.open({ log: silentLog });
      store.subscribe((changes) => told.push(...changes));
    });
    const batch = (...ops: Op[]) => store.batch("settings", kind, ops, "test");

    it("tells a create of its own from one of somebody else with the same text", async () => {
      bench.double.faults.add({ kind: "resetBefore" });
      const late = batch({ do: "create", doc: buildDoc("b") });
      await bench.double.arrival();
      await write(other, "settings", kind, { do: "create", doc: buildDoc("b") });
      const refused = { ok: false, index: 0, reason: "exists" };
      assert.deepEqual(await passWaits(bench.clock, late), refused);
    });

    it("loses a race like any other", async () => {
      bench.double.faults.add({ kind: "resetBefore" });
      const losing = batch({ do: "replace", doc: buildDoc("a", { n: 2 }), etag });
      await bench.double.arrival();
      await write(other, "settings", kind, { do: "replace", doc: buildDoc("a", { n: 3 }), etag });
      const refused = { ok: false, index: 0, reason: "changed" };
      assert.deepEqual(await passWaits(bench.clock, losing), refused);
      assert.equal((await other.read<AnyDoc>("settings", kind, "a"))?.doc.n, 3);
    });

    it("knows a batch that had been done by any document that still is as it wrote it", async () => {
      bench.double.faults.add({ kind: "resetAfter" });
      const writing = batch(
        { do: "replace", doc: buildDoc("a", { n: 2 }), etag },
        { do: "create", doc: buildDoc("b") },
      );
      await bench.double.arrival();
      await write(other, "settings", kind, { do: "upsert", doc: buildDoc("a", { n: 3 }) });
      const result = (await passWaits(bench.clock, writing)) as Extract<BatchResult, { ok: true }>;
      assert.equal(result.ok, true);
      assert.equal(result.etags[0], "", "what is not ours any more has no etag to go on with");
      assert.equal((await other.read("settings", kind, "b"))?.etag, result.etags[1]);
      const stale = await batch({ do: "replace", doc: buildDoc("a"), etag: result.etags[0] ?? "" });
      assert.deepEqual(stale, { ok: false, index: 0, reason: "changed" });
      assert.equal((await other.read<AnyDoc>("settings", kind, "a"))?.doc.n, 3);
    });
  });

  it("gives up at its deadline while throttled, says so, and works again by itself", async () => {
    const { clock, double } = bench;
    const untilMs = clock.now() + 60_000;
    double.faults.add({ kind: "status", status: 429, retryAfterMs: 1_000, untilMs });
    const begun = clock.now();
    const ops: Op[] = [{ do: "create", doc: buildDoc("b") }];
    let refused = 0;
    for (; clock.now() < untilMs - 10_000; refused++) {
      const ending = store.batch("settings", kind, ops, "test");
      await assert.rejects(ending, { code: "STORE_UNAVAILABLE", message: /out of request units/ });
    }
    assert.ok(refused >= 5);
    clock.advance(untilMs - clock.now());
    assert.ok(clock.now() - begun >= 60_000);
    await store.batch("settings", kind, ops, "test");
    assert.notEqual(await store.read("settings", kind, "b"), undefined);
  });

  it("gives up on a database that does not answer, and works again by itself", async () => {
    const { clock, double } = bench;
    double.faults.add({ kind: "hang", times: 2 });
    const reading = store.read("settings", kind, "a");
    const ended = assert.rejects(reading, { code: "STORE_UNAVAILABLE", message: /in time/ });
    await double.arrival();
    clock.advance(5_000);
    await double.arrival();
    clock.advance(5_000);
    await ended;
    assert.notEqual(await store.read("settings", kind, "a"), undefined);
  });

  it("counts the wait for others' writes to the same document into the deadline", async () => {
    const { clock, double } = bench;
    const untilMs = clock.now() + 60_000;
    double.faults.add({ kind: "status", status: 429, retryAfterMs: 1_000, untilMs });
    const begun = clock.now();
    const writing = Array.from({ length: 5 }, () =>
      store.batch("settings", kind, [{ do: "upsert", doc: buildDoc("a") }], "test"),
    );
    for (const each of await Promise.allSettled(writing)) assert.equal(each.status, "rejected");
    assert.ok(clock.now() - begun < 15_000, "not five deadlines");
  });

  it("says which container is gone or of another shape, and how it is mended", async () => {
    const collections = bench.double.account.databases.get(DATABASE);
    const audit = bench.double.account.collection(DATABASE, "audit");
    collections?.delete("audit");
    const gone = { code: "STORE_UNAVAILABLE", message: /no container audit.*template/ };
    await assert.rejects(store.read("audit", "d", "a"), gone);
    await assert.rejects(write(store, "audit", "d", { do: "create", doc: buildDoc("a") }), gone);
    await assert.rejects(store.query("audit", "entries", { partition: "d" }), gone);
    await assert.rejects(store.feed("audit", undefined, 10), gone);
    bench.double.account.create(DATABASE, {
      ...audit.definition,
      partitionKey: { paths: ["/other"], kind: "Hash" },
    });
    await assert.rejects(write(store, "audit", "d", { do: "create", doc: buildDoc("a") }), {
      code: "STORE_UNAVAILABLE",
      message: /audit has another partition key.*template/,
    });
    collections?.set("audit", audit);
    await write(store, "audit", "d", { do: "create", doc: buildDoc("a") });
  });

  it("says what is wrong when its rights are taken away, and goes on when they are back", async () => {
    bench.double.faults.add({ kind: "status", status: 403, substatus: 5301, times: 2 });
    const denied = { code: "STORE_UNAVAILABLE", message: /refuses us \(403\).*Data Contributor/ };
    await assert.rejects(store.read("settings", kind, "a"), denied);
    await assert.rejects(store.feed("settings", undefined, 10), denied);
    assert.notEqual(await store.read("settings", kind, "a"), undefined);
  });

  it("waits for a replica that is behind its own writes", async () => {
    bench.double.faults.add({ kind: "status", status: 404, substatus: 1002, times: 4, on: ["read"] });
    assert.notEqual(await store.read("settings", kind, "a"), undefined);
  });

  it("reports a request that the database finds faulty, and does not repeat it", async () => {
    bench.double.faults.add({ kind: "status", status: 400, times: 9 });
    await assert.rejects(store.read("settings", kind, "a"), {
      code: "STORE_REFUSED",
      message: /fault of ours/,
    });
    assert.deepEqual(
      bench.charges.map(({ retries }) => retries),
      [0],
    );
  });

  it("finishes what is under way before it closes, and refuses what comes later", async () => {
    const writing = write(store, "settings", kind, { do: "create", doc: buildDoc("b") });
    await store.close();
    await writing;
    await assert.rejects(store.read("settings", kind, "a"), { code: "STORE_UNAVAILABLE", message: /closed/ });
  });
});
