import assert from "node:assert/strict";
import { createContactBook } from "../../../src/contacts/book/book";
import { ANA, setup, whoIs } from "./setup";

const AGENT = { how: "agent", by: ANA } as const;

async function linked() {
  const bench = setup();
  for (const id of ["a", "b"]) await bench.book.create({ name: `Contact ${id}` }, ANA, id);
  const { threadId } = (await bench.book.seen(whoIs("1", { phone: "+351912345678" }))).doc;
  const spans = async (id: string) =>
    (await bench.book.spans(id)).map(({ link: { from, to } }) => `${from}-${to ?? ""}`);
  return { ...bench, threadId, spans };
}

describe("links of profiles", () => {
  it("makes one profile of what many servers see at once", async () => {
    const { store, clock } = setup();
    const books = Array.from({ length: 8 }, () => createContactBook({ store, clock }));
    await Promise.all(books.map((book, index) => book.seen(whoIs("1", { followers: index }))));
    assert.equal(store.all("contacts").filter(({ type }) => type === "profile").length, 1);
  });

  it("refuses a second contact, and nothing is half done", async () => {
    const { book, threadId, spans } = await linked();
    const results = await Promise.allSettled(
      ["a", "b"].map((id) => book.link(threadId, id, { from: 1, ...AGENT })),
    );
    const refused = results.filter((result) => result.status === "rejected").map(({ reason }) => reason);
    assert.deepEqual(
      refused.map(({ code }) => code),
      ["PROFILE_LINKED"],
    );
    const winner = (await book.profile(threadId))?.doc.links[0]?.contactId ?? "";
    assert.deepEqual(refused[0].details, { contactId: winner });
    assert.deepEqual(await spans(winner), ["1-"]);
    assert.deepEqual(await spans(winner === "a" ? "b" : "a"), []);
  });

  it("gives a number that changed hands to its new owner, and leaves the old one their history", async () => {
    const { book, threadId, spans } = await linked();
    await book.link(threadId, "a", { from: 1, ...AGENT });
    const { doc } = await book.unlink(threadId, { by: ANA, until: 4 });
    assert.deepEqual(doc.customer, { id: doc.customer.id, phone: "+351912345678" }, "nothing of Ann but it");
    for (const how of ["phone", "automatic", "plugin"] as const)
      await assert.rejects(book.link(threadId, "a", { from: 5, how, by: ANA }), { code: "PROFILE_REFUSED" });
    await book.link(threadId, "b", { from: 1, ...AGENT });
    assert.deepEqual(await spans("a"), ["1-4"]);
    assert.deepEqual(await spans("b"), ["5-"]);
  });

  it("does not link again by itself what an agent undid", async () => {
    const { book, threadId, spans } = await linked();
    await book.link(threadId, "a", { from: 1, how: "phone", by: ANA });
    await book.unlink(threadId, { by: ANA });
    assert.deepEqual(await spans("a"), []);
    for (const how of ["phone", "automatic"] as const)
      await assert.rejects(book.link(threadId, "a", { from: 2, how, by: ANA }), { code: "PROFILE_REFUSED" });
    await book.merge({ survivorId: "b", otherId: "a" }, ANA);
    await assert.rejects(book.link(threadId, "b", { from: 2, how: "phone", by: ANA }), {
      code: "PROFILE_REFUSED",
    });
    const { doc } = await book.link(threadId, "b", { from: 2, ...AGENT });
    assert.equal(doc.links[0]?.contactId, "b");
  });

  it("refuses what cannot be linked", async () => {
    const { book, threadId } = await linked();
    await assert.rejects(book.link(threadId, "nobody", { from: 1, ...AGENT }), { code: "NOT_FOUND" });
    await assert.rejects(book.link(whoIs("2").threadId, "a", { from: 1, ...AGENT }), { code: "NOT_FOUND" });
    await assert.rejects(book.link(threadId, "a", { from: 0, ...AGENT }), { code: "INPUT_INVALID" });
    await book.merge({ survivorId: "b", otherId: "a" }, ANA);
    await assert.rejects(book.link(threadId, "a", { from: 1, ...AGENT }), { code: "CONTACT_MERGED" });
    assert.deepEqual((await book.profile(threadId))?.doc.links, []);
  });

  it("tells that the platform gave a linked profile another number", async () => {
    const { book, threadId } = await linked();
    await book.seen(whoIs("1", { phone: "+351912345670" }));
    assert.equal((await book.profile(threadId))?.doc.phoneChanged, undefined);
    await book.link(threadId, "a", { from: 1, ...AGENT });
    await book.seen(whoIs("1", { name: "Gilda" }));
    await book.seen(whoIs("1", { phone: "+351912345679" }));
    const { phoneChanged, customer } = (await book.profile(threadId))?.doc ?? {};
    assert.equal(phoneChanged?.to, "+351912345679");
    assert.equal(customer?.name, "Gilda");
  });

  it("suggests by phone and by the whole name, never whom an agent refused", async () => {
    const { book, owed } = await linked();
    await book.create({ name: "By Phone", phones: [{ number: "+351912345678", kind: "home" }] }, ANA, "p");
    await book.create({ name: "Gilda Moore" }, ANA, "n");
    await book.create({ name: "Gilda Moorehead" }, ANA, "no");
    await owed.settled();
    const profile = (await book.seen(whoIs("1", { name: "Gilda Moore" }))).doc;
    const reasons = async (refused: string[]) =>
      (await book.suggestions({ ...profile, refused })).map(
        ({ contactId, reason }) => `${contactId} ${reason}`,
      );
    assert.deepEqual(await reasons([]), ["p phone", "n name"]);
    assert.deepEqual(await reasons(["p"]), ["n name"]);
  });

  it("owes the thread and who listens what was linked", async () => {
    const { book, threadId, owed, events, linked: told } = await linked();
    await book.link(threadId, "a", { from: 1, ...AGENT });
    await book.link(threadId, "a", { from: 3, ...AGENT });
    await book.unlink(threadId, { by: ANA });
    await owed.settled();
    assert.deepEqual(told, [threadId, threadId]);
    assert.deepEqual(
      events.filter(({ threadId: of }) => of === threadId).map(({ type, contactId }) => [type, contactId]),
      [
        ["contact.linked", "a"],
        ["contact.unlinked", "a"],
      ],
    );
  });
});
