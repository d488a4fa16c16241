import { readFileSync } from "node:fs";
import { readBundle } from "../config/readBundle";
import { parseYaml, pathText, type YamlSource } from "../config/yamlSource";
import type { WorkstreamSettings } from "../core/distribution";
import { ConfigError, messageOf } from "../core/errors";
import type { FlowSettings } from "../core/settings";
import { checkFlow } from "../dialogs/flowSteps";
import { compileRules } from "../routing/rules";
import { definitions } from "./offline";

interface Problem {
  line: number;
  text: string;
}

/** How many objects of each kind a faultless file has. */
export type FileContent = Record<
  "accounts" | "instances" | "workstreams" | "queues" | "agents" | "flows",
  number
>;

/** A file's text. Throws ConfigError CONFIG_UNREADABLE. */
export function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new ConfigError("CONFIG_UNREADABLE", `The configuration file cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/**
 * Checks a configuration file with its rules and flows; a server is not needed. Throws ConfigError CONFIG_INVALID
 * that lists every problem with its path and line, in the order of the file.
 */
export function checkText(text: string, name: string, options: { production: boolean }): FileContent {
  const parsed = parseYaml(text);
  if (!parsed.ok) throw invalid(name, parsed.problems);
  const { source } = parsed;
  const { objects, problems } = readBundle(source, definitions);
  const queues = new Set(objects.queues.map(({ id }) => id));
  const all: Problem[] = [
    ...problems.map((told) => ({ line: Number(/\(line (\d+)/.exec(told)?.[1] ?? 0), text: told })),
    ...objects.workstreams.flatMap((workstream) => ruleProblems(source, workstream)),
    ...objects.flows.flatMap((flow) => flowProblems(source, flow, queues)),
    ...(options.production ? objects.accounts.filter((account) => account.simulated) : []).map(({ id }) =>
      problemAt(
        source,
        ["accounts", placeOf(source, "accounts", id), "simulated"],
        "does not exist in production",
      ),
    ),
  ];
  if (all.length > 0) {
    throw invalid(
      name,
      all.sort((a, b) => a.line - b.line).map((problem) => problem.text),
    );
  }
  return Object.fromEntries(
    Object.entries(objects).map(([kind, list]) => [kind, list.length]),
  ) as FileContent;
}

function ruleProblems(source: YamlSource, { id, rules }: WorkstreamSettings): Problem[] {
  return compileRules(rules).rules.flatMap(({ condition }, i) =>
    "broken" in condition
      ? [
          problemAt(
            source,
            ["workstreams", placeOf(source, "workstreams", id), "rules", i, "if"],
            condition.broken,
          ),
        ]
      : [],
  );
}

/** The flow's checks tell `steps.<step>.<field>: message`. */
function flowProblems(source: YamlSource, flow: FlowSettings, queues: ReadonlySet<string>): Problem[] {
  const at = ["flows", placeOf(source, "flows", flow.id)];
  return checkFlow(flow, new Set(), queues).map((told) => {
    const [, where = "", message = told] = /^(\S+?): (.*)$/s.exec(told) ?? [];
    const step = Object.keys(flow.steps).find(
      (name) => where === `steps.${name}` || where.startsWith(`steps.${name}.`),
    );
    if (step === undefined) return problemAt(source, [...at, ...where.split(".")], message);
    const rest = where
      .slice(`steps.${step}.`.length)
      .split(".")
      .filter((word) => word !== "");
    const inside = rest.map((word) => (/^\d+$/.test(word) ? Number(word) : word));
    return problemAt(source, [...at, "steps", step, ...inside], message);
  });
}

/** Where the object stands in its list: faulty ones are left out of what was read. */
function placeOf(source: YamlSource, section: string, id: string): number {
  const list = (source.value as Record<string, unknown>)[section];
  const items = Array.isArray(list) ? (list as { id?: unknown }[]) : [];
  return Math.max(
    0,
    items.findIndex((item) => String(item?.id) === id),
  );
}

function problemAt(source: YamlSource, path: readonly (string | number)[], message: string): Problem {
  const line = source.lineOf(path);
  return { line, text: `${pathText(path)}: ${message.replace(/\.$/, "")} (line ${line})` };
}

function invalid(name: string, problems: readonly string[]): ConfigError {
  const count = problems.length === 1 ? "a fault" : `${problems.length} faults`;
  return new ConfigError("CONFIG_INVALID", `${name} has ${count}:\n  ${problems.join("\n  ")}`, {
    details: problems,
  });
}
