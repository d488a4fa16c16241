import { InputError } from "../../core/errors";

/** Where a contract's tests are registered: mocha's globals, `node:test`, or whatever has these four. */
export interface Suite {
  describe(name: string, body: () => void): unknown;
  it(name: string, test: () => void | Promise<void>): unknown;
  beforeEach(run: () => void | Promise<void>): unknown;
  afterEach(run: () => void | Promise<void>): unknown;
}

const NAMES = ["describe", "it", "beforeEach", "afterEach"] as const;

/** The runner whose functions are global. Throws InputError INPUT_INVALID when there is none. */
export function globalSuite(): Suite {
  const found = globalThis as Partial<Suite>;
  if (NAMES.every((name) => typeof found[name] === "function")) return found as Suite;
  throw new InputError(
    "INPUT_INVALID",
    `There is no test runner. Run under mocha, or pass one that has ${NAMES.join(", ")}: require("node:test").`,
  );
}

/** Mocha gives two seconds when left alone; other runners need no word. */
export function setTimeoutOf(context: unknown, ms: number): void {
  const { timeout } = (context ?? {}) as { timeout?: unknown };
  if (typeof timeout === "function") timeout.call(context, ms);
}
