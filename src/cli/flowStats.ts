import type { FlowFiguresView } from "../admin/flows/flowContract";
import type { Command } from "./command";
import { readSettings } from "./dataFolder";
import { needServer } from "./operator";

export const flowStats: Command = {
  name: "flow stats",
  usage: "ID [--from DAY] [--to DAY]",
  summary:
    "Tells of the running server how many customers passed each step of a flow, gave up, or asked for a person.",
  details: "  --from, --to   days as in 2026-11-21, UTC; the last 7 when left out",
  options: { from: { type: "string" }, to: { type: "string" } },
  words: { min: 1, max: 1 },
  async run({ words: [id = ""], options, environment, say }) {
    const server = await needServer(readSettings(environment).dataFolder);
    const query = new URLSearchParams();
    for (const name of ["from", "to"]) {
      const day = options[name];
      if (typeof day === "string") query.set(name, day);
    }
    const route = `/api/admin/flows/${encodeURIComponent(id)}/figures?${query}`;
    const figures = (await server.call("GET", route)) as FlowFiguresView;
    for (const line of toldFigures(figures)) say(line);
  },
};

const COLUMNS = ["asked", "passed", "retried", "gaveUp", "failed", "person"] as const;

function toldFigures({ flow, from, to, revisions }: FlowFiguresView): string[] {
  if (revisions.length === 0) return [`Nobody met ${flow} from ${from} to ${to}.`];
  return revisions.flatMap(({ revision, conversations: all, steps }) => {
    const width = Math.max(4, ...steps.map(({ step }) => step.length));
    const row = (cells: readonly (string | number)[]) =>
      cells.map((cell, i) => (i === 0 ? String(cell).padEnd(width) : String(cell).padStart(8))).join("");
    return [
      `${flow} revision ${revision}, ${from} to ${to}: ${all.started} started, ${all.ended} ended by the helper ` +
        `(${all.askedAgain} asked again within a day), ${all.handedOver} handed over, ${all.person} asked for a person, ${all.failed} failed`,
      row(["step", ...COLUMNS]),
      ...steps.map((step) => row([step.step, ...COLUMNS.map((column) => step[column])])),
      "",
    ];
  });
}
