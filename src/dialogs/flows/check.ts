import { nearest } from "../../core/nearest";
import type { ValueKind } from "../../core/plugin";
import type { FlowSettings } from "../../core/settings";
import { kindOf } from "./catalogue";
import { compileFlow } from "./compile";
import { reachFaults } from "./reach";
import { type FlowFault, readSteps } from "./readSteps";
import type { FlowText, FlowValue, Step, StepOf } from "./steps";
import { kindOfValue } from "./values";

/** What there is around a flow; what is left out is not checked. */
export interface FlowWorld {
  /** Ids of coded dialogs. */
  dialogs?: ReadonlySet<string>;
  /** Actions of plugins with what they take. */
  actions?: ReadonlyMap<string, { takes?: Readonly<Record<string, ValueKind>> }>;
  /** Ids of channels. */
  channels?: ReadonlySet<string>;
  /** Sources of answers. */
  knowledge?: ReadonlySet<string>;
  /** May an `http` step ask this host ("orders.example.com:8443")? */
  isHostAllowed?: (host: string) => boolean;
}

/** Everything wrong with a flow, each with its place and how to mend it; [] when it can run. */
export function checkFlow(flow: FlowSettings, world: FlowWorld = {}): FlowFault[] {
  const { steps, rest } = readSteps(flow);
  const placed = (id: string, faults: FlowFault[]) =>
    faults.map(({ path, message }) => ({ path: ["steps", id, ...path], message }));
  return [
    ...compileFlow(flow).faults,
    ...reachFaults(flow, steps, rest),
    ...[...steps].flatMap(([id, step]) => placed(id, [...senseFaults(step), ...worldFaults(step, world)])),
    ...[...steps, ...rest].flatMap(([id, step]) => placed(id, translationFaults(step, flow.languages))),
  ];
}

const fault = (path: FlowFault["path"], message: string): FlowFault => ({ path, message });

/** What fits its schema and still makes no sense. */
function senseFaults(step: Step): FlowFault[] {
  if (step.do === "ask") return askFaults(step);
  if (step.do === "say" && step.text === undefined && step.media === undefined)
    return [fault(["text"], "is missing: say a text, or send media")];
  if (step.do === "set" && step.context === undefined && step.vars === undefined)
    return [fault(["vars"], "is missing: set vars, context, or both")];
  if (step.do === "http" && step.method === "GET" && step.body !== undefined)
    return [fault(["body"], "a GET has no body; use query, or method: POST")];
  return [];
}

function askFaults(step: StepOf<"ask">): FlowFault[] {
  const kind = kindOf(step);
  const only = (key: keyof StepOf<"ask">, kinds: readonly string[]) =>
    step[key] === undefined || kinds.includes(kind)
      ? []
      : [fault([key], `means nothing with kind "${kind}"; it is for ${kinds.join(" and ")}`)];
  return [
    ...only("choices", ["choice"]),
    ...(kind === "choice" && step.choices === undefined ? [fault(["choices"], "is missing")] : []),
    ...only("yes", ["yesNo"]),
    ...only("no", ["yesNo"]),
    ...only("country", ["phone"]),
    ...only("accept", ["attachment"]),
    ...limitFaults(step, "min"),
    ...limitFaults(step, "max"),
    ...repeatedValues(step),
  ];
}

function limitFaults(step: StepOf<"ask">, key: "min" | "max"): FlowFault[] {
  const [kind, limit] = [kindOf(step), step[key]];
  if (limit === undefined) return [];
  if (kind === "date") {
    const isDay = limit === "today" || (typeof limit === "string" && /^\d{4}-\d{2}-\d{2}$/.test(limit));
    return isDay ? [] : [fault([key], 'is a day: "2026-12-24", or "today"')];
  }
  if (kind !== "number" && kind !== "text")
    return [fault([key], `means nothing with kind "${kind}"; it is for number, text and date`)];
  return typeof limit === "number" ? [] : [fault([key], "is a number, without quotes")];
}

function repeatedValues({ choices = [] }: StepOf<"ask">): FlowFault[] {
  const seen = new Set<string>();
  return choices.flatMap(({ value, label }, i) => {
    const name = value ?? (typeof label === "string" ? label : (Object.values(label)[0] ?? ""));
    if (seen.has(name.toLowerCase())) return [fault(["choices", i], `"${name}" is offered twice`)];
    seen.add(name.toLowerCase());
    return [];
  });
}

