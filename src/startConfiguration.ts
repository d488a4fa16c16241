import { existsSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { applyWithContacts, type ContactApplyPorts } from "./admin/applyContacts";
import type { Applied } from "./admin/applyFile";
import { ensureDemoSecrets } from "./admin/demo";
import type { SettingsRepository } from "./admin/settingsRepository";
import { parseConfig, readConfigFile } from "./config/file";
import { developmentFaults } from "./config/productionRules";
import type { Config } from "./config/settings";
import { DEFAULT_QUEUE, defaultQueue, defaultWorkstream, defaultWorkstreamId } from "./core/builtIns";
import type { ChannelDefinition } from "./core/channel";
import { DEMO_SECRET } from "./core/demo";
import { ConfigError, Conflict } from "./core/errors";
import type { Log } from "./core/log";
import { SETTINGS_KINDS, type SettingsSnapshot } from "./core/settings";
import type { Secrets } from "./secrets/secrets";

const DEMO_FILE = path.resolve(__dirname, "..", "..", "examples", "demo", "switchboard.yaml");
const APPLY_ATTEMPTS = 10;
/** Longer than the feed takes to tell of what another server wrote. */
const APPLY_AGAIN_MS = 2_500;

type Bundle = ReturnType<typeof parseConfig>;

/** Who may sign in to the demo, and with which token. */
export interface DemoPerson {
  id: string;
  name: string;
  token: string;
}

interface StartConfigurationOptions {
  config: Config;
  settings: SettingsRepository;
  secrets: Secrets;
  /** Where the demo's made-up secrets go; asked for only in development. */
  demoSecrets: () => Secrets;
  definitions: readonly ChannelDefinition[];
  /** The book that the file's contacts go to. */
  book: ContactApplyPorts;
  /** Text instead of a configuration file. */
  text?: string;
  /** Other servers use the same store. */
  shared: boolean;
  log: Log;
}

/** What a server is configured with when it starts: the named file, else what is stored, else the demo. */
export interface StartConfiguration {
  /** Throws ConfigError with all that is wrong in the file. */
  applyAtStart(): Promise<void>;
  apply(bundle: Bundle, options?: { force?: boolean; by: string }): Promise<Applied>;
  /** Undefined in production and without the demo's agents. */
  demoPeople(): Promise<readonly DemoPerson[] | undefined>;
}

export function createStartConfiguration(options: StartConfigurationOptions): StartConfiguration {
  const { config, settings, secrets, definitions, text, log } = options;

  /** Servers that start together apply the same file: who loses a race finds it applied a moment later. */
  async function applyAmongOthers(bundle: Bundle): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await apply(bundle);
        return;
      } catch (error) {
        if (!(error instanceof Conflict) || !options.shared || attempt === APPLY_ATTEMPTS) throw error;
        // Not the clock's timer: nothing else keeps the process alive yet.
        await sleep(APPLY_AGAIN_MS);
      }
    }
  }

  async function apply(bundle: Bundle, how: { force?: boolean; by: string } = { by: "file" }) {
    if (!config.production) await ensureDemoSecrets(options.demoSecrets(), bundle);
    return applyWithContacts({ ...options.book, settings }, bundle, how);
  }

  async function applyWhatIsNamed(): Promise<void> {
    if (text !== undefined) {
      const bytes = Buffer.from(text);
      await applyAmongOthers(parseConfig({ bytes, name: "configuration", definitions }));
    } else if (config.configFile !== undefined)
      await applyAmongOthers(readConfigFile(config.configFile, definitions));
    else if (settings.current().accounts.size > 0) return;
    else if (config.production) {
      await addBuiltIns(settings, definitions);
      log.warn({}, "nothing is configured: set SWITCHBOARD_CONFIG or use the admin API");
    } else if (existsSync(DEMO_FILE)) await apply(readConfigFile(DEMO_FILE, definitions));
  }

  return {
    apply,

    async applyAtStart() {
      await applyWhatIsNamed();
      // Another server may have written it a moment ago: nobody is answered before all of it is known here too.
      if (options.shared) await settings.refresh();
      if (config.production) refuseDevelopment(settings.current());
    },

    async demoPeople() {
      if (config.production) return undefined;
      const agents = [...settings.current().agents.values()].filter((agent) =>
        DEMO_SECRET.test(agent.token ?? ""),
      );
      const people = await Promise.all(
        agents.map(async ({ id, name, token }) => ({
          id,
          name,
          token: (await secrets.resolve(token ?? ""))[0] ?? "",
        })),
      );
      return people.length === 0 ? undefined : people;
    },
  };
}

/** A store that development has used may hold its demo, whatever is configured now. */
function refuseDevelopment(settings: SettingsSnapshot): void {
  const faults = SETTINGS_KINDS.flatMap((kind) =>
    [...settings[kind].values()].flatMap((value) =>
      developmentFaults(kind, value).map(
        ({ path: inside, message }) => `${kind}/${value.id} ${inside.join(".")}: ${message}`,
      ),
    ),
  );
  if (faults.length === 0) return;
  throw new ConfigError(
    "CONFIG_INVALID",
    `The store holds what production refuses; mend it in development, or name another store (SWITCHBOARD_DATA, COSMOS_DATABASE):\n  ${faults.join("\n  ")}`,
    { details: faults },
  );
}

/** What an empty installation begins with: a queue of everybody, and a work stream for each channel. */
async function addBuiltIns(
  settings: SettingsRepository,
  definitions: readonly ChannelDefinition[],
): Promise<void> {
  if (settings.current().workstreams.size > 0) return;
  const by = { by: "system" };
  if (!settings.current().queues.has(DEFAULT_QUEUE))
    await settings.put("queues", DEFAULT_QUEUE, defaultQueue(), by);
  for (const { id: channel } of definitions)
    await settings.put("workstreams", defaultWorkstreamId(channel), defaultWorkstream(channel), by);
}
