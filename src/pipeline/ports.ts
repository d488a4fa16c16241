import type { Account, Channel, ChannelClient, Instance } from "../core/channel";
import type { Clock } from "../core/clock";
import type { Log } from "../core/log";
import type { SettingsReader } from "../core/settings";
import type { Store } from "../core/store";

/** Accounts with their secrets resolved; a cache of settings and secrets. */
export interface AccountDirectory {
  /** What is in memory now, without waiting; undefined when unknown or not yet loaded. */
  accountNow(id: string): Account | undefined;
  account(id: string): Promise<Account | undefined>;
  instance(id: string): Instance | undefined;
}

/** What every step of the pipeline is built on. */
export interface PipelinePorts {
  store: Store;
  settings: SettingsReader;
  accounts: AccountDirectory;
  channels: ReadonlyMap<string, Channel>;
  clients: ReadonlyMap<string, ChannelClient>;
  clock: Clock;
  log: Log;
  /** This process, in leases: new at every start. */
  serverId: string;
}
