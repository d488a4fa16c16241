import assert from "node:assert/strict";
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
});
