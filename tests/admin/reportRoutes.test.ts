import assert from "node:assert/strict";
import { type ReportView, reportView } from "../../src/admin/reportContract";
import { reportRoutes } from "../../src/admin/reportRoutes";
import type { Route } from "../../src/core/route";
import type { Selection } from "../../src/reports/cells";
import { toFigures } from "../../src/reports/figures";
import { createTally } from "../../src/reports/tally";
import { createFakeClock } from "../support/clock";

describe("GET /api/admin/reports", () => {
  let asked: Selection[] = [];
  const total = toFigures(createTally());
  const [route] = reportRoutes({
    clock: createFakeClock(),
    reports: {
      async report(selection) {
        asked.push(selection);
        return { items: [{ key: null, figures: total }], total };
      },
    },
  }) as [Route];
  const call = (query: string) =>
    route.handle({
      method: "GET",
      params: {},
      query: new URLSearchParams(query),
      headers: {},
      body: undefined,
    });

  beforeEach(() => {
    asked = [];
  });

  it("is for supervisors", () => assert.equal(route.access, "supervisor"));

  it("asks for the days and groups named, and answers as its schema says", async () => {
    const reply = await call("from=2026-11-01&to=2026-11-21&by=agent&queue=vip&channel=sms");
    assert.deepEqual(asked, [
      { from: "2026-11-01", to: "2026-11-21", by: "agent", queue: "vip", channel: "sms" },
    ]);
    const body = reply.body as ReportView;
    assert.deepEqual(reportView.strict().parse(body), body);
    assert.deepEqual([body.from, body.to, body.by], ["2026-11-01", "2026-11-21", "agent"]);
  });

  it("is of today, by queue, unless told otherwise", async () => {
    for (const query of ["", "to=2026-11-05", "from=2026-11-05"]) await call(query);
    assert.deepEqual(
      asked.map(({ from, to, by }) => [from, to, by]),
      [
        ["2026-11-21", "2026-11-21", "queue"],
        ["2026-11-05", "2026-11-05", "queue"],
        ["2026-11-05", "2026-11-21", "queue"],
      ],
    );
  });

  it("says what is wrong with a period or grouping", async () => {
    const wrong: [string, RegExp][] = [
      ["from=yesterday", /^from: a day as in 2026-11-21$/],
      ["to=2026-02-30", /^to: a day/],
      ["from=2026-11-02&to=2026-11-01", /^from: 2026-11-02 is after 2026-11-01/],
      ["from=2026-10-01&to=2026-11-01", /32 days; at most 31/],
      ["by=month", /^by: /],
      ["queue=", /^queue: /],
    ];
    for (const [query, message] of wrong)
      await assert.rejects(call(query), { code: "INPUT_INVALID", message }, query);
    await call("from=2026-10-02&to=2026-11-01");
  });
});
