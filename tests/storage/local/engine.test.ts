import assert from "node:assert/strict";
import { join } from "node:path";
import { type Database, openDatabase } from "../../../src/storage/local/driver";
import { Journal } from "../../../src/storage/local/journal";
import { type OpenEngine, openEngine } from "../../../src/storage/local/openEngine";
import { ASK, type Cell, REASONS, STATUS, VERB } from "../../../src/storage/local/wire";
import { createRandom } from "../../adapters/shared/fuzz";
import { createTempFolder } from "../support";

type Verb = keyof typeof VERB;
interface Write {
  verb: Verb;
  id: string;
  etag?: number | null;
  n?: number;
  expires?: number;
}

const ALL = "SELECT etag, body FROM leases WHERE (expires IS NULL OR expires > ?1) ORDER BY id";

/** One message that writes to `leases`, in one batch; leases has no indexed field beyond its key. */
const toMessage = (writes: readonly Write[], { now = 0, also = [] as Cell[] } = {}): Cell[] => [
  now,
  1,
  ASK.batch,
  "leases",
  "k",
  writes.length,
  ...writes.flatMap(({ verb, id, etag = null, n = 0, expires = null as number | null }) =>
    verb === "delete"
      ? [VERB.delete, id, etag]
      : [VERB[verb], id, etag, "lease", expires, JSON.stringify({ id, n })],
  ),
  ...also,
];
const select = (now = 0): Cell[] => [ASK.select, ALL, 1, now];

