import assert from "node:assert/strict";
import fc from "fast-check";
import type { Contact, ContactFields, ContactPhone } from "../../../src/core/contact";
import type { ContactBook, Merge } from "../../../src/core/contactBook";
import { ANA, setup, whoIs } from "./setup";

const NUMBERS = ["+351912345671", "+351912345672", "+351912345673", "+351912345674"];
const MOBILE: ContactPhone = { number: "+351912345671", kind: "mobile" };
const KINDS: ContactPhone["kind"][] = ["mobile", "home"];

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const fields: fc.Arbitrary<Partial<ContactFields>> = fc
  .record({
    name: fc.constantFrom("Gilda", "Gil", "Ana Costa"),
    firstName: maybe(fc.constantFrom("Gilda", "Ana")),
    lastName: maybe(fc.constantFrom("Moore", "Costa")),
    language: maybe(fc.constantFrom("pt", "en")),
    unit: maybe(fc.constantFrom("north", "south")),
    externalId: maybe(fc.constantFrom("1", "2")),
    phones: fc.uniqueArray(
      fc.record({ number: fc.constantFrom(...NUMBERS), kind: fc.constantFrom(...KINDS) }),
      { selector: ({ number }) => number, maxLength: 3 },
    ),
    emails: fc.uniqueArray(fc.constantFrom("a@x.pt", "b@x.pt", "c@x.pt"), { maxLength: 2 }),
    fields: fc.dictionary(fc.constantFrom("tier", "vip"), fc.constantFrom(1, 2, "x"), {
      noNullPrototype: true,
    }),
  })
  .map((given) => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));

/** All but etags, times and what counts changes. */
async function kept(book: ContactBook, contactId: string): Promise<Partial<Contact>> {
  const contact = (await book.read(contactId))?.doc;
  assert.ok(contact !== undefined);
  const { version: _version, updatedAt: _at, updatedBy: _by, ...rest } = contact;
  return rest;
}

async function historyOf(book: ContactBook, contactId: string): Promise<string[]> {
  const spans = await book.spans(contactId);
  return spans.map(({ profile, link }) => `${profile.customer.id} ${link.from}-${link.to ?? ""}`).sort();
}

/** An address that one contact alone has. */
const markOf = (index: number): string => `only-${index}@x.pt`;

