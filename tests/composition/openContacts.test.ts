import assert from "node:assert/strict";
import { openContacts } from "../../src/composition/openContacts";
import type { AuditDoc } from "../../src/core/audit";
import { StoreError } from "../../src/core/errors";
import { toThreadId } from "../../src/core/ids";
import type { Log } from "../../src/core/log";
import { silentLog } from "../../src/core/log";
import { createFakeClock } from "../support/clock";
import { createMemoryStore } from "../support/memoryStore";

const admin = { kind: "file", id: "configuration" } as const;
const ANA = { kind: "agent", id: "ana" } as const;
const SYSTEM = { kind: "system", id: "identity" } as const;

function open() {
  const clock = createFakeClock();
  const store = createMemoryStore(() => clock.now());
  const warned: string[] = [];
  const log: Log = { ...silentLog, warn: (_fields: unknown, text: string) => void warned.push(text) } as Log;
  return { contacts: openContacts({ store, clock, log }), warned, store, clock };
}

const MOBILE = { number: "+12065550149", kind: "mobile" } as const;
const OTHERS = { linked: async () => {}, refresh: async () => {}, tell: async () => {} };

describe("contacts as they are opened", () => {
  it("keep what they owe until the others are there, and then do it without a fault", async () => {
    const { contacts, warned } = open();
    await contacts.book.create({ name: "Gilda Moore" }, admin);
    const told: string[] = [];
    contacts.connect({
      linked: async () => {},
      refresh: async () => {},
      tell: async ({ event }) => void told.push(event.type),
    });
    await contacts.owed.settled();
    assert.deepEqual(told, ["contact.created"]);
    assert.deepEqual(warned, []);
  });

  it("stop when a start fails before that", async () => {
    const { contacts } = open();
    await contacts.book.create({ name: "Gilda Moore" }, admin);
    await contacts.owed.stop();
    assert.equal(contacts.owed.backlog(), 1);
  });

  describe("leave audit entries of what people and the file do", () => {
    const entriesOf = (store: ReturnType<typeof open>["store"]) =>
      store
        .all<AuditDoc>("audit")
        .sort((a, b) => a.at - b.at)
        .map(({ by, source, action, objectId, after }) => [by, source, action, objectId, after]);

    it("with ids and names of fields, and never a value", async () => {
      const { contacts, store, clock } = open();
      const { book, owed } = contacts;
      contacts.connect(OTHERS);
      const next = async <T>(done: Promise<T>): Promise<T> => {
        const result = await done;
        await owed.settled();
        clock.advance(1);
        return result;
      };
      const thread = toThreadId("sms", "number", "+12065550149");
      const customer = { id: "+12065550149", name: "Gilda" };
      await next(book.create({ name: "Gilda Moore", fields: { tier: "gold" } }, ANA, "gilda"));
      await next(book.replace("gilda", { name: "Gilda Moore", phones: [MOBILE] }, { by: ANA }));
      await next(book.create({ name: "G. Moore" }, admin, "gm"));
      await next(book.create({ name: "Nobody did it" }, SYSTEM, "auto"));
      await next(book.seen({ threadId: thread, channel: "sms", instanceId: "number", customer }));
      await next(book.link(thread, "gilda", { from: 1, how: "agent", by: ANA }));
      await next(book.unlink(thread, { by: ANA }));
      const merge = await next(book.merge({ survivorId: "gilda", otherId: "gm" }, ANA));
      await next(book.undoMerge("gilda", merge.id, ANA));
      assert.deepEqual(entriesOf(store), [
        ["ana", "console", "create", "gilda", { fields: ["fields", "name"] }],
        ["ana", "console", "change", "gilda", { fields: ["fields", "phones"] }],
        ["file", "file", "create", "gm", { fields: ["name"] }],
        ["ana", "console", "link", "gilda", { profile: thread }],
        ["ana", "console", "unlink", "gilda", { profile: thread }],
        ["ana", "console", "change", "gilda", { fields: [] }],
        ["ana", "console", "merge", "gm", { fields: ["state"], mergedInto: "gilda" }],
        ["ana", "console", "change", "gilda", { fields: [] }],
        ["ana", "console", "unmerge", "gm", { fields: ["state"], mergedInto: "gilda" }],
      ]);
      assert.doesNotMatch(JSON.stringify(store.all("audit")), /Moore|206555|gold/);
    });

    it("once, however often the step is done, and after a store that was away", async () => {
      const { contacts, store, clock } = open();
      let failures = 0;
      contacts.connect({
        ...OTHERS,
        async tell() {
          // The entry stands already when this fails.
          if (failures++ < 2) throw new StoreError("STORE_UNAVAILABLE");
        },
      });
      await contacts.book.create({ name: "Gilda Moore" }, ANA, "gilda");
      while (contacts.owed.backlog() > 0) {
        clock.advance(60_000);
        await contacts.owed.settled();
      }
      assert.equal(failures, 3);
      assert.equal(entriesOf(store).length, 1);
    });
  });
});
