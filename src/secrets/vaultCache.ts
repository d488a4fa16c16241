import type { Clock } from "../core/clock";
import type { Log } from "../core/log";
import { VaultFault } from "./vaultFault";
import type { Reading } from "./vaultReader";

export interface VaultCache {
  /** By the vault's name; newest first. `fresh` asks again, at most every 30 s a name. Throws VaultFault. */
  resolve(secret: string, fresh: boolean): Promise<string[]>;
  /** It was written: what is known and what is being read count no more. */
  forget(secret: string): void;
}

interface Known extends Reading {
  /** When the vault was last asked. */
  askedAt: number;
  /** The fault that the log knows of. */
  told?: string;
}

/** "Best practices for secrets management in Key Vault": keep them in memory for at least eight hours. */
const CACHE_MS = 8 * 3_600_000;
const FRESH_MS = 30_000;

/** Values in memory; they go on being used for as long as the vault cannot be asked. */
export function createVaultCache(options: {
  /** Host of the vault, for the log. */
  vault: string;
  read(secret: string): Promise<Reading>;
  clock: Clock;
  log: Log;
}): VaultCache {
  const { vault, read, clock, log } = options;
  const cache = new Map<string, Known>();
  const reading = new Map<string, Promise<Known>>();

  /** Callers at the same time share one reading. */
  function readOnce(key: string, secret: string): Promise<Known> {
    const running = reading.get(key);
    if (running !== undefined) return running;
    const askedAt = clock.now();
    const work: Promise<Known> = read(secret)
      .then((found) => {
        const known = { ...found, until: Math.min(found.until, askedAt + CACHE_MS), askedAt };
        // A value that was written meanwhile must not be covered by the former one.
        if (reading.get(key) === work) cache.set(key, known);
        return known;
      })
      .finally(() => {
        if (reading.get(key) === work) reading.delete(key);
      });
    reading.set(key, work);
    return work;
  }

  /** Gives what is known although asking failed, unless the vault said that the secret is gone. */
  function fallBack(key: string, known: Known, fault: VaultFault): string[] {
    if (fault.definite) cache.delete(key);
    const values = valuesAt(known, clock.now());
    if (fault.definite || values.length === 0) throw fault;
    // The whole vault being away is told elsewhere, once for all secrets.
    if (!fault.wholeVault && known.told !== fault.message)
      log.warn({ vault, problem: fault.message }, "a secret cannot be read again; its value stays in use");
    known.told = fault.message;
    known.askedAt = clock.now();
    known.until = Math.max(known.until, known.askedAt + FRESH_MS);
    return values;
  }

  return {
    async resolve(secret, fresh) {
      // The vault does not tell capitals from small letters.
      const key = secret.toLowerCase();
      const known = cache.get(key);
      const now = clock.now();
      const values = known === undefined ? [] : valuesAt(known, now);
      const due = known === undefined || known.until <= now || (fresh && now - known.askedAt >= FRESH_MS);
      if (!due && values.length > 0) return values;
      try {
        return valuesAt(await readOnce(key, secret), now);
      } catch (error) {
        if (known === undefined || !(error instanceof VaultFault)) throw error;
        return fallBack(key, known, error);
      }
    },
    forget(secret) {
      cache.delete(secret.toLowerCase());
      reading.delete(secret.toLowerCase());
    },
  };
}

function valuesAt({ values }: Reading, now: number): string[] {
  return values.filter(({ until }) => until > now).map(({ value }) => value);
}
