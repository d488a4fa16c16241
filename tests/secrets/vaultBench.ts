import type { Clock } from "../../src/core/clock";
import { type Log, silentLog } from "../../src/core/log";
import { createSecrets, type Secrets, type SecretsOptions } from "../../src/secrets/secrets";
import { CERTIFICATE } from "../support/vaultDouble/certificate";
import { credentialFor, startVaultDouble, type VaultDouble } from "../support/vaultDouble/vaultDouble";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** A call that has not ended by then counts as failed. */
const CALL_MS = 8_000;

/** Stands still, except that waits pass at once; each is noted. Deadlines of calls pass only when told. */
export interface BenchClock extends Clock {
  time: number;
  readonly waits: number[];
  /** Lets the deadlines of all running calls pass. */
  late(): void;
}

function createBenchClock(): BenchClock {
  const deadlines = new Set<() => void>();
  return {
    time: Date.UTC(2026, 10, 21, 9),
    waits: [],
    now() {
      return this.time;
    },
    after(ms, fire) {
      if (ms === CALL_MS) {
        deadlines.add(fire);
        return () => deadlines.delete(fire);
      }
      this.waits.push(ms);
      const waiting = setImmediate(() => {
        this.time += ms;
        fire();
      });
      return () => clearImmediate(waiting);
    },
    late() {
      for (const fire of deadlines) fire();
    },
  };
}

export interface VaultBench {
  vault: VaultDouble;
  clock: BenchClock;
  /** What the log was told, with its problem. */
  told: string[];
  credential: ReturnType<typeof credentialFor>;
  log: Log;
  /** Secrets as one server has them. */
  open(options?: Partial<SecretsOptions>): Secrets;
  /** Requests since the last call, challenges left out. */
  taken(): string[];
  close(): Promise<void>;
}

/** A vault over TLS with the real SDK in front of it. */
export async function createVaultBench(): Promise<VaultBench> {
  const clock = createBenchClock();
  const vault = await startVaultDouble({ now: () => clock.time, pageSize: 3 });
  const credential = credentialFor(vault);
  const told: string[] = [];
  const note = (fields: Record<string, unknown>, message: string): void =>
    void told.push(fields.problem === undefined ? message : `${message}: ${String(fields.problem)}`);
  const log: Log = { ...silentLog, warn: note, info: note };
  return {
    vault,
    clock,
    told,
    credential,
    log,
    open: (options = {}) =>
      createSecrets({
        environment: {},
        dataFolder: "/nowhere",
        production: false,
        kind: "keyvault",
        vault: { url: vault.url, credential, client: { tlsOptions: { ca: CERTIFICATE } } },
        clock,
        log,
        ...options,
      }),
    taken: () => vault.requests.splice(0).filter((request) => request !== "challenge"),
    close: () => vault.close(),
  };
}
