import path from "node:path";
import { createSettingsRepository, type SettingsRepository } from "../admin/settingsRepository";
import { createSettingsRules } from "../config/rules";
import type { Config } from "../config/settings";
import { checkFields } from "../contacts/book/fields";
import type { ChannelDefinition } from "../core/channel";
import type { Clock } from "../core/clock";
import type { ContactBook } from "../core/contactBook";
import type { Log } from "../core/log";
import type { Plugins } from "../core/plugin";
import type { Store } from "../core/store";
import { createHostList, type HostList } from "../dialogs/flows/requests";
import { createKnowledge, type Knowledge } from "../dialogs/knowledge/knowledge";
import { createDemoSecrets, createSecrets, type Secrets } from "../secrets/secrets";
import { flowWorldOf, settingsChecks } from "../settingsChecks";
import { createStartConfiguration, type StartConfiguration } from "../startConfiguration";
import { ROOT } from "./root";

export interface OpenedSettings {
  secrets: Secrets;
  settings: SettingsRepository;
  configuration: StartConfiguration;
  /** What flows may ask, and what they know. */
  hosts: HostList;
  knowledge: Knowledge;
}

/** Settings, with the secrets they name and everything that checks them. Nothing is applied yet. */
export async function openSettings(ports: {
  config: Config;
  store: Store;
  plugins: Pick<Plugins, "dialogs" | "actions">;
  definitions: readonly ChannelDefinition[];
  contacts: ContactBook;
  /** Text instead of a configuration file. */
  text: string | undefined;
  clock: Clock;
  log: Log;
}): Promise<OpenedSettings> {
  const { config, store, plugins, definitions, contacts, text, clock, log } = ports;
  const { environment, dataFolder, production } = config;
  const secretsOptions = { environment, dataFolder, production, clock, log, ...config.secrets };
  const secrets = createSecrets(secretsOptions);
  const hosts = createHostList(config.flowHosts);
  const knowledge = createKnowledge(config.knowledgeFolder ?? knowledgeBeside(config), clock);
  const settings = await createSettingsRepository({
    store,
    clock,
    log,
    secrets,
    rules: createSettingsRules(definitions, { production }),
    checks: settingsChecks({
      ...flowWorldOf(plugins, definitions),
      get knowledge() {
        return knowledge.sources();
      },
      isHostAllowed: hosts.has,
    }),
  });
  const configuration = createStartConfiguration({
    config,
    settings,
    secrets,
    demoSecrets: () => (config.secrets.kind === "file" ? secrets : createDemoSecrets(secretsOptions)),
    definitions,
    book: { store, contacts, check: checkFields },
    ...(text === undefined ? {} : { text }),
    shared: !store.exclusive,
    log,
  });
  return { secrets, settings, configuration, hosts, knowledge };
}

/** The demo has its own when nothing is configured; production knows nothing of the demo. */
function knowledgeBeside({ configFile, production, dataFolder }: Config): string {
  const demo = path.join(ROOT, "examples", "demo");
  const folder = configFile === undefined ? (production ? dataFolder : demo) : path.dirname(configFile);
  return path.join(folder, "knowledge");
}
