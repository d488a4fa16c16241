import type { Account, ChannelDefinition, Field, Instance, ProviderId } from "../core/channel";
import type { Clock } from "../core/clock";
import { ConfigError, messageOf } from "../core/errors";
import type { Log } from "../core/log";
import { secretReference } from "../core/settingFields";
import {
  type AccountSettings,
  type InstanceSettings,
  type SettingsReader,
  type SettingsSnapshot,
  toInstanceId,
} from "../core/settings";
import type { SecretsPort } from "./ports";

export interface DirectoryOptions {
  settings: SettingsReader;
  secrets: Pick<SecretsPort, "resolve">;
  definitions: readonly ChannelDefinition[];
  /** PUBLIC_URL, without a trailing slash. */
  publicUrl: string;
  /** Base URLs that replace the platforms' own; left out: the client's. */
  apiUrls?: Partial<Record<ProviderId, string>>;
  production: boolean;
  clock: Clock;
  log: Log;
}

/** Accounts with their secrets, ready for use. In memory, so that a webhook waits for nothing. */
export interface AccountDirectory {
  /** Waits for a change that is being taken over. */
  account(id: string): Promise<Account | undefined>;
  /** The same without waiting; undefined also while the account cannot be used. */
  accountNow(id: string): Account | undefined;
  instance(id: string): Instance | undefined;
  /** By the platform's id of a page, handle or number. */
  instanceByExternalId(channel: string, externalId: string): Instance | undefined;
  /** Why an account cannot be used; undefined when it can. */
  problem(accountId: string): string | undefined;
  /** Asks for the secrets again after a signature or token failed; at most every 30 s an account. */
  refresh(accountId: string): Promise<Account | undefined>;
  /** Where simulated accounts send, by provider: known once the simulator listens. */
  setSimulatorUrls(urls: Partial<Record<ProviderId, string>>): Promise<void>;
  close(): void;
}

interface Entry {
  settings: AccountSettings;
  instances: InstanceSettings[];
  account?: Account;
  /** Those of `account`, by settings id. */
  byId: ReadonlyMap<string, Instance>;
  /** `account` was made of these very settings, not of the former ones. */
  built: boolean;
  /** What went wrong last. */
  fault?: string;
  /** When the secrets were last asked for. */
  at: number;
  freshAt: number;
  resolving?: Promise<void>;
}

// Secrets change while the server runs; a rotation is taken over within this time.
const STALE_MS = 60_000;
const FRESH_MS = 30_000;

/** Resolves every account once. Throws ConfigError when production has a simulated account. */
export async function createAccountDirectory(options: DirectoryOptions): Promise<AccountDirectory> {
  const directory = new Directory(options);
  await directory.start();
  return directory;
}

class Directory implements AccountDirectory {
  readonly #options: DirectoryOptions;
  #entries = new Map<string, Entry>();
  #simulatorUrls: Partial<Record<ProviderId, string>> = {};
  #stop = (): void => {};

  constructor(options: DirectoryOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { settings, production } = this.#options;
    const simulated = [...settings.current().accounts.values()].filter((account) => account.simulated);
    if (production && simulated.length > 0) {
      const names = simulated.map((account) => account.id).join(", ");
      throw new ConfigError("CONFIG_INVALID", `Simulated accounts are refused in production: ${names}.`);
    }
    this.#stop = settings.onChange((snapshot) => this.#follow(snapshot));
    this.#follow(settings.current());
    await this.#settled();
  }

  async account(id: string): Promise<Account | undefined> {
    await this.#entries.get(id)?.resolving;
    return this.accountNow(id);
  }

  accountNow(id: string): Account | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    if (this.#options.clock.now() - entry.at > STALE_MS) this.#resolve(entry, false);
    return entry.account;
  }

  instance(id: string): Instance | undefined {
    const accountId = this.#options.settings.current().instances.get(id)?.account;
    if (accountId === undefined || this.accountNow(accountId) === undefined) return undefined;
    return this.#entries.get(accountId)?.byId.get(id);
  }

  instanceByExternalId(channel: string, externalId: string): Instance | undefined {
    const instance = this.instance(toInstanceId(channel, externalId));
    return instance?.externalId === externalId ? instance : undefined;
  }

  problem(accountId: string): string | undefined {
    // Looked at again when it is due: an account that nobody writes to must not stay broken on the screen.
    if (this.accountNow(accountId) !== undefined) return undefined;
    return this.#entries.get(accountId)?.fault;
  }

  async refresh(accountId: string): Promise<Account | undefined> {
    const entry = this.#entries.get(accountId);
    if (entry === undefined) return undefined;
    await entry.resolving;
    const now = this.#options.clock.now();
    if (now - entry.freshAt >= FRESH_MS) {
      entry.freshAt = now;
      this.#resolve(entry, true);
    }
    // Also for those who came just after: several webhooks signed with the new secret arrive at once.
    await entry.resolving;
    return this.#entries.get(accountId)?.account;
  }

