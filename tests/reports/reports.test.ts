import assert from "node:assert/strict";
import { silentLog } from "../../src/core/log";
import type { Doc } from "../../src/core/store";
import { type AgentLoad, ROUTING_GROUP } from "../../src/core/workItem";
import { createReports } from "../../src/reports/reports";
import type { ReportRow } from "../../src/reports/row";
import { createFakeClock } from "../support/clock";
import { createMemoryStore, storeDown } from "../support/memoryStore";
import { createSettings } from "../support/settings";
import { accepted, at, buildRow, buildStint, DAY, DAY_MS, NINE } from "./rows";

const NOON = NINE + 3 * 60 * 60 * 1000;

/** Reports on a store in memory at noon of DAY; rows are written as the pipeline writes them. */
function createBench() {
  const clock = createFakeClock(NOON);
  const store = createMemoryStore(clock.now);
  const settings = createSettings();
  const lines: string[] = [];
  const log = { ...silentLog, warn: (_fields: object, line: string) => void lines.push(line) };
  let queries: string[] = [];
  store.before = ({ kind, container, purpose }) => {
    if (kind === "query") queries.push(`${container}.${purpose}`);
  };
  const put = (container: "history" | "routing", partition: string, doc: Doc) =>
    store.batch(container, partition, [{ do: "upsert", doc }], "test");
  return {
    clock,
    store,
    settings,
    lines,
    reports: createReports({ store, settings, clock, log }),
    /** Names of the queries since the last call. */
    asked(): string[] {
      const since = queries;
      queries = [];
      return since;
    },
    async closed(...rows: ReportRow[]): Promise<void> {
      for (const row of rows)
        await put("history", new Date(row.closedAt ?? 0).toISOString().slice(0, 10), {
          ...row,
          id: `closed~${row.conversationId}`,
          type: "closed",
        });
    },
    async live(...rows: ReportRow[]): Promise<void> {
      for (const { closedAt: _closedAt, reason: _reason, ...row } of rows)
        await put("routing", ROUTING_GROUP, { ...row, id: `item~${row.conversationId}`, type: "item" });
    },
    async present(agentId: string, presence: AgentLoad["presence"]): Promise<void> {
      const load = { agentId, presence, used: 0, lastAssignedAt: 0, presenceAt: 0 };
      await put("routing", ROUTING_GROUP, { ...load, id: `agent~${agentId}`, type: "agent" });
    },
  };
}

const today = { from: DAY, to: DAY } as const;
const queuedAt = (seconds: number): ReportRow => buildRow({ holder: "queue", queuedAt: at(seconds) });

describe("a report", () => {
  it("counts closed and live conversations of a day together", async () => {
    const bench = createBench();
    await bench.closed(
      buildRow({ sessions: [accepted(20)] }),
      buildRow({ sessions: [accepted(40, { queueId: "vip" })] }),
    );
    await bench.live(buildRow({ sessions: [accepted(60)] }), queuedAt(0));
    const { items, total } = await bench.reports.report({ ...today, by: "queue" });
    assert.deepEqual(
      items.map(({ key, figures }) => [key, figures.accepted, figures.waiting]),
      [
        ["general", 2, 1],
        ["vip", 1, 0],
      ],
    );
    assert.deepEqual([total.opened, total.closed, total.speedToAnswer.averageMs], [4, 2, 40_000]);
    assert.equal(total.longestWaitMs, NOON - NINE);
  });

  it("finds what happened in conversations that closed later, and leaves out what happened later", async () => {
    const bench = createBench();
    const row = buildRow({ sessions: [accepted(20)], closedAt: NINE + 5 * DAY_MS });
    await bench.closed(row);
    bench.clock.advance(6 * DAY_MS);
    const figures = async (from: string, to: string) => {
      const { total } = await bench.reports.report({ from, to, by: "none" });
      return [total.opened, total.accepted, total.closed];
    };
    assert.deepEqual(await figures(DAY, DAY), [1, 1, 0]);
    assert.deepEqual(await figures("2026-11-26", "2026-11-26"), [0, 0, 1]);
    assert.deepEqual(await figures(DAY, "2026-11-26"), [1, 1, 1]);
  });

  it("has every day of its period, and nobody's last", async () => {
    const bench = createBench();
    await bench.closed(buildRow({ sessions: [accepted(20)] }));
    const days = await bench.reports.report({ from: "2026-11-20", to: "2026-11-22", by: "day" });
    assert.deepEqual(
      days.items.map(({ key, figures }) => [key, figures.opened]),
      [
        ["2026-11-20", 0],
        [DAY, 1],
        ["2026-11-22", 0],
      ],
    );
    const agents = await bench.reports.report({ ...today, by: "agent" });
    assert.deepEqual(
      agents.items.map(({ key }) => key),
      ["ana", null],
    );
  });

  it("counts one that closes while it is read, once", async () => {
    const bench = createBench();
    const row = buildRow({ closedAt: NOON, sessions: [accepted(20)] });
    await bench.live(row);
    await bench.closed(row);
    assert.equal((await bench.reports.report({ ...today, by: "none" })).total.accepted, 1);
  });
});

