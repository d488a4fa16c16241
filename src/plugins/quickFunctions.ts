import type { Clock } from "../core/clock";
import { messageOf, SwitchboardError } from "../core/errors";
import type { RuleFunction } from "../core/plugin";
import { withinTime } from "../core/timeGuard";
import type { PluggedFunction } from "../expressions/plugged";
import { type Breaker, createBreaker } from "./breaker";

/** Rules wait for a function: it must be quick. */
export const FUNCTION_LIMIT_MS = 50;

/** A plugin's function as expressions call it: under a time limit, and resting after it was too slow too often. */
export function toQuickFunction(
  part: string,
  { takes, optional = 0, gives, run }: RuleFunction,
  ports: { clock: Clock; switchedOff(part: string, reason: string): void },
): { plugged: PluggedFunction; breaker: Breaker } {
  const breaker = createBreaker(part, ports.clock);

  function fail(message: string, cost: "cheap" | "costly"): never {
    if (breaker.failed(message, cost)) ports.switchedOff(part, message);
    throw new SwitchboardError("PLUGIN_FAILED", message);
  }

  function call(values: readonly unknown[]): unknown {
    if (!breaker.mayCall())
      throw new SwitchboardError("PLUGIN_FAILED", "It was too slow and is switched off.");
    const outcome = guarded(() => run(...values));
    if (outcome === undefined) fail(`It took longer than ${FUNCTION_LIMIT_MS} ms.`, "costly");
    if ("error" in outcome) fail(messageOf(outcome.error), "cheap");
    if (isPromise(outcome.value)) {
      // Nobody will wait for it: a rejection must not end the process.
      outcome.value.then(undefined, () => {});
      fail("It gave a promise; a function for rules is never asynchronous.", "cheap");
    }
    breaker.worked();
    return outcome.value;
  }

  return { plugged: { takes, optional, gives, call }, breaker };
}

function guarded(work: () => unknown): { value: unknown } | { error: unknown } | undefined {
  try {
    return withinTime(work, FUNCTION_LIMIT_MS);
  } catch (error) {
    return { error };
  }
}

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { then?: unknown } | null)?.then === "function";
