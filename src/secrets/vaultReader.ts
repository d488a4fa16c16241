import type { KeyVaultSecret, SecretClient } from "@azure/keyvault-secrets" with {
  "resolution-mode": "import",
};
import type { Clock } from "../core/clock";
import type { Log } from "../core/log";
import type { VaultCalls } from "./vaultCalls";
import { type Asked, deletedFault, noVersionFault, VaultFault } from "./vaultFault";
import {
  type Choice,
  chooseVersions,
  isLive,
  overlapEnd,
  soleChoice,
  toVersion,
  type Version,
} from "./vaultVersions";

/** A value and when it stops counting (ms). */
export interface Living {
  value: string;
  until: number;
}

/** What a secret stands for, newest first, and when it should be read again (ms). */
export interface Reading {
  values: Living[];
  until: number;
}

export interface ReaderOptions {
  /** Host of the vault, for words. */
  vault: string;
  client(): Promise<SecretClient>;
  calls: VaultCalls;
  overlapMs: number;
  clock: Clock;
  log: Log;
}

/** A former value that could not be read is asked for again so soon. */
const RETRY_MS = 60_000;

/** Reads one secret with its versions. One request, unless it was renewed lately; then three. Throws VaultFault. */
export function createVaultReader(options: ReaderOptions): (secret: string) => Promise<Reading> {
  const { vault, calls, clock, overlapMs } = options;
  let mayList = true;

  async function get(secret: string, version?: string): Promise<KeyVaultSecret> {
    return calls.run({ vault, deed: "read", secret }, async (abortSignal) =>
      (await options.client()).getSecret(secret, {
        abortSignal,
        ...(version === undefined ? {} : { version }),
      }),
    );
  }

  /** Undefined when its latest version is disabled: an older one may still count. */
  async function latestOf(secret: string): Promise<KeyVaultSecret | undefined> {
    try {
      return await get(secret);
    } catch (error) {
      const { kind } = error as VaultFault;
      if (kind === "disabled") return undefined;
      if (kind === "missing" && (await isDeleted(secret)))
        throw deletedFault({ vault, deed: "read", secret }, error);
      throw error;
    }
  }

  async function isDeleted(secret: string): Promise<boolean> {
    const asked: Asked = { vault, deed: "read", secret };
    const look = async (abortSignal: AbortSignal) =>
      (await options.client()).getDeletedSecret(secret, { abortSignal });
    // Not everybody may look there; then the plain answer has to do.
    return calls.run(asked, look).then(
      () => true,
      () => false,
    );
  }

  async function versionsOf(secret: string, latest: KeyVaultSecret | undefined): Promise<Version[]> {
    try {
      return await calls.run({ vault, deed: "list", secret }, async (abortSignal) => {
        const found: Version[] = [];
        const versions = (await options.client()).listPropertiesOfSecretVersions(secret, { abortSignal });
        for await (const properties of versions) found.push(toVersion(properties));
        return latestFirst(found, latest?.properties.version);
      });
    } catch (error) {
      // Access policies may grant reading without listing: rotation then knows the latest version only.
      if (latest === undefined || (error as VaultFault).kind !== "denied") throw error;
      if (mayList)
        options.log.warn(
          { vault },
          "versions of secrets cannot be listed: former values are not accepted during a rotation",
        );
      mayList = false;
      return [toVersion(latest.properties)];
    }
  }

  async function choose(secret: string, latest: KeyVaultSecret | undefined): Promise<Choice> {
    const now = clock.now();
    const version = latest && toVersion(latest.properties);
    if (version !== undefined && isLive(version, now) && overlapEnd(version, overlapMs) <= now)
      return soleChoice(version);
    const versions = await versionsOf(secret, latest);
    const choice = chooseVersions(versions, now, overlapMs);
    if (choice.counting.length === 0)
      throw noVersionFault({ vault, deed: "read", secret }, reasonOf(versions, now));
    return choice;
  }

  return async function read(secret) {
    const latest = await latestOf(secret);
    const { counting, changesAt } = await choose(secret, latest);
    const reading: Reading = { values: [], until: changesAt };
    for (const [i, { version, until }] of counting.entries()) {
      try {
        const known = version.id === latest?.properties.version ? latest : await get(secret, version.id);
        const value: unknown = known.value;
        if (
          typeof value === "string" &&
          value !== "" &&
          !reading.values.some((other) => other.value === value)
        )
          reading.values.push({ value, until });
      } catch (error) {
        if (i === 0 || !(error instanceof VaultFault)) throw error;
        // The current value must not wait for the former one.
        reading.until = Math.min(reading.until, clock.now() + RETRY_MS);
      }
      // An empty secret would let anybody sign.
      if (reading.values.length === 0)
        throw noVersionFault({ vault, deed: "read", secret }, "its value is empty");
    }
    return reading;
  };
}

/** Creation times are whole seconds: of two in the same second, the vault says which one is the latest. */
function latestFirst(versions: readonly Version[], latest: string | undefined): Version[] {
  return [...versions.filter(({ id }) => id === latest), ...versions.filter(({ id }) => id !== latest)];
}

function reasonOf(versions: readonly Version[], now: number): string {
  const enabled = versions.filter((version) => version.enabled);
  const expired = enabled.filter(({ expiresAt = Number.POSITIVE_INFINITY }) => expiresAt <= now);
  if (enabled.length === 0) return "no version is enabled; enable one or add a new one";
  if (expired.length === enabled.length) return "it has expired; add a new version";
  return "no version is valid yet; check the activation date";
}
