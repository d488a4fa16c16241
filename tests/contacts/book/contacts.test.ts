import assert from "node:assert/strict";
import { ANA, setup } from "./setup";

describe("contacts", () => {
  it("keeps numbers, addresses and languages in one form, and nothing twice", async () => {
    const { book } = setup();
    const { doc } = await book.create(
      {
        firstName: " Gilda ",
        lastName: "Moore",
        phones: [
          { number: "912 345 678", kind: "mobile" },
          { number: "+351 912345678", kind: "home" },
          { number: "00442071838750", kind: "work" },
        ],
        emails: ["Gilda@Example.com", "gilda@example.com "],
        language: "pt-pt",
        timezone: "Europe/Lisbon",
        fields: { tier: 3, vip: true },
      },
      ANA,
    );
    assert.equal(doc.name, "Gilda Moore");
    assert.deepEqual(doc.phones, [
      { number: "+351912345678", kind: "mobile" },
      { number: "+442071838750", kind: "work" },
    ]);
    assert.deepEqual(doc.emails, ["gilda@example.com"]);
    assert.equal(doc.language, "pt-PT");
    assert.deepEqual(doc.fields, { tier: 3, vip: true });
  });

  const refused: [string, object, RegExp][] = [
    ["nobody", {}, /name/],
    [
      "an impossible number",
      { name: "G", phones: [{ number: "+3519", kind: "mobile" }] },
      /phones\.0\.number/,
    ],
    ["a country that is not", { phones: [{ number: "+99912345678", kind: "mobile" }] }, /phones\.0\.number/],
    ["words for a number", { phones: [{ number: "call me", kind: "mobile" }] }, /phones\.0\.number/],
    ["an extension", { phones: [{ number: "+351912345678 ext. 12", kind: "work" }] }, /extension/],
    ["no address", { emails: ["gilda@"] }, /emails\.0/],
    ["no language", { name: "G", language: "not a language" }, /language/],
    ["no time zone", { name: "G", timezone: "Mars/Base" }, /timezone/],
    ["an offset", { name: "G", timezone: "+01:00" }, /timezone/],
    ["a field's name", { name: "G", fields: { "a b": 1 } }, /fields/],
    [
      "too many fields",
      { name: "G", fields: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`f${i}`, 1])) },
      /fields/,
    ],
    ["too long a name", { name: "x".repeat(201) }, /name/],
  ];
  for (const [what, fields, names] of refused)
    it(`refuses ${what} and names the field`, async () => {
      const { book, store } = setup();
      await assert.rejects(book.create(fields, ANA), (error: Error & { code: string }) => {
        assert.equal(error.code, "INPUT_INVALID");
        assert.match(error.message, names);
        return true;
      });
      assert.deepEqual(store.all("contacts"), []);
    });

  it("makes one contact of an id that is used twice", async () => {
    const { book } = setup();
    const results = await Promise.allSettled([
      book.create({ name: "Gilda" }, ANA, "crm-1"),
      book.create({ name: "Gilda M" }, ANA, "crm-1"),
    ]);
    assert.deepEqual(
      results.map((result) => (result.status === "fulfilled" ? "made" : result.reason.code)),
      ["made", "CONTACT_EXISTS"],
    );
  });

  it("replaces all fields, in the version that was read", async () => {
    const { book, owed, events, refreshed } = setup();
    const made = await book.create({ name: "Gilda", language: "pt" }, ANA);
    const { contactId } = made.doc;
    const changed = await book.replace(contactId, { name: "Gilda Moore" }, { by: ANA, etag: made.etag });
    assert.equal(changed.doc.language, undefined);
    assert.equal(changed.doc.version, 2);
    await assert.rejects(book.replace(contactId, { name: "x" }, { by: ANA, etag: made.etag }), {
      code: "CHANGED_MEANWHILE",
    });
    const same = await book.replace(contactId, { name: "Gilda Moore" }, { by: ANA });
    assert.equal(same.etag, changed.etag);
    await owed.settled();
    assert.deepEqual(
      events.map(({ type, version }) => [type, version]),
      [
        ["contact.created", 1],
        ["contact.changed", 2],
      ],
    );
    assert.deepEqual(refreshed, [contactId]);
  });

  it("lists the last changed first", async () => {
    const { book, clock } = setup();
    const ids: string[] = [];
    for (const name of ["A", "B", "C"]) {
      ids.push((await book.create({ name }, ANA)).doc.contactId);
      clock.advance(1000);
    }
    await book.replace(ids[0] ?? "", { name: "AA" }, { by: ANA });
    const first = await book.list({ limit: 2 });
    const rest = await book.list({ limit: 2, ...(first.next === undefined ? {} : { cursor: first.next }) });
    assert.deepEqual(
      [...first.items, ...rest.items].map(({ doc }) => doc.name),
      ["AA", "C", "B"],
    );
  });

  it("finds active contacts by phone as they are now", async () => {
    const { book, owed } = setup();
    const number = "+351912345678";
    const { doc } = await book.create({ name: "Gilda", phones: [{ number, kind: "mobile" }] }, ANA);
    await book.create({ name: "Home", phones: [{ number, kind: "home" }] }, ANA);
    await owed.settled();
    const names = async (options?: { mobileOnly: boolean }) =>
      (await book.byPhone(number, options)).map(({ name }) => name).sort();
    assert.deepEqual(await names(), ["Gilda", "Home"]);
    assert.deepEqual(await names({ mobileOnly: true }), ["Gilda"]);
    await book.replace(doc.contactId, { name: "Gilda" }, { by: ANA });
    assert.deepEqual(await names(), ["Home"]);
    await owed.settled();
    assert.deepEqual(await names(), ["Home"]);
  });
});
