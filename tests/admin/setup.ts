import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { SettingsChecks } from "../../src/admin/checks";
import type { SecretsPort } from "../../src/admin/ports";
import { createSettingsRepository, type SettingsRepository } from "../../src/admin/settingsRepository";
import { createSettingsRules } from "../../src/config/rules";
import { ConfigError } from "../../src/core/errors";
import { silentLog } from "../../src/core/log";
import type { Op, Store } from "../../src/core/store";
import { openLocalStore } from "../../src/storage/local/localStore";
import { definitions } from "../config/definitions";

/** 2026-01-02T03:04:05Z */
export const START = Date.UTC(2026, 0, 2, 3, 4, 5);

export const FILE = `accounts:
  - id: shop-fb
    provider: facebook
    name: Shop
    applicationId: "1000"
    applicationSecret: env:FB_APP_SECRET
    pages:
      - { pageId: "2000", name: Shop, pageAccessToken: env:FB_PAGE_TOKEN, workstream: messenger }
workstreams:
  - { id: messenger, channel: facebook, fallbackQueue: general }
queues:
  - { id: general, name: General, members: [ana] }
  - { id: vip, name: VIP, members: [ana] }
agents:
  - { id: ana, name: Ana }
`;

/** Secrets in memory: `env:` from the start, `file:` by `set`. */
export function createMemorySecrets(
  env: Record<string, string> = {},
): SecretsPort & { values: Map<string, string> } {
  const values = new Map(Object.entries(env).map(([name, value]) => [`env:${name}`, value]));
  return {
    values,
    async resolve(reference) {
      const value = values.get(reference);
      if (value === undefined) throw new ConfigError("SECRET_MISSING", `${reference}: set it.`);
      return [value];
    },
    async set(name, value) {
      values.set(`file:${name}`, value);
    },
    list: async () =>
      [...values.keys()].filter((key) => key.startsWith("file:")).map((key) => key.slice("file:".length)),
    referenceTo: (name) => `file:${name}`,
  };
}

/** A clock that stands still until it is told. */
export function createFakeClock() {
  const waiting: (() => void)[] = [];
  return {
    time: START,
    now() {
      return this.time;
    },
    after(_delayMs: number, fire: () => void) {
      waiting.push(fire);
      return () => {};
    },
    /** Fires everything that waits. */
    fire() {
      for (const fire of waiting.splice(0)) fire();
    },
  };
}

/** A data folder with a real embedded store, opened afresh by each `open`. */
export function createBench() {
  const folder = mkdtempSync(path.join(os.tmpdir(), "settings-"));
  const clock = createFakeClock();
  const secrets = createMemorySecrets();
  let store: Store | undefined;
  const bench = {
    clock,
    secrets,
    get store(): Store {
      if (store === undefined) throw new ConfigError("INTERNAL", "open first");
      return store;
    },
    async open(
      options: { checks?: SettingsChecks; wrap?: (store: Store) => Store; on?: Store } = {},
    ): Promise<SettingsRepository> {
      await store?.close();
      const opened = options.on ?? (await openLocalStore({ folder, clock, log: silentLog }));
      store = opened;
      const rules = createSettingsRules(definitions);
      const { checks = {}, wrap = (inner: Store) => inner } = options;
      return createSettingsRepository({ store: wrap(opened), clock, log: silentLog, secrets, rules, checks });
    },
    async close(): Promise<void> {
      await store?.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return bench;
}

/** A store whose batches fail from the `nth` on (1 is the first), as after a crash; earlier ones work. */
export function failingFrom(store: Store, nth: number): Store {
  let count = 0;
  const batch = (
    ...[container, partition, ops, purpose]: [Parameters<Store["batch"]>[0], string, Op[], string]
  ) => {
    count++;
    if (count >= nth) return Promise.reject(new ConfigError("STORE_UNAVAILABLE", "killed"));
    return store.batch(container, partition, ops, purpose);
  };
  return new Proxy(store, {
    get(target, key) {
      if (key === "batch") return batch;
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
