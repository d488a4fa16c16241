import path from "node:path";
import { toSnapshot, withObject } from "../admin/checks";
import { readFlowFiles } from "../config/flowFiles";
import { readBundle } from "../config/readBundle";
import type { Config } from "../config/settings";
import { parseYaml, pathText, type YamlSource } from "../config/yamlSource";
import { systemClock } from "../core/clock";
import { type FlowSettings, SETTINGS_KINDS, type SettingsSnapshot } from "../core/settings";

import { checkFlow, type FlowWorld } from "../dialogs/flows/check";
import { createHostList } from "../dialogs/flows/requests";
import { createKnowledge, type Knowledge } from "../dialogs/knowledge/knowledge";
import { flowWorldOf } from "../settingsChecks";
import { checkedSettings, fileFaults, readConfigText, readText } from "./checkText";
import type { openForChecks } from "./offline";

type Opened = Awaited<ReturnType<typeof openForChecks>>;

/** A flow file by itself, or a configuration with flows. */
export type FlowSource =
  | { kind: "flow"; flow: FlowSettings; lineOf: YamlSource["lineOf"] }
  | { kind: "configuration"; settings: SettingsSnapshot };

/** Reads a flow file or a configuration file. Throws ConfigError that lists every fault with its line. */
export function readFlowSource(file: string, config: Config, opened: Opened): FlowSource {
  const text = readText(file, "flow file");
  const parsed = parseYaml(text);
  if (!parsed.ok) throw fileFaults(file, parsed.problems);
  const { source } = parsed;
  if (!isFlow(source.value)) {
    const flowFiles = readFlowFiles(text, path.dirname(file));
    return {
      kind: "configuration",
      settings: checkedSettings(text, file, {
        production: config.production,
        opened,
        flowFiles,
        world: flowWorld(config, file, opened).world,
      }),
    };
  }
  const { objects, problems } = readBundle(
    wrapped(),
    opened.definitions,
    new Map([[path.basename(file), text]]),
  );
  const own = problems
    .filter((problem) => !isDangling(problem))
    .map((problem) => problem.replace(`${path.basename(file)}: `, ""));
  const [flow] = objects.flows;
  if (flow === undefined || own.length > 0) throw fileFaults(file, own);
  return { kind: "flow", flow, lineOf: source.lineOf };

  /** A configuration of nothing but this file: its faults are told as anywhere. */
  function wrapped(): YamlSource {
    const outer = parseYaml(JSON.stringify({ flows: [path.basename(file)] }));
    if (!outer.ok) throw fileFaults(file, outer.problems);
    return outer.source;
  }
}

/** Steps of a flow file may name queues and other flows, which are somewhere else. */
const isDangling = (problem: string): boolean => /: no (queue|flow|operating hours) "/.test(problem);

function isFlow(value: unknown): boolean {
  return typeof value === "object" && value !== null && "steps" in value;
}

/** What there is around flows on this machine: plugins, channels, answers, hosts. */
export function flowWorld(
  config: Config,
  beside: string,
  { plugins, definitions }: Opened,
): { world: FlowWorld; knowledge: Knowledge } {
  const folder = config.knowledgeFolder ?? path.join(path.dirname(path.resolve(beside)), "knowledge");
  const knowledge = createKnowledge(folder, systemClock);
  const world: FlowWorld = {
    ...flowWorldOf(plugins, definitions),
    ...(config.flowHosts.length === 0 ? {} : { isHostAllowed: createHostList(config.flowHosts).has }),
    ...(knowledge.sources().size === 0 ? {} : { knowledge: knowledge.sources() }),
  };
  return { world, knowledge };
}

/** Faults of a flow file with their lines; [] when it can run. */
export function flowProblems(
  { flow, lineOf }: Extract<FlowSource, { kind: "flow" }>,
  world: FlowWorld,
): string[] {
  return checkFlow(flow, world)
    .map(({ path: inside, message }) => ({ inside, message, line: lineOf(inside) }))
    .sort((a, b) => a.line - b.line)
    .map(({ inside, message, line }) => `${pathText(inside)}: ${message.replace(/\.$/, "")} (line ${line})`);
}

/** Settings for trials: those of a configuration file, or nothing but the flows given. */
export function trialSettingsOf(
  configFile: string | undefined,
  flows: readonly FlowSettings[],
  opened: Opened,
): SettingsSnapshot {
  const base = configFile === undefined ? emptySettings() : configSettings(configFile, opened);
  return flows.reduce((settings, flow) => withObject(settings, "flows", flow), base);
}

function configSettings(file: string, opened: Opened): SettingsSnapshot {
  const { text, flowFiles } = readConfigText(file);
  return checkedSettings(text, file, { production: false, opened, flowFiles });
}

function emptySettings(): SettingsSnapshot {
  const nothing = Object.fromEntries(SETTINGS_KINDS.map((kind) => [kind, []]));
  return toSnapshot({ hash: "", ...nothing } as never);
}
