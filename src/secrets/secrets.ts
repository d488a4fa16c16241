import type { Clock } from "../core/clock";
import { ConfigError } from "../core/errors";
import { type Log, silentLog } from "../core/log";
import { createFileSecrets } from "./fileSecrets";
import type { VaultOptions } from "./vaultClient";
import { createVaultSecrets, type VaultSecrets } from "./vaultSecrets";

/** Where secrets come from. References are stored and shown everywhere; values only pass through here. */
export interface Secrets {
  /**
   * The values behind a reference, newest first: during a rotation the old one is still accepted. `fresh` asks the
   * source again, a key vault at most every 30 s a name. Throws ConfigError SECRET_MISSING, SECRET_UNREADABLE or
   * VAULT_UNAVAILABLE.
   */
  resolve(reference: string, options?: { fresh?: boolean }): Promise<string[]>;
  /**
   * Stores a value under a name. `keepOldHours` lets the former value be accepted that much longer; left out: 0 in the
   * file, the vault's overlap (a day) in a key vault. Throws InputError for a name or value that cannot be stored.
   */
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
  /** SWITCHBOARD_SECRETS: where `set` stores and what `list` lists; the file when left out. */
  kind?: "file" | "keyvault";
  /** SWITCHBOARD_MASTER_KEY. */
  masterKey?: string;
  /** For `keyvault:` references. */
  vault?: VaultOptions;
  production: boolean;
  clock: Clock;
  /** Hears of a vault that goes away; nobody when left out. */
  log?: Log;
  /** How long a value of the environment or the file is kept in memory; a minute when left out. */
  cacheMs?: number;
}

interface Cached {
  values: string[];
  until: number;
}

/** The demo's made-up secrets stay on this machine, in its file, wherever the real ones live. */
export function createDemoSecrets({ kind: _kind, vault: _vault, ...own }: SecretsOptions): Secrets {
  return createSecrets(own);
}

/**
 * Secrets of the environment, of the encrypted file in the data folder and of a key vault. Opens nothing before the
 * first use.
 */
export function createSecrets(options: SecretsOptions): Secrets {
  const { environment, clock, cacheMs = 60_000, kind = "file", log = silentLog } = options;
  const file = createFileSecrets(options);
  const vault =
    options.vault && createVaultSecrets({ ...options.vault, production: options.production, clock, log });
  const cache = new Map<string, Cached>();

  async function read(scheme: string | undefined, name = ""): Promise<string[]> {
    if (scheme === "env") return [readEnvironment(name, environment)];
    if (scheme === "file") return file.read(name);
    // The text itself is not shown: it may be the secret.
    throw new ConfigError("SECRET_MISSING", "A secret is a reference: env:NAME, file:NAME or keyvault:NAME.");
  }

  return {
    async resolve(reference, { fresh = false } = {}) {
      const [, scheme, name] = /^(env|file|keyvault):(.+)$/.exec(reference) ?? [];
      // The vault keeps a cache of its own: what it holds costs requests and can be away.
      if (scheme === "keyvault") return needVault(vault, reference).resolve(name ?? "", fresh);
      const known = cache.get(reference);
      if (known !== undefined && !fresh && known.until > clock.now()) return [...known.values];
      const values = await read(scheme, name);
      cache.set(reference, { values, until: clock.now() + cacheMs });
      return [...values];
    },
    async set(name, value, { keepOldHours } = {}) {
      if (kind === "keyvault") return needVault(vault, `keyvault:${name}`).set(name, value, keepOldHours);
      await file.set(name, value, keepOldHours ?? 0);
      cache.delete(`file:${name}`);
    },
    list: async () => (kind === "keyvault" ? needVault(vault, "SWITCHBOARD_SECRETS").list() : file.list()),
    referenceTo: (name) => `${kind}:${name}`,
  };
}

function needVault(vault: VaultSecrets | undefined, reference: string): VaultSecrets {
  if (vault !== undefined) return vault;
  throw new ConfigError("SECRET_MISSING", `${reference}: set KEY_VAULT_URL to the address of the key vault.`);
}

function readEnvironment(name: string, environment: SecretsOptions["environment"]): string {
  const value = Object.hasOwn(environment, name) ? (environment[name] ?? "") : "";
  // App Service leaves the reference as it stands when it cannot read the vault; as a secret it would be public.
  if (value.startsWith("@Microsoft.KeyVault(")) {
    const cure = "check the app's identity and its access to the vault";
    throw new ConfigError(
      "VAULT_UNAVAILABLE",
      `env:${name}: the Key Vault reference was not resolved; ${cure}.`,
    );
  }
  if (value === "")
    throw new ConfigError("SECRET_MISSING", `env:${name}: set the environment variable ${name}.`);
  return value;
}