describe("a day that is over", () => {
  const yesterday = { from: "2026-11-20", to: "2026-11-20", by: "none" } as const;
  const closedYesterday = () => buildRow({ openedAt: NINE - DAY_MS, closedAt: NINE - DAY_MS + 1 });
  const closedCount = async (bench: ReturnType<typeof createBench>) =>
    (await bench.reports.report(yesterday)).total.closed;

  it("is read once", async () => {
    const bench = createBench();
    await bench.closed(closedYesterday());
    assert.equal(await closedCount(bench), 1);
    bench.asked();
    assert.equal(await closedCount(bench), 1);
    // Live ones, and today's last five minutes.
    assert.deepEqual(bench.asked(), ["routing.items", "history.closed"]);
  });

  it("is read again when a row comes late, or a row changes", async () => {
    const bench = createBench();
    await bench.closed(closedYesterday());
    assert.equal(await closedCount(bench), 1);
    const late = closedYesterday();
    await bench.closed(late);
    assert.equal(await closedCount(bench), 2);
    await bench.closed({ ...late, survey: { answers: { stars: 5 } } });
    const { total } = await bench.reports.report(yesterday);
    assert.deepEqual([total.closed, total.surveys.averageRating], [2, 5]);
  });

  it("is read again when a row comes while it is being read", async () => {
    const bench = createBench();
    await bench.closed(closedYesterday());
    const before = bench.store.before;
    bench.store.before = async (operation) => {
      if (operation.container !== "history" || operation.kind !== "query") return;
      if (before !== undefined) bench.store.before = before;
      await new Promise<void>((resolve) => setImmediate(resolve));
      queueMicrotask(() => void bench.closed(closedYesterday()));
    };
    await closedCount(bench);
    assert.equal(await closedCount(bench), 2);
  });

  it("is read again after it could not be read", async () => {
    const bench = createBench();
    await bench.closed(closedYesterday());
    const { before } = bench.store;
    bench.store.before = ({ container }) => {
      if (container === "history") throw storeDown();
    };
    await assert.rejects(closedCount(bench), { code: "STORE_UNAVAILABLE" });
    if (before !== undefined) bench.store.before = before;
    assert.equal(await closedCount(bench), 1);
  });

  it("is counted again when a queue's limits change", async () => {
    const bench = createBench();
    const row = buildRow({ sessions: [accepted(90)], closedAt: at(600) });
    await bench.closed(row);
    bench.clock.advance(DAY_MS);
    const inTime = async () =>
      (await bench.reports.report({ ...today, by: "none" })).total.serviceLevel.inTime;
    assert.equal(await inTime(), 0);
    bench.settings.change({ queues: [{ id: "general", serviceLevelSeconds: 120 }] });
    assert.equal(await inTime(), 1);
  });

  it("is counted once for two who ask at once", async () => {
    const bench = createBench();
    await bench.closed(closedYesterday());
    assert.deepEqual(await Promise.all([closedCount(bench), closedCount(bench)]), [1, 1]);
  });
});

describe("today", () => {
  it("is always as it is now, and reads again only what closed in the last minutes", async () => {
    const bench = createBench();
    const closed = async () => (await bench.reports.report({ ...today, by: "none" })).total.closed;
    await bench.closed(buildRow());
    assert.equal(await closed(), 1);
    await bench.closed(buildRow({ closedAt: NOON }));
    assert.equal(await closed(), 2);
    bench.clock.advance(10 * 60 * 1000);
    assert.equal(await closed(), 2);
    await bench.closed(buildRow({ closedAt: NOON + 1 }), buildRow({ closedAt: NOON + 9 * 60 * 1000 }));
    assert.equal(await closed(), 4);
  });

  it("becomes a day that is over", async () => {
    const bench = createBench();
    await bench.closed(buildRow({ closedAt: NOON }));
    await bench.reports.report({ ...today, by: "none" });
    bench.clock.advance(DAY_MS);
    assert.equal((await bench.reports.report({ ...today, by: "none" })).total.closed, 1);
  });
});

