import assert from "node:assert/strict";
import type { ConsentRecord } from "../../../src/core/consent";
import type { Contact } from "../../../src/core/contact";
import type { RetentionSettings } from "../../../src/core/retention";
import type { Doc } from "../../../src/core/store";
import type { HistoryRow } from "../../../src/pipeline/effects/effects";
import { isBare } from "../../../src/pipeline/erase/figures";
import { createRetention, type RetentionHooks } from "../../../src/privacy/retention/retention";
import { createBench, message, type PipelineBench, threadOf, withFiles } from "../../pipeline/bench";
import { startBench as startCosmos } from "../../storage/cosmos/support";
import { shareStore } from "../../support/sharedStore";

const DAY_MS = 24 * 60 * 60 * 1000;
const set = (bench: PipelineBench, days: Partial<Omit<RetentionSettings, "id">>) =>
  bench.settings.change({ more: { retention: [{ id: "default", ...days }] } });
const rowsOf = ({ store }: PipelineBench) =>
  (store.all("history") as HistoryRow[]).filter(({ type }) => type === "closed");

function retentionOf(
  bench: PipelineBench,
  more: Partial<RetentionHooks> = {},
  ports: Partial<Parameters<typeof createRetention>[0]> = {},
) {
  const idle: string[] = [];
  const erased: string[] = [];
  const retention = createRetention(
    { ...bench.ports, media: bench.media.store, pipeline: bench.pipeline, ...ports },
    {
      eraseContact: async ({ contactId }) => erased.push(contactId) > 0,
      threadIdle: async (threadId) => idle.push(threadId),
      ...more,
    },
  );
  return { retention, idle, erased };
}

/** A customer's conversation, closed today. */
async function closedConversation(bench: PipelineBench, customer: string, text: string): Promise<void> {
  await bench.say(customer, text);
  const n = (await bench.head(customer))?.live?.n ?? 0;
  const item = await bench.item(customer, n);
  assert.ok(item);
  await bench.pipeline.closing.close(item, "agentClosed");
  await bench.quiet();
}

/** Runs until nothing is left to do; how many runs that took. */
async function runAll(retention: { run(): Promise<boolean> }): Promise<number> {
  for (let runs = 1; runs < 200; runs++) if (await retention.run()) return runs;
  assert.fail("never done");
}

