import type { FlowSettings } from "../../core/settings";
import { readSteps } from "./readSteps";
import { type FlowText, type Step, targetsOf } from "./steps";

/** A flow as the text of a Mermaid flowchart: every step with what it says or asks, every way with its condition. */
export function drawFlow(flow: FlowSettings): string {
  const { steps } = readSteps(flow);
  const ids = new Map([...steps.keys()].map((id, i) => [id, `s${i}`]));
  const nodes = [...steps].map(([id, step]) => `  ${ids.get(id)}${shapeOf(id, step)}`);
  const ways = [...steps].flatMap(([id, step]) => waysOf(step, ids.get(id) ?? "", ids));
  const starts = [
    `  start([start]) --> ${ids.get(flow.start) ?? "finish"}`,
    ...(flow.onReturn === undefined
      ? []
      : [`  back([back from people]) --> ${ids.get(flow.onReturn) ?? "finish"}`]),
  ];
  const finish = ways.some((way) => way.endsWith(" finish")) ? ["  finish([end of the flow])"] : [];
  return `${["flowchart TD", ...starts, ...nodes, ...finish, ...ways].join("\n")}\n`;
}

function waysOf(step: Step, from: string, ids: ReadonlyMap<string, string>): string[] {
  return targetsOf(step).map(({ path, target }) => {
    const label = labelOf(step, path);
    const arrow = path[0] === "giveUp" || path[0] === "error" ? "-.->" : "-->";
    const to = ids.get(target) ?? "finish";
    return `  ${from} ${arrow}${label === "" ? "" : `|${quoted(label)}|`} ${to}`;
  });
}

function labelOf(step: Step, [key, place]: readonly (string | number)[]): string {
  if (key === "next") return step.do === "ask" && step.choices !== undefined ? "else" : "";
  if (key === "choices" && step.do === "ask") return textOf(step.choices?.[Number(place)]?.label);
  if (key === "cases") return String(place);
  if (key === "giveUp") return "gives up";
  return String(key);
}

/** A question is a rhombus-like box, an end is round, all else is a box. */
function shapeOf(id: string, step: Step): string {
  const words = [`**${id}** ${step.do}`, ...detailsOf(step)].map(short).join("\n");
  if (step.do === "ask") return `{{${quoted(words)}}}`;
  if (step.do === "if" || step.do === "switch" || step.do === "hours") return `{${quoted(words)}}`;
  if (step.do === "end" || step.do === "handoff" || step.do === "return") return `([${quoted(words)}])`;
  return `[${quoted(words)}]`;
}

function detailsOf(step: Step): string[] {
  switch (step.do) {
    case "ask":
    case "say":
    case "end":
      return [textOf(step.text)];
    case "handoff":
      return [textOf(step.text), step.queue === undefined ? "" : `to ${step.queue}`];
    case "set":
      return [Object.keys({ ...step.context, ...step.vars }).join(", ")];
    case "if":
      return [step.if];
    case "switch":
      return [step.value];
    case "flow":
      return [step.flow];
    case "dialog":
      return [step.dialog];
    case "action":
      return [step.action];
    case "http":
      return [`${step.method} ${step.url}`];
    case "hours":
      return [step.hours ?? ""];
    case "knowledge":
      return [step.source ?? ""];
    case "return":
      return [String(step.result ?? "")];
    case "ticket":
      return [step.subject];
    case "goto":
      return [];
    default:
      return step satisfies never;
  }
}

/** One text of several languages stands for all. */
const textOf = (text: FlowText | undefined): string =>
  text === undefined ? "" : typeof text === "string" ? text : (text.en ?? Object.values(text)[0] ?? "");

const LONGEST = 120;
const short = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

/** A Mermaid text in quotes: its own signs as entities, line breaks as such. */
function quoted(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const safe = lines.map((line) =>
    line.replace(/[&"<>#;`|{}[\]()\\]/g, (sign) => `#${sign.codePointAt(0)};`),
  );
  return `"${safe.join("<br>").replace(/\*\*([^*]+)\*\*/, "<b>$1</b>")}"`;
}
