import type { AuditDoc } from "../core/audit";
import type { Clock } from "../core/clock";
import { Conflict, NotFound } from "../core/errors";
import type { Log } from "../core/log";
import { bare, type Precondition, requireMatch } from "../core/preconditions";
import type { SettingsByKind, SettingsKind, SettingsReader } from "../core/settings";
import type { Op, Page, Store, Stored } from "../core/store";
import { type Applied, applyBundle } from "./applyFile";
import {
  checkObject,
  type FaultDetail,
  faultsIn,
  faultText,
  inputInvalid,
  parseObject,
  type SettingsChecks,
  usersOf,
  withObject,
} from "./checks";
import { completeGenerated, makeSecrets } from "./generated";
import type { SecretsPort, SettingsBundle, SettingsRules } from "./ports";
import { isEdited, nameOf, type SettingsDoc } from "./settingsDoc";
import { SettingsStore } from "./settingsStore";
import { createSnapshotHolder } from "./snapshot";

export interface RepositoryOptions {
  store: Store;
  clock: Clock;
  log: Log;
  secrets: SecretsPort;
  rules: SettingsRules;
  /** Checks of other folders: conditions compile, flows compile. */
  checks?: SettingsChecks;
}

/** One object with what is known about it. */
export interface SettingsEntry<K extends SettingsKind = SettingsKind> {
  value: SettingsByKind[K];
  /** Without quotes. */
  etag: string;
  revision: number;
  editedAt: number;
  editedBy: string;
  /** It came from a configuration file. */
  fromFile: boolean;
  /** It came from a file and was edited in the console since. */
  editedSinceFile: boolean;
}

export interface ListOptions {
  /** 1 to 1,000; 100 when left out. */
  limit?: number;
  cursor?: string;
}

/** The settings: read from memory, written through the store. */
export interface SettingsRepository extends SettingsReader {
  get<K extends SettingsKind>(kind: K, id: string): Promise<SettingsEntry<K> | undefined>;
  list<K extends SettingsKind>(kind: K, options?: ListOptions): Promise<Page<SettingsEntry<K>>>;
  /** Faults of a value that would be put under `id`; [] when it could be saved. Saves nothing. */
  validateObject(kind: SettingsKind, id: string, value: unknown): FaultDetail[];
  /**
   * Creates or replaces; `also`: further writes of its partition that happen with it or not at all. Throws InputError, or
   * Conflict (IF_MATCH_NEEDED, CHANGED_MEANWHILE).
   */
  put<K extends SettingsKind>(
    kind: K,
    id: string,
    value: unknown,
    change: Precondition & { by: string; also?: readonly Op[] },
  ): Promise<SettingsEntry<K>>;
  /** Throws NotFound, or Conflict (IF_MATCH_NEEDED, CHANGED_MEANWHILE, IN_USE with who uses it in `details`). */
  delete(kind: SettingsKind, id: string, change: Precondition & { by: string }): Promise<void>;
  /** `conflicts`: what others would not overwrite. Throws ConfigError: CONFIG_CONFLICT, or CONFIG_INVALID. */
  applyFile(
    bundle: SettingsBundle,
    options: { force?: boolean; by: string; conflicts?: readonly string[] },
  ): Promise<Applied>;
  /** Reads everything that is stored now, without waiting to be told of it. Throws StoreError. */
  refresh(): Promise<void>;
  /** Entries of one day (YYYY-MM-DD, UTC), newest first. */
  audit(day: string, options?: ListOptions): Promise<Page<AuditDoc>>;
  /** Stops following the store. */
  close(): void;
}

