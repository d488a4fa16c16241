import type { RunningPlugins } from "../core/runningPlugins";

/** How plugins are doing, for /metrics. */
export function pluginGauges({ status }: Pick<RunningPlugins, "status">) {
  const parts = () =>
    status().flatMap(({ name, parts }) => parts.map((part) => ({ ...part, name: `${name}.${part.part}` })));
  return {
    pluginFailures: () => Object.fromEntries(parts().map(({ name, failures }) => [name, failures])),
    pluginsOff: () =>
      Object.fromEntries(parts().flatMap(({ name, state }) => (state === "off" ? [[name, 1]] : []))),
  };
}
