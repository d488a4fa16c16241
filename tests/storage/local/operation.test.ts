import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StoreError } from "../../../src/core/errors";
import { openDatabase } from "../../../src/storage/local/driver";
import { Lane } from "../../../src/storage/local/lane";
import { STORE_FILE } from "../../../src/storage/local/localStore";
import { WaitingRead } from "../../../src/storage/local/waiting";
import { ASK } from "../../../src/storage/local/wire";
import { buildDoc, freshPartition, write } from "../contract/bench";
import { createManualClock, createMemoryLog, openTestStore, useTempFolder } from "../support";

describe("local store: operation", function () {
  // Starts processes and waits for the disk.
  this.timeout(30_000);
  const temp = useTempFolder();

  it("writes a backup in use, which opens as a store with everything in it", async () => {
    const store = await openTestStore(temp);
    await write(store, "threads", "t", { do: "create", doc: buildDoc("a", { awaitingAt: 1 }) });
    const file = join(temp.folder, "backup.db");
    const [, late] = await Promise.all([
      store.backup(file),
      write(store, "threads", "t", { do: "create", doc: buildDoc("b") }),
    ]);
    assert.equal(late.length, 1);
    assert.deepEqual(
      readdirSync(temp.folder).filter((name) => name.endsWith(".partial")),
      [],
    );
    await store.close();

    const restored = join(temp.folder, "restored");
    mkdirSync(restored);
    copyFileSync(file, join(restored, STORE_FILE));
    const copy = await openTestStore({ folder: restored });
    const { items } = await copy.query("threads", "awaiting", { partition: "t" });
    assert.deepEqual(
      items.map(({ doc }) => doc.id),
      ["a"],
    );
    await copy.close();
  });

  it("never overwrites with a backup, nor leaves half of one", async () => {
    const store = await openTestStore(temp);
    const file = join(temp.folder, "precious.txt");
    writeFileSync(file, "");
    await assert.rejects(store.backup(file), {
      name: "InputError",
      code: "INPUT_INVALID",
      message: /exists/,
    });
    await assert.rejects(store.backup(join(temp.folder, "no", "such", "folder.db")), { name: "InputError" });
    assert.equal(existsSync(join(temp.folder, "precious.txt.partial")), false);
    await store.close();
  });

  it("refuses writes while the disk is full, loses nothing, and goes on when there is room", async () => {
    const text = "x".repeat(100_000);
    const store = await openTestStore({ ...temp, maxBytes: 2_000_000 });
    const kept: string[] = [];
    const fillUp = async () => {
      for (let n = kept.length; ; n++) {
        await write(store, "threads", "t", { do: "create", doc: buildDoc(`n${n}`, { text, awaitingAt: n }) });
        kept.push(`n${n}`);
      }
    };
    await assert.rejects(fillUp(), { name: "StoreError", code: "STORE_UNAVAILABLE", message: /full/ });
    assert.ok(kept.length > 5);
    // Reads asked together with a write that fails are answered all the same.
    const [refused, found] = await Promise.allSettled([
      write(store, "threads", "t", { do: "create", doc: buildDoc("more", { text }) }),
      store.read("threads", "t", "n0"),
    ]);
    assert.equal(refused.status, "rejected");
    assert.ok(found.status === "fulfilled" && found.value !== undefined);
    assert.equal(await store.read("threads", "t", "more"), undefined);
    const { items } = await store.query("threads", "awaiting", { partition: "t" });
    assert.deepEqual(
      items.map(({ doc }) => doc.id),
      kept,
    );

    await write(store, "threads", "t", { do: "delete", id: "n0" }, { do: "delete", id: "n1" });
    await write(store, "threads", "t", { do: "create", doc: buildDoc("more", { text }) });
    await store.close();
    const larger = await openTestStore(temp);
    await write(larger, "threads", "t", {
      do: "create",
      doc: buildDoc("even more", { text: text.repeat(10) }),
    });
    assert.notEqual(await larger.read("threads", "t", "n2"), undefined);
    await larger.close();
  });

  it("removes expired documents from the file in the background", async () => {
    const clock = createManualClock();
    const store = await openTestStore({ ...temp, clock });
    const ops = Array.from({ length: 100 }, (_, n) => ({
      do: "create" as const,
      doc: buildDoc(`n${n}`, { ttl: 1 + (n % 2) * 600 }),
    }));
    for (let batch = 0; batch < 12; batch++) await write(store, "leases", freshPartition(), ...ops);
    clock.advance(60_000);
    // Two rounds of 500 and one of 200 stand in line before this.
    for (let round = 0; round < 3; round++) await store.read("leases", "p", "none");
    await store.close();
    const database = openDatabase(join(temp.folder, STORE_FILE));
    assert.deepEqual(database.prepare("SELECT count(*) FROM leases").get([]), [600]);
    database.close();
  });

  it("fails everything asked and yet to be asked when its thread dies, and logs it", async () => {
    const workerFile = join(temp.folder, "worker.js");
    writeFileSync(
      workerFile,
      `const { parentPort } = require("node:worker_threads");
       parentPort.on("message", () => { throw new Error("out of luck"); });
       parentPort.postMessage({});`,
    );
    const log = createMemoryLog();
    const settings = { file: "", maxBytes: undefined };
    const lane = new Lane({ workerFile, settings, clock: createManualClock(), log, answered() {} });
    assert.deepEqual(await lane.opened(), {});
    const ask = () => {
      const waiting = new WaitingRead();
      lane.ask([ASK.read, "threads", "t", "a"], waiting, false);
      return waiting.promise;
    };
    const failed = (error: unknown) => error instanceof StoreError && /out of luck/.test(error.message);
    const asked = [ask(), ask()];
    for (const each of asked) await assert.rejects(each, failed);
    await assert.rejects(ask(), failed);
    assert.deepEqual(log.lines, ["the store's thread has failed"]);
    await lane.end();
  });
});
