import assert from "node:assert/strict";
import { toConversationId, toThreadId } from "../../../src/core/ids";
import type { Doc } from "../../../src/core/store";
import { eraseAudit } from "../../../src/privacy/erasure/eraseAudit";
import { createFakeClock } from "../../support/clock";
import { createMemoryStore } from "../../support/memoryStore";

const THREAD = toThreadId("facebook", "2000", "1");
const ALIASES = new Map([
  ["ana", "p~1"],
  [THREAD, "e~1"],
]);

interface Entry extends Doc {
  by: string;
  objectId: string;
  revision?: number;
  before?: unknown;
  after?: unknown;
}

async function auditOf(entries: readonly object[]) {
  const clock = createFakeClock();
  const store = createMemoryStore(clock.now);
  const day = new Date(clock.now()).toISOString().slice(0, 10);
  const docs = entries.map(
    (entry, at): Doc => ({ id: `a${at}`, type: "audit", at: clock.now(), by: "ana", ...entry }) as Doc,
  );
  const write = (doc: Doc) => store.batch("audit", day, [{ do: "upsert", doc }], "test");
  for (const doc of docs) await write(doc);
  const erase = async () => {
    const [count] = await eraseAudit(store, clock.now(), [{ since: clock.now(), aliases: ALIASES }]);
    return count;
  };
  const read = async (id: string) => (await store.read<Entry>("audit", day, id))?.doc;
  return { store, docs, write, erase, read };
}

describe("the audit of an erased person", () => {
  it("keeps what only looks like it: parts of words, agents, fields, and who did it", async () => {
    const { store, erase } = await auditOf([
      { kind: "agents", objectId: "ana", after: { name: "manager", teams: ["ana"] } },
      { kind: "roles", objectId: "manager", after: { text: "banana" } },
      { kind: "contacts", objectId: "anastasia", after: { fields: ["ana"] } },
    ]);
    const before = store.all("audit");
    assert.equal(await erase(), 0);
    assert.deepEqual(store.all("audit"), before);
  });

  it("names its pseudonym, and holds nothing of what it was", async () => {
    const { erase, read } = await auditOf([
      { kind: "contacts", objectId: "ana", after: { fields: ["name"] } },
      { kind: "privacy", objectId: toConversationId(THREAD, 12), before: { at: THREAD } },
      { kind: "queues", objectId: "q", after: { of: [THREAD, `${THREAD}.3`], text: `about ${THREAD}` } },
    ]);
    assert.equal(await erase(), 3);
    const [about, conversation, other] = [await read("a0"), await read("a1"), await read("a2")];
    assert.deepEqual([about?.objectId, about?.before, about?.after, about?.by], ["p~1", null, null, "ana"]);
    assert.deepEqual([conversation?.objectId, conversation?.before], ["e~1.12", null]);
    assert.deepEqual(
      [other?.objectId, other?.after],
      ["q", { of: ["e~1", "e~1.3"], text: `about ${THREAD}` }],
    );
    assert.equal(await erase(), 0);
  });

  it("is erased although somebody else writes the entry at that moment", async () => {
    const { store, docs, write, erase, read } = await auditOf([{ kind: "contacts", objectId: "ana" }]);
    const [entry] = docs;
    assert.ok(entry);
    store.before = async ({ kind, purpose }) => {
      if (kind !== "batch" || purpose !== "eraseAudit") return;
      delete store.before;
      await write({ ...entry, revision: 2 } as Doc);
    };
    await erase();
    const after = await read("a0");
    assert.deepEqual([after?.objectId, after?.revision], ["p~1", 2]);
  });
});