/** Loads all settings and follows their changes. Pays audit entries that a crash left owed. */
export async function createSettingsRepository(options: RepositoryOptions): Promise<SettingsRepository> {
  const { store, clock, log, secrets, rules, checks = {} } = options;
  const settings = new SettingsStore({ store, clock, log });
  const holder = createSnapshotHolder(log);
  const inTurn = createTurns();
  // Followed before they are read: nothing committed meanwhile is missed.
  const stop = store.subscribe((changes) => holder.follow(changes));
  holder.load((await settings.loadAll()).map(({ doc }) => doc));

  /** Faults of `value` itself and of those that point at it. */
  function faultsWith<K extends SettingsKind>(kind: K, value: SettingsByKind[K]): FaultDetail[] {
    const snapshot = withObject(holder.current(), kind, value);
    const own = faultsIn({ rules, checks }, { kind, value, snapshot });
    const users = usersOf(rules, snapshot, kind, value.id).flatMap((user) => {
      const object = snapshot[user.kind].get(user.id);
      const faults =
        object === undefined
          ? []
          : faultsIn({ rules, checks: {} }, { kind: user.kind, value: object, snapshot });
      return faults.map((fault) => ({ path: "", message: faultText(user.kind, user.id, fault) }));
    });
    return [...own, ...users];
  }

  async function put<K extends SettingsKind>(
    kind: K,
    id: string,
    given: unknown,
    change: Precondition & { by: string; also?: readonly Op[] },
  ) {
    const { value, names } = completeGenerated({ rules, secrets }, kind, parseObject(kind, id, given));
    const before = await settings.read(kind, id);
    requireMatch(nameOf(kind, id), before, change);
    const faults = faultsWith(kind, value);
    if (faults.length > 0) throw inputInvalid(faults);
    await makeSecrets(secrets, names);
    const after = toDoc({ kind, id, value, before: before?.doc, at: clock.now(), by: change.by });
    const write = { id, after, ...(before !== undefined && { before }) };
    const [etag] = await settings.commit(kind, [write], { by: change.by, source: "console" }, change.also);
    return toEntry<K>({ doc: after, etag: etag ?? "" });
  }

  async function remove(
    kind: SettingsKind,
    id: string,
    change: Precondition & { by: string },
  ): Promise<void> {
    const before = await settings.read(kind, id);
    if (before === undefined) throw new NotFound("NOT_FOUND", `There is no ${nameOf(kind, id)}.`);
    requireMatch(nameOf(kind, id), before, change);
    const users = usersOf(rules, holder.current(), kind, id);
    if (users.length > 0) {
      const names = users.map((user) => nameOf(user.kind, user.id)).join(", ");
      throw new Conflict("IN_USE", `${nameOf(kind, id)} is used by ${names}. Change those first.`, {
        details: users,
      });
    }
    await settings.commit(kind, [{ id, before }], { by: change.by, source: "console" });
  }

  return {
    current: holder.current,
    onChange: holder.onChange,
    async get<K extends SettingsKind>(kind: K, id: string) {
      const stored = await settings.read(kind, id);
      return stored?.doc.type === kind ? toEntry<K>(stored) : undefined;
    },
    async list<K extends SettingsKind>(kind: K, options: ListOptions = {}) {
      const page = await settings.page(kind, { limit: 100, ...options });
      return { ...page, items: page.items.map((stored) => toEntry<K>(stored)) };
    },
    validateObject(kind, id, value) {
      const parsed = checkObject(kind, id, value);
      if (!parsed.ok) return parsed.faults;
      return faultsWith(kind, completeGenerated({ rules, secrets }, kind, parsed.value).value);
    },
    put: (kind, id, value, change) => inTurn(() => put(kind, id, value, change)),
    delete: (kind, id, change) => inTurn(() => remove(kind, id, change)),
    applyFile: (bundle, { force = false, by, conflicts = [] }) =>
      inTurn(() =>
        applyBundle({ settings, rules, checks, secrets, now: clock.now() }, { bundle, force, by, conflicts }),
      ),
    async refresh() {
      const stored = await settings.loadAll();
      holder.follow(
        stored.map(({ doc, etag }) => ({
          container: "settings",
          partition: doc.type,
          id: doc.id,
          doc,
          etag,
        })),
      );
    },
    async audit(day, options = {}) {
      const page = await settings.audit(day, { limit: 100, ...options });
      return { ...page, items: page.items.map(({ doc }) => doc) };
    },
    close: stop,
  };
}

/** One change after the other: each checks references against what the one before left. */
function createTurns(): <R>(work: () => Promise<R>) => Promise<R> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
}

interface DocInput<K extends SettingsKind> {
  kind: K;
  id: string;
  value: SettingsByKind[K];
  before: SettingsDoc | undefined;
  at: number;
  by: string;
}

/** Keeps what the file left on it, so that the next file sees the edit. */
function toDoc<K extends SettingsKind>({ kind, id, value, before, at, by }: DocInput<K>): SettingsDoc<K> {
  return {
    id,
    type: kind,
    value,
    revision: (before?.revision ?? 0) + 1,
    ...(before?.fileHash !== undefined && { fileHash: before.fileHash }),
    ...(before?.fileRevision !== undefined && { fileRevision: before.fileRevision }),
    editedAt: at,
    editedBy: by,
  };
}

function toEntry<K extends SettingsKind>({ doc, etag }: Stored<SettingsDoc>): SettingsEntry<K> {
  const fromFile = doc.fileHash !== undefined;
  return {
    value: doc.value as SettingsByKind[K],
    etag: bare(etag),
    revision: doc.revision,
    editedAt: doc.editedAt,
    editedBy: doc.editedBy,
    fromFile,
    editedSinceFile: fromFile && isEdited(doc),
  };
}
