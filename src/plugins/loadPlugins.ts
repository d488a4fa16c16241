import type { Clock } from "../core/clock";
import { ConfigError, messageOf } from "../core/errors";
import type { Log } from "../core/log";
import type { Plugin } from "../core/plugin";
import { NONE_RUNNING, type RunningPlugins } from "../core/runningPlugins";
import type { PluggedFunction } from "../expressions/plugged";
import { clashes, type OwnNames, pluginProblems } from "./checkPlugin";
import { createFieldReader } from "./fieldReader";
import { findPlugins, type PluginPlace } from "./findPlugins";
import { createHookRunner } from "./hookRunner";
import { importPlugin } from "./importPlugin";
import { createRecordRunner } from "./recordRunner";
import { type LoadedPlugin, type RunPlugin, runPlugin } from "./runPlugin";

export interface LoadOptions {
  /** SWITCHBOARD_PLUGINS. */
  names: readonly string[];
  /** Of the configuration file, or the working directory. */
  folder: string;
  own: OwnNames;
  /** False: only what is needed to check settings; no thread is started. */
  threads: boolean;
  clock: Clock;
  log: Log;
}

/** All plugins at work, and the functions that expressions shall know. */
export interface LoadedPlugins extends RunningPlugins {
  readonly functions: ReadonlyMap<string, PluggedFunction>;
}

/** Finds, checks and starts all plugins. Throws ConfigError PLUGIN_INVALID with everything that is wrong with any. */
export async function loadPlugins(options: LoadOptions): Promise<LoadedPlugins> {
  const places = findPlugins(options);
  if (places.length === 0) return { ...NONE_RUNNING, functions: new Map() };
  const loaded = await readAll(places, options.own);
  const running = loaded.map((one) => runPlugin(one, options));
  if (options.threads) await startAll(running, loaded);
  return together(running);
}

async function readAll(places: readonly PluginPlace[], own: OwnNames): Promise<LoadedPlugin[]> {
  const problems: string[] = [];
  const loaded: LoadedPlugin[] = [];
  // One after the other: their order is that of their hooks.
  for (const place of places) {
    const found = await read(place, own);
    if ("plugin" in found) loaded.push(found);
    else problems.push(...found.problems.map((problem) => `${place.key}: ${place.from}: ${problem}`));
  }
  const twice = clashes(loaded);
  problems.push(...twice.map(({ from, problem }) => `${from}: ${problem}`));
  if (problems.length > 0) throw invalid(problems);
  return loaded;
}

async function read(
  { file, from, problem }: PluginPlace,
  own: OwnNames,
): Promise<LoadedPlugin | { problems: string[] }> {
  if (file === undefined) return { problems: [problem ?? "cannot be found"] };
  try {
    const exported = await importPlugin(file);
    const problems = pluginProblems(exported, own);
    return problems.length > 0 ? { problems } : { plugin: exported as Plugin, from, file };
  } catch (error) {
    return { problems: [`cannot be loaded: ${messageOf(error)}`] };
  }
}

async function startAll(running: readonly RunPlugin[], loaded: readonly LoadedPlugin[]): Promise<void> {
  const started = await Promise.allSettled(running.map((one) => one.start()));
  const problems = started.flatMap((outcome, i) =>
    outcome.status === "fulfilled"
      ? []
      : [`${loaded[i]?.from}: cannot be loaded in its thread: ${messageOf(outcome.reason)}`],
  );
  if (problems.length === 0) return;
  await Promise.all(running.map((one) => one.close()));
  throw invalid(problems);
}

function invalid(problems: readonly string[]): ConfigError {
  return new ConfigError("PLUGIN_INVALID", `Plugins cannot be used:\n  ${problems.join("\n  ")}`, {
    details: problems,
  });
}

function together(running: readonly RunPlugin[]): LoadedPlugins {
  const actions = named(running, ({ actions = {} }) => actions);
  return {
    dialogs: running.flatMap(({ plugin }) => plugin.dialogs ?? []),
    channels: running.flatMap(({ plugin }) => plugin.channels ?? []),
    actions,
    fields: named(running, ({ fields = {} }) => fields),
    functions: new Map(running.flatMap(({ functions }) => [...functions])),
    hooks: createHookRunner(running),
    readFields: createFieldReader(running),
    records: createRecordRunner(running),
    async runAction(name, input, call) {
      const owner = running.find(({ plugin }) => name.startsWith(`${plugin.name}.`) && actions.has(name));
      if (owner === undefined) return NONE_RUNNING.runAction(name, input, call);
      return (
        (await owner.call(`actions.${name.slice(owner.plugin.name.length + 1)}`, input, call)) ?? undefined
      );
    },
    status: () => running.map((one) => one.status()),
    close: async () => void (await Promise.all(running.map((one) => one.close()))),
  };
}

/** By full name: `<plugin>.<name>`. */
function named<T>(
  running: readonly RunPlugin[],
  of: (plugin: Plugin) => Readonly<Record<string, T>>,
): ReadonlyMap<string, T> {
  return new Map(
    running.flatMap(({ plugin }) =>
      Object.entries(of(plugin)).map(([word, value]) => [`${plugin.name}.${word}`, value] as const),
    ),
  );
}
