import assert from "node:assert/strict";
import fc from "fast-check";
import { CLOSURE_REASONS, type QueueStint, type SessionRecord } from "../../src/core/workItem";
import { aggregate } from "../../src/reports/aggregate";
import { createCells, GROUPINGS, groupInto, mergeCells } from "../../src/reports/cells";
import { toFigures } from "../../src/reports/figures";
import type { ReportRow } from "../../src/reports/row";
import type { Tally } from "../../src/reports/tally";
import {
  accepted,
  at,
  buildRow,
  buildSession,
  buildStint,
  DAY,
  DAY_MS,
  figuresOf,
  groupsOf,
  NINE,
  THRESHOLDS,
} from "./rows";

describe("the course of a conversation", () => {
  it("is counted as opened, handed to people, accepted and closed", () => {
    const rows = [
      buildRow({ sessions: [accepted(20)] }),
      buildRow({ stints: [], holder: "bot", reason: "botEnded" }),
    ];
    const { opened, handed, accepted: taken, closed, sessions, waiting } = figuresOf(rows);
    assert.deepEqual(
      { opened, handed, taken, closed, sessions, waiting },
      { opened: 2, handed: 1, taken: 1, closed: 2, sessions: 1, waiting: 0 },
    );
  });

  it("is counted on the day of each event", () => {
    const day = (n: number) => n * DAY_MS;
    const row = buildRow({
      sessions: [
        accepted(20, { acceptedAt: NINE + day(1), wrapUpAt: NINE + day(2), endedAt: NINE + day(2) }),
      ],
      closedAt: NINE + day(3),
    });
    const byDay = groupsOf([row], { by: "day", to: "2026-11-30" });
    assert.deepEqual(
      [...byDay].map(([key, { counts }]) => [
        key,
        counts.opened,
        counts.handed,
        counts.accepted,
        counts.handled,
        counts.closed,
      ]),
      [
        [DAY, 1, 1, 0, 0, 0],
        ["2026-11-24", 0, 0, 0, 0, 1],
        ["2026-11-22", 0, 0, 1, 0, 0],
        ["2026-11-23", 0, 0, 0, 1, 0],
      ],
    );
  });

  it("counts what was taken again as another session, and as reopened when its agent opened it", () => {
    const again = accepted(400, { how: "reopen", wrapUpAt: at(450), endedAt: at(500) });
    const figures = figuresOf([buildRow({ sessions: [accepted(20), again] })]);
    assert.deepEqual([figures.accepted, figures.sessions, figures.reopened], [1, 2, 1]);
    assert.equal(figures.speedToAnswer.averageMs, 20_000);
  });
});

describe("what is asked for", () => {
  it("may be one channel, one queue, or a group of each", () => {
    const rows = [
      buildRow({ channel: "sms", workstreamId: "texts" }),
      buildRow({ queueId: "vip", stints: [buildStint({ queueId: "vip" })] }),
      buildRow(),
    ];
    assert.equal(figuresOf(rows, { channel: "sms" }).opened, 1);
    assert.equal(figuresOf(rows, { channel: "facebook", queue: "vip" }).opened, 1);
    assert.equal(figuresOf(rows, { by: "channel", group: "facebook" }).opened, 2);
    assert.equal(figuresOf(rows, { by: "workstream", group: "texts" }).opened, 1);
  });
});

describe("who waits now", () => {
  const live = (row: Partial<ReportRow>): ReportRow => {
    const { closedAt: _closedAt, reason: _reason, ...rest } = buildRow(row);
    return rest;
  };

  it("is live and without an agent; the longest wait is the first one's", () => {
    const rows = [
      live({ holder: "queue", queuedAt: at(100) }),
      live({ holder: "queue", queuedAt: at(40) }),
      live({ holder: "agent" }),
      live({ holder: "bot", stints: [] }),
      buildRow({ holder: "queue", queuedAt: at(0) }),
    ];
    const { waiting, longestWaitMs } = figuresOf(rows, { now: at(100) });
    assert.deepEqual([waiting, longestWaitMs], [2, 60_000]);
  });

  it("is of today only", () => {
    const row = live({ holder: "queue", queuedAt: at(0) });
    assert.equal(figuresOf([row], { now: NINE + DAY_MS }).waiting, 0);
  });
});