function worldFaults(step: Step, world: FlowWorld): FlowFault[] {
  if (step.do === "ask" || step.do === "say")
    return Object.keys(step.channels ?? {}).flatMap((name) =>
      missing(["channels", name], "channel", name, world.channels),
    );
  if (step.do === "dialog") return missing(["dialog"], "coded dialog", step.dialog, world.dialogs);
  if (step.do === "action") return actionFaults(step, world.actions);
  if (step.do === "knowledge" && step.source !== undefined)
    return missing(["source"], "folder of answers", step.source, world.knowledge);
  if (step.do === "http") return urlFaults(step, world);
  return [];
}

function missing(
  path: FlowFault["path"],
  noun: string,
  name: string,
  known: ReadonlySet<string> | undefined,
): FlowFault[] {
  if (known === undefined || known.has(name)) return [];
  const meant = nearest(name, [...known]);
  return [
    fault(path, `there is no ${noun} "${name}"${meant === undefined ? "" : `; did you mean "${meant}"?`}`),
  ];
}

function actionFaults(step: StepOf<"action">, actions: FlowWorld["actions"]): FlowFault[] {
  const action = actions?.get(step.action);
  if (actions === undefined) return [];
  if (action === undefined) return missing(["action"], "action", step.action, new Set(actions.keys()));
  const takes = Object.entries(action.takes ?? {});
  const names = new Map(takes.map(([name, kind]) => [name.replace(/\?$/, ""), kind]));
  const given = step.with ?? {};
  return [
    ...takes
      .filter(([name]) => !name.endsWith("?") && given[name] === undefined)
      .map(([name]) => fault(["with", name], `is missing: "${step.action}" needs it`)),
    ...Object.entries(given).flatMap(([name, value]) => inputFaults(name, value, names)),
  ];
}

function inputFaults(name: string, value: FlowValue, names: ReadonlyMap<string, ValueKind>): FlowFault[] {
  const wanted = names.get(name);
  if (wanted === undefined) return missing(["with", name], "input", name, new Set(names.keys()));
  const kind = kindOfValue(value);
  if (wanted === "any" || kind === "any" || kind === wanted) return [];
  return [
    fault(
      ["with", name],
      `is a ${kind}; a ${wanted} is asked for${kind === "text" ? ' ("=…" computes one)' : ""}`,
    ),
  ];
}

/** An address that begins with an expression can only be told when it is asked. */
function urlFaults(step: StepOf<"http">, { isHostAllowed }: FlowWorld): FlowFault[] {
  const [, host] = /^https?:\/\/([^/?#]*)/i.exec(step.url) ?? [];
  if (host === undefined) {
    return step.url.startsWith("${") ? [] : [fault(["url"], "begins with https://")];
  }
  if (host.includes("${") || isHostAllowed === undefined || isHostAllowed(host)) return [];
  return [fault(["url"], `SWITCHBOARD_FLOW_HOSTS does not allow "${host}"`)];
}

/** Where a flow names its languages, every text for customers is in each of them. */
function translationFaults(step: Step, languages: readonly string[] | undefined): FlowFault[] {
  if (languages === undefined) return [];
  return customerTexts(step).flatMap(({ path, text }) => {
    const has = typeof text === "string" ? languages.slice(0, 1) : Object.keys(text);
    const lacking = languages.filter((language) => !has.includes(language));
    return lacking.length === 0 ? [] : [fault(path, `is not there in ${lacking.join(", ")}`)];
  });
}

function customerTexts(step: Step): { path: FlowFault["path"]; text: FlowText }[] {
  const found: { path: FlowFault["path"]; text: FlowText }[] = [];
  const add = (path: FlowFault["path"], text: FlowText | undefined) => {
    if (text !== undefined) found.push({ path, text });
  };
  if ("text" in step) add(["text"], step.text);
  if (step.do === "ask") add(["retry"], step.retry);
  if (step.do === "ask") step.choices?.forEach(({ label }, i) => void add(["choices", i, "label"], label));
  if (step.do === "say") step.replies?.forEach((text, i) => void add(["replies", i], text));
  if (step.do === "ask" || step.do === "say")
    for (const [channel, own] of Object.entries(step.channels ?? {}))
      add(["channels", channel, "text"], own.text);
  return found;
}
