import semver from "semver";
import type { z } from "zod";
import { unknownKey } from "../core/nearest";
import type { Plugin } from "../core/plugin";
import { pluginShape } from "./pluginShape";

/** What names are taken before any plugin comes. */
export interface OwnNames {
  version: string;
  /** Functions that expressions know. */
  functions: readonly string[];
  /** First words of fields: "customer", "context". */
  fields: readonly string[];
  channels: readonly string[];
  providers: readonly string[];
}

/** What is wrong with what a file exports, each with its key; [] when it is a plugin that fits this version. */
export function pluginProblems(exported: unknown, own: OwnNames): string[] {
  if (typeof exported !== "object" || exported === null)
    return [`exports ${exported === null ? "null" : `a ${typeof exported}`} instead of a plugin`];
  const versions = versionProblems((exported as Partial<Plugin>).switchboard, own.version);
  const shape = pluginShape.safeParse(exported);
  if (!shape.success) return [...versions, ...shape.error.issues.flatMap((issue) => toWords(issue))];
  return [...versions, ...nameProblems(exported as Plugin, own)];
}

function versionProblems(range: unknown, version: string): string[] {
  if (typeof range !== "string") return [];
  if (semver.validRange(range) === null)
    return [`switchboard: "${range}" is no range of versions; write it as in "^${version}"`];
  return semver.satisfies(version, range, { includePrerelease: true })
    ? []
    : [`switchboard: was written for Switchboard ${range}; this is ${version}`];
}

function toWords(issue: z.core.$ZodIssue): string[] {
  const at = issue.path.map(String).join(".");
  const under = at === "" ? "" : `${at}.`;
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => `${under}${key}: ${unknownKey(key, keysAt(issue.path))}`);
  if (issue.code === "invalid_value") return [`${at}: must be one of ${issue.values.join(", ")}`];
  if (issue.code === "invalid_key") return [`${at}: ${issue.issues[0]?.message ?? issue.message}`];
  if (issue.code === "invalid_type" && issue.input === undefined) return [`${at}: is missing`];
  return [`${at}: ${issue.message}`];
}

/** Keys that may stand at a path of a plugin; [] where anything may. */
function keysAt(path: readonly PropertyKey[]): string[] {
  let shape: unknown = pluginShape;
  for (const step of path) shape = stepInto(shape, String(step));
  return Object.keys((shape as { shape?: object } | undefined)?.shape ?? {});
}

function stepInto(shape: unknown, step: string): unknown {
  const {
    shape: keys,
    valueType,
    element,
  } = shape as {
    shape?: Record<string, unknown>;
    valueType?: unknown;
    element?: unknown;
  };
  const next = keys?.[step] ?? valueType ?? element;
  const { unwrap } = (next ?? {}) as { unwrap?: () => unknown };
  return unwrap === undefined || (next as { element?: unknown }).element !== undefined
    ? next
    : unwrap.call(next);
}

function nameProblems(plugin: Plugin, own: OwnNames): string[] {
  const { name, functions = {}, fields = {}, channels = [] } = plugin;
  const found: string[] = [];
  for (const word of Object.keys(functions))
    if (own.functions.includes(word)) found.push(`functions.${word}: is one of ours; take another name`);
  if (Object.keys(fields).length > 0 && name.includes("-"))
    found.push(
      `name: rules would read "${name}.${Object.keys(fields)[0]}" as a subtraction; a plugin with fields needs a name without dashes, as in "${name.replaceAll("-", "")}"`,
    );
  if (Object.keys(fields).length > 0 && own.fields.includes(name))
    found.push(`name: "${name}" begins fields of ours; a plugin with fields needs another name`);
  channels.forEach(({ definition: { id, provider } }, i) => {
    if (own.channels.includes(id)) found.push(`channels.${i}.definition.id: "${id}" is one of ours`);
    if (own.providers.includes(provider))
      found.push(`channels.${i}.definition.provider: "${provider}" is one of ours`);
  });
  return found;
}

/** One loaded plugin, for telling it from others. */
export interface NamedPlugin {
  plugin: Plugin;
  from: string;
}

/** Names that two plugins want, each told at the later one. */
export function clashes(plugins: readonly NamedPlugin[]): { from: string; problem: string }[] {
  const owners = new Map<string, string>();
  const found: { from: string; problem: string }[] = [];
  for (const { plugin, from } of plugins) {
    for (const { key, name, what } of namesOf(plugin)) {
      const owner = owners.get(`${what} ${name}`);
      if (owner === undefined) owners.set(`${what} ${name}`, from);
      else found.push({ from, problem: `${key}: the ${what} "${name}" is there already, from ${owner}` });
    }
  }
  return found;
}

function namesOf({ name, functions = {}, channels = [], dialogs = [] }: Plugin) {
  return [
    { key: "name", what: "plugin", name },
    ...Object.keys(functions).map((word) => ({ key: `functions.${word}`, what: "function", name: word })),
    ...channels.map(({ definition: { id } }, i) => ({
      key: `channels.${i}.definition.id`,
      what: "channel",
      name: id,
    })),
    ...dialogs.map(({ id }, i) => ({ key: `dialogs.${i}.id`, what: "dialog", name: id })),
  ];
}
