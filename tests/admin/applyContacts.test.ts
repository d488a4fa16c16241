import assert from "node:assert/strict";
import { applyWithContacts } from "../../src/admin/applyContacts";
import type { SettingsRepository } from "../../src/admin/settingsRepository";
import { createContactBook } from "../../src/contacts/book/book";
import { checkFields } from "../../src/contacts/book/fields";
import type { ContactBook } from "../../src/core/contactBook";
import type { Store } from "../../src/core/store";
import { parse } from "../config/definitions";
import { createBench, FILE, failingFrom } from "./setup";

const CONTACTS = `contacts:
  - { id: gilda, name: Gilda Moore, phones: ["+1 206 555 0149"], fields: { tier: gold } }
  - { id: noah, firstName: Noah, lastName: Park }
`;
const ANA = { kind: "agent", id: "ana" } as const;

describe("contacts of the configuration file", () => {
  let bench: ReturnType<typeof createBench>;
  let settings: SettingsRepository;
  let book: ContactBook;
  beforeEach(async () => {
    bench = createBench();
    settings = await bench.open();
    book = createContactBook({ store: bench.store, clock: bench.clock });
  });
  afterEach(() => bench.close());

  const apply = (text: string, force = false, store: Store = bench.store) =>
    applyWithContacts(
      { store, contacts: createContactBook({ store, clock: bench.clock }), check: checkFields, settings },
      parse(text),
      { force, by: "file" },
    );
  const gilda = async () => (await book.read("gilda"))?.doc;

  it("are made with the settings, once", async () => {
    const applied = await apply(FILE + CONTACTS);
    assert.deepEqual(applied.created.slice(-2), ["contacts/gilda", "contacts/noah"]);
    assert.deepEqual((await gilda())?.phones, [{ number: "+12065550149", kind: "mobile" }]);
    assert.equal((await book.read("noah"))?.doc.name, "Noah Park");
    assert.deepEqual(await apply(FILE + CONTACTS), { applied: false, created: [], changed: [], deleted: [] });
    assert.equal((await gilda())?.version, 1);
  });

  it("are brought up to date while nobody else changed them, and never deleted", async () => {
    await apply(FILE + CONTACTS);
    const { changed, deleted } = await apply(FILE + CONTACTS.replace("gold", "silver"));
    assert.deepEqual([changed, deleted], [["contacts/gilda"], []]);
    assert.deepEqual((await gilda())?.fields, { tier: "silver" });
    assert.deepEqual((await apply(FILE)).deleted, []);
    assert.equal((await gilda())?.state, "active");
  });

  it("stop the apply when an agent changed one, and nothing of the file happens", async () => {
    await apply(FILE + CONTACTS);
    await book.replace("gilda", { name: "Gilda M." }, { by: ANA });
    const next = FILE.replace("name: VIP", "name: Best") + CONTACTS.replace("gold", "silver");
    await assert.rejects(apply(next), {
      code: "CONFIG_CONFLICT",
      details: ["contacts/gilda (edited since)"],
    });
    assert.equal((await gilda())?.name, "Gilda M.");
    assert.equal(settings.current().queues.get("vip")?.name, "VIP");
    await apply(next, true);
    assert.deepEqual([(await gilda())?.name, (await gilda())?.fields], ["Gilda Moore", { tier: "silver" }]);
    assert.equal(settings.current().queues.get("vip")?.name, "Best");
  });

  it("are left alone once they stand for nobody of their own", async () => {
    await apply(FILE + CONTACTS);
    await book.merge({ survivorId: "noah", otherId: "gilda" }, ANA);
    const merged = await gilda();
    await apply(FILE + CONTACTS.replace("gold", "silver"), true).catch((error: { details?: unknown }) =>
      assert.fail(JSON.stringify(error.details)),
    );
    assert.deepEqual(await gilda(), merged);
  });

  it("are made after a crash between settings and contacts, without doubling one", async () => {
    for (let nth = 1; nth <= 3; nth++)
      await apply(FILE + CONTACTS, false, failingFrom(bench.store, nth)).catch(() => undefined);
    const { created } = await apply(FILE + CONTACTS);
    assert.deepEqual(
      (await book.list({ limit: 10 })).items.map(({ doc }) => [doc.contactId, doc.version]).sort(),
      [
        ["gilda", 1],
        ["noah", 1],
      ],
      created.join(),
    );
  });

  it("are checked with their lines before anything is written", async () => {
    const line = FILE.split("\n").length + 1;
    const wrong = CONTACTS.replace("+1 206 555 0149", "+1 23");
    await assert.rejects(apply(FILE + wrong), (error: { code: string; details: string[] }) => {
      assert.equal(error.code, "CONFIG_INVALID");
      assert.match(
        error.details[0] ?? "",
        new RegExp(`^contacts\\[0\\]\\.phones\\[0\\].*\\(line ${line}\\)$`),
      );
      assert.ok(!error.details.join().includes("+1 23"), "a number is the person's, and not for the log");
      return true;
    });
    assert.equal(settings.current().queues.size, 0);
  });
});