describe("local store: engine", () => {
  let temp: ReturnType<typeof createTempFolder>;
  let opened: OpenEngine & { database: Database };
  /** What SQLite was told, by the first words of each statement; a statement that `fails` throws. */
  let told: string[];
  let fails: RegExp | undefined;

  const open = (room?: () => number) => {
    const database = openDatabase(join(temp.folder, "data.db"));
    const watched: Database = {
      ...database,
      prepare(sql) {
        const statement = database.prepare(sql);
        const watch = <T>(action: () => T): T => {
          if (fails?.test(sql)) throw new Error("the disk says no");
          told.push(sql.split(" ").slice(0, 3).join(" "));
          return action();
        };
        return {
          run: (cells) => watch(() => statement.run(cells)),
          get: (cells) => watch(() => statement.get(cells)),
          all: (cells) => watch(() => statement.all(cells)),
        };
      },
    };
    const journalFile = join(temp.folder, "data.journal");
    opened = { database, ...openEngine(watched, journalFile, room === undefined ? {} : { room }) };
    told = [];
  };
  const kill = () => {
    fails = undefined;
    opened.journal.close();
    try {
      // What was not committed is gone from the file.
      opened.database.exec("ROLLBACK");
    } catch {
      // Nothing was open.
    }
    opened.database.close();
  };
  const run = (...writes: Write[]) => opened.engine.run(toMessage(writes));
  const ask = (cells: Cell[], now = 0) => opened.engine.run([now, 0, ...cells]);
  const bodies = (now = 0): string[] =>
    ask(select(now), now)
      .slice(2)
      .flatMap((cell, index) => (index % 2 === 1 ? [String(cell)] : []));
  const read = (id: string, now = 0) => ask([ASK.read, "leases", "k", id], now);

  beforeEach(() => {
    temp = createTempFolder();
    told = [];
    fails = undefined;
    open();
  });
  afterEach(() => {
    kill();
    temp.remove();
  });

  it("writes a document that changed three times once, and one that came and went not at all", () => {
    run({ verb: "create", id: "a", n: 1 }, { verb: "create", id: "b" });
    run({ verb: "replace", id: "a", etag: 1, n: 2 });
    run({ verb: "replace", id: "a", etag: 3, n: 3 }, { verb: "delete", id: "b" });
    assert.deepEqual(read("a"), [STATUS.ok, 4, '{"id":"a","n":3}']);
    assert.deepEqual(read("b"), [STATUS.ok, 0, null]);
    opened.engine.commit();
    assert.equal(told.filter((sql) => sql === "INSERT INTO leases(etag,").length, 1);
    assert.deepEqual(bodies(), ['{"id":"a","n":3}']);
  });

  it("finds what was just written by its fields", () => {
    run({ verb: "create", id: "a" });
    assert.deepEqual(bodies(), ['{"id":"a","n":0}']);
    run({ verb: "delete", id: "a" });
    assert.deepEqual(bodies(), []);
  });

  it("takes what has expired for gone, before and after it is in the database", () => {
    for (const settle of [() => {}, () => opened.engine.commit()]) {
      run({ verb: "upsert", id: "a", n: 1, expires: 100 });
      settle();
      assert.equal(read("a", 99)[1] === 0, false);
      assert.deepEqual(read("a", 100), [STATUS.ok, 0, null]);
      const late = toMessage([{ verb: "replace", id: "a" }], { now: 100 });
      assert.deepEqual(opened.engine.run(late), [STATUS.refused, 0, REASONS.indexOf("missing")]);
      const again = toMessage([{ verb: "create", id: "a", n: 2 }], { now: 100 });
      assert.equal(opened.engine.run(again)[0], STATUS.ok);
      settle();
      assert.deepEqual(bodies(100), ['{"id":"a","n":2}']);
    }
  });

  it("keeps nothing of a message that could not be made durable, though it was looked for meanwhile", () => {
    run({ verb: "create", id: "a", n: 1 });
    const { journal } = opened;
    const append = journal.append.bind(journal);
    journal.append = () => {
      throw new Error("no space left");
    };
    const message = toMessage(
      [
        { verb: "replace", id: "a", n: 2 },
        { verb: "create", id: "b" },
      ],
      { also: select() },
    );
    const [status, because, found, rows, , body] = opened.engine.run(message);
    assert.deepEqual([status, because], [STATUS.failed, "no space left"]);
    assert.deepEqual(
      [found, rows, body],
      [STATUS.ok, 1, '{"id":"a","n":1}'],
      "reads are answered all the same",
    );
    journal.append = append;
    opened.engine.commit();
    kill();
    open();
    assert.deepEqual(bodies(), ['{"id":"a","n":1}']);
    assert.deepEqual(run({ verb: "create", id: "b" }), [STATUS.ok, 2], "nobody was told of its etags");
  });

  it("goes back to what was written before, which is still owed to the database", () => {
    run({ verb: "create", id: "a", n: 1 });
    const { journal } = opened;
    const append = journal.append.bind(journal);
    journal.append = () => {
      throw new Error("no space left");
    };
    assert.equal(run({ verb: "replace", id: "a", n: 2 })[0], STATUS.failed);
    journal.append = append;
    opened.engine.commit();
    kill();
    open();
    assert.deepEqual(bodies(), ['{"id":"a","n":1}']);
  });

  it("asks the database first when there may not be room, and refuses what does not fit", () => {
    kill();
    let left = Number.POSITIVE_INFINITY;
    open(() => left);
    run({ verb: "create", id: "a" });
    left = 100;
    opened.engine.commit();
    run({ verb: "create", id: "b" });
    fails = /^INSERT INTO leases/;
    assert.deepEqual(run({ verb: "create", id: "c" }), [STATUS.failed, "the disk says no"]);
    assert.equal(run({ verb: "delete", id: "a" })[0], STATUS.ok, "what makes room is taken");
    fails = undefined;
    assert.deepEqual(bodies(), ['{"id":"b","n":0}']);
    kill();
    open();
    assert.deepEqual(bodies(), ['{"id":"b","n":0}']);
  });

  it("brings the documents in a few at a time, also those that change meanwhile", () => {
    for (let n = 0; n < 10; n++) run({ verb: "create", id: `d${n}`, n });
    assert.equal(opened.engine.prepareCommit(4), false);
    run({ verb: "replace", id: "d0", n: 100 });
    while (!opened.engine.prepareCommit(4)) assert.equal(opened.engine.isOpen, true);
    opened.engine.commit();
    kill();
    open();
    assert.equal(bodies().length, 10);
    assert.equal(bodies()[0], '{"id":"d0","n":100}');
  });

  it("does the same as a plain map, through commits, refusals, faults of the disk and kills", () => {
    const random = createRandom(20_261);
    const model = new Map<string, { etag: number; body: string }>();
    const verbs = Object.keys(VERB) as Verb[];
    let etag = 0;
    const refusalOf = ({ verb, id, etag: wanted = null }: Write): string | undefined => {
      const known = model.get(id);
      if (verb === "upsert") return undefined;
      if (verb === "create") return known === undefined ? undefined : "exists";
      if (known === undefined) return "missing";
      return wanted === null || wanted === known.etag ? undefined : "changed";
    };
    const expect = (writes: readonly Write[]): Cell[] => {
      for (const [index, write] of writes.entries()) {
        const reason = refusalOf(write);
        if (reason !== undefined)
          return [STATUS.refused, index, (REASONS as readonly string[]).indexOf(reason)];
      }
      const first = etag + 1;
      for (const { verb, id, n } of writes) {
        etag += 1;
        if (verb === "delete") model.delete(id);
        else model.set(id, { etag, body: JSON.stringify({ id, n }) });
      }
      return [STATUS.ok, first];
    };
    for (let step = 0; step < 4_000; step++) {
      const ids = new Set(Array.from({ length: 1 + random(3) }, () => `d${random(12)}`));
      const writes = [...ids].map((id): Write => {
        const known = model.get(id)?.etag ?? 0;
        return { verb: verbs[random(4)] as Verb, id, n: step, etag: random(3) === 0 ? null : known };
      });
      // The verb decides whether an etag is asked for; a creation has none.
      for (const write of writes) if (write.verb === "create" || write.verb === "upsert") write.etag = null;
      assert.deepEqual(run(...writes), expect(writes), `step ${step}`);
      const chance = random(100);
      if (chance < 5) opened.engine.commit();
      else if (chance < 10) opened.engine.prepareCommit(1 + random(4));
      else if (chance < 13) {
        fails = [/^COMMIT/, /^INSERT INTO leases/, /^DELETE FROM leases/, /^BEGIN/][random(4)];
        try {
          opened.engine.commit();
        } catch {
          // It is tried again later.
        }
        fails = undefined;
      } else if (chance < 16) {
        kill();
        open();
      } else if (chance < 40) {
        assert.deepEqual(
          bodies(),
          [...model.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { body }]) => body),
        );
      } else {
        const id = `d${random(12)}`;
        assert.deepEqual(read(id), [STATUS.ok, model.get(id)?.etag ?? 0, model.get(id)?.body ?? null]);
      }
    }
  }).timeout(60_000);

  it("takes no more once the database could not be committed for too long", () => {
    fails = /^COMMIT/;
    run({ verb: "create", id: "a" });
    assert.throws(() => opened.engine.commit(), /the disk says no/);
    Object.defineProperty(opened.journal, "length", { value: Number.MAX_SAFE_INTEGER, configurable: true });
    assert.deepEqual(run({ verb: "create", id: "b" }), [STATUS.failed, "the disk says no"]);
    assert.equal(read("a")[0], STATUS.ok);
    Reflect.deleteProperty(opened.journal, "length");
    fails = undefined;
    assert.equal(run({ verb: "create", id: "b" })[0], STATUS.ok);
    assert.ok(opened.journal instanceof Journal);
  });
});
