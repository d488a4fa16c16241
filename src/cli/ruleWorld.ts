import type { Environment } from "../config/settings";
import { systemClock } from "../core/clock";
import { createStreamCompiler } from "../routing/rules/route";
import { checkedSettings, readConfigText } from "./checkText";
import { readSettings } from "./dataFolder";
import { openForChecks } from "./offline";

/** A configuration file's settings and rules, compiled. Simulated accounts may be in it anywhere. */
export async function readRuleWorld(config: string, environment: Environment) {
  const opened = await openForChecks(readSettings(environment), config);
  const { text, flowFiles } = readConfigText(config);
  const settings = checkedSettings(text, config, { production: false, opened, flowFiles });
  const compiledOf = createStreamCompiler();
  return {
    settings,
    now: systemClock.now(),
    streamOf: (id: string) => compiledOf(settings.workstreams.get(id)),
  };
}
