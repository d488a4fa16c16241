import assert from "node:assert/strict";
import { copyFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { openDatabase } from "../../../src/storage/local/driver";
import { Journal } from "../../../src/storage/local/journal";
import { type OpenEngine, openEngine } from "../../../src/storage/local/openEngine";
import { ASK, type Cell, STATUS, VERB } from "../../../src/storage/local/wire";
import { createTempFolder } from "../support";

const HEAD = { lineage: 7, tables: [] };

/** Reads what a journal holds after `applied`: [seq, etag, cells]. */
const read = (journal: Journal, applied = 0) =>
  [...journal.read(applied)].map(({ seq, etag, cells }) => [seq, etag, cells]);

describe("local store: journal", () => {
  let temp: ReturnType<typeof createTempFolder>;
  let file: string;

  beforeEach(() => {
    temp = createTempFolder();
    file = join(temp.folder, "data.journal");
  });
  afterEach(() => temp.remove());

  function create(): Journal {
    const journal = new Journal(file);
    journal.begin(HEAD);
    return journal;
  }

  it("gives back what was appended, in order, after it was opened again", () => {
    const journal = create();
    journal.append(10, ["Zoë 👋", 1, null]);
    journal.append(12, ["second"]);
    journal.close();
    const again = new Journal(file);
    assert.deepEqual(again.head, HEAD);
    assert.deepEqual(read(again), [
      [1, 10, ["Zoë 👋", 1, null]],
      [2, 12, ["second"]],
    ]);
    again.append(13, ["third"]);
    assert.deepEqual(read(again, 2), [[3, 13, ["third"]]]);
    again.close();
  });

  it("does not take what was there before a restart for new", () => {
    const journal = create();
    for (const text of ["one", "two", "three"]) journal.append(1, [text]);
    journal.restart();
    journal.append(4, ["four, longer than one"]);
    journal.close();
    const again = new Journal(file);
    assert.deepEqual(read(again, 3), [[4, 4, ["four, longer than one"]]]);
    again.close();
  });

  it("skips what the database has already", () => {
    const journal = create();
    for (const text of ["one", "two"]) journal.append(1, [text]);
    journal.close();
    const again = new Journal(file);
    assert.deepEqual(read(again, 2), []);
    again.append(9, ["three"]);
    assert.equal(again.seq, 3);
    again.close();
  });

  for (const [what, damage] of [
    ["was cut off", (path: string, end: number) => truncateSync(path, end - 3)],
    [
      "was half written",
      (path: string, end: number) => {
        const bytes = readFileSync(path);
        bytes[end - 2] = 0xff;
        writeFileSync(path, bytes);
      },
    ],
  ] as const) {
    it(`ends before a record that ${what}`, () => {
      const journal = create();
      journal.append(1, ["whole"]);
      journal.append(2, ["torn by the power"]);
      const end = journal.length + 16 * 1024;
      journal.close();
      damage(file, end);
      const again = new Journal(file);
      assert.deepEqual(read(again), [[1, 1, ["whole"]]]);
      again.append(2, ["again"]);
      assert.deepEqual(read(again).length, 2);
      again.close();
    });
  }

  it("takes records of any size", () => {
    const journal = create();
    const long = "ö".repeat(3_000_000);
    journal.append(1, [long]);
    journal.append(2, ["after"]);
    journal.close();
    const again = new Journal(file);
    assert.deepEqual(
      read(again).map(([seq]) => seq),
      [1, 2],
    );
    again.close();
  });

  describe("in front of a database", () => {
    const database = (name = "data.db") => openDatabase(join(temp.folder, name));
    const open = (name = "data.db") => {
      const opened = database(name);
      return { database: opened, ...openEngine(opened, file) };
    };
    const leave = ({ database: opened, journal }: OpenEngine & { database: ReturnType<typeof database> }) => {
      journal.close();
      // As a kill does: what was not committed is gone from the file.
      try {
        opened.exec("ROLLBACK");
      } catch {
        // Nothing was open.
      }
      opened.close();
    };
    const create = (id: string, verb: number = VERB.create, etag: number | null = null): Cell[] => {
      const fields: Cell[] = [null];
      // leases has no indexed field beyond its key.
      return [
        0,
        1,
        ASK.batch,
        "leases",
        "k",
        1,
        verb,
        id,
        etag,
        "contact",
        null,
        `{"id":"${id}"}`,
        ...fields.slice(1),
      ];
    };
    const ids = (engine: OpenEngine["engine"]) => {
      const answer = engine.run([0, 0, ASK.select, "SELECT etag, body FROM leases ORDER BY id", 0]);
      return answer.slice(2).filter((_, index) => index % 2 === 1);
    };

    it("brings back what was answered before a kill, with the same etags", () => {
      const first = open();
      assert.deepEqual(first.engine.run(create("a")), [STATUS.ok, 1]);
      const [, b] = first.engine.run(create("b"));
      leave(first);
      const second = open();
      assert.deepEqual(ids(second.engine), ['{"id":"a"}', '{"id":"b"}']);
      // The etag that a client had still fits.
      assert.equal(second.engine.run(create("b", VERB.replace, b as number))[0], STATUS.ok);
      leave(second);
    });

    it("brings nothing back twice when the kill came right after the commit", () => {
      const first = open();
      first.engine.run(create("a"));
      const journalThen = join(temp.folder, "then.journal");
      copyFileSync(file, journalThen);
      first.engine.commit();
      leave(first);
      copyFileSync(journalThen, file);
      const second = open();
      assert.deepEqual(ids(second.engine), ['{"id":"a"}']);
      assert.equal(second.engine.run(create("a"))[0], STATUS.refused);
      leave(second);
    });

    it("repeats refusals as refusals", () => {
      const first = open();
      first.engine.run(create("a"));
      assert.equal(first.engine.run(create("a"))[0], STATUS.refused);
      first.engine.run(create("b"));
      leave(first);
      const second = open();
      assert.deepEqual(ids(second.engine), ['{"id":"a"}', '{"id":"b"}']);
      leave(second);
    });

    it("gives the same etags again after a message whose last batch was refused late", () => {
      const first = open();
      first.engine.run(create("a"));
      // Two batches in one message: the second is refused at its second write, so all is undone and done again.
      const [, , , , , , ...b] = create("b");
      const [, , , , , , ...c] = create("c");
      const [, , , , , , ...a] = create("a");
      const message: Cell[] = [
        0,
        2,
        ASK.batch,
        "leases",
        "k",
        1,
        ...b,
        ASK.batch,
        "leases",
        "k",
        2,
        ...c,
        ...a,
      ];
      assert.deepEqual(first.engine.run(message), [STATUS.ok, 2, STATUS.refused, 1, 0]);
      const [, d] = first.engine.run(create("d"));
      leave(first);
      const second = open();
      assert.deepEqual(ids(second.engine), ['{"id":"a"}', '{"id":"b"}', '{"id":"d"}']);
      assert.equal(second.engine.run(create("d", VERB.replace, d as number))[0], STATUS.ok);
      leave(second);
    });

    /** As an earlier program wrote it: its head had no form. */
    const makeOld = () => {
      const bytes = readFileSync(file);
      const { form: _form, ...head } = JSON.parse(bytes.toString("utf8", 8, 8 + bytes.readUInt32LE(0)));
      const text = Buffer.from(JSON.stringify(head));
      bytes.writeUInt32LE(text.length, 0);
      bytes.writeUInt32LE(crc32(text), 4);
      text.copy(bytes, 8);
      writeFileSync(file, bytes);
    };

    it("of an earlier form is not applied as if it were of this one, and loses nothing", () => {
      const first = open();
      first.engine.run(create("a"));
      leave(first);
      makeOld();
      const before = readFileSync(file);
      assert.throws(open, { code: "STORE_UNAVAILABLE", message: /start that version once more/ });
      assert.deepEqual(readFileSync(file), before);
    });

    it("of an earlier form is taken over when its server was stopped in order", () => {
      const first = open();
      first.engine.run(create("a"));
      first.engine.commit();
      leave(first);
      makeOld();
      const second = open();
      second.engine.run(create("b"));
      leave(second);
      const third = open();
      assert.deepEqual(ids(third.engine), ['{"id":"a"}', '{"id":"b"}']);
      leave(third);
    });

    it("is left aside by a database that is not its own", () => {
      const first = open();
      first.engine.run(create("a"));
      leave(first);
      const other = open("other.db");
      assert.deepEqual(ids(other.engine), []);
      leave(other);
    });

    it("holds everything until the database can be committed", () => {
      const opened = database();
      let isFull = false;
      const failing = {
        ...opened,
        prepare(sql: string) {
          const statement = opened.prepare(sql);
          if (sql !== "COMMIT") return statement;
          const run = (parameters: readonly Cell[]) => {
            if (isFull) throw new Error("database or disk is full");
            return statement.run(parameters);
          };
          return { ...statement, run };
        },
      };
      const { engine, journal } = openEngine(failing, file);
      engine.run(create("a"));
      isFull = true;
      assert.throws(() => engine.commit(), /full/);
      assert.deepEqual(ids(engine), ['{"id":"a"}'], "read from what the journal brought back");
      engine.run(create("b"));
      isFull = false;
      engine.commit();
      leave({ database: opened, engine, journal });
      const again = open();
      assert.deepEqual(ids(again.engine), ['{"id":"a"}', '{"id":"b"}']);
      leave(again);
    });
  });
});
