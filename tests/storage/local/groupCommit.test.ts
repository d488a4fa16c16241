import assert from "node:assert/strict";
import type { LocalStore } from "../../../src/storage/local/localStore";
import { type AnyDoc, buildDoc, write } from "../contract/bench";
import { createTempFolder, openTestStore } from "../support";

describe("local store: group commit", function () {
  // Waits for the disk.
  this.timeout(30_000);
  let temp: ReturnType<typeof createTempFolder>;
  let store: LocalStore;
  let commits: string[][];
  let events: string[];

  beforeEach(async () => {
    temp = createTempFolder();
    commits = [];
    events = [];
    const afterCommit = (purposes: string[]) => {
      commits.push(purposes);
      events.push("hook");
    };
    store = await openTestStore({ ...temp, hooks: { afterCommit } });
  });
  afterEach(async () => {
    await store.close();
    temp.remove();
  });

  const create = (id: string, purpose = "test") =>
    store.batch("threads", id, [{ do: "create", doc: buildDoc(id) }], purpose);

  it("commits once for everything that one tick asks", async () => {
    await Promise.all(Array.from({ length: 200 }, (_, n) => create(`n${n}`)));
    assert.equal(commits.length, 1);
    assert.equal(commits[0]?.length, 200);
  });

  it("commits once for everything that arrives while it is busy", async () => {
    const chains = Array.from({ length: 50 }, async (_, n) => {
      for (let step = 0; step < 4; step++) await create(`n${n}-${step}`);
    });
    await Promise.all(chains);
    assert.equal(commits.length, 4);
  });

  it("under load waits a few rounds of the event loop, so that what is asked meanwhile shares the commit", async () => {
    const round = () => new Promise((resolve) => setImmediate(resolve));
    await Promise.all(["a", "b", "c", "d"].map((id) => create(id)));
    const first = create("e");
    await round();
    await round();
    await Promise.all([first, create("f")]);
    assert.equal(commits.length, 2);
    // That was no load: the next goes at once.
    const alone = create("g");
    await round();
    await round();
    await Promise.all([alone, create("h")]);
    assert.equal(commits.length, 4);
  });

  it("names the purposes of the batches that were accepted, and no commit when none was", async () => {
    await Promise.all([
      create("a", "receive"),
      create("a", "again"),
      create("b", "turn"),
      store.read("threads", "a", "a"),
    ]);
    assert.deepEqual(commits, [["receive", "turn"]]);
    await create("a", "again");
    await store.read("threads", "a", "a");
    assert.equal(commits.length, 1);
  });

  it("calls the hook, then the listeners, then the callers", async () => {
    store.subscribe((changes) => events.push(`listener ${changes.map(({ id }) => id)}`));
    await Promise.all([
      create("a").then(() => events.push("caller a")),
      create("b").then(() => events.push("caller b")),
    ]);
    assert.deepEqual(events, ["hook", "listener a", "listener b", "caller a", "caller b"]);
  });

  it("lets reads and queries see what was asked before them in the same tick", async () => {
    const written = write(store, "contacts", "k", { do: "create", doc: buildDoc("a", { n: 1 }) });
    const seen = store.read<AnyDoc>("contacts", "k", "a");
    const page = store.query("contacts", "all", { partition: "k" });
    const removed = write(store, "contacts", "k", { do: "delete", id: "a" });
    const gone = store.read("contacts", "k", "a");
    await Promise.all([written, removed]);
    assert.equal((await seen)?.doc.n, 1);
    assert.equal((await page).items.length, 1);
    assert.equal(await gone, undefined);
    assert.equal(commits.length, 1);
  });

  it("stores a document as it was when the batch was asked for", async () => {
    const doc = buildDoc("a", { list: [1] });
    const asked = write(store, "contacts", "k", { do: "create", doc });
    (doc.list as number[]).push(2);
    await asked;
    assert.deepEqual((await store.read<AnyDoc>("contacts", "k", "a"))?.doc.list, [1]);
  });
});