describe("undoing merges", () => {
  it("restores everything, and links that came meanwhile stay with their own profile", async () => {
    await fc.assert(
      fc.asyncProperty(fields, fields, maybe(fields), fc.boolean(), async (one, two, decided, inactive) => {
        const { book, owed, store } = setup();
        await book.create(one, ANA, "s");
        await book.create(two, ANA, "o", inactive ? { state: "inactive" } : {});
        for (const [customer, contact] of [
          ["1", "s"],
          ["2", "o"],
        ] as const) {
          const { doc } = await book.seen(whoIs(customer));
          await book.link(doc.threadId, contact, { from: 1, how: "agent", by: ANA });
        }
        await owed.settled();
        const before = [await kept(book, "s"), await kept(book, "o")];
        const lookups = () =>
          store
            .all("contacts")
            .filter(({ type }) => type === "lookup")
            .map((doc) => JSON.stringify(doc))
            .sort();
        const stood = lookups();
        const merge = await book.merge(
          { survivorId: "s", otherId: "o", ...(decided === undefined ? {} : { fields: decided }) },
          ANA,
        );
        assert.deepEqual(await historyOf(book, "s"), ["1 1-", "2 1-"]);
        const later = (await book.seen(whoIs("3"))).doc;
        await book.link(later.threadId, "s", { from: 4, how: "agent", by: ANA });
        await book.undoMerge("s", merge.id, ANA);
        await owed.settled();
        assert.deepEqual([await kept(book, "s"), await kept(book, "o")], before);
        assert.deepEqual(lookups(), stood);
        assert.deepEqual(await historyOf(book, "s"), ["1 1-", "3 4-"]);
        assert.deepEqual(await historyOf(book, "o"), ["2 1-"]);
      }),
      { numRuns: 150 },
    );
  });

  it("takes back several in any order; what the others brought stays until the last", async () => {
    const order = fc.shuffledSubarray([0, 1, 2], { minLength: 3 });
    await fc.assert(
      fc.asyncProperty(fields, fc.tuple(fields, fields, fields), order, async (own, others, undoing) => {
        const { book, clock } = setup();
        await book.create(own, ANA, "s");
        const before = await kept(book, "s");
        const merges: Merge[] = [];
        for (const [index, given] of others.entries()) {
          const other = Object.assign(given, { emails: [...(given.emails ?? []), markOf(index)] });
          await book.create(other, ANA, `o${index}`);
          clock.advance(1);
          merges.push(await book.merge({ survivorId: "s", otherId: `o${index}` }, ANA));
        }
        const standing = new Set([0, 1, 2]);
        for (const index of undoing) {
          clock.advance(1);
          standing.delete(index);
          await book.undoMerge("s", merges[index]?.id ?? "", ANA);
          const now = await kept(book, "s");
          const records = JSON.stringify((await book.merges("s")).map(({ fields }) => fields));
          for (const at of [0, 1, 2])
            assert.equal(records.includes(markOf(at)), standing.has(at), `${at} in the records of merges`);
          const sources = [own, ...[...standing].map((at) => others[at] ?? {})];
          const of = (list: (source: Partial<ContactFields>) => readonly string[]) =>
            [...new Set(sources.flatMap(list))].sort();
          assert.deepEqual(
            now.phones?.map(({ number }) => number).sort(),
            of(({ phones }) => (phones ?? []).map(({ number }) => number)),
          );
          assert.deepEqual(
            [...(now.emails ?? [])].sort(),
            of(({ emails }) => emails ?? []),
          );
          for (const name of ["language", "unit", "externalId"] as const)
            assert.ok(
              now[name] === undefined
                ? sources.every((source) => source[name] === undefined)
                : sources.some((source) => source[name] === now[name]),
              name,
            );
        }
        assert.deepEqual(await kept(book, "s"), before);
      }),
      { numRuns: 150 },
    );
  });

  it("leaves nothing with the survivor of whom it gave back, and what was changed by hand in between stays", async () => {
    const { book, clock, store } = setup();
    await book.create({ name: "Gilda" }, ANA, "s");
    await book.create({ name: "Gil", language: "pt", phones: [MOBILE], fields: { tier: 1 } }, ANA, "a");
    await book.create({ name: "Gi", language: "en", emails: ["c@x.pt"] }, ANA, "c");
    const first = await book.merge({ survivorId: "s", otherId: "a" }, ANA);
    clock.advance(1);
    const { fields: own } = (await book.read("s"))?.doc ?? assert.fail();
    const [mobile] = (await book.read("s"))?.doc.phones ?? [];
    assert.equal(mobile?.number, MOBILE.number);
    await book.replace(
      "s",
      { name: "Gilda", language: "pt", phones: [MOBILE], fields: { ...own, vip: "x" }, unit: "north" },
      { by: ANA },
    );
    clock.advance(1);
    const second = await book.merge({ survivorId: "s", otherId: "c" }, ANA);
    clock.advance(1);
    await book.undoMerge("s", first.id, ANA);
    const raw = store.all("contacts").filter((doc) => doc.type === "merge");
    assert.doesNotMatch(JSON.stringify(raw), /91234|tier|"pt"/);
    const now = await kept(book, "s");
    assert.deepEqual([now.language, now.phones, now.fields], ["en", [], { vip: "x" }]);
    clock.advance(1);
    await book.undoMerge("s", second.id, ANA);
    const { name, language, phones, emails, fields: last, unit } = await kept(book, "s");
    assert.deepEqual(
      { name, language, phones, emails, last, unit },
      { name: "Gilda", language: undefined, phones: [], emails: [], last: { vip: "x" }, unit: "north" },
    );
  });

  it("leaves what somebody changed by hand since", async () => {
    const { book, clock } = setup();
    await book.create({ name: "Gilda" }, ANA, "s");
    await book.create({ name: "Gil", language: "en", unit: "north", emails: ["a@x.pt", "b@x.pt"] }, ANA, "o");
    const merge = await book.merge({ survivorId: "s", otherId: "o" }, ANA);
    clock.advance(1);
    await book.replace(
      "s",
      { name: "Gilda M", language: "pt", unit: "north", emails: ["b@x.pt", "c@x.pt"] },
      { by: ANA },
    );
    await book.undoMerge("s", merge.id, ANA);
    const { name, language, unit, emails } = await kept(book, "s");
    assert.deepEqual(
      { name, language, unit, emails },
      { name: "Gilda M", language: "pt", unit: undefined, emails: ["c@x.pt"] },
    );
  });
});
