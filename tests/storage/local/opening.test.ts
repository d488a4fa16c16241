import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openDatabase, openLibsql, openNodeSqlite } from "../../../src/storage/local/driver";
import { STORE_FILE } from "../../../src/storage/local/localStore";
import { buildDoc, write } from "../contract/bench";
import { openTestStore, useTempFolder } from "../support";

describe("local store: opening", function () {
  // Starts processes and waits for the disk.
  this.timeout(30_000);
  const temp = useTempFolder();

  it("refuses a second process on the same folder and names the folder", async () => {
    const store = await openTestStore(temp);
    const child = spawn(process.execPath, [join(__dirname, "writer.js"), temp.folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let told = "";
    child.stdout.on("data", (chunk) => (told += chunk));
    const [code] = await once(child, "close");
    assert.equal(code, 1);
    assert.match(told, /^STORE_LOCKED /);
    assert.ok(told.includes(temp.folder));
    await write(store, "threads", "t", { do: "create", doc: buildDoc("a") });
    await store.close();
  });

  it("refuses a second store in the same process, and opens when the first is closed", async () => {
    const store = await openTestStore(temp);
    await assert.rejects(openTestStore(temp), { name: "ConfigError", code: "STORE_LOCKED" });
    await store.close();
    await (await openTestStore(temp)).close();
  });

  it("refuses data of a newer version and leaves it alone", async () => {
    await (await openTestStore(temp)).close();
    const database = openDatabase(join(temp.folder, STORE_FILE));
    database.exec("PRAGMA user_version = 99");
    database.close();
    await assert.rejects(openTestStore(temp), {
      name: "ConfigError",
      code: "STORE_TOO_NEW",
      message: /schema 99/,
    });
  });

  it("says that no driver can be loaded", () => {
    assert.throws(() => openDatabase(join(temp.folder, "x.db"), [() => undefined]), {
      code: "STORE_DRIVER_MISSING",
    });
  });

  it("reports a file that is no database, and a folder that cannot be", async () => {
    writeFileSync(
      join(temp.folder, STORE_FILE),
      "certainly not a database, however long one reads on ".repeat(100),
    );
    await assert.rejects(openTestStore(temp), { name: "StoreError", code: "STORE_UNAVAILABLE" });
    const blocked = join(temp.folder, STORE_FILE, "below");
    await assert.rejects(openTestStore({ folder: blocked }), {
      name: "StoreError",
      code: "STORE_UNAVAILABLE",
    });
  });

  it("makes the folder", async () => {
    const folder = join(temp.folder, "a", "b");
    await (await openTestStore({ folder })).close();
    assert.throws(() => mkdirSync(folder), { code: "EEXIST" });
  });
});

describe("SQLite drivers", () => {
  for (const [name, open] of Object.entries({ "node:sqlite": openNodeSqlite, libsql: openLibsql })) {
    it(`${name} gives rows as arrays, counts changes and refuses what would abort the process`, function () {
      const database = open(":memory:");
      if (database === undefined) return this.skip();
      database.exec("CREATE TABLE t(a, b)");
      const insert = database.prepare("INSERT INTO t VALUES(?1, ?2)");
      assert.equal(insert.run([1_800_000_000_001, "é"]), 1);
      assert.equal(insert.run([null, 0.5]), 1);
      const select = database.prepare("SELECT a, b FROM t WHERE a IS ?1");
      assert.deepEqual(select.get([1_800_000_000_001]), [1_800_000_000_001, "é"]);
      assert.equal(select.get([2]), undefined);
      assert.deepEqual(database.prepare("SELECT a, b FROM t ORDER BY a").all([]), [
        [null, 0.5],
        [1_800_000_000_001, "é"],
      ]);
      assert.equal(database.prepare("DELETE FROM t").run([]), 2);
      for (const value of [true, undefined, {}, 1n]) {
        assert.throws(() => insert.run([value as never, 1]), { code: "STORE_REFUSED" });
      }
      database.close();
      assert.throws(() => database.exec("CREATE TABLE u(a)"));
      return undefined;
    });
  }
});