  async setSimulatorUrls(urls: Partial<Record<ProviderId, string>>): Promise<void> {
    this.#simulatorUrls = urls;
    await this.#settled();
    await Promise.all(
      [...this.#entries.values()].filter((e) => e.settings.simulated).map((e) => this.#resolve(e, false)),
    );
  }

  close(): void {
    this.#stop();
  }

  async #settled(): Promise<void> {
    await Promise.all([...this.#entries.values()].map((entry) => entry.resolving));
  }

  /** Keeps what did not change; unchanged settings are the same objects. */
  #follow(snapshot: SettingsSnapshot): void {
    const instancesOf = groupByAccount(snapshot);
    const next = new Map<string, Entry>();
    for (const settings of snapshot.accounts.values()) {
      const instances = instancesOf.get(settings.id) ?? [];
      const before = this.#entries.get(settings.id);
      const same = before?.settings === settings && sameItems(before.instances, instances);
      next.set(settings.id, before !== undefined && same ? before : this.#begin(settings, instances, before));
    }
    this.#entries = next;
  }

  /** The former account serves until the new one is ready: a webhook in between is not refused. */
  #begin(settings: AccountSettings, instances: InstanceSettings[], before: Entry | undefined): Entry {
    const freshAt = before?.freshAt ?? Number.NEGATIVE_INFINITY;
    const entry: Entry = {
      settings,
      instances,
      byId: before?.byId ?? new Map(),
      built: false,
      at: 0,
      freshAt,
    };
    if (before?.account !== undefined) entry.account = before.account;
    this.#resolve(entry, false);
    return entry;
  }

  /** Never rejects: what goes wrong is the entry's problem. */
  #resolve(entry: Entry, fresh: boolean): Promise<void> {
    entry.at = this.#options.clock.now();
    entry.resolving ??= this.#build(entry, fresh).then(
      (account) => {
        entry.account = account;
        entry.byId = new Map(account.instances.map((instance) => [instance.id, instance]));
        entry.built = true;
        delete entry.fault;
        delete entry.resolving;
      },
      (error: unknown) => {
        this.#fail(entry, error);
        delete entry.resolving;
      },
    );
    return entry.resolving;
  }

  /** A source that fails later does no harm: what was read before stays in use. */
  #fail(entry: Entry, error: unknown): void {
    const { id, simulated } = entry.settings;
    const fault = messageOf(error);
    const { log } = this.#options;
    // Told once, not at every retry; a simulator that has not started yet is no fault.
    if (entry.fault !== fault) {
      const tell = simulated ? log.debug : log.warn;
      tell.call(log, { accountId: id, problem: fault }, "The secrets of an account cannot be read");
    }
    entry.fault = fault;
    if (!entry.built || simulated) delete entry.account;
  }

  async #build(entry: Entry, fresh: boolean): Promise<Account> {
    const { settings } = entry;
    const { definitions, publicUrl } = this.#options;
    const fields = definitions
      .filter((d) => d.provider === settings.provider)
      .flatMap((d) => d.accountFields);
    const values = { ...defaultsOf(fields), ...(await this.#resolveTexts(settings.values, fresh)) };
    const apiUrl = this.#apiUrl(settings) ?? (values.apiUrl || undefined);
    return {
      id: settings.id,
      provider: settings.provider,
      name: settings.name,
      values,
      secrets: await this.#resolveAll(settings.secrets, fresh),
      publicUrls: [...new Set([publicUrl, ...settings.publicUrls].map((url) => url.replace(/\/+$/, "")))],
      instances: await Promise.all(entry.instances.map((instance) => this.#toInstance(instance, fresh))),
      ...(apiUrl !== undefined && { apiUrl }),
    };
  }

  async #toInstance(settings: InstanceSettings, fresh: boolean): Promise<Instance> {
    const fields = this.#options.definitions
      .filter((d) => d.id === settings.channel)
      .flatMap((d) => d.instance.fields);
    return {
      id: settings.id,
      channel: settings.channel,
      accountId: settings.account,
      externalId: settings.externalId,
      name: settings.name,
      values: { ...defaultsOf(fields), ...(await this.#resolveTexts(settings.values, fresh)) },
      secrets: await this.#resolveAll(settings.secrets, fresh),
      workstreamId: settings.workstream,
    };
  }

  async #resolveAll(
    references: Record<string, string>,
    fresh: boolean,
  ): Promise<Record<string, readonly string[]>> {
    const resolve = async ([name, reference]: [string, string]) =>
      [name, await this.#options.secrets.resolve(reference, { fresh })] as const;
    return Object.fromEntries(await Promise.all(Object.entries(references).map(resolve)));
  }

  /** A text may be a reference too, for ids that an operator keeps out of the file. */
  async #resolveTexts(values: Record<string, string>, fresh: boolean): Promise<Record<string, string>> {
    const references = Object.entries(values).filter(([, value]) => secretReference.safeParse(value).success);
    const resolved = await this.#resolveAll(Object.fromEntries(references), fresh);
    return {
      ...values,
      ...Object.fromEntries(Object.entries(resolved).map(([name, [first]]) => [name, first ?? ""])),
    };
  }

  /** A simulated account must never reach the real platform, so it waits for the simulator. */
  #apiUrl({ id, provider, simulated }: AccountSettings): string | undefined {
    if (!simulated) return this.#options.apiUrls?.[provider];
    if (this.#options.production) {
      throw new ConfigError("CONFIG_INVALID", `The account "${id}" is simulated, which production refuses.`);
    }
    const url = this.#simulatorUrls[provider];
    if (url === undefined)
      throw new ConfigError("CONFIG_INVALID", `The simulator of account "${id}" is not running.`);
    return url;
  }
}

function groupByAccount(snapshot: SettingsSnapshot): Map<string, InstanceSettings[]> {
  const groups = new Map<string, InstanceSettings[]>();
  for (const instance of snapshot.instances.values()) {
    const group = groups.get(instance.account);
    if (group === undefined) groups.set(instance.account, [instance]);
    else group.push(instance);
  }
  return groups;
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

function defaultsOf(fields: readonly Field[]): Record<string, string> {
  return Object.fromEntries(
    fields.flatMap((field) => (field.default === undefined ? [] : [[field.name, field.default]])),
  );
}
