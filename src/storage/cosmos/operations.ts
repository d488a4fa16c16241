import type { Clock } from "../../core/clock";
import { StoreError, SwitchboardError } from "../../core/errors";
import type { Log } from "../../core/log";
import type { ContainerName } from "../../core/store";
import { activityOf, containerGone, type Fault, faultOf } from "./faults";
import { type Exchange, OPERATION } from "./transport";

/** What one operation cost. */
export interface Charge {
  /** The batch's purpose, the query's name, "read" or "feed". */
  purpose: string;
  container: ContainerName;
  kind: "read" | "batch" | "query" | "feed";
  /** Of all its requests, those that failed too. */
  requestUnits: number;
  /** HTTP requests that were answered. */
  requests: number;
  retries: number;
  /** Of the retries, those because the database was out of request units (429). */
  throttled: number;
  ms: number;
}

/** One try of an operation. */
export interface Attempt {
  /** To be given to every request of the SDK that takes headers. */
  headers: Record<string, string>;
  /** True when an earlier try may have been done although no answer said so. */
  uncertain: boolean;
}

export interface OperationLimits {
  /** Time for one request. */
  attemptMs: number;
  /** Time for the whole operation; a request that has begun is cut off there too. */
  deadlineMs: number;
}

export interface OperationsOptions extends OperationLimits {
  clock: Clock;
  log: Log;
  onCharge?: ((charge: Charge) => void) | undefined;
}

type Named = Pick<Charge, "purpose" | "container" | "kind"> & {
  /** When it was asked for, if it had to stand in line since: its deadline counts from there. */
  askedAt?: number;
};

interface Running {
  endsAt: number;
  requestUnits: number;
  requests: number;
}

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;

/** Runs operations: tries again what is worth it until the deadline, and tells what each cost. */
export class Operations {
  readonly #options: OperationsOptions;
  readonly #running = new Map<string, Running>();
  readonly #feeds = new Map<string, Running>();
  readonly #pending = new Set<Promise<unknown>>();
  #names = 0;

  constructor(options: OperationsOptions) {
    this.#options = options;
  }

  /** `attempt` throws what the SDK throws. Conditions that do not hold must be results of it, not errors. */
  run<T>(named: Named, attempt: (attempt: Attempt) => Promise<T>): Promise<T> {
    const running = this.#run(named, attempt);
    this.#pending.add(running);
    const forget = () => this.#pending.delete(running);
    running.then(forget, forget);
    return running;
  }

  /** Time left for a request of an operation, for the transport. */
  timeoutOf(operation: string | undefined): number {
    const { attemptMs, clock } = this.#options;
    const running = operation === undefined ? undefined : this.#running.get(operation);
    if (running === undefined) return attemptMs;
    return Math.max(1, Math.min(attemptMs, running.endsAt - clock.now()));
  }

  /** Books a request, for the transport. */
  book({ operation, feedOf, requestUnits }: Exchange): void {
    const running = this.#running.get(operation ?? "") ?? this.#feeds.get(feedOf ?? "");
    if (running === undefined) return;
    running.requests++;
    running.requestUnits += requestUnits;
  }

  /** Waits for what is under way; at most until its deadline. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#pending);
  }

  async #run<T>({ askedAt, ...named }: Named, attempt: (attempt: Attempt) => Promise<T>): Promise<T> {
    const { clock, deadlineMs } = this.#options;
    const name = String(++this.#names);
    const startedAt = askedAt ?? clock.now();
    const running: Running = { endsAt: startedAt + deadlineMs, requestUnits: 0, requests: 0 };
    // Those before in line met an outage: everybody's time in it must not add up.
    if (clock.now() >= running.endsAt) throw this.#late("writes to the same document are waiting");
    this.#running.set(name, running);
    if (named.kind === "feed") this.#feeds.set(named.container, running);
    let retries = 0;
    let throttled = 0;
    try {
      for (let uncertain = false; ; retries++) {
        try {
          return await attempt({ headers: { [OPERATION]: name }, uncertain });
        } catch (error) {
          const fault = faultOf(error, named.container);
          const waitMs = this.#waitFor(fault, retries, running.endsAt, named, error);
          if (fault.kind === "retry" && fault.throttled === true) throttled++;
          uncertain ||= fault.kind === "retry" && fault.ambiguous;
          await new Promise<void>((resolve) => clock.after(waitMs, resolve));
        }
      }
    } finally {
      this.#running.delete(name);
      if (this.#feeds.get(named.container) === running) this.#feeds.delete(named.container);
      this.#tell({
        ...named,
        requestUnits: running.requestUnits,
        requests: running.requests,
        retries,
        throttled,
        ms: clock.now() - startedAt,
      });
    }
  }

  /** How long to wait before the next try; throws when there is none. */
  #waitFor(fault: Fault, retries: number, endsAt: number, named: Named, error: unknown): number {
    const { clock, log } = this.#options;
    // Bad input of a caller or a fault of the set-up, found on the way.
    if (error instanceof SwitchboardError && !(error instanceof StoreError)) throw error;
    const activity = activityOf(error);
    const fields = { ...named, retries, ...(activity !== undefined && { activity }) };
    if (fault.kind === "retry") {
      const waitMs = backOff(fault.afterMs, retries);
      if (clock.now() + waitMs < endsAt) {
        log.debug({ ...fields, reason: fault.because, waitMs }, "a request to the store is tried again");
        return waitMs;
      }
      log.warn({ ...fields, reason: fault.because }, "the store could not be asked in time");
      throw this.#late(fault.because, error);
    }
    // A condition on a document is a result long before; what is left is the container itself.
    const refusal = fault.kind === "final" ? fault.error : containerGone(named.container);
    log.error({ ...fields, reason: refusal.message }, "the store refuses");
    throw refusal;
  }

  #late(because: string, cause?: unknown): StoreError {
    const seconds = this.#options.deadlineMs / 1000;
    const text = `Cosmos DB could not be asked within ${seconds} s: ${because}. It goes on by itself when the database answers.`;
    return new StoreError("STORE_UNAVAILABLE", text, { cause });
  }

  #tell(charge: Charge): void {
    const { log, onCharge } = this.#options;
    log.debug({ ...charge }, "store operation");
    onCharge?.(charge);
  }
}

/** Twice as long each time, half of it by chance so that servers spread; never before the database wants. */
function backOff(afterMs: number, retries: number): number {
  const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** retries);
  return afterMs + most / 2 + Math.random() * (most / 2);
}