describe("speed to answer", () => {
  it("goes from the first queue to the first acceptance, whatever lies between", () => {
    const row = buildRow({
      stints: [
        buildStint({ leftAt: at(30), left: "overflow" }),
        buildStint({ queueId: "vip", enteredAt: at(30), leftAt: at(45), left: "accepted" }),
      ],
      sessions: [
        buildSession({ endedAt: at(20), closure: "agentRejected" }),
        accepted(45, { agentId: "ben", queueId: "vip" }),
      ],
    });
    assert.equal(figuresOf([row], { by: "queue", group: "vip" }).speedToAnswer.averageMs, 45_000);
    assert.equal(figuresOf([row], { by: "agent", group: "ben" }).speedToAnswer.averageMs, 45_000);
    assert.equal(figuresOf([row], { by: "queue", group: "general" }).speedToAnswer.averageMs, null);
  });

  it("has average, median and p90", () => {
    const seconds = [10, 20, 30, 40, 50, 60, 70, 80, 90, 1000];
    const { speedToAnswer: speed } = figuresOf(seconds.map((s) => buildRow({ sessions: [accepted(s)] })));
    assert.deepEqual([speed.count, speed.averageMs], [10, 145_000]);
    for (const [found, wanted] of [
      [speed.medianMs, 50_000],
      [speed.p90Ms, 90_000],
    ] as const)
      assert.ok(Math.abs((found ?? 0) - wanted) <= wanted / 100, `${found}`);
  });

  it("is within the service level of the queue in which it was accepted", () => {
    const rows = [10, 25, 60, 61].map((s) => buildRow({ sessions: [accepted(s)] }));
    const vip = [20, 21].map((s) => buildRow({ sessions: [accepted(s, { queueId: "vip" })] }));
    const { serviceLevel } = figuresOf(rows);
    assert.equal(serviceLevel.inTime, 0.75);
    assert.deepEqual(
      serviceLevel.within.map(({ seconds, share }) => [seconds, share]),
      [
        [10, 0.25],
        [20, 0.25],
        [30, 0.5],
        [40, 0.5],
        [60, 0.75],
        [120, 1],
      ],
    );
    assert.equal(figuresOf(vip).serviceLevel.inTime, 0.5);
    assert.equal(figuresOf([...rows, ...vip], { queue: "vip" }).accepted, 2);
  });
});

describe("handle time", () => {
  it("is active and wrap-up time of each session that ended", () => {
    const rows = [
      buildRow({ sessions: [accepted(20)] }),
      buildRow({
        sessions: [buildSession({ acceptedAt: at(0), endedAt: at(100), closure: "movedToWaiting" })],
      }),
      buildRow({ sessions: [buildSession({ acceptedAt: at(0) })] }),
    ];
    assert.deepEqual(figuresOf(rows).handleTime, {
      count: 2,
      averageMs: 205_000,
      activeMs: 190_000,
      wrapUpMs: 15_000,
    });
  });

  it("is never negative when the clock went back", () => {
    const odd = buildRow({
      sessions: [accepted(20, { acceptedAt: at(500), wrapUpAt: at(100), endedAt: at(400) })],
      stints: [buildStint({ enteredAt: at(900) })],
    });
    const figures = figuresOf([odd]);
    assert.deepEqual(figures.handleTime, { count: 1, averageMs: 0, activeMs: 0, wrapUpMs: 0 });
    assert.equal(figures.speedToAnswer.averageMs, 0);
  });
});

