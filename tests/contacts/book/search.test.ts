import assert from "node:assert/strict";
import { bringInLine } from "../../../src/contacts/book/lookups";
import type { ContactFields } from "../../../src/core/contact";
import type { ContactBook } from "../../../src/core/contactBook";
import { ANA, setup } from "./setup";

const PEOPLE: Record<string, Partial<ContactFields>> = {
  gilda: {
    name: "Gilda Moore",
    emails: ["gilda.moore@example.com"],
    phones: [{ number: "+351912345678", kind: "mobile" }],
    externalId: "CRM-00123",
  },
  zoe: { name: "Zoë O'Brien-Smith" },
  ana: { name: "Ana Anabela Moore" },
  li: { name: "李小龍" },
  kim: { name: "김철수" },
};

async function ids(book: ContactBook, text: string, limit = 10): Promise<string[]> {
  return (await book.search(text, { limit })).items.map(({ contactId }) => contactId).sort();
}

async function withPeople() {
  const bench = setup();
  for (const [id, fields] of Object.entries(PEOPLE)) await bench.book.create(fields, ANA, id);
  await bench.owed.settled();
  return bench;
}

describe("searching contacts", () => {
  const found: [string, string[]][] = [
    ["gil", ["gilda"]],
    ["GILDA", ["gilda"]],
    ["moore", ["ana", "gilda"]],
    ["moo gi", ["gilda"]],
    ["g moore", ["gilda"]],
    ["moore smith", []],
    ["zoe", ["zoe"]],
    ["zoë", ["zoe"]],
    ["o'brien", ["zoe"]],
    ["obrien", ["zoe"]],
    ["smith", ["zoe"]],
    ["gilda.moore@ex", ["gilda"]],
    ["gilda.moo", ["gilda"]],
    ["crm-00123", ["gilda"]],
    ["crm00", ["gilda"]],
    ["+351 912 345 678", ["gilda"]],
    ["351912345", ["gilda"]],
    ["912 345 678", ["gilda"]],
    ["0912345678", ["gilda"]],
    ["00351 912345678", ["gilda"]],
    ["5678", ["gilda"]],
    ["moore 345-678", ["gilda"]],
    ["5679", []],
    ["李", ["li"]],
    ["김철", ["kim"]],
    ["", []],
    ["~ / ?", []],
    ["ana", ["ana"]],
  ];
  for (const [text, expected] of found)
    it(`finds ${expected.length === 0 ? "nobody" : expected.join(" and ")} by "${text}"`, async () => {
      const { book } = await withPeople();
      assert.deepEqual(await ids(book, text), expected);
    });

  it("pages through all, each once", async () => {
    const { book, owed } = setup();
    const made = Array.from({ length: 57 }, (_, index) => `c${index}`);
    for (const id of made) await book.create({ name: `Maria Mar${id} Marta` }, ANA, id);
    await owed.settled();
    const told: string[] = [];
    for (let cursor: string | undefined, page = 0; page < 30; page++) {
      const found = await book.search("mar", { limit: 10, ...(cursor === undefined ? {} : { cursor }) });
      told.push(...found.items.map(({ contactId }) => contactId));
      cursor = found.next;
      if (cursor === undefined) break;
    }
    assert.deepEqual(told.sort(), made.sort());
    await assert.rejects(book.search("mar", { limit: 10, cursor: "x" }), { code: "INPUT_INVALID" });
  });

  it("tells a merged contact's survivor, once", async () => {
    const { book, owed } = await withPeople();
    await book.merge({ survivorId: "zoe", otherId: "gilda" }, ANA);
    await book.merge({ survivorId: "zoe", otherId: "ana" }, ANA);
    await owed.settled();
    assert.deepEqual(await ids(book, "moore"), ["zoe"]);
    assert.deepEqual(await ids(book, "zoe"), ["zoe"]);
    assert.deepEqual(await ids(book, "5678"), ["zoe"]);
  });

  it("tells nobody by what they are not called any more, also while look-ups are behind", async () => {
    const { book, owed } = await withPeople();
    await book.replace("gilda", { name: "Gilda Costa" }, { by: ANA });
    assert.deepEqual(await ids(book, "gilda moore"), []);
    await owed.settled();
    assert.deepEqual(await ids(book, "costa"), ["gilda"]);
    assert.deepEqual(await ids(book, "5678"), []);
  });

  it("leaves no look-up behind when changes race with the step that brings them in line", async () => {
    const { book, owed, store } = setup();
    await book.create({ name: "Gilda" }, ANA, "g");
    await Promise.all(
      ["Ana", "Berta", "Carla", "Dora"].map((name) => book.replace("g", { name }, { by: ANA })),
    );
    await owed.settled();
    const words = store.all("contacts").flatMap(({ type, id }) => (type === "lookup" ? [id] : []));
    const name = (await book.read("g"))?.doc.name.toLowerCase();
    assert.deepEqual(words, [`${name}~g`]);
  });

  it("leaves none behind either when the slower of two servers writes last", async () => {
    const { book, owed, store } = setup();
    await owed.stop();
    const { keys } = (await book.create({ name: "Gilda" }, ANA, "g")).doc;
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let isFirst = true;
    store.before = ({ kind, purpose }) => {
      if (kind !== "batch" || purpose !== "index" || !isFirst) return;
      isFirst = false;
      return held;
    };
    const slow = bringInLine(store, { kind: "index", contactId: "g", keys });
    await new Promise((resolve) => setImmediate(resolve));
    const changed = await book.replace("g", { name: "Ana" }, { by: ANA });
    await bringInLine(store, { kind: "index", contactId: "g", keys: [...keys, ...changed.doc.keys] });
    release();
    await slow;
    const words = store.all("contacts").flatMap(({ type, id }) => (type === "lookup" ? [id] : []));
    assert.deepEqual(words, ["ana~g"]);
  });

  it("leaves nothing of a contact that is gone", async () => {
    const { book, owed, store } = setup();
    const { keys } = (await book.create({ name: "Gilda", emails: ["g@x.pt"] }, ANA, "g")).doc;
    await owed.settled();
    await store.batch("contacts", "contact~g", [{ do: "delete", id: "contact" }], "erase");
    await bringInLine(store, { kind: "index", contactId: "g", keys });
    assert.deepEqual(store.all("contacts"), []);
  });
});
