import { existsSync } from "node:fs";
import path from "node:path";
import { applyWithContacts } from "../admin/applyContacts";
import type { Applied } from "../admin/applyFile";
import { ensureDemoSecrets } from "../admin/demo";
import { createSettingsRepository, type SettingsRepository } from "../admin/settingsRepository";
import { exportConfig } from "../config/exportConfig";
import { parseConfig } from "../config/file";
import type { FlowFiles } from "../config/flowFiles";
import { createSettingsRules } from "../config/rules";
import type { Config } from "../config/settings";
import { createContactBook } from "../contacts/book/book";
import { checkFields } from "../contacts/book/fields";
import { systemClock } from "../core/clock";
import { silentLog } from "../core/log";
import type { Store } from "../core/store";
import { type OpenedPlugins, openPlugins } from "../openPlugins";
import { flowWorldOf, settingsChecks } from "../settingsChecks";
import { needStore, openDemoSecrets, openSecrets, withStore } from "./dataFolder";

/**
 * Plugins, as far as settings are checked with them: no thread is started. They stand beside the file that the server is
 * told of, else beside `file`, else in the working directory. Throws ConfigError PLUGIN_INVALID.
 */
export function openForChecks(config: Config, file?: string): Promise<OpenedPlugins> {
  const beside =
    file !== undefined && existsSync(path.join(path.dirname(file), "plugins")) ? file : undefined;
  const configFile = config.configFile ?? beside;
  return openPlugins({
    config: { plugins: config.plugins, ...(configFile === undefined ? {} : { configFile }) },
    threads: false,
    clock: systemClock,
    log: silentLog,
  });
}

/** Applies a checked file to the store of a stopped server. */
export async function applyOffline(
  config: Config,
  opened: OpenedPlugins,
  file: { name: string; text: string; flowFiles: FlowFiles; force: boolean },
): Promise<Applied> {
  const { name, text, flowFiles, force } = file;
  const { definitions } = opened;
  const bundle = parseConfig({ bytes: Buffer.from(text), name, definitions, flowFiles });
  return withSettings(config, opened, async (settings, store) => {
    if (!config.production) await ensureDemoSecrets(openDemoSecrets(config), bundle);
    // What the book owes for it, the server does when it starts.
    const contacts = createContactBook({ store, clock: systemClock });
    const ports = { store, contacts, check: checkFields, settings };
    return applyWithContacts(ports, bundle, { force, by: "operator" });
  });
}

/** The settings in the store of a stopped server, as a configuration file. */
export async function exportOffline(config: Config): Promise<string> {
  needStore(config);
  const opened = await openForChecks(config);
  return withSettings(config, opened, async (settings) =>
    exportConfig(settings.current(), opened.definitions),
  );
}

/** With the same checks as in the server. */
async function withSettings<R>(
  config: Config,
  { definitions, plugins }: OpenedPlugins,
  work: (settings: SettingsRepository, store: Store) => Promise<R>,
): Promise<R> {
  return withStore(config, async ({ store }) => {
    const settings = await createSettingsRepository({
      store,
      clock: systemClock,
      log: silentLog,
      secrets: openSecrets(config),
      rules: createSettingsRules(definitions, { production: config.production }),
      checks: settingsChecks(flowWorldOf(plugins, definitions)),
    });
    try {
      return await work(settings, store);
    } finally {
      settings.close();
    }
  });
}
