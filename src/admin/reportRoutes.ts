import { checkInput } from "../core/checkInput";
import { type Clock, isoTime } from "../core/clock";
import { InputError } from "../core/errors";
import type { Route } from "../core/route";
import type { Reports } from "../reports/reports";
import { type ReportView, reportQuery, reportView } from "./contract";

const MOST_DAYS = 31;
const DAY_MS = 24 * 60 * 60 * 1000;

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
  const today = isoTime(now).slice(0, 10);
  const from = given.from ?? given.to ?? today;
  const to = given.to ?? today;
  if (from > to)
    throw new InputError("INPUT_INVALID", `from: ${from} is after ${to}, the last day of the period.`);
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  if (days > MOST_DAYS)
    throw new InputError(
      "INPUT_INVALID",
      `from, to: ${days} days; at most ${MOST_DAYS} at once, ask for the rest in another request.`,
    );
  return { ...given, from, to };
}
