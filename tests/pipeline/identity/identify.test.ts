import assert from "node:assert/strict";
import type { Contact } from "../../../src/core/contact";
import { StoreError } from "../../../src/core/errors";
import { say, threadOf, WITH_HELPER } from "../bench";
import { BY, createIdentityBench, PHONE } from "./bench";

const GOLD = {
  workstreams: [{ id: "messenger", rules: [{ name: "gold", if: "contact.group == 'gold'", queue: "vip" }] }],
};
const TELLS = { phone: PHONE, name: "Ann Lee" };
const thread = threadOf("1");

describe("identification", () => {
  describe("by mobile phone", () => {
    it("links the only active contact that has it; rules see it with the first message, row and head carry it", async () => {
      const bench = createIdentityBench(GOLD);
      await bench.contact("ann", { group: "gold" });
      await bench.tell("1", "hi", TELLS);
      const item = await bench.item("1");
      assert.deepEqual([item?.queueId, item?.contact?.id, item?.contact?.name], ["vip", "c~ann", "ann"]);
      const head = await bench.head("1");
      assert.deepEqual([head?.contact?.id, head?.contactFrom], ["c~ann", 1]);
      const { links } = (await bench.book.profile(thread))?.doc ?? assert.fail("no profile");
      assert.deepEqual(
        links.map(({ contactId, from, to, how }) => [contactId, from, to, how]),
        [["c~ann", 1, undefined, "phone"]],
      );
    });

    it("links nobody when two have it: they are suggestions", async () => {
      const bench = createIdentityBench();
      await bench.contact("ann");
      await bench.contact("ben");
      await bench.tell("1", "hi", TELLS);
      assert.equal((await bench.item("1"))?.contact, undefined);
      const profile = (await bench.book.profile(thread))?.doc ?? assert.fail("no profile");
      assert.deepEqual(profile.links, []);
      assert.deepEqual((await bench.book.suggestions(profile)).map(({ contactId }) => contactId).sort(), [
        "c~ann",
        "c~ben",
      ]);
    });

    it("links nobody by another kind of phone, an inactive contact's, or a name", async () => {
      const bench = createIdentityBench();
      await bench.contact("ann", { name: "Ann Lee", phones: [{ number: PHONE, kind: "work" }] });
      await bench.book.create({ name: "Old", phones: [{ number: PHONE, kind: "mobile" }] }, BY, "c~old", {
        state: "inactive",
      });
      await bench.tell("1", "hi", TELLS);
      assert.equal((await bench.item("1"))?.contact, undefined);
      assert.equal((await bench.head("1"))?.contact, undefined);
    });

    it("links in the conversation in which the phone first appears", async () => {
      const bench = createIdentityBench();
      await bench.contact("ann");
      await bench.tell("1", "hi");
      assert.equal((await bench.item("1"))?.contact, undefined);
      await bench.tell("1", "me again", TELLS);
      assert.equal((await bench.item("1"))?.contact?.id, "c~ann");
      assert.equal((await bench.head("1"))?.contact?.id, "c~ann");
    });

    it("keeps the link when the phone changes, leaves the contact alone and notes it on the profile", async () => {
      const bench = createIdentityBench();
      await bench.contact("ann");
      await bench.contact("ben", { phones: [{ number: "+12065550199", kind: "mobile" }] });
      await bench.tell("1", "hi", TELLS);
      await bench.tell("1", "my new number", { phone: "+12065550199" });
      const profile = (await bench.book.profile(thread))?.doc;
      assert.deepEqual(
        profile?.links.map(({ contactId, to }) => [contactId, to]),
        [["c~ann", undefined]],
      );
      assert.equal(profile?.customer.phone, "+12065550199");
      assert.deepEqual([profile?.phoneChanged?.from, profile?.phoneChanged?.to], [PHONE, "+12065550199"]);
      const ann = (await bench.book.read("c~ann"))?.doc;
      assert.deepEqual(ann?.phones, [{ number: PHONE, kind: "mobile" }]);
      assert.equal((await bench.item("1"))?.contact?.id, "c~ann");
    });
  });

  describe("by another id of the same person", () => {
    const BSUID = "US.ABCdef123";

    it("links a number to whom its business-scoped id is linked", async () => {
      const bench = createIdentityBench();
      await bench.contact("ann", { phones: [] });
      await bench.tell(BSUID, "hi", { name: "Ann" });
      await bench.book.link(threadOf(BSUID), "c~ann", { from: 1, how: "agent", by: BY });
      await bench.quiet();
      await bench.tell(PHONE, "with my number now", { phone: PHONE, aliases: [BSUID] });
      assert.equal((await bench.item(PHONE))?.contact?.id, "c~ann");
      const { links } = (await bench.book.profile(threadOf(PHONE)))?.doc ?? assert.fail("no profile");
      assert.equal(links[0]?.how, "automatic");
    });

    it("links what was written under the id once its number is known", async () => {
      const bench = createIdentityBench();
      await bench.contact("ann");
      await bench.tell(BSUID, "hi", { name: "Ann" });
      assert.equal((await bench.head(BSUID))?.contact, undefined);
      await bench.tell(PHONE, "with my number now", { phone: PHONE, aliases: [BSUID] });
      for (const id of [PHONE, BSUID]) {
        assert.equal((await bench.item(id))?.contact?.id, "c~ann", id);
        assert.equal((await bench.head(id))?.contact?.id, "c~ann", id);
      }
    });
  });

  describe("makes a contact", () => {
    const RECORDS = { createContact: true, unit: "north", group: "gold", contactOrigin: "Messenger" };

    it("where the instance says so, with its unit, group and origin and what the platform tells; once", async () => {
      const bench = createIdentityBench({ ...GOLD, records: RECORDS });
      await bench.tell("1", "hi", { ...TELLS, firstName: "Ann", lastName: "Lee", locale: "pt_PT" });
      const item = (await bench.item("1")) ?? assert.fail("no row");
      assert.equal(item.queueId, "vip");
      const made = (await bench.book.read(item.contact?.id ?? ""))?.doc ?? assert.fail("no contact");
      const { name, firstName, lastName, phones, language, unit, group, origin, createdBy } = made;
      assert.deepEqual(
        { name, firstName, lastName, phones, language, unit, group, origin, createdBy },
        {
          ...{ name: "Ann Lee", firstName: "Ann", lastName: "Lee", language: "pt-PT" },
          ...{ phones: [{ number: PHONE, kind: "mobile" }], unit: "north", group: "gold" },
          ...{ origin: "Messenger", createdBy: { kind: "system", id: "identification" } },
        },
      );
      assert.equal((await bench.book.profile(thread))?.doc.links[0]?.how, "created");
      await bench.close("1");
      await bench.tell("1", "again", TELLS);
      assert.equal((await bench.item("1", 2))?.contact?.id, made.contactId);
      assert.equal(contactsOf(bench).length, 1);
    });

    it("without a number that no contact may hold", async () => {
      const bench = createIdentityBench({ records: RECORDS });
      await bench.tell("1", "hi", { phone: "+5215512345678900" });
      const [made] = contactsOf(bench);
      assert.deepEqual([made?.phones, made?.unit], [[], "north"]);
      assert.equal((await bench.item("1"))?.contact?.id, made?.contactId);
    });

    it("with the name that the platform is asked for", async () => {
      const bench = createIdentityBench({
        ...WITH_HELPER,
        records: RECORDS,
        profile: async () => ({ name: "Gilda Moore" }),
      });
      await bench.tell("1", "hi");
      assert.deepEqual(
        contactsOf(bench).map(({ name }) => name),
        ["Gilda Moore"],
      );
      assert.equal((await bench.book.profile(thread))?.doc.customer.name, "Gilda Moore");
    });

    it("but not for several with the number, nor without being told to", async () => {
      const several = createIdentityBench({ records: RECORDS });
      await several.contact("ann");
      await several.contact("ben");
      await several.tell("1", "hi", TELLS);
      assert.equal(contactsOf(several).length, 2);
      const off = createIdentityBench();
      await off.tell("1", "hi", TELLS);
      assert.equal(contactsOf(off).length, 0);
    });
  });

  it("never links again whom an agent refused; with records a contact of their own is made", async () => {
    for (const createContact of [false, true]) {
      const bench = createIdentityBench({ records: { createContact } });
      await bench.contact("ann");
      await bench.tell("1", "hi", TELLS);
      await bench.book.unlink(thread, { by: BY });
      await bench.quiet();
      assert.equal((await bench.head("1"))?.contact, undefined);
      assert.equal((await bench.item("1"))?.contact, undefined);
      await bench.close("1");
      await bench.tell("1", "again", TELLS);
      const contact = (await bench.item("1", 2))?.contact;
      assert.notEqual(contact?.id, "c~ann");
      assert.equal(contact !== undefined, createContact);
    }
  });

  it("asks nothing of the book for a customer who is known, in whatever conversation", async () => {
    const bench = createIdentityBench();
    await bench.contact("ann");
    await bench.tell("1", "hi", TELLS);
    await bench.close("1");
    let asked = 0;
    bench.store.before = ({ container }) => {
      if (container === "contacts") asked += 1;
    };
    await bench.tell("1", "a new conversation", TELLS);
    await bench.tell("1", "one more", TELLS);
    assert.equal((await bench.item("1", 2))?.contact?.id, "c~ann");
    assert.equal(asked, 0);
  });

  it("asks nothing of the book for a message in a conversation that has begun, even of a stranger", async () => {
    const bench = createIdentityBench();
    await bench.tell("1", "hi", TELLS);
    let asked = 0;
    bench.store.before = ({ container }) => {
      if (container === "contacts") asked += 1;
    };
    await bench.tell("1", "more", TELLS);
    assert.equal(asked, 0);
  });

  it("tells a flow who it is: from the second message on, or the first of a customer known before", async () => {
    const bench = createIdentityBench(WITH_HELPER);
    await bench.contact("ann");
    await bench.tell("1", "hi", TELLS);
    await bench.tell("1", "more", TELLS);
    await bench.close("1");
    await bench.tell("1", "again", TELLS);
    assert.deepEqual(
      bench.turns.map(({ contact }) => contact?.id),
      [undefined, "c~ann", "c~ann"],
    );
    assert.equal((await bench.item("1", 2))?.contact?.id, "c~ann");
  });

  it("hands over with the contact of the row, when the head is behind", async () => {
    const bench = createIdentityBench({
      ...GOLD,
      ...WITH_HELPER,
      workstreams: [{ ...GOLD.workstreams[0], ...WITH_HELPER.workstreams?.[0], id: "messenger" }],
      bot: ({ activity }) => (activity.text === "person" ? { handoff: {} } : { sends: [say("Yes?")] }),
    });
    await bench.contact("ann", { group: "gold" });
    // The head learns of it later.
    const { profile } = bench.book;
    bench.book.profile = async () => {
      throw new StoreError("STORE_UNAVAILABLE");
    };
    await bench.tell("1", "hi", TELLS);
    assert.equal((await bench.item("1"))?.holder, "bot");
    assert.equal((await bench.head("1"))?.contact, undefined);
    await bench.tell("1", "person", TELLS);
    const item = await bench.item("1");
    assert.deepEqual([item?.holder, item?.queueId, item?.contact?.id], ["queue", "vip", "c~ann"]);
    bench.book.profile = profile;
    await bench.pass(1_000);
    await bench.quiet();
    assert.equal((await bench.head("1"))?.contact?.id, "c~ann");
  });

  it("identifies nobody, and makes no record of them, before they have agreed to a notice that asks", async () => {
    for (const mode of [{}, WITH_HELPER]) {
      const bench = createIdentityBench({
        ...mode,
        workstreams: [{ ...GOLD.workstreams[0], ...mode.workstreams?.[0], id: "messenger", notice: "ask" }],
        records: { createContact: true, group: "gold" },
        more: {
          notices: [
            {
              id: "ask",
              text: { en: "May we keep what you write?" },
              gate: { declined: { en: "Then phone." }, most: 2 },
            },
          ],
        },
      });
      await bench.tell("1", "hi", TELLS);
      assert.equal(await bench.book.profile(thread), undefined);
      assert.deepEqual(contactsOf(bench), []);
      bench.clock.advance(15_000);
      await bench.tell("1", "Yes!", TELLS);
      const item = (await bench.item("1")) ?? assert.fail("no row");
      assert.equal(contactsOf(bench).length, 1);
      assert.equal(item.contact?.id, contactsOf(bench)[0]?.contactId);
      if (mode.flows === undefined) assert.equal(item.queueId, "vip", "rules saw the contact");
      assert.equal((await bench.head("1"))?.contact?.id, item.contact?.id);
    }
  });

  it("keeps nobody from people when a record is odd, and waits while the store is away", async () => {
    const odd = createIdentityBench();
    odd.book.seen = async () => {
      throw new TypeError("odd");
    };
    await odd.tell("1", "hi", TELLS);
    assert.equal((await odd.item("1"))?.queueId, "general");

    const away = createIdentityBench();
    await away.contact("ann");
    let isAway = true;
    away.store.before = ({ container }) => {
      if (container === "contacts" && isAway) throw new StoreError("STORE_UNAVAILABLE");
    };
    await away.tell("1", "hi", TELLS);
    assert.equal(await away.item("1"), undefined);
    isAway = false;
    await away.pass(1_000);
    await away.quiet();
    assert.equal((await away.item("1"))?.contact?.id, "c~ann");
  });

  it("leaves nothing of the contact in the row of a closed conversation: links are mended, contacts erased", async () => {
    const bench = createIdentityBench();
    await bench.contact("ann");
    await bench.tell("1", "hi", TELLS);
    await bench.close("1");
    const [row] = bench.store.all("history");
    assert.ok(row !== undefined && !("contact" in row));
  });
});

const contactsOf = (bench: ReturnType<typeof createIdentityBench>): Contact[] =>
  (bench.store.all("contacts") as Contact[]).filter(({ type }) => type === "contact");
