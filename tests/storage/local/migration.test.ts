import assert from "node:assert/strict";
import { join } from "node:path";
import { CONTAINERS } from "../../../src/core/store";
import { type Database, openDatabase } from "../../../src/storage/local/driver";
import { STORE_FILE } from "../../../src/storage/local/localStore";
import { migrate, SCHEMA_VERSION } from "../../../src/storage/local/migrate";
import { openEngine } from "../../../src/storage/local/openEngine";
import { type TableSpec, tablesOf } from "../../../src/storage/local/schema";
import { ASK, type Cell, STATUS, VERB } from "../../../src/storage/local/wire";
import { closeTestStores, createTempFolder, openTestStore } from "../support";

/** An earlier program: it knew fewer containers and queries, and one that is gone since. */
const EARLIER: Record<string, TableSpec> = {
  threads: {
    partitionBy: "threadId",
    queries: {
      awaiting: { partition: "one", order: "awaitingAt" },
      dead: { partition: "all", order: "deadAt" },
      retired: { partition: "one", order: "retiredAt" },
    },
  },
};

const DOCS = [
  { id: "a", type: "message", threadId: "t", awaitingAt: 1, conversationId: "c", seq: 2, due: 50, deadAt: 1 },
  {
    id: "b",
    type: "message",
    threadId: "t",
    awaitingAt: 2,
    conversationId: "c",
    seq: 1,
    due: "soon",
    deadAt: 2,
  },
  { id: "c", type: "message", threadId: "t", conversationId: { an: "object" }, seq: true, due: null },
];

/** `killed`: before its database was committed, so that all stands in the journal only. */
function writeEarlierData(database: Database, file: string, killed = false): void {
  const { engine, journal } = openEngine(database, `${file}.journal`, { tables: tablesOf(EARLIER) });
  const message: Cell[] = [0, 1, ASK.batch, "threads", "t", DOCS.length];
  for (const doc of DOCS) {
    message.push(
      VERB.create,
      doc.id,
      null,
      doc.type,
      null,
      JSON.stringify(doc),
      doc.awaitingAt ?? null,
      doc.deadAt ?? null,
      null,
    );
  }
  assert.deepEqual(engine.run(message), [STATUS.ok, 1]);
  // Killed before it was committed, the journal alone has them.
  if (!killed) engine.commit();
  journal.close();
}

const indexes = (database: Database) =>
  database
    .prepare("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name")
    .all([]);

describe("local store: migration", function () {
  // Starts processes and waits for the disk.
  this.timeout(30_000);
  let temp: ReturnType<typeof createTempFolder>;
  let file: string;

  beforeEach(() => {
    temp = createTempFolder();
    file = join(temp.folder, STORE_FILE);
  });
  afterEach(async () => {
    await closeTestStores();
    temp.remove();
  });

  for (const killed of [false, true])
    it(`gives an earlier file the new containers, columns and indexes, filled from the documents${killed ? " that a killed process left in the journal" : ""}`, async () => {
      const earlier = openDatabase(file);
      writeEarlierData(earlier, file, killed);
      earlier.close();

      const store = await openTestStore(temp);
      const find = async (name: string, options: object) =>
        (await store.query("threads", name, options)).items.map(({ doc }) => doc.id);
      assert.deepEqual(await find("transcript", { partition: "t", equals: { conversationId: "c" } }), [
        "b",
        "a",
      ]);
      assert.deepEqual(await find("due", {}), ["a", "b"], "numbers before texts, null not at all");
      assert.deepEqual(await find("awaiting", { partition: "t" }), ["a", "b"]);
      assert.deepEqual(await find("dead", {}), ["b", "a"], "the direction has changed since");
      assert.deepEqual((await store.read("threads", "t", "c"))?.doc, DOCS[2]);
      await store.batch("contacts", "k", [{ do: "create", doc: { id: "x", type: "contact" } }], "test");
      await store.close();
    });

  it("ends with the same indexes as a new file", async () => {
    const earlier = openDatabase(file);
    writeEarlierData(earlier, file);
    migrate(earlier);
    const fresh = openDatabase(":memory:");
    migrate(fresh);
    assert.deepEqual(indexes(earlier), indexes(fresh));
    const count = Object.values(CONTAINERS).flatMap(({ queries }) => Object.keys(queries)).length;
    assert.ok(indexes(fresh).length >= count);
    for (const database of [earlier, fresh]) {
      assert.deepEqual(database.prepare("PRAGMA user_version").get([]), [SCHEMA_VERSION]);
      database.close();
    }
  });

  it("changes nothing when it fails half-way", () => {
    const database = openDatabase(file);
    writeEarlierData(database, file);
    const before = indexes(database);
    const tables = tablesOf();
    tables[0]?.indexes.set("threads_broken", "CREATE INDEX threads_broken ON threads(no_such_column)");
    assert.throws(() => migrate(database, tables));
    assert.deepEqual(indexes(database), before);
    database.close();
  });
});
