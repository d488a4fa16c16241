import { createContext, Script } from "node:vm";

/** How long work that strangers' text can slow down may take, unless told otherwise: ms. */
export const TIME_LIMIT_MS = 100;

const box = createContext(Object.create(null) as object) as { call?: () => unknown };
const call = new Script("call()");

/**
 * What `work` gives, or undefined when it took longer than `limitMs`: a regular expression on hostile text can hang the
 * process, and nothing but this stops it. What `work` throws is thrown. Tries twice, since the first time may have gone
 * to a busy machine instead of to the work: `work` must have no effects.
 */
export function withinTime<T>(work: () => T, limitMs = TIME_LIMIT_MS): { value: T } | undefined {
  return once(work, limitMs) ?? once(work, limitMs);
}

function once<T>(work: () => T, limitMs: number): { value: T } | undefined {
  box.call = work;
  try {
    return { value: call.runInContext(box, { timeout: limitMs }) as T };
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code === "ERR_SCRIPT_EXECUTION_TIMEOUT") return undefined;
    throw error;
  } finally {
    delete box.call;
  }
}
