import { existsSync } from "node:fs";
import path from "node:path";
import { channels as builtInChannels } from "./adapters/registry";
import type { Config } from "./config/settings";
import type { ChannelDefinition } from "./core/channel";
import type { Clock } from "./core/clock";
import type { Log } from "./core/log";
import type { PluginChannel } from "./core/plugin";
import { NONE_RUNNING, type RunningPlugins } from "./core/runningPlugins";
import { functionNames } from "./expressions/library";
import { registerFunctions } from "./expressions/plugged";
import type { LoadedPlugins } from "./plugins/loadPlugins";
import { RULE_FIELDS, registerFields } from "./routing/rules/fields";
import { VERSION } from "./version";

/** Plugins, and what there is with them. */
export interface OpenedPlugins {
  plugins: RunningPlugins;
  /** Ours, then those of plugins. */
  channels: readonly PluginChannel[];
  definitions: readonly ChannelDefinition[];
  /** Ends their threads and takes back what expressions know of them. */
  close(): Promise<void>;
}

export interface OpenOptions {
  config: Pick<Config, "plugins" | "configFile">;
  /** False: only what is needed to check settings. */
  threads: boolean;
  clock: Clock;
  log: Log;
}

/**
 * Loads the plugins of a server or command and makes their functions and fields known to expressions, before anything
 * reads settings. Throws ConfigError PLUGIN_INVALID.
 */
export async function openPlugins({ config, ...options }: OpenOptions): Promise<OpenedPlugins> {
  const plugins = await load(config, options);
  const forget = [registerFunctions(plugins.functions), registerFields(plugins.fields)];
  const channels = [...builtInChannels, ...plugins.channels];
  return {
    plugins,
    channels,
    definitions: channels.map(({ definition }) => definition),
    async close() {
      for (const undo of forget) undo();
      await plugins.close();
    },
  };
}

async function load(
  { plugins: names, configFile }: OpenOptions["config"],
  options: Omit<OpenOptions, "config">,
): Promise<LoadedPlugins> {
  const folder = configFile === undefined ? process.cwd() : path.resolve(path.dirname(configFile));
  if (names.length === 0 && !existsSync(path.join(folder, "plugins")))
    return { ...NONE_RUNNING, functions: new Map() };
  // Loaded only here: a server without plugins starts sooner.
  const { loadPlugins } = await import("./plugins/loadPlugins.js");
  const ours = builtInChannels.map(({ definition }) => definition);
  return loadPlugins({
    ...options,
    names,
    folder,
    own: {
      version: VERSION,
      functions: functionNames(),
      fields: Object.keys(RULE_FIELDS).map((name) => name.split(".", 1)[0] ?? ""),
      channels: ours.map(({ id }) => id),
      providers: ours.map(({ provider }) => provider),
    },
  });
}
