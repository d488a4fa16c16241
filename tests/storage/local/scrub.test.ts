import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildDoc, write } from "../contract/bench";
import { createManualClock, openTestStore, useTempFolder } from "../support";

const SECRET = "c0nfidential";

/** How often a text stands in the files of a folder. */
function countIn(folder: string, text: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const name of readdirSync(folder)) {
    const count = readFileSync(join(folder, name)).toString("latin1").split(text).length - 1;
    if (count > 0) found[name] = count;
  }
  return found;
}

describe("local store: scrub", function () {
  this.timeout(60_000);
  const temp = useTempFolder();

  it("leaves nothing of what was deleted or overwritten in any file, and everything else", async () => {
    const store = await openTestStore(temp);
    const text = (index: number, word: string) => word.repeat(5 + ((index * 7_919) % 700));
    for (let index = 0; index < 400; index++) {
      const [own, other] = [`a${index}`, `b${index}`];
      await store.batch(
        "threads",
        `t${index % 7}`,
        [
          {
            do: "upsert",
            doc: { ...buildDoc(own, { awaitingAt: index }), text: text(index, SECRET) } as never,
          },
          { do: "upsert", doc: { ...buildDoc(other), text: text(index, "harmless") } as never },
        ],
        "test",
      );
    }
    for (let index = 0; index < 400; index++) {
      const partition = `t${index % 7}`;
      if (index % 2 === 0) await write(store, "threads", partition, { do: "delete", id: `a${index}` });
      else await write(store, "threads", partition, { do: "upsert", doc: buildDoc(`a${index}`) });
    }
    assert.notDeepEqual(countIn(temp.folder, SECRET), {}, "the journal still has it");
    await store.scrub();
    assert.deepEqual(countIn(temp.folder, SECRET), {});
    assert.notDeepEqual(countIn(temp.folder, "harmless"), {});
    for (let index = 1; index < 400; index += 2)
      assert.ok((await store.read("threads", `t${index % 7}`, `b${index}`)) !== undefined);
  });

  it("takes what has expired", async () => {
    const clock = createManualClock();
    const store = await openTestStore({ ...temp, clock });
    const doc = { ...buildDoc("a"), ttl: 10, text: SECRET };
    await write(store, "threads", "t", { do: "create", doc });
    clock.advance(11_000);
    await store.scrub();
    assert.deepEqual(countIn(temp.folder, SECRET), {});
  });

  it("goes on after it, and after the next start", async () => {
    const first = await openTestStore(temp);
    await write(first, "threads", "t", { do: "create", doc: buildDoc("a") });
    const scrubbing = first.scrub();
    // Asked meanwhile: answered after it.
    await write(first, "threads", "t", { do: "create", doc: buildDoc("b") });
    await scrubbing;
    await first.scrub();
    const [etag] = await write(first, "threads", "t", {
      do: "upsert",
      doc: buildDoc("a", { awaitingAt: 1 }),
    });
    await first.close();
    const second = await openTestStore(temp);
    assert.equal((await second.read("threads", "t", "a"))?.etag, etag);
    assert.ok((await second.read("threads", "t", "b")) !== undefined);
    const [next] = await write(second, "threads", "t", { do: "create", doc: buildDoc("c") });
    assert.ok(Number(next) > Number(etag));
  });
});
