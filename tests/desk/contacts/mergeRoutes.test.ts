import assert from "node:assert/strict";
import type { ContactView, MergeView } from "../../../src/desk/contactContract";
import { openTwo, SYSTEM } from "../contactBench";

interface Preview {
  result: Pick<ContactView, "name" | "phones" | "emails" | "fields">;
  differing: string[];
  profiles: number;
  tickets: number | null;
}

describe("merging contacts on the desk", () => {
  async function open() {
    const desk = await openTwo();
    await desk.contact("gilda", {
      name: "Gilda Moore",
      emails: ["gilda@example.com"],
      fields: { tier: "gold" },
    });
    await desk.contact("gm", {
      name: "G. Moore",
      phones: [{ number: "+12065550149", kind: "mobile" }],
      fields: { tier: "silver" },
    });
    await desk.link("ana", desk.one, "gilda");
    await desk.link("ben", desk.two, "gm");
    const merge = (who: string, id: string, otherId: string, more = {}) =>
      desk.call<MergeView>(who, "POST", `/contacts/${id}/merge`, { otherId, ...more });
    return { desk, merge };
  }

  it("shows what it would make, does it, lists it, and takes it back", async () => {
    const { desk, merge } = await open();
    const before = [await desk.book.read("gilda"), await desk.book.read("gm")].map((each) => each?.doc);
    const preview = (await desk.call<Preview>("ana", "GET", "/contacts/gilda/merge/gm")).body;
    assert.equal(preview.result.name, "Gilda Moore");
    assert.deepEqual(preview.result.phones, [{ number: "+12065550149", kind: "mobile" }]);
    assert.ok(preview.differing.includes("name"));

    const done = await merge("ana", "gilda", "gm");
    assert.equal(done.status, 201);
    assert.deepEqual([done.body.contactId, done.body.otherId, done.body.by.id], ["gilda", "gm", "ana"]);
    const both = await desk.summary("ana", desk.one);
    assert.deepEqual(both.conversations.map(({ id }) => id).sort(), [desk.one, desk.two].sort());
    assert.equal((await desk.summary("ben", desk.two)).contact?.id, "gilda");
    const listed = (await desk.call<{ items: MergeView[] }>("ben", "GET", "/contacts/gilda/merges")).body
      .items;
    assert.deepEqual(
      listed.map(({ id }) => id),
      [done.body.id],
    );

    const undone = await desk.call<MergeView>("ben", "POST", `/contacts/gilda/merges/${done.body.id}/undo`);
    assert.equal(undone.body.undoneBy?.id, "ben");
    const after = [await desk.book.read("gilda"), await desk.book.read("gm")].map((each) => each?.doc);
    for (const [i, doc] of after.entries())
      assert.deepEqual(
        [doc?.name, doc?.phones, doc?.state],
        [before[i]?.name, before[i]?.phones, before[i]?.state],
      );
    assert.equal((await desk.summary("ben", desk.two)).contact?.id, "gm");
    assert.deepEqual(
      (await desk.summary("ana", desk.one)).conversations.map(({ id }) => id),
      [desk.one],
    );
    await assert.rejects(desk.call("ana", "POST", `/contacts/gilda/merges/${done.body.id}/undo`), {
      code: "MERGE_UNDONE",
    });
  });

  it("tells how many tickets come with it: the other's and its own merged ones', up to a hundred", async () => {
    const { desk, merge } = await open();
    const tickets = async (contactId: string, count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        const wish = { number: await desk.ports.tickets.take(), subject: "x", contactId };
        await desk.ports.tickets.make({ wish, by: SYSTEM, at: desk.clock.now() });
      }
    };
    const counted = async () => {
      const { body } = await desk.call<Preview>("ana", "GET", "/contacts/gilda/merge/gm");
      return [body.tickets, body.profiles];
    };
    assert.deepEqual(await counted(), [0, 1]);
    await tickets("gilda", 1);
    await tickets("gm", 2);
    assert.deepEqual(await counted(), [2, 1]);
    await desk.contact("m");
    await tickets("m", 3);
    await merge("ben", "gm", "m");
    assert.deepEqual(await counted(), [5, 1]);
    await tickets("gm", 99);
    assert.deepEqual(await counted(), [100, 1]);
  });

  it("takes the values that somebody chose", async () => {
    const { desk, merge } = await open();
    await merge("ana", "gilda", "gm", {
      fields: { name: "Gilda M.", phones: ["+12065550149"], fields: { tier: "gold" } },
    });
    assert.equal((await desk.read("ana", "gilda")).name, "Gilda M.");
  });

  it("is refused with itself and in a ring, with the reason; nothing changes", async () => {
    const { desk, merge } = await open();
    await assert.rejects(merge("ana", "gilda", "gilda"), { code: "CONTACT_MERGE_SELF" });
    await merge("ana", "gilda", "gm");
    const before = [await desk.book.read("gilda"), await desk.book.read("gm")];
    await assert.rejects(merge("ben", "gm", "gilda"), { code: "CONTACT_MERGED" });
    await assert.rejects(merge("ana", "gilda", "gm"), { code: "CONTACT_MERGED" });
    assert.deepEqual([await desk.book.read("gilda"), await desk.book.read("gm")], before);
  });

  it("is refused in another version than was seen, of nobody, and to who has nothing to do with them", async () => {
    const { desk, merge } = await open();
    await desk.contact("noah");
    await assert.rejects(
      desk.call("ana", "POST", "/contacts/gilda/merge", { otherId: "gm" }, { "if-match": '"0"' }),
      { code: "CHANGED_MEANWHILE" },
    );
    await assert.rejects(merge("ana", "gilda", "nobody"), { code: "NOT_FOUND" });
    await assert.rejects(merge("ana", "noah", "gm"), { code: "NOT_FOUND" });
    await assert.rejects(desk.call("ana", "GET", "/contacts/gilda/merge/nobody"), { code: "NOT_FOUND" });
    await assert.rejects(desk.call("ana", "POST", "/contacts/gilda/merges/none/undo"), { code: "NOT_FOUND" });
    await assert.rejects(merge("ana", "gilda", "gm", { fields: { name: "x", phones: ["+1 23"] } }), {
      code: "INPUT_INVALID",
    });
    assert.equal((await desk.read("ana", "gilda")).merged.length, 0);
    assert.equal((await desk.read("ben", "gm")).state, "active");
  });
});
