import assert from "node:assert/strict";
import { openContacts } from "../../src/composition/openContacts";
import type { Log } from "../../src/core/log";
import { silentLog } from "../../src/core/log";
import { createFakeClock } from "../support/clock";
import { createMemoryStore } from "../support/memoryStore";

const admin = { kind: "file", id: "file" } as const;

function open() {
  const clock = createFakeClock();
  const store = createMemoryStore(() => clock.now());
  const warned: string[] = [];
  const log: Log = { ...silentLog, warn: (_fields: unknown, text: string) => void warned.push(text) } as Log;
  return { contacts: openContacts({ store, clock, log }), warned };
}

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
});
