import type { Plugin } from "./plugin";

/**
 * Returns what it is given: gives a plugin its types in JavaScript, and in TypeScript without a word.
 *
 * @example
 * module.exports = definePlugin({ name: "orders", switchboard: "^0.1.0", functions: { … } });
 */
export function definePlugin<P extends Plugin>(plugin: P): P {
  return plugin;
}
