import { systemClock } from "../core/clock";
import { createStreamCompiler } from "../routing/rules/route";
import { checkedSettings, readConfigText } from "./checkText";

/** A configuration file's settings and rules, compiled. Simulated accounts may be in it anywhere. */
export function readRuleWorld(config: string) {
  const { text, flowFiles } = readConfigText(config);
  const settings = checkedSettings(text, config, { production: false, flowFiles });
  const compiledOf = createStreamCompiler();
  return {
    settings,
    now: systemClock.now(),
    streamOf: (id: string) => compiledOf(settings.workstreams.get(id)),
  };
}