describe("retention", () => {
  it("keeps everything until it is told otherwise", async () => {
    const bench = createBench();
    await closedConversation(bench, "1", "hello");
    bench.clock.advance(3_000 * DAY_MS);
    const before = bench.store.all("threads").length;
    assert.equal(await retentionOf(bench).retention.run(), true);
    assert.equal(bench.store.all("threads").length, before);
  });

  it("removes what was said after its days, over months with days without anything, and never what is live", async () => {
    const bench = createBench();
    set(bench, { transcripts: 30 });
    const { retention } = retentionOf(bench);
    await bench.say("live", "still talking");
    for (let month = 0; month < 4; month++) {
      await closedConversation(bench, `c${month}`, `said in ${month}`);
      bench.clock.advance(30 * DAY_MS);
      await runAll(retention);
      // Thirty days after the day's end, not within them.
      assert.equal(bench.messages(`c${month}`).length > 0, true, `${month} is kept for now`);
      bench.clock.advance(DAY_MS);
      await runAll(retention);
      assert.deepEqual(bench.messages(`c${month}`), []);
      bench.clock.advance(9 * DAY_MS);
    }
    assert.ok(!JSON.stringify(bench.store.all("threads")).includes("said in"));
    assert.ok(!JSON.stringify(bench.store.all("history")).includes("said in"));
    assert.equal(rowsOf(bench).filter(isBare).length, 4, "figures stay");
    assert.equal((await bench.record("c0"))?.closedReason, "agentClosed");
    assert.ok(bench.messages("live").length > 0);
    await runAll(retention);
    const [report] = (await retention.report()).kinds;
    assert.equal(report?.lagDays, 0);
    assert.ok((report?.removed ?? 0) >= 4);
  });

  it("takes a shorter time at the next run, and the rows too when that is said", async () => {
    const bench = createBench();
    set(bench, { transcripts: 300 });
    const { retention, idle } = retentionOf(bench);
    await closedConversation(bench, "1", "hello");
    await closedConversation(bench, "1", "again");
    await bench.webhook(withFiles("1", ["cat.png"]));
    await bench.quiet();
    bench.clock.advance(40 * DAY_MS);
    await runAll(retention);
    assert.ok(bench.messages("1").length > 0);
    set(bench, { transcripts: 30, history: 35 });
    await runAll(retention);
    assert.deepEqual(rowsOf(bench), []);
    // The third is live.
    assert.equal(
      bench.messages("1").every(({ conversationId }) => conversationId?.endsWith(".3")),
      true,
    );
    assert.deepEqual(idle, []);
    assert.ok(bench.media.files.size > 0, "the live one's file stays");
  });

  it("says when nothing is left of a thread", async () => {
    const bench = createBench();
    set(bench, { transcripts: 1, history: 1 });
    const { retention, idle } = retentionOf(bench);
    await closedConversation(bench, "1", "hello");
    bench.clock.advance(3 * DAY_MS);
    await runAll(retention);
    assert.deepEqual(idle, [threadOf("1")]);
    assert.equal(await bench.record("1"), undefined);
  });

  it("does a little at a time, and a row that was written late as well", async () => {
    const bench = createBench();
    set(bench, { transcripts: 10 });
    const { retention } = retentionOf(bench);
    for (let n = 0; n < 120; n++) await closedConversation(bench, `c${n}`, "hello");
    bench.clock.advance(12 * DAY_MS);
    assert.equal(rowsOf(bench).length, 120);
    assert.ok((await runAll(retention)) > 2, "not all in one run");
    assert.equal(rowsOf(bench).filter(isBare).length, 120);
    const [row] = rowsOf(bench);
    assert.ok(row);
    const { bareAt: _bareAt, ...late } = row as HistoryRow & { bareAt: number };
    const day = new Date(row.closedAt).toISOString().slice(0, 10);
    const doc: Doc & HistoryRow = { ...late, lastText: "late" };
    await bench.store.batch("history", day, [{ do: "upsert", doc }], "test");
    bench.clock.advance(DAY_MS);
    await runAll(retention);
    // The day's own work was first.
    await runAll(retention);
    assert.equal(rowsOf(bench).filter(isBare).length, 120);
  });

  it("goes on after a crash in the middle, and two servers do no harm to each other", async () => {
    const bench = createBench();
    set(bench, { transcripts: 10 });
    for (let n = 0; n < 20; n++) await closedConversation(bench, `c${n}`, "hello");
    bench.clock.advance(12 * DAY_MS);
    for (let stop = 1; stop < 30; stop += 4) {
      let left = stop;
      bench.store.before = ({ kind }) => {
        if (kind === "batch" && --left < 0) throw new Error("the power is out");
      };
      await retentionOf(bench)
        .retention.run()
        .catch(() => {});
      delete bench.store.before;
    }
    const other = createBench({ store: bench.store, clock: bench.clock, serverId: "server~2" });
    set(other, { transcripts: 10 });
    await Promise.all([runAll(retentionOf(bench).retention), runAll(retentionOf(other).retention)]);
    assert.equal(rowsOf(bench).filter(isBare).length, 20);
    assert.ok(!JSON.stringify(bench.store.all("threads")).includes("hello"));
  });

  it("is one server's work at a time where they share a store", async () => {
    const bench = createBench();
    const view = (await shareStore(bench.store, bench.clock)).store;
    set(bench, { transcripts: 10 });
    const ports = { ...bench.ports, store: view, media: bench.media.store, pipeline: bench.pipeline };
    const hooks = { eraseContact: async () => false, threadIdle: async () => {} };
    const [first, second] = ["a", "b"].map((serverId) => createRetention({ ...ports, serverId }, hooks));
    await closedConversation(bench, "1", "hello");
    bench.clock.advance(12 * DAY_MS);
    await first?.run();
    const purposes = bench.store.purposes.length;
    await second?.run();
    assert.equal(bench.store.purposes.length, purposes, "the second did not even try");
  });

  it("does the same on the shared store's contract", async () => {
    const cosmos = await startCosmos();
    try {
      const store = await cosmos.open();
      const bench = createBench();
      set(bench, { transcripts: 10, history: 20, deadLetters: 10, audit: 10 });
      const pipeline = createBench({ view: store, clock: bench.clock }).pipeline;
      const { retention } = retentionOf(bench, {}, { store, pipeline });
      const closedAt = bench.clock.now();
      const day = new Date(closedAt).toISOString().slice(0, 10);
      const threadId = threadOf("1");
      const ids = { threadId, conversationId: `${threadId}.1` };
      const put = (container: "threads" | "history" | "audit", partition: string, doc: object) =>
        store.batch(container, partition, [{ do: "create", doc: doc as Doc }], "test");
      await put("threads", threadId, {
        id: "in~1",
        type: "message",
        direction: "in",
        ...ids,
        seq: 1,
        hour: `p@${day}T09`,
        activity: {},
      });
      await put("threads", threadId, {
        id: "conv~1",
        type: "conversation",
        ...ids,
        openedAt: 1,
        closedAt,
        trace: [],
      });
      await put("history", day, {
        id: `closed~${threadId}.1`,
        type: "closed",
        ...ids,
        closedAt,
        customer: { id: "1" },
        lastText: "hello",
      });
      await put("audit", day, { id: "a1", type: "audit", at: closedAt });
      bench.clock.advance(12 * DAY_MS);
      await runAll(retention);
      assert.equal(await store.read("threads", threadId, "in~1"), undefined);
      assert.equal((await store.read<HistoryRow>("history", day, `closed~${threadId}.1`))?.doc.lastText, "");
      assert.equal(await store.read("audit", day, "a1"), undefined);
      bench.clock.advance(12 * DAY_MS);
      await runAll(retention);
      assert.equal(await store.read("history", day, `closed~${threadId}.1`), undefined);
      assert.equal(await store.read("threads", threadId, "conv~1"), undefined);
    } finally {
      await cosmos.close();
    }
  });

  it("removes dead letters, closed tickets, old consents but the last, and audit entries", async () => {
    const bench = createBench();
    set(bench, { deadLetters: 10, tickets: 10, consents: 10, audit: 10, contacts: 10 });
    const { retention, erased } = retentionOf(bench);
    const now = bench.clock.now();
    const put = (container: "contacts" | "audit", partition: string, doc: Doc & Record<string, unknown>) =>
      bench.store.batch(container, partition, [{ do: "create", doc }], "test");
    await bench.webhook(message("9", "nobody knows this page", { page: "unknown" }));
    const ticket = { type: "ticket", state: "closed", createdAt: now, updatedAt: now };
    await put("contacts", "tickets~0", {
      ...ticket,
      id: "T-1",
      number: "T-1",
      closedAt: now,
      conversations: ["t.2"],
    });
    await put("contacts", "tickets~0", { id: "link~T-1~t.2", type: "ticketLink", createdAt: now });
    await put("contacts", "tickets~0", { ...ticket, id: "T-2", state: "open" });
    const consent = (id: string, at: number): ConsentRecord => ({
      ...{ id, type: "consent", threadId: "t", kind: "noticeShown", at },
    });
    for (const [index, id] of ["c1", "c2", "c3"].entries())
      await put("contacts", "profile~t", { ...consent(id, now + index) });
    await put("audit", new Date(now).toISOString().slice(0, 10), { id: "a1", type: "audit", at: now });
    const contact: Partial<Contact> = { type: "contact", state: "active", contactId: "p1", updatedAt: now };
    await put("contacts", "contact~p1", { ...contact, id: "contact", type: "contact" });
    bench.clock.advance(12 * DAY_MS);
    await runAll(retention);
    assert.deepEqual(bench.messages("9"), []);
    assert.deepEqual(
      bench.store
        .all("contacts")
        .map(({ id }) => id)
        .sort(),
      ["T-2", "c3", "contact"],
    );
    assert.deepEqual(bench.store.all("audit"), []);
    assert.deepEqual(erased, ["p1"]);
  });
});
