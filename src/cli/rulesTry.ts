import { type Command, type CommandCall, UsageError } from "./command";

export const rulesTry: Command = {
  name: "rules try",
  usage: "--config FILE --workstream ID --given JSON",
  summary:
    "Tells as JSON where a made-up conversation goes by a configuration file, and why; needs no server.",
  details: `For example: --given '{"customer":{"name":"Gilda Moore"},"message":{"text":"hi"}}'`,
  options: { config: { type: "string" }, workstream: { type: "string" }, given: { type: "string" } },
  async run({ options, environment, say }) {
    const [config, id, given] = [needed(options, "config"), needed(options, "workstream"), options.given];
    const { readRuleWorld } = await import("./ruleWorld.js");
    const world = await readRuleWorld(config, environment);
    if (!world.settings.workstreams.has(id)) throw new UsageError(`${config} has no work stream "${id}"`);
    const { readSample } = await import("./ruleCases.js");
    const { tryRules } = await import("../routing/rules/tryRules.js");
    const sample = readSample(typeof given === "string" ? given : "{}", "--given");
    if (sample.instance !== undefined && !world.settings.instances.has(sample.instance))
      throw new UsageError(`${config} has no instance "${sample.instance}"`);
    say(JSON.stringify(tryRules({ sample, workstreamId: id }, world.streamOf(id), world), null, 2));
  },
};

function needed(options: CommandCall["options"], name: string): string {
  const value = options[name];
  if (typeof value !== "string") throw new UsageError(`--${name} is missing`);
  return value;
}
