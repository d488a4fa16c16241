import type { Environment } from "../config/settings";
import { systemClock } from "../core/clock";
import { createStreamCompiler } from "../routing/rules/route";
import { checkedSettings, readText } from "./checkText";
import { readSettings } from "./dataFolder";
import { openForChecks } from "./offline";

/** A configuration file's settings and rules, compiled. Simulated accounts may be in it anywhere. */
export async function readRuleWorld(config: string, environment: Environment) {
  const opened = await openForChecks(readSettings(environment), config);
  const settings = checkedSettings(readText(config), config, { production: false, opened });
  const compiledOf = createStreamCompiler();
  return {
    settings,
    now: systemClock.now(),
    streamOf: (id: string) => compiledOf(settings.workstreams.get(id)),
  };
}
