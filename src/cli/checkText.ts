import { readFileSync } from "node:fs";
import { type SettingsChecks, toSnapshot } from "../admin/checks";
import type { Fault } from "../admin/ports";
import { readBundle } from "../config/readBundle";
import { parseYaml, pathText, type YamlSource } from "../config/yamlSource";
import { ConfigError, messageOf } from "../core/errors";
import { SETTINGS_KINDS, type SettingsKind, type SettingsSnapshot } from "../core/settings";
import type { OpenedPlugins } from "../openPlugins";
import { flowWorldOf, settingsChecks } from "../settingsChecks";

interface Problem {
  line: number;
  text: string;
}

interface CheckOptions {
  production: boolean;
  opened: Pick<OpenedPlugins, "definitions" | "plugins">;
}

/** How many objects of each kind a faultless file has. */
export type FileContent = Record<SettingsKind, number>;

/** A file's text. Throws ConfigError CONFIG_UNREADABLE, which calls the file `what`. */
export function readText(file: string, what = "configuration file"): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new ConfigError("CONFIG_UNREADABLE", `The ${what} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

/**
 * Checks a configuration file with its rules and flows; a server is not needed. Throws ConfigError CONFIG_INVALID
 * that lists every problem with its path and line, in the order of the file.
 */
export function checkText(text: string, name: string, options: CheckOptions): FileContent {
  const snapshot = checkedSettings(text, name, options);
  return Object.fromEntries(SETTINGS_KINDS.map((kind) => [kind, snapshot[kind].size])) as FileContent;
}

/** The settings that a faultless file would make in an empty store. Throws as `checkText` does. */
export function checkedSettings(text: string, name: string, options: CheckOptions): SettingsSnapshot {
  const parsed = parseYaml(text);
  if (!parsed.ok) throw fileFaults(name, parsed.problems);
  const { source } = parsed;
  const { objects, problems } = readBundle(source, options.opened.definitions);
  const snapshot = toSnapshot({ ...objects, hash: "" });
  const all: Problem[] = [
    ...problems.map((told) => ({ line: Number(/\(line (\d+)/.exec(told)?.[1] ?? 0), text: told })),
    ...ownersProblems(
      source,
      snapshot,
      settingsChecks(flowWorldOf(options.opened.plugins, options.opened.definitions)),
    ),
    ...(options.production ? objects.accounts.filter((account) => account.simulated) : []).map(({ id }) =>
      problemAt(
        source,
        ["accounts", placeOf(source, "accounts", id), "simulated"],
        "does not exist in production",
      ),
    ),
  ];
  if (all.length > 0) {
    throw fileFaults(
      name,
      all.sort((a, b) => a.line - b.line).map((problem) => problem.text),
    );
  }
  return snapshot;
}

/** What the owners of rules, hours and flows say. */
function ownersProblems(source: YamlSource, snapshot: SettingsSnapshot, checks: SettingsChecks): Problem[] {
  return SETTINGS_KINDS.flatMap((kind) =>
    [...snapshot[kind].values()].flatMap((value) => {
      const check = checks[kind] as SettingsCheck | undefined;
      const at = [kind, placeOf(source, kind, value.id)];
      return (check?.(value, snapshot) ?? []).map(({ path, message }) =>
        problemAt(source, [...at, ...path], message),
      );
    }),
  );
}

type SettingsCheck = (value: unknown, snapshot: SettingsSnapshot) => Fault[];

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

/** The file is not as it should be; `problems` come with their lines. */
export function fileFaults(name: string, problems: readonly string[]): ConfigError {
  const count = problems.length === 1 ? "a fault" : `${problems.length} faults`;
  return new ConfigError("CONFIG_INVALID", `${name} has ${count}:\n  ${problems.join("\n  ")}`, {
    details: problems,
  });
}
