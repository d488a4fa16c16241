import type { OwedSteps } from "../contacts/owed";
import type { Tickets } from "../contacts/tickets/tickets";
import type { Account, Channel, ChannelClient, Instance, MediaRequest } from "../core/channel";
import type { Clock } from "../core/clock";
import type { ContactBook } from "../core/contactBook";
import type { Log } from "../core/log";
import type { MediaStore } from "../core/media";
import type { Meter } from "../core/metricTable";
import type { RunningPlugins } from "../core/runningPlugins";
import type { SettingsReader } from "../core/settings";
import type { Store } from "../core/store";

/** Accounts with their secrets resolved; a cache of settings and secrets. */
export interface AccountDirectory {
  /** What is in memory now, without waiting; undefined when unknown or not yet loaded. */
  accountNow(id: string): Account | undefined;
  account(id: string): Promise<Account | undefined>;
  /** Asks for the secrets again, at most every 30 s an account; the account as it is then. */
  refresh(id: string): Promise<Account | undefined>;
  instance(id: string): Instance | undefined;
}

/** Everything about files that steps of a message need. */
export interface MediaPort {
  store: MediaStore;
  /** Public address of a stored file, valid for about an hour. */
  urlOf(id: string): string;
  /**
   * Fetches what a platform offers, through the guard. Throws ChannelError: retryable (CHANNEL_UNAVAILABLE) or final
   * (CHANNEL_REFUSED), in words for the agent.
   */
  fetch(request: MediaRequest): Promise<{ contentType: string; name?: string; content: Buffer }>;
}

/** What every step of the pipeline is built on. */
export interface PipelinePorts {
  store: Store;
  settings: SettingsReader;
  accounts: AccountDirectory;
  channels: ReadonlyMap<string, Channel>;
  clients: ReadonlyMap<string, ChannelClient>;
  media: MediaPort;
  /** The book of contacts, and what it owes. Absent: nobody is identified. */
  contacts?: { book: ContactBook; owed: Pick<OwedSteps, "sweep" | "backlog" | "stop"> } | undefined;
  /** Absent: none. */
  plugins?:
    | (Pick<RunningPlugins, "hooks" | "readFields"> & Partial<Pick<RunningPlugins, "records">>)
    | undefined;
  tickets: Pick<Tickets, "take" | "make">;
  clock: Clock;
  log: Log;
  meter: Meter;
  /** This process, in leases: new at every start. */
  serverId: string;
  /** How long a message that is being sent belongs to its server; a minute when left out. */
  leaseMs?: number;
}