describe("an abandoned conversation", () => {
  const left = (seconds: number, more: Partial<ReportRow> = {}) =>
    buildRow({ holder: "queue", closedAt: at(seconds), reason: "customerEnded", ...more });

  it("was closed before acceptance; short ones and the system's stand apart", () => {
    const rows = [
      left(5),
      left(4),
      left(3, { queueId: "vip" }),
      left(2, { reason: "overflowEnded" }),
      left(900, { reason: "forceClosed" }),
      buildRow({ sessions: [accepted(20)] }),
    ];
    assert.deepEqual(figuresOf(rows).abandons, {
      abandoned: 2,
      abandonedBySystem: 2,
      short: 1,
      rate: 2 / 3,
      rateWithSystem: 4 / 5,
    });
  });

  it("is one that the customer began and people were asked to take", () => {
    const { lastInboundAt: _lastInboundAt, ...outgoing } = left(100);
    const rows = [outgoing, left(100, { stints: [], reason: "botEnded" })];
    assert.deepEqual(figuresOf(rows).abandons, {
      abandoned: 0,
      abandonedBySystem: 0,
      short: 0,
      rate: null,
      rateWithSystem: null,
    });
  });

  it("is none whose customer returned to the helper, which ended it", () => {
    const stints = [{ queueId: "general", enteredAt: at(0), leftAt: at(30), left: "returned" as const }];
    const figures = figuresOf([left(900, { stints, holder: "bot", reason: "botEnded" })]);
    assert.deepEqual([figures.handed, figures.abandons.abandonedBySystem], [1, 0]);
  });

  it("may never have stood in the queue that overflowed", () => {
    const figures = figuresOf([left(0, { stints: [], reason: "overflowEnded" })]);
    assert.deepEqual([figures.handed, figures.abandons.abandonedBySystem], [1, 1]);
  });
});

describe("offers", () => {
  it("are counted by what came of them", () => {
    const sessions = [
      buildSession({ endedAt: at(9), closure: "agentRejected" }),
      buildSession({ endedAt: at(9), closure: "agentTimedOut", agentId: "ben" }),
      buildSession({ endedAt: at(9), closure: "withdrawn" }),
      accepted(20),
      buildSession(),
    ];
    const picked = accepted(20, { how: "pick" });
    delete picked.offeredAt;
    const rows = [buildRow({ sessions }), buildRow({ sessions: [picked] })];
    assert.deepEqual(figuresOf(rows).offers, {
      made: 5,
      accepted: 1,
      rejected: 1,
      timedOut: 1,
      withdrawn: 1,
      acceptedRate: 0.2,
      rejectedRate: 0.2,
      timedOutRate: 0.2,
    });
    assert.equal(figuresOf(rows, { by: "agent", group: "ben" }).offers.timedOutRate, 1);
  });
});

describe("moves", () => {
  const moves = (row: ReportRow, by: "queue" | "agent", group: string) => {
    const { transfers, overflows } = figuresOf([row], { by, group });
    return [transfers.in, transfers.out, overflows.in, overflows.out];
  };

  it("out of a queue by overflow, then out of an agent's hands to another queue and on to a colleague", () => {
    const row = buildRow({
      stints: [
        buildStint({ leftAt: at(60), left: "overflow" }),
        buildStint({ queueId: "vip", enteredAt: at(60), leftAt: at(80), left: "accepted" }),
        buildStint({ queueId: "general", enteredAt: at(100), leftAt: at(110), left: "transferred" }),
        buildStint({ queueId: "vip", enteredAt: at(110), leftAt: at(120), left: "accepted" }),
      ],
      sessions: [
        accepted(80, { queueId: "vip", endedAt: at(100), wrapUpAt: at(100), closure: "transferredToQueue" }),
        accepted(120, { queueId: "vip", endedAt: at(150), wrapUpAt: at(150), closure: "transferredToAgent" }),
        accepted(150, { queueId: "vip", agentId: "ben", how: "transfer" }),
      ],
    });
    assert.deepEqual(moves(row, "queue", "general"), [1, 1, 0, 1]);
    assert.deepEqual(moves(row, "queue", "vip"), [2, 2, 1, 0]);
    assert.deepEqual(moves(row, "agent", "ana"), [0, 2, 0, 0]);
    assert.deepEqual(moves(row, "agent", "ben"), [1, 0, 0, 0]);
  });
});

describe("surveys", () => {
  it("count who answered and average the numbers", () => {
    const rows = [
      buildRow({ survey: { answers: { stars: 4, why: "quick" } } }),
      buildRow({ survey: { answers: { stars: 5 } } }),
      buildRow({ survey: { answers: {} } }),
      buildRow({ survey: {} }),
      buildRow(),
    ];
    assert.deepEqual(figuresOf(rows).surveys, { answered: 2, ratings: 2, averageRating: 4.5 });
  });
});

