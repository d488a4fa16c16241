import { checkInput } from "../../core/checkInput";
import type { Clock } from "../../core/clock";
import type { Route } from "../../core/route";
import type { SettingsReader } from "../../core/settings";
import type { Pipeline } from "../../pipeline/pipeline";
import { daysOf, readPeriod } from "../period";
import { noSuch } from "../settingsDoc";
import { type FlowFiguresView, figuresQuery, flowFiguresView } from "./flowContract";

const DAYS = 7;

/** How flows do: which steps lose customers, and what becomes of conversations. */
export function flowFigureRoutes(ports: {
  pipeline: Pick<Pipeline, "flowFigures">;
  settings: SettingsReader;
  clock: Clock;
}): Route[] {
  return [
    {
      method: "GET",
      path: "/api/admin/flows/:id/figures",
      access: "supervisor",
      summary:
        "Figures of a flow by revision and step (query: from, to, YYYY-MM-DD, UTC, at most 31 days; the last 7 when left out).",
      schema: { query: figuresQuery, reply: flowFiguresView },
      async handle({ params, query }) {
        const given = checkInput(figuresQuery, Object.fromEntries(query));
        const period = readPeriod(given, { now: ports.clock.now(), days: DAYS });
        const flow = params.id ?? "";
        const found = await ports.pipeline.flowFigures.of(flow, daysOf(period));
        const known = ports.settings.current().flows;
        // A flow that was deleted keeps its figures.
        if (found.length === 0 && !known.has(flow)) throw noSuch("flows", flow, known.keys());
        const revisions = found.map(({ revision, conversations, steps }) => ({
          revision,
          conversations,
          // In the order of the flow as it is now; steps that are gone come last.
          steps: inOrder(Object.keys(steps), ports.settings, flow).map((step) => ({
            step,
            ...(steps[step] as Exclude<(typeof steps)[string], undefined>),
          })),
        }));
        return { status: 200, body: { flow, ...period, revisions } satisfies FlowFiguresView };
      },
    },
  ];
}

function inOrder(names: readonly string[], settings: SettingsReader, flow: string): string[] {
  const order = Object.keys(settings.current().flows.get(flow)?.steps ?? {});
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return [...names].sort((a, b) => place(a) - place(b));
}
