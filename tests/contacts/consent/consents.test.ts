import assert from "node:assert/strict";
import { consentId, keepConsent, listConsents, profileKey } from "../../../src/contacts/consent/consents";
import type { ConsentRecord } from "../../../src/core/consent";
import type { Owed } from "../../../src/core/owed";
import { createMemoryStore } from "../../support/memoryStore";

const THREAD = "facebook~2000~1";

function record(
  kind: ConsentRecord["kind"],
  at: number,
  more: Partial<ConsentRecord> & { messageId?: string } = {},
): ConsentRecord {
  const { messageId = `m${at}` } = more;
  return {
    id: consentId(kind, messageId, at),
    type: "consent",
    threadId: THREAD,
    kind,
    at,
    messageId,
    ...more,
  };
}

const owedIn = (store: ReturnType<typeof createMemoryStore>) =>
  store.all("contacts").filter(({ type }) => type === "owed") as unknown as Owed[];

describe("records of consent", () => {
  it("are kept once although the step is repeated, and told once", async () => {
    const store = createMemoryStore();
    const said = record("accepted", 5, { conversationId: `${THREAD}~1`, contactId: "gilda", text: "yes" });
    await keepConsent(store, said);
    await keepConsent(store, { ...said, contactId: "another" });
    assert.deepEqual(
      (await listConsents(store, THREAD)).items.map(({ id, contactId }) => [id, contactId]),
      [[said.id, "gilda"]],
    );
    const [owed, ...more] = owedIn(store);
    assert.deepEqual(more, []);
    assert.ok(owed?.step.kind === "tell");
    assert.deepEqual([owed.key, owed.due > said.at], [profileKey(THREAD), true]);
    const { id, ...event } = owed.step.event;
    assert.match(id, /^consent/);
    assert.deepEqual(event, {
      consentId: said.id,
      type: "consent.changed",
      at: 5,
      threadId: THREAD,
      conversationId: `${THREAD}~1`,
      contactId: "gilda",
    });
  });

  it("are told without what somebody wrote", async () => {
    const store = createMemoryStore();
    await keepConsent(store, record("optedOut", 5, { text: "leave me alone" }));
    assert.doesNotMatch(JSON.stringify(owedIn(store)), /alone/);
  });

  it("are kept each where one message says two things, or two say the same at once", async () => {
    const store = createMemoryStore();
    await keepConsent(store, record("noticeShown", 5, { messageId: "a" }));
    await keepConsent(store, record("accepted", 5, { messageId: "a" }));
    await keepConsent(store, record("accepted", 5, { messageId: "b" }));
    assert.equal((await listConsents(store, THREAD)).items.length, 3);
    assert.equal(owedIn(store).length, 3);
  });

  it("come in the order of time, whatever order they were kept in", async () => {
    const store = createMemoryStore();
    for (const at of [1_000, 9, 1_764_000_000_000, 20, 0]) await keepConsent(store, record("optedOut", at));
    assert.deepEqual(
      (await listConsents(store, THREAD)).items.map(({ at }) => at),
      [0, 9, 20, 1_000, 1_764_000_000_000],
    );
  });

  it("come page by page, each once, and only those of the thread", async () => {
    const store = createMemoryStore();
    const times = [1, 2, 3, 4, 5];
    for (const at of times) await keepConsent(store, record(at % 2 === 0 ? "optedIn" : "optedOut", at));
    await keepConsent(store, { ...record("optedOut", 3), threadId: "facebook~2000~2" });
    const pages: number[][] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await listConsents(store, THREAD, {
        limit: 2,
        ...(cursor === undefined ? {} : { cursor }),
      });
      pages.push(page.items.map(({ at }) => at));
      cursor = page.next;
      if (cursor === undefined) break;
    }
    assert.deepEqual(pages, [[1, 2], [3, 4], [5]]);
  });

  it("stand beside the profile, which is none of them", async () => {
    const store = createMemoryStore();
    const profile = { id: "profile", type: "profile" };
    await store.batch("contacts", profileKey(THREAD), [{ do: "create", doc: profile }], "test");
    await keepConsent(store, record("declined", 7));
    assert.deepEqual(
      (await listConsents(store, THREAD)).items.map(({ kind }) => kind),
      ["declined"],
    );
  });
});
