import assert from "node:assert/strict";
import fc from "fast-check";
import { createContactBook } from "../../../src/contacts/book/book";
import { ANA, setup, whoIs } from "./setup";

describe("merging contacts", () => {
  it("makes one contact of two and two of one", async () => {
    const { book, owed, events } = setup();
    await book.create({ name: "Gilda", emails: ["g@x.pt"] }, ANA, "s");
    await book.create(
      { name: "Gilda Moore", language: "pt", phones: [{ number: "+351912345678", kind: "mobile" }] },
      ANA,
      "o",
    );
    const [s, o] = await Promise.all(["s", "o"].map(async (id) => (await book.read(id))?.doc));
    const profile = await book.seen(whoIs("1"));
    await book.link(profile.doc.threadId, "o", { from: 1, how: "agent", by: ANA });
    const preview = await book.previewMerge("s", "o");
    assert.deepEqual(preview.differing, ["name"]);
    assert.equal(preview.profiles, 1);
    const merge = await book.merge({ survivorId: "s", otherId: "o" }, ANA);
    assert.equal((await book.resolve("o"))?.doc.contactId, "s");
    assert.equal((await book.resolve("o"))?.doc.language, "pt");
    assert.equal((await book.spans("s")).length, 1);
    await assert.rejects(book.replace("o", { name: "x" }, { by: ANA }), { code: "CONTACT_MERGED" });
    await assert.rejects(book.merge({ survivorId: "o", otherId: "s" }, ANA), { code: "CONTACT_MERGED" });
    await assert.rejects(book.merge({ survivorId: "s", otherId: "s" }, ANA), { code: "CONTACT_MERGE_SELF" });
    await owed.settled();
    assert.deepEqual(
      (await book.byPhone("+351912345678")).map(({ contactId }) => contactId),
      ["s"],
    );
    assert.deepEqual(
      (await book.search("moore", { limit: 5 })).items.map(({ contactId }) => contactId),
      ["s"],
    );
    await book.undoMerge("s", merge.id, ANA);
    await assert.rejects(book.undoMerge("s", merge.id, ANA), { code: "MERGE_UNDONE" });
    await owed.settled();
    const strip = ({
      version: _v,
      updatedAt: _a,
      ...rest
    }: object & { version: number; updatedAt: number }) => rest;
    assert.deepEqual(strip((await book.read("s"))?.doc as never), strip(s as never));
    assert.deepEqual(strip((await book.read("o"))?.doc as never), strip(o as never));
    assert.equal((await book.spans("s")).length, 0);
    assert.deepEqual(events.map(({ type, contactId }) => `${type} ${contactId}`).sort(), [
      "contact.changed s",
      "contact.changed s",
      "contact.created o",
      "contact.created s",
      "contact.linked o",
      "contact.merged o",
      "contact.unmerged o",
    ]);
    assert.deepEqual(await owed.backlog(), 0);
  });

  it("never makes a ring, however merges of several servers fall together", async () => {
    const pairs = fc.uniqueArray(fc.constantFrom("ab", "ba", "bc", "cb", "ca", "ac"), {
      minLength: 2,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(pairs, fc.scheduler(), async (wanted, scheduler) => {
        const { book, store, clock, owed } = setup();
        for (const id of ["a", "b", "c"]) await book.create({ name: `Contact ${id}` }, ANA, id);
        await owed.settled();
        store.before = () => scheduler.schedule(Promise.resolve());
        const merging = Promise.allSettled(
          wanted.map((pair) =>
            createContactBook({ store, clock }).merge(
              { survivorId: pair.charAt(0), otherId: pair.charAt(1) },
              ANA,
            ),
          ),
        );
        const results = await scheduler.waitFor(merging);
        delete store.before;
        const merged = results.filter(({ status }) => status === "fulfilled").length;
        for (const result of results)
          if (result.status === "rejected")
            assert.match(result.reason.code, /^(CONTACT_MERGED|CHANGED_MEANWHILE)$/);
        const contacts = await Promise.all(["a", "b", "c"].map(async (id) => (await book.read(id))?.doc));
        assert.equal(contacts.filter((contact) => contact?.state === "merged").length, merged);
        assert.equal(contacts.filter((contact) => contact?.merge !== undefined).length, merged);
        for (const id of ["a", "b", "c"]) assert.ok((await book.resolve(id)) !== undefined, "a ring");
        assert.equal(contacts.flatMap((contact) => contact?.merged ?? []).length, merged);
      }),
      { numRuns: 300 },
    );
  });

  it("says which merge to undo first when the survivor was merged itself", async () => {
    const { book } = setup();
    for (const id of ["a", "b", "c"]) await book.create({ name: `Contact ${id}` }, ANA, id);
    const inner = await book.merge({ survivorId: "b", otherId: "c" }, ANA);
    const outer = await book.merge({ survivorId: "a", otherId: "b" }, ANA);
    await assert.rejects(book.undoMerge("b", inner.id, ANA), {
      code: "CONTACT_MERGED",
      details: { mergedInto: "a" },
    });
    assert.equal((await book.resolve("c"))?.doc.contactId, "a");
    await book.undoMerge("a", outer.id, ANA);
    await book.undoMerge("b", inner.id, ANA);
    assert.equal((await book.resolve("c"))?.doc.contactId, "c");
  });

  it("refuses a result that was decided on an older version", async () => {
    const { book, store } = setup();
    const { etag } = await book.create({ name: "A" }, ANA, "a");
    await book.create({ name: "B" }, ANA, "b");
    await book.replace("a", { name: "AA" }, { by: ANA });
    const before = JSON.stringify(store.all("contacts").filter(({ type }) => type === "contact"));
    await assert.rejects(book.merge({ survivorId: "a", otherId: "b", etag }, ANA), {
      code: "CHANGED_MEANWHILE",
    });
    await assert.rejects(
      book.merge(
        { survivorId: "a", otherId: "b", fields: { name: "A", phones: [{ number: "1", kind: "home" }] } },
        ANA,
      ),
      { code: "INPUT_INVALID" },
    );
    await assert.rejects(book.merge({ survivorId: "a", otherId: "nobody" }, ANA), { code: "NOT_FOUND" });
    assert.equal(JSON.stringify(store.all("contacts").filter(({ type }) => type === "contact")), before);
  });
});
