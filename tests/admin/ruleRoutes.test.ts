import assert from "node:assert/strict";
import { type DecisionView, type DryRunView, decisionView, dryRunView } from "../../src/admin/ruleContract";
import { ruleRoutes } from "../../src/admin/ruleRoutes";
import type { SettingsRepository } from "../../src/admin/settingsRepository";
import { parseConfig } from "../../src/config/file";
import { createContactBook } from "../../src/contacts/book/book";
import type { ContactBook } from "../../src/core/contactBook";
import type { SwitchboardError } from "../../src/core/errors";
import { toConversationId, toThreadId } from "../../src/core/ids";
import type { Doc } from "../../src/core/store";
import { ROUTING_GROUP } from "../../src/core/workItem";
import { settingsChecks } from "../../src/settingsChecks";
import { definitions } from "../config/definitions";
import { createBench, FILE, START } from "./setup";

const DAY_MS = 24 * 60 * 60 * 1000;
const SYSTEM = { kind: "system", id: "test" } as const;
const DRAFT = {
  id: "messenger",
  channel: "facebook",
  fallbackQueue: "general",
  rules: [{ name: "VIPs", if: "customer.name == 'Gilda Moore'", queue: "vip" }],
};

describe("ruleRoutes", () => {
  const bench = createBench();
  let settings: SettingsRepository;
  let book: ContactBook;
  before(async () => {
    settings = await bench.open({ checks: settingsChecks() });
    book = createContactBook(bench);
    const bundle = parseConfig({ bytes: Buffer.from(FILE), name: "file", definitions });
    await settings.applyFile(bundle, { by: "test" });
    const rows: [string, number][] = [
      ["today", 0],
      ["yesterday", 1],
      ["weekAgo", 6],
      ["tooOld", 7],
    ];
    for (const [id, days] of rows) {
      const at = START - days * DAY_MS;
      await put("history", new Date(at).toISOString().slice(0, 10), row(id, at));
    }
    await put("routing", ROUTING_GROUP, { ...row("live", START - DAY_MS), type: "item" });
    // Closed while it was looked for.
    await put("routing", ROUTING_GROUP, { ...row("today", START), id: "item~today", type: "item" });
    await put("routing", ROUTING_GROUP, { ...row("oldLive", START - 9 * DAY_MS), type: "item" });
  });
  after(() => bench.close());

  const put = (container: "history" | "routing", partition: string, doc: Doc) =>
    bench.store.batch(container, partition, [{ do: "upsert", doc }], "test");
  const row = (id: string, at: number) => ({
    id,
    type: "closed",
    conversationId: id,
    threadId: id,
    channel: "facebook",
    instanceId: "facebook~2000",
    workstreamId: "messenger",
    customer: { id, name: "Gilda Moore" },
    openedAt: at,
    closedAt: at,
    routed: { at, text: "hi" },
  });

  async function call<T>(name: "dryrun" | "try", body: unknown, at = bench.clock): Promise<T> {
    const route = ruleRoutes({ store: bench.store, contacts: book, settings, clock: at }).find(({ path }) =>
      path.endsWith(name),
    );
    const request = { method: "POST", params: {}, query: new URLSearchParams(), headers: {}, body };
    return (await route?.handle(request))?.body as T;
  }

  it("are for admins", () => {
    const routes = ruleRoutes({ store: bench.store, contacts: book, settings, clock: bench.clock });
    assert.deepEqual(
      routes.map(({ access }) => access),
      ["admin", "admin"],
    );
  });

  describe("dryrun", () => {
    const moved = (view: DryRunView) => view.rows.map(({ conversationId }) => conversationId);

    it("looks at the last seven days, live conversations first, each once, and answers as its schema says", async () => {
      const view = await call<DryRunView>("dryrun", { workstream: DRAFT });
      assert.deepEqual(dryRunView.strict().parse(view), view);
      assert.deepEqual([view.from, view.to, view.complete], ["2025-12-27", "2026-01-02", true]);
      assert.deepEqual(moved(view).sort(), ["live", "today", "weekAgo", "yesterday"]);
      assert.ok(["live", "today"].includes(moved(view)[0] ?? ""));
      assert.deepEqual(view.pairs, [{ from: "general", to: "vip", count: 4 }]);
      assert.equal(view.rows.at(-1)?.at, "2025-12-27T03:04:05.000Z");
    });

    it("looks at the days that are named, and lists no more than asked", async () => {
      const days = { from: "2025-12-24", to: "2026-01-01" };
      const view = await call<DryRunView>("dryrun", { workstream: DRAFT, ...days, limit: 2 });
      assert.deepEqual(moved(view).length, 2);
      assert.deepEqual([view.moved, view.more], [5, 3]);
      const one = await call<DryRunView>("dryrun", { workstream: DRAFT, from: "2026-01-02" });
      assert.deepEqual(moved(one), ["today"]);
    });

    it("knows the contact as it is now, of closed conversations too", async () => {
      const at = START - 20 * DAY_MS;
      const day = new Date(at).toISOString().slice(0, 10);
      const threadId = toThreadId("facebook", "2000", "9");
      const id = toConversationId(threadId, 1);
      await put("history", day, { ...row(id, at), threadId } as Doc);
      // Of another work stream: left out.
      await put("history", day, { ...row("other", at), workstreamId: "sms" } as Doc);
      const customer = { id: "9" };
      await book.seen({ threadId, channel: "facebook", instanceId: "facebook~2000", customer });
      await book.create({ name: "Gilda", fields: { tier: "gold" } }, SYSTEM, "gilda");
      await book.link(threadId, "gilda", { from: 1, how: "agent", by: SYSTEM });
      const rules = [{ name: "gold", if: "contact.fields.tier == 'gold'", queue: "vip" }];
      const workstream = { ...DRAFT, rules };
      const view = await call<DryRunView>("dryrun", { workstream, from: day, to: day });
      assert.deepEqual([view.lookedAt, moved(view)], [1, [id]]);
    });

    it("saves nothing", async () => {
      await call("dryrun", { workstream: DRAFT });
      assert.deepEqual(settings.current().workstreams.get("messenger")?.rules, []);
    });

    it("takes a work stream as it was read, and tells the faults that a save would have", async () => {
      const read = { ...DRAFT, etag: "7", revision: 1, editedAt: "", editedBy: "", fromFile: true };
      assert.equal((await call<DryRunView>("dryrun", { workstream: read })).moved, 4);
      const faulty = {
        ...DRAFT,
        fallbackQueue: "nowhere",
        rules: [{ name: "x", if: "customer.nam == 'x'", queue: "vip" }],
      };
      await assert.rejects(call("dryrun", { workstream: faulty }), (error: SwitchboardError) => {
        assert.equal(error.code, "INPUT_INVALID");
        const paths = (error.details as { path: string }[]).map(({ path }) => path);
        assert.deepEqual(paths.sort(), ["workstream.fallbackQueue", "workstream.rules[0].if"]);
        return true;
      });
    });

    it("refuses other periods, limits and drafts", async () => {
      const wrong: [object, RegExp][] = [
        [{ from: "2025-12-01" }, /33 days; at most 31/],
        [{ from: "2026-01-02", to: "2026-01-01" }, /is after/],
        [{ from: "yesterday" }, /^from: a day as in/],
        [{ limit: 1001 }, /^limit: /],
        [{ workstream: "messenger" }, /^workstream: /],
        [{ workstream: { ...DRAFT, id: undefined } }, /workstream\.id/],
      ];
      for (const [more, message] of wrong)
        await assert.rejects(call("dryrun", { workstream: DRAFT, ...more }), {
          code: "INPUT_INVALID",
          message,
        });
    });

    it("says so when time is up before all were looked at", async () => {
      let now = START;
      const hurried = { ...bench.clock, now: () => (now += 10_000) };
      const view = await call<DryRunView>("dryrun", { workstream: DRAFT }, hurried as typeof bench.clock);
      assert.equal(view.complete, false);
      assert.ok(view.lookedAt < 4);
    });
  });

  describe("try", () => {
    const GILDA = { customer: { name: "Gilda Moore" }, message: { text: "hi" } };

    it("decides a sample by the stored work stream, or by a draft, with the whole trace", async () => {
      const stored = await call<DecisionView>("try", { workstream: "messenger", sample: GILDA });
      assert.equal(stored.placement.queueId, "general");
      const view = await call<DecisionView>("try", {
        workstream: DRAFT,
        sample: { ...GILDA, summary: "wants coffee" },
      });
      assert.deepEqual(decisionView.strict().parse(view), view);
      assert.equal(view.text, 'To queue "vip", rule "VIPs".');
      assert.equal(view.details.summary, "wants coffee");
      assert.deepEqual(
        view.details.read.map(({ rule, result }) => [rule, result]),
        [["VIPs", "matched"]],
      );
    });

    it("shows rules every field of a sample", async () => {
      const cases: [string, object][] = [
        ["channel == 'facebook'", {}],
        ["channel == 'sms'", { channel: "sms" }],
        ["instance.number == '2000'", {}],
        ["instance.number == '2000'", { instance: "facebook~2000" }],
        ["message.text == 'hi' && message.hasMedia", { message: { text: "hi", hasMedia: true } }],
        ["!message.hasMedia", {}],
        ["customer.timezone == 5.5", { customer: { timezone: 5.5 } }],
        ["context.orderNo == '7'", { context: { orderNo: "7" } }],
        ["conversation.returning", { returning: true }],
        ["!conversation.returning", {}],
        ["time.now == 1767225600000", { at: "2026-01-01T01:00:00+01:00" }],
        [`time.now == ${START}`, {}],
      ];
      for (const [condition, sample] of cases) {
        const rules = [{ name: "it", if: condition, queue: "vip" }];
        const view = await call<DecisionView>("try", { workstream: { ...DRAFT, rules }, sample });
        assert.equal(view.placement.queueId, "vip", condition);
      }
    });

    it("says what is wrong with a request", async () => {
      const wrong: [unknown, RegExp][] = [
        [{ workstream: "nowhere" }, /workstream: there is no work stream "nowhere"/],
        [{ workstream: "messenger", sample: { instance: "x" } }, /sample\.instance: there is no "x"/],
        [{ workstream: "messenger", sample: { at: "noon" } }, /sample\.at: a time as in/],
        [{ workstream: "messenger", sample: { custmer: {} } }, /sample: .*custmer/],
        [{ workstream: { ...DRAFT, rules: [{}] } }, /workstream\.rules\[0\]\.name/],
      ];
      for (const [body, message] of wrong)
        await assert.rejects(call("try", body), { code: "INPUT_INVALID", message });
    });
  });
});
