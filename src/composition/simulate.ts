import type { Connections } from "../admin/connections";
import type { AccountDirectory } from "../admin/directory";
import type { Config } from "../config/settings";
import type { ChannelDefinition } from "../core/channel";
import type { Clock } from "../core/clock";
import { messageOf } from "../core/errors";
import type { Log } from "../core/log";
import type { PluginChannel } from "../core/plugin";
import type { SettingsReader, SettingsSnapshot } from "../core/settings";
import { type Simulator, startSimulator } from "../simulator/phone";
import { NOWHERE } from "./openPlatforms";

/** Plays the platforms of simulated accounts; undefined in production, and where there are none. */
export async function simulate(ports: {
  config: Config;
  settings: SettingsReader;
  directory: AccountDirectory;
  definitions: readonly ChannelDefinition[];
  channels: ReadonlyMap<string, PluginChannel>;
  clock: Clock;
  log: Log;
}): Promise<Simulator | undefined> {
  const { config, settings, directory, definitions, channels, clock, log } = ports;
  if (config.production) return undefined;
  const simulated = [...settings.current().accounts.values()].filter((account) => account.simulated);
  if (simulated.length === 0) return undefined;
  // Until the platforms listen nothing may be sent.
  await directory.setSimulatorUrls(
    Object.fromEntries(definitions.map(({ provider }) => [provider, NOWHERE])),
  );
  const accounts = await Promise.all(simulated.map(({ id }) => directory.account(id)));
  const started = await startSimulator({
    accounts: accounts.filter((account) => account !== undefined),
    channels,
    publicUrl: config.publicUrl,
    clock,
    log,
  });
  await directory.setSimulatorUrls(started.urls);
  return started;
}

/** At the simulated platforms all is set up from the start: whoever presses Validate shall see how that looks. */
export async function registerSimulated(
  { accounts }: Pick<SettingsSnapshot, "accounts">,
  connections: Pick<Connections, "register">,
  log: Log,
): Promise<void> {
  for (const { id, simulated } of accounts.values())
    if (simulated)
      await connections
        .register(id)
        .catch((error) => log.debug({ accountId: id, error: messageOf(error) }, "not registered"));
}
