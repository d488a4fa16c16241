import type { Clock } from "../core/clock";
import { ConfigError } from "../core/errors";
import { createFileSecrets, type FileSecrets } from "./fileSecrets";

/** Where secrets come from. References are stored and shown everywhere; values only pass through here. */
export interface Secrets {
  /**
   * The values behind a reference, newest first: during a rotation the old one is still accepted.
   * `fresh` asks the source again. Throws ConfigError SECRET_MISSING or SECRET_UNREADABLE.
   */
  resolve(reference: string, options?: { fresh?: boolean }): Promise<string[]>;
  /** Stores a value under a name. `keepOldHours` lets the former value be accepted that much longer; 0 when left out. */
  set(name: string, value: string, options?: { keepOldHours?: number }): Promise<void>;
  /** Names of the stored secrets. */
  list(): Promise<string[]>;
  /** The reference to a secret that `set` stores. */
  referenceTo(name: string): string;
}

export interface SecretsOptions {
  /** The environment, for `env:` references. */
  environment: Readonly<Record<string, string | undefined>>;
  dataFolder: string;
  /** SWITCHBOARD_MASTER_KEY. */
  masterKey?: string;
  production: boolean;
  clock: Clock;
  /** How long a value is kept in memory; a minute when left out. */
  cacheMs?: number;
}

interface Cached {
  values: string[];
  until: number;
}

/** Secrets of the environment and of the encrypted file in the data folder. Opens nothing before the first use. */
export function createSecrets(options: SecretsOptions): Secrets {
  const { environment, clock, cacheMs = 60_000 } = options;
  const file = createFileSecrets(options);
  const cache = new Map<string, Cached>();
  return {
    async resolve(reference, { fresh = false } = {}) {
      const known = cache.get(reference);
      if (known !== undefined && !fresh && known.until > clock.now()) return [...known.values];
      const values = await read(reference, environment, file);
      cache.set(reference, { values, until: clock.now() + cacheMs });
      return [...values];
    },
    async set(name, value, { keepOldHours = 0 } = {}) {
      await file.set(name, value, keepOldHours);
      cache.delete(`file:${name}`);
    },
    list: () => file.list(),
    referenceTo: (name) => `file:${name}`,
  };
}

async function read(
  reference: string,
  environment: SecretsOptions["environment"],
  file: FileSecrets,
): Promise<string[]> {
  const [, scheme, name] = /^(env|file|keyvault):(.+)$/.exec(reference) ?? [];
  if (scheme === "env" && name !== undefined) return [readEnvironment(name, environment)];
  if (scheme === "file" && name !== undefined) return file.read(name);
  if (scheme === "keyvault") {
    throw new ConfigError(
      "SECRET_MISSING",
      `${reference}: Key Vault comes with a later version; use env: or file:.`,
    );
  }
  // The text itself is not shown: it may be the secret.
  throw new ConfigError("SECRET_MISSING", "A secret is a reference: env:NAME, file:NAME or keyvault:NAME.");
}

function readEnvironment(name: string, environment: SecretsOptions["environment"]): string {
  const value = Object.hasOwn(environment, name) ? (environment[name] ?? "") : "";
  // App Service leaves the reference as it stands when it cannot read the vault; as a secret it would be public.
  if (value.startsWith("@Microsoft.KeyVault(")) {
    const cure = "check the app's identity and its access to the vault";
    throw new ConfigError(
      "SECRET_MISSING",
      `env:${name}: the Key Vault reference was not resolved; ${cure}.`,
    );
  }
  if (value === "")
    throw new ConfigError("SECRET_MISSING", `env:${name}: set the environment variable ${name}.`);
  return value;
}
