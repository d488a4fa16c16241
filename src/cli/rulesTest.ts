import path from "node:path";
import { SwitchboardError } from "../core/errors";
import { type Command, UsageError } from "./command";

export const rulesTest: Command = {
  name: "rules test",
  usage: "FILE [--config FILE]",
  summary: "Runs the cases of a file against the rules of a configuration file; needs no server.",
  details: [
    "A case gives a made-up conversation and says where it must go. FILE names the configuration that lies",
    "beside it (config: switchboard.yaml); --config takes another. Ends with 1 when a case fails.",
  ].join("\n"),
  options: { config: { type: "string" } },
  words: { min: 1, max: 1 },
  async run({ words: [file = ""], options, environment, say }) {
    // Channels, rules and flows take a while to load: only for who needs them.
    const { readText } = await import("./checkText.js");
    const { readCases } = await import("./ruleCases.js");
    const found = readCases(readText(file, "file of cases"), file);
    const config = typeof options.config === "string" ? options.config : besides(file, found.config);
    const { readRuleWorld } = await import("./ruleWorld.js");
    const world = await readRuleWorld(config, environment);
    found.check(world.settings);
    const { runCase } = await import("./runCase.js");
    const failed = found.cases.filter((each, i) => {
      const lines = runCase(each, world.streamOf(each.workstream), world);
      if (lines.length === 0) return false;
      say([`FAIL  ${each.name} (line ${found.lineOf(i)})`, ...lines].join("\n        "));
      return true;
    }).length;
    const all = found.cases.length;
    say(`${all} case${all === 1 ? "" : "s"}, ${all - failed} passed`);
    if (failed > 0) throw new SwitchboardError("RULE_CASES_FAILED", `${failed} of ${all} failed.`);
  },
};

function besides(file: string, config: string | undefined): string {
  if (config === undefined)
    throw new UsageError(`name the configuration: --config FILE, or "config:" in ${file}`);
  return path.resolve(path.dirname(file), config);
}
