import { channels } from "../adapters/registry";
import type { Applied } from "../admin/applyFile";
import { ensureDemoSecrets } from "../admin/demo";
import { createSettingsRepository, type SettingsRepository } from "../admin/settingsRepository";
import { exportConfig } from "../config/exportConfig";
import { parseConfig } from "../config/file";
import type { FlowFiles } from "../config/flowFiles";
import { createSettingsRules } from "../config/rules";
import type { Config } from "../config/settings";
import { systemClock } from "../core/clock";
import { silentLog } from "../core/log";
import { settingsChecks } from "../settingsChecks";
import { needStore, openDemoSecrets, openSecrets, withStore } from "./dataFolder";

/** The built-in channels as the configuration file knows them. */
export const definitions = channels.map((channel) => channel.definition);

/** Applies a checked file to the store of a stopped server. */
export async function applyOffline(
  config: Config,
  file: { name: string; text: string; flowFiles: FlowFiles; force: boolean },
): Promise<Applied> {
  const { name, text, flowFiles, force } = file;
  const bundle = parseConfig({ bytes: Buffer.from(text), name, definitions, flowFiles });
  return withSettings(config, async (settings) => {
    if (!config.production) await ensureDemoSecrets(openDemoSecrets(config), bundle);
    return settings.applyFile(bundle, { force, by: "operator" });
  });
}

/** The settings in the store of a stopped server, as a configuration file. */
export async function exportOffline(config: Config): Promise<string> {
  needStore(config);
  return withSettings(config, async (settings) => exportConfig(settings.current(), definitions));
}

/** With the same checks as in the server. */
async function withSettings<R>(
  config: Config,
  work: (settings: SettingsRepository) => Promise<R>,
): Promise<R> {
  return withStore(config, async ({ store }) => {
    const settings = await createSettingsRepository({
      store,
      clock: systemClock,
      log: silentLog,
      secrets: openSecrets(config),
      rules: createSettingsRules(definitions, { production: config.production }),
      checks: settingsChecks(),
    });
    try {
      return await work(settings);
    } finally {
      settings.close();
    }
  });
}
