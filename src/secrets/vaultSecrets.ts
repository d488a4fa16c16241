import type { SecretClient } from "@azure/keyvault-secrets" with { "resolution-mode": "import" };
import type { Clock } from "../core/clock";
import { ConfigError, InputError } from "../core/errors";
import type { Log } from "../core/log";
import { createVaultCache } from "./vaultCache";
import { createVaultCalls } from "./vaultCalls";
import { openVault, type VaultOptions } from "./vaultClient";
import { VaultFault } from "./vaultFault";
import { fromVaultName, toVaultName } from "./vaultNames";
import { createVaultReader } from "./vaultReader";
import { KEEP_OLD_TAG } from "./vaultVersions";

/** Secrets of the key vault, under our names. */
export interface VaultSecrets {
  /** Newest first; `fresh` asks again, at most every 30 s a name. Throws ConfigError. */
  resolve(name: string, fresh: boolean): Promise<string[]>;
  /** Adds a version. `keepOldHours`: how long the former one is accepted; left out, the usual time. Throws ConfigError, InputError. */
  set(name: string, value: string, keepOldHours?: number): Promise<void>;
  list(): Promise<string[]>;
}

const OVERLAP_MS = 24 * 3_600_000;
/** "Azure Key Vault secrets": 25 KB. */
const MAX_BYTES = 25 * 1024;

/** Opens nothing before the first use. Values read once go on being used while the vault cannot be asked. */
export function createVaultSecrets(
  options: VaultOptions & { production: boolean; clock: Clock; log: Log },
): VaultSecrets {
  const { clock, log } = options;
  const vault = new URL(options.url).host;
  const calls = createVaultCalls({ vault, clock, log });
  const overlapMs = options.overlapMs ?? OVERLAP_MS;
  const read = createVaultReader({ vault, client, calls, overlapMs, clock, log });
  const cache = createVaultCache({ vault, read, clock, log });
  let opening: Promise<SecretClient> | undefined;

  function client(): Promise<SecretClient> {
    opening ??= openVault(options, options.production).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  }

  async function vaultNames(): Promise<string[]> {
    return calls.run({ vault, deed: "list" }, async (abortSignal) => {
      const names: string[] = [];
      // Managed ones are the private halves of certificates.
      for await (const { name, managed } of (await client()).listPropertiesOfSecrets({ abortSignal }))
        if (managed !== true) names.push(name);
      return names;
    });
  }

  async function write(secret: string, value: string, tags: Record<string, string>): Promise<void> {
    try {
      await calls.run({ vault, deed: "write", secret }, async (abortSignal) =>
        (await client()).setSecret(secret, value, { abortSignal, tags }),
      );
    } catch (error) {
      if (!(error instanceof VaultFault) || (error.kind !== "unreachable" && error.kind !== "late"))
        throw error;
      const words = `${error.message} Whether the secret was stored is not known: set it again.`;
      throw new VaultFault(error.kind, words, { cause: error });
    }
  }

  return {
    async resolve(name, fresh) {
      const secret = toVaultName(name);
      if (secret === undefined)
        throw new ConfigError("SECRET_MISSING", `keyvault:${name}: the name is too long for a key vault.`);
      return cache.resolve(secret, fresh);
    },
    async set(name, value, keepOldHours) {
      const secret = needVaultName(name);
      checkValue(name, value);
      const twin = (await vaultNames()).find(
        (other) => other !== secret && other.toLowerCase() === secret.toLowerCase(),
      );
      if (twin !== undefined) {
        const words = `The vault has a secret ${fromVaultName(twin)} already, and does not tell it from ${name}: choose another name.`;
        throw new InputError("INPUT_INVALID", words);
      }
      await write(secret, value, keepOldHours === undefined ? {} : { [KEEP_OLD_TAG]: String(keepOldHours) });
      cache.forget(secret);
    },
    async list() {
      return (await vaultNames()).map(fromVaultName).sort();
    },
  };
}

function needVaultName(name: string): string {
  const secret = /^[A-Za-z0-9_.-]{1,127}$/.test(name) ? toVaultName(name) : undefined;
  if (secret === undefined) {
    const words =
      "A secret's name has letters, digits, dot, dash and underscore, at most 127; in a key vault a dot counts as 6 and an underscore as 8.";
    throw new InputError("INPUT_INVALID", words);
  }
  if (fromVaultName(secret) !== name) {
    const words = `The name ${name} would be taken for ${fromVaultName(secret)} in a key vault: choose another.`;
    throw new InputError("INPUT_INVALID", words);
  }
  return secret;
}

function checkValue(name: string, value: string): void {
  if (value === "") throw new InputError("INPUT_INVALID", `The secret ${name} is empty.`);
  if (Buffer.byteLength(value) > MAX_BYTES)
    throw new InputError(
      "INPUT_INVALID",
      `The secret ${name} is larger than the 25 KB that a key vault takes.`,
    );
}
