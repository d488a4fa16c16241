import assert from "node:assert/strict";
import { conversationOf, threadOf, WITH_HELPER } from "../bench";
import { BY, createIdentityBench, PHONE, said } from "./bench";

const TELLS = { phone: PHONE, name: "Ann Lee" };
const thread = threadOf("1");

describe("mirrors of contacts", () => {
  it("learn what an agent links and unlinks", async () => {
    const bench = createIdentityBench();
    await bench.contact("ben", { phones: [] });
    await bench.tell("1", "hi", TELLS);
    await bench.book.link(thread, "c~ben", { from: 1, how: "agent", by: BY });
    await bench.quiet();
    assert.equal((await bench.head("1"))?.contact?.id, "c~ben");
    assert.equal((await bench.item("1"))?.contact?.id, "c~ben");
    await bench.book.unlink(thread, { by: BY });
    await bench.quiet();
    assert.equal((await bench.head("1"))?.contact, undefined);
    assert.equal((await bench.head("1"))?.contactFrom, undefined);
    assert.equal((await bench.item("1"))?.contact, undefined);
  });

  it("learn a contact's new name, and of two refreshes the newer wins", async () => {
    const bench = createIdentityBench();
    await bench.contact("ann");
    await bench.tell("1", "hi", TELLS);
    await bench.book.replace("c~ann", { name: "Ann Lee", emails: ["ann@example.com"] }, { by: BY });
    await bench.quiet();
    for (const facts of [(await bench.head("1"))?.contact, (await bench.item("1"))?.contact])
      assert.deepEqual([facts?.name, facts?.email, facts?.version], ["Ann Lee", "ann@example.com", 2]);
    const { version } = (await bench.item("1")) ?? assert.fail("no row");
    await bench.pipeline.contactSteps.refresh({ kind: "refresh", contactId: "c~ann" });
    assert.equal((await bench.item("1"))?.version, version, "done twice is done once");
    // An older one comes late: the book answers as it was.
    const { read, resolve } = bench.book;
    const now = (await read("c~ann")) ?? assert.fail("no contact");
    bench.book.resolve = async () => ({ ...now, doc: { ...now.doc, version: 1, name: "old" } });
    await bench.pipeline.contactSteps.refresh({ kind: "refresh", contactId: "c~ann" });
    bench.book.resolve = resolve;
    assert.equal((await bench.head("1"))?.contact?.name, "Ann Lee");
    assert.equal((await bench.item("1"))?.contact?.name, "Ann Lee");
  });

  it("follow a merge, and its undoing", async () => {
    const bench = createIdentityBench();
    await bench.contact("ann");
    await bench.contact("zoe", { name: "Zoe", phones: [] });
    await bench.tell("1", "hi", TELLS);
    const merge = await bench.book.merge({ survivorId: "c~zoe", otherId: "c~ann" }, BY);
    await bench.quiet();
    assert.deepEqual(
      [(await bench.head("1"))?.contact?.id, (await bench.item("1"))?.contact?.name],
      ["c~zoe", "Zoe"],
    );
    await bench.book.undoMerge("c~zoe", merge.id, BY);
    await bench.quiet();
    assert.deepEqual(
      [(await bench.head("1"))?.contact?.id, (await bench.item("1"))?.contact?.id],
      ["c~ann", "c~ann"],
    );
  });

  it("do what they owe again after a crash between head and row", async () => {
    const bench = createIdentityBench();
    await bench.contact("ben", { phones: [] });
    await bench.tell("1", "hi", TELLS);
    bench.store.afterCommit = (purpose) => {
      if (purpose !== "linked") return;
      delete bench.store.afterCommit;
      throw new TypeError("killed");
    };
    await bench.book.link(thread, "c~ben", { from: 1, how: "agent", by: BY });
    await bench.quiet();
    assert.equal((await bench.item("1"))?.contact, undefined);
    await bench.pass(1_000);
    await bench.quiet();
    assert.equal((await bench.item("1"))?.contact?.id, "c~ben");
    assert.equal((await bench.head("1"))?.contact?.id, "c~ben");
  });

  it("reach a row that is made while the link changes", async () => {
    const bench = createIdentityBench();
    await bench.contact("ann");
    await bench.tell("1", "hi", TELLS);
    await bench.close("1");
    // The row of the second conversation waits, with the contact that the turn knew.
    let held: (() => void) | undefined;
    bench.store.before = ({ purpose }) =>
      purpose === "enqueue" && held === undefined
        ? new Promise<void>((resolve) => {
            held = resolve;
          })
        : undefined;
    await bench.webhook(said("1", "again", TELLS));
    for (let i = 0; i < 20; i++) await new Promise(setImmediate);
    assert.ok(held !== undefined, "the row is being made");
    await bench.book.unlink(thread, { by: BY, until: 1 });
    for (let i = 0; i < 20; i++) await new Promise(setImmediate);
    held();
    await bench.pass(1_000);
    await bench.quiet();
    const item = (await bench.item("1", 2)) ?? assert.fail("no row");
    assert.equal(item.contact, undefined);
    assert.equal(item.previousId, undefined);
  });
});