describe("odd data", () => {
  it("counts as little as it can", () => {
    const odd = {
      ...buildRow(),
      openedAt: Number.NaN,
      sessions: [null, {}, { agentId: "ana", acceptedAt: "noon", offeredAt: null }],
      stints: [null, { queueId: "general" }, { queueId: "general", enteredAt: Number.POSITIVE_INFINITY }],
      survey: "good",
    } as unknown as ReportRow;
    const old = buildRow();
    for (const key of ["sessions", "stints", "queueId", "lastInboundAt"] as const) delete old[key];
    const figures = figuresOf([odd, old]);
    assert.deepEqual([figures.opened, figures.accepted, figures.closed], [1, 0, 2]);
  });
});

describe("rows split over several passes", () => {
  const seconds = fc.integer({ min: -100, max: 4 * 24 * 3600 }).map(at);
  const queueId = fc.constantFrom("general", "vip", "gone");
  const session: fc.Arbitrary<SessionRecord> = fc.record(
    {
      agentId: fc.constantFrom("ana", "ben"),
      how: fc.constantFrom("offer", "pick", "assign", "transfer", "reopen"),
      queueId,
      offeredAt: seconds,
      acceptedAt: seconds,
      wrapUpAt: seconds,
      endedAt: seconds,
      closure: fc.constantFrom(...CLOSURE_REASONS),
    },
    { requiredKeys: ["agentId", "how"] },
  );
  const stint: fc.Arbitrary<QueueStint> = fc.record(
    {
      queueId,
      enteredAt: seconds,
      leftAt: seconds,
      left: fc.constantFrom("accepted", "assigned", "transferred", "overflow", "closed"),
    },
    { requiredKeys: ["queueId", "enteredAt"] },
  );
  const row: fc.Arbitrary<ReportRow> = fc.record(
    {
      conversationId: fc.uuid(),
      channel: fc.constantFrom("facebook", "sms"),
      workstreamId: fc.constantFrom("messenger", "sms"),
      holder: fc.constantFrom("bot", "queue", "agent"),
      openedAt: seconds,
      lastInboundAt: seconds,
      queueId,
      agentId: fc.constantFrom("ana", "ben"),
      queuedAt: seconds,
      sessions: fc.array(session, { maxLength: 4 }),
      stints: fc.array(stint, { maxLength: 4 }),
      closedAt: seconds,
      reason: fc.constantFrom(...CLOSURE_REASONS),
      survey: fc.record({
        answers: fc.dictionary(fc.constantFrom("a", "b"), fc.integer({ min: 1, max: 5 })),
      }),
    },
    { requiredKeys: ["conversationId", "channel", "workstreamId", "holder", "openedAt"] },
  );
  const options = { thresholds: THRESHOLDS, now: at(2 * 24 * 3600) };
  const told = (groups: Map<string, Tally>) =>
    Object.fromEntries([...groups].map(([key, tally]) => [key, toFigures(tally)]));

  it("merge into the same figures as in one pass, in any grouping", () => {
    const period = { from: "2026-11-20", to: "2026-11-26" };
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 30 }),
        fc.constantFrom(...GROUPINGS),
        fc.integer({ min: 1, max: 5 }),
        (rows, by, days) => {
          const merged = createCells();
          const split = new Map<string, Tally>();
          for (let day = 0; day < days; day++) {
            const part = aggregate(
              rows.filter((_row, index) => index % days === day),
              options,
            );
            mergeCells(merged, part);
            groupInto(split, part, { ...period, by });
          }
          const [once, all] = [new Map<string, Tally>(), aggregate(rows, options)];
          groupInto(once, all, { ...period, by });
          const remerged = new Map<string, Tally>();
          groupInto(remerged, merged, { ...period, by });
          assert.deepEqual(told(split), told(once));
          assert.deepEqual(told(remerged), told(once));
          const waits = (cells: typeof all) =>
            Object.fromEntries([...cells.recent].map(([queue, list]) => [queue, list.map((w) => w.endedAt)]));
          assert.deepEqual(waits(merged), waits(all));
        },
      ),
    );
  });

  it("give groups that sum up to the whole", () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), fc.constantFrom(...GROUPINGS), (rows, by) => {
        const period = { from: "2026-11-20", to: "2026-11-26" };
        const groups = groupsOf(rows, { ...period, by });
        const whole = groupsOf(rows, period).get("");
        for (const name of ["opened", "accepted", "closed", "offers", "abandoned", "activeMs"] as const)
          assert.equal(
            [...groups.values()].reduce((sum, { counts }) => sum + counts[name], 0),
            whole?.counts[name] ?? 0,
          );
      }),
    );
  });
});
