import { checkInput } from "../core/checkInput";
import type { Clock } from "../core/clock";
import type { Route } from "../core/route";
import type { Reports } from "../reports/reports";
import { readPeriod } from "./period";
import { type ReportView, reportQuery, reportView } from "./reportContract";

/** Figures of work distribution, for supervisors. */
export function reportRoutes(ports: { reports: Pick<Reports, "report">; clock: Clock }): Route[] {
  return [
    {
      method: "GET",
      path: "/api/admin/reports",
      access: "supervisor",
      summary:
        "Figures of at most 31 days (query: from, to, YYYY-MM-DD, UTC; by: queue, agent, channel, workstream, day or none; queue; channel).",
      schema: { query: reportQuery, reply: reportView },
      async handle({ query }) {
        const { from, to, by, queue, channel } = readQuery(query, ports.clock.now());
        const found = await ports.reports.report({ from, to, by, queue, channel });
        return { status: 200, body: { from, to, by, ...found } satisfies ReportView };
      },
    },
  ];
}

function readQuery(query: URLSearchParams, now: number) {
  const given = checkInput(reportQuery, Object.fromEntries(query));
  return { ...given, ...readPeriod(given, { now, days: 1 }) };
}