describe("a phone number that changes hands", () => {
  /** Ann's number, used in two conversations; the second is over unless it is asked for. */
  async function former(more: { live?: boolean } = {}) {
    const bench = createIdentityBench({ ...WITH_HELPER });
    await bench.contact("ann");
    await bench.tell("1", "one", { ...TELLS, locale: "pt_PT" });
    await bench.close("1");
    await bench.tell("1", "two", TELLS);
    if (more.live !== true) await bench.close("1", 2);
    return bench;
  }

  it("belongs to another contact from the next conversation on; the earlier ones stay", async () => {
    const bench = await former();
    await bench.book.unlink(thread, { by: BY, until: 2 });
    await bench.quiet();
    await bench.contact("ben");
    await bench.tell("1", "hello, I am Ben", { phone: PHONE });
    const item = (await bench.item("1", 3)) ?? assert.fail("no row");
    assert.deepEqual([item.contact?.id, item.previousId], ["c~ben", undefined]);
    assert.deepEqual(item.customer, { id: "1", phone: PHONE }, "nothing of the former owner");
    const { links } = (await bench.book.profile(thread))?.doc ?? assert.fail("no profile");
    assert.deepEqual(
      links.map(({ contactId, from, to }) => [contactId, from, to]),
      [
        ["c~ann", 1, 2],
        ["c~ben", 3, undefined],
      ],
    );
    assert.equal(bench.turns.at(-1)?.contact, undefined, "the helper greets nobody by Ann's name");
    await bench.close("1", 3);
    await bench.tell("1", "me again", { phone: PHONE });
    const next = await bench.item("1", 4);
    assert.deepEqual([next?.contact?.id, next?.previousId], ["c~ben", conversationOf("1", 3)]);
  });

  it("is a stranger's when nobody else has it, and never the former owner's again by itself", async () => {
    const bench = await former();
    await bench.book.unlink(thread, { by: BY, until: 2 });
    await bench.quiet();
    await bench.tell("1", "hello", { phone: PHONE });
    const item = (await bench.item("1", 3)) ?? assert.fail("no row");
    assert.deepEqual([item.contact, item.previousId], [undefined, undefined]);
    assert.equal((await bench.head("1"))?.contact, undefined);
  });

  it("is never the former owner's again, however often their contact was merged", async () => {
    const bench = await former();
    await bench.book.unlink(thread, { by: BY, until: 2 });
    await bench.contact("two", { phones: [] });
    await bench.contact("three", { phones: [] });
    await bench.book.merge({ survivorId: "c~two", otherId: "c~ann" }, BY);
    await bench.book.merge({ survivorId: "c~three", otherId: "c~two" }, BY);
    await bench.quiet();
    await bench.tell("1", "hello", { phone: PHONE });
    assert.equal((await bench.item("1", 3))?.contact, undefined);
  });

  it("stays the former owner's for the conversation that is still open", async () => {
    const bench = await former({ live: true });
    await bench.book.unlink(thread, { by: BY, until: 2 });
    await bench.quiet();
    const item = await bench.item("1", 2);
    assert.deepEqual([item?.contact?.id, item?.previousId], ["c~ann", conversationOf("1", 1)]);
    await bench.close("1", 2);
    await bench.tell("1", "hello", { phone: PHONE });
    const next = (await bench.item("1", 3)) ?? assert.fail("no row");
    assert.deepEqual([next.contact, next.previousId], [undefined, undefined]);
  });

  it("is known in the open conversation as soon as an agent finds out", async () => {
    const bench = await former({ live: true });
    await bench.book.unlink(thread, { by: BY, until: 1 });
    await bench.quiet();
    const item = (await bench.item("1", 2)) ?? assert.fail("no row");
    assert.deepEqual([item.contact, item.previousId], [undefined, undefined]);
    await bench.contact("ben", { phones: [] });
    await bench.book.link(thread, "c~ben", { from: 2, how: "agent", by: BY });
    await bench.quiet();
    assert.equal((await bench.item("1", 2))?.contact?.id, "c~ben");
    await bench.close("1", 2);
    await bench.tell("1", "three", { phone: PHONE });
    const next = await bench.item("1", 3);
    assert.deepEqual([next?.contact?.id, next?.previousId], ["c~ben", conversationOf("1", 2)]);
  });
});
