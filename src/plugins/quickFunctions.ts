import type { Clock } from "../core/clock";
import { messageOf, SwitchboardError } from "../core/errors";
import type { RuleFunction } from "../core/plugin";
import { withinTime } from "../core/timeGuard";
import type { PluggedFunction } from "../expressions/plugged";
import { type Breaker, createBreaker } from "./breaker";

/** Rules wait for a function: it must be quick. */
export const FUNCTION_LIMIT_MS = 50;

/**
 * Answers within one turn of the event loop: a thousand rules may ask the same of one message, and the guard costs two
 * hundred times what the function does.
 */
function createAnswers() {
  const known = new Map<string, unknown>();
  return {
    /** Undefined for values that are no plain words or numbers: comparing them may cost more than asking. */
    keyOf: (values: readonly unknown[]): string | undefined =>
      values.some((value) => typeof value === "object") ? undefined : JSON.stringify(values),
    known,
    keep(key: string, answer: unknown): void {
      if (known.size === 0) queueMicrotask(() => known.clear());
      known.set(key, answer);
    },
  };
}

/** A plugin's function as expressions call it: under a time limit, and resting after it was too slow too often. */
export function toQuickFunction(
  part: string,
  { takes, optional = 0, gives, run }: RuleFunction,
  ports: { clock: Clock; switchedOff(part: string, reason: string): void },
): { plugged: PluggedFunction; breaker: Breaker } {
  const breaker = createBreaker(part, ports.clock);
  const answers = createAnswers();

  function fail(message: string, cost: "cheap" | "costly"): never {
    if (breaker.failed(message, cost)) ports.switchedOff(part, message);
    throw new SwitchboardError("PLUGIN_FAILED", message);
  }

  function call(values: readonly unknown[]): unknown {
    const key = answers.keyOf(values);
    if (key !== undefined && answers.known.has(key)) return answers.known.get(key);
    const answer = ask(values);
    if (key !== undefined) answers.keep(key, answer);
    return answer;
  }

  function ask(values: readonly unknown[]): unknown {
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