describe("queues now", () => {
  const all = () => true;

  it("tell who waits, who is there, and how today went", async () => {
    const bench = createBench();
    await bench.live(queuedAt(60), queuedAt(0), buildRow({ holder: "agent" }));
    await bench.closed(
      buildRow({
        stints: [buildStint({ leftAt: at(30), left: "accepted" })],
        sessions: [accepted(30)],
      }),
      buildRow({
        stints: [buildStint({ leftAt: at(70), left: "accepted" })],
        sessions: [accepted(70)],
      }),
    );
    await bench.present("ana", "busy");
    const [general, vip] = await bench.reports.queues(all);
    assert.deepEqual(general, {
      id: "general",
      name: "general",
      waiting: 2,
      longestWaitMs: NOON - NINE,
      agents: { available: 0, busy: 1, doNotDisturb: 0, away: 0, offline: 1, inactive: 0 },
      averageWaitMs: 50_000,
      acceptedToday: 2,
      serviceLevelToday: 0.5,
    });
    assert.deepEqual([vip?.waiting, vip?.averageWaitMs, vip?.serviceLevelToday], [0, null, null]);
  });

  it("average the last twenty waits of today", async () => {
    const bench = createBench();
    const waited = (seconds: number, from = 0) =>
      buildRow({
        stints: [buildStint({ enteredAt: at(from), leftAt: at(from + seconds), left: "accepted" })],
      });
    await bench.closed(waited(3600, -12 * 3600), waited(20, 1000));
    assert.equal((await bench.reports.queues(all))[0]?.averageWaitMs, 20_000);
    for (let n = 0; n < 20; n++) await bench.closed(waited(10, 2000 + n));
    bench.clock.advance(30_000);
    assert.equal((await bench.reports.queues(all))[0]?.averageWaitMs, 10_000);
  });

  it("are read once for desks that ask within two seconds", async () => {
    const bench = createBench();
    await bench.reports.queues(all);
    bench.asked();
    bench.clock.advance(1_999);
    await bench.reports.queues(all);
    assert.deepEqual(bench.asked(), []);
    bench.clock.advance(1);
    await bench.reports.queues(all);
    assert.deepEqual(bench.asked(), ["routing.items", "routing.agents"]);
  });
});

describe("gauges", () => {
  it("tell of queues, agents and today", async () => {
    const bench = createBench();
    await bench.live(queuedAt(0), buildRow({ holder: "queue", queueId: "gone", queuedAt: at(0) }));
    await bench.closed(
      buildRow({ sessions: [accepted(30)] }),
      buildRow({ stints: [buildStint({ leftAt: at(70), left: "accepted" })], sessions: [accepted(70)] }),
      buildRow({ holder: "queue", reason: "customerEnded" }),
      buildRow({ holder: "queue", reason: "forceClosed" }),
    );
    await bench.present("ben", "available");
    assert.deepEqual(await bench.reports.gauges(), {
      waiting: { general: 1, vip: 0, gone: 1 },
      longestWaitSeconds: { general: 10_800, vip: 0, gone: 10_800 },
      late: { general: 1, vip: 0, gone: 1 },
      agents: { available: 1, busy: 0, doNotDisturb: 0, away: 0, offline: 2, inactive: 0 },
      capacity: { used: 0, free: 3 },
      acceptedToday: { general: 2, vip: 0, gone: 0 },
      lateToday: { general: 1, vip: 0, gone: 0 },
      abandonedToday: { customer: 1, system: 1, short: 0 },
      offersToday: { accepted: 2, rejected: 0, timedOut: 0, withdrawn: 0 },
    });
  });

  it("ask at most every ten seconds", async () => {
    const bench = createBench();
    await Promise.all([bench.reports.gauges(), bench.reports.gauges()]);
    const first = bench.asked();
    assert.equal(first.filter((query) => query === "routing.agents").length, 1);
    bench.clock.advance(9_999);
    await bench.reports.gauges();
    assert.deepEqual(bench.asked(), []);
    bench.clock.advance(1);
    await bench.reports.gauges();
    assert.deepEqual(bench.asked(), ["routing.items", "routing.agents"]);
  });

  it("are missing, with a line in the log, while the store is away", async () => {
    const bench = createBench();
    const { before } = bench.store;
    bench.store.before = () => {
      throw storeDown();
    };
    assert.equal(await bench.reports.gauges(), undefined);
    assert.equal(bench.lines.length, 1);
    if (before !== undefined) bench.store.before = before;
    bench.clock.advance(10_000);
    assert.equal((await bench.reports.gauges())?.waiting.general, 0);
  });
});
