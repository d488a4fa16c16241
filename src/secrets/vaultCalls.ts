import type { Clock } from "../core/clock";
import type { Log } from "../core/log";
import { type Asked, toVaultFault, VaultFault } from "./vaultFault";

export interface VaultCalls {
  /** Throws VaultFault. `work` may be run several times, and goes on unheard when it takes too long. */
  run<T>(asked: Asked, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

/** A call that has not ended by then counts as failed. */
const CALL_MS = 8_000;
/** How long a caller waits for a vault that throttles. */
const PATIENCE_MS = 15_000;
/** A vault that failed is left alone for so long: callers hear the reason at once. */
const REST_MS = 5_000;
const RETRY_MS = [300, 1_000];

/**
 * Deadlines, repeats and pauses of all calls to one vault. What it asks for with Retry-After holds for every call. Tells
 * the log once when the vault goes away and once when it is back.
 */
export function createVaultCalls({
  vault,
  clock,
  log,
}: {
  vault: string;
  clock: Clock;
  log: Log;
}): VaultCalls {
  let pause: { until: number; fault: VaultFault } | undefined;
  let away = false;

  async function pauseOver(giveUpAt: number): Promise<void> {
    while (pause !== undefined && pause.until > clock.now()) {
      if (pause.fault.kind !== "throttled" || pause.until > giveUpAt) throw pause.fault;
      await sleep(clock, pause.until - clock.now());
    }
  }

  /** Whether to try again; when not, the vault may be left alone for a while. */
  async function again(fault: VaultFault, asked: Asked, attempt: number, giveUpAt: number): Promise<boolean> {
    const now = clock.now();
    if (fault.kind === "throttled") {
      // Without a wish of its own: 1, 2, 4 s, as Key Vault's throttling guidance says.
      pause = { until: now + (fault.retryAfterMs ?? 1000 * 2 ** (attempt - 1)), fault };
      return pause.until <= giveUpAt;
    }
    const wait = RETRY_MS[attempt - 1];
    // A write may have been done: once more would make another version and push the former value out.
    if (fault.kind === "unreachable" && asked.deed !== "write" && wait !== undefined) {
      await sleep(clock, wait);
      return true;
    }
    if (fault.wholeVault) pause = { until: now + REST_MS, fault };
    return false;
  }

  function tell(fault: VaultFault | undefined): void {
    const gone = fault?.wholeVault === true;
    if (gone === away) return;
    away = gone;
    if (gone)
      log.warn(
        { vault, problem: fault?.message },
        "the key vault cannot be asked; secrets already read stay in use",
      );
    else log.info({ vault }, "the key vault answers again");
  }

  return {
    async run(asked, work) {
      const giveUpAt = clock.now() + PATIENCE_MS;
      for (let attempt = 1; ; attempt++) {
        await pauseOver(giveUpAt);
        try {
          const result = await withDeadline(clock, asked, work);
          tell(undefined);
          return result;
        } catch (error) {
          const fault = toVaultFault(error, asked);
          if (await again(fault, asked, attempt, giveUpAt)) continue;
          tell(fault);
          throw fault;
        }
      }
    },
  };
}

/** Some credentials do not listen to the signal, so that it alone would not do. */
async function withDeadline<T>(
  clock: Clock,
  asked: Asked,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let cancel = (): void => {};
  const late = new Promise<never>((_resolve, reject) => {
    cancel = clock.after(CALL_MS, () => {
      const words = `The vault ${asked.vault} did not answer within ${CALL_MS / 1000} s; check KEY_VAULT_URL and the network.`;
      reject(new VaultFault("late", words));
      controller.abort();
    });
  });
  try {
    return await Promise.race([work(controller.signal), late]);
  } finally {
    cancel();
  }
}

/** The clock alone does not keep the process alive, and the command line has nothing else that does. */
function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const keeper = setInterval(() => {}, 1_000_000);
    clock.after(ms, () => {
      clearInterval(keeper);
      resolve();
    });
  });
}
