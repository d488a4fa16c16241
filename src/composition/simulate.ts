import type { AccountDirectory } from "../admin/directory";
import type { Config } from "../config/settings";
import type { ChannelDefinition } from "../core/channel";
import type { Clock } from "../core/clock";
import type { Log } from "../core/log";
import type { PluginChannel } from "../core/plugin";
import type { SettingsReader } from "../core/settings";
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
