import { type Command, UsageError } from "./command";
import { readSettings } from "./dataFolder";

export const flowDraw: Command = {
  name: "flow draw",
  usage: "FILE [--flow ID] [--format mermaid]",
  summary: "Writes a flow as a Mermaid flowchart, which GitHub, VS Code and mermaid.live show as a picture.",
  details: "  --flow ID   of a configuration file with more than one flow",
  options: { flow: { type: "string" }, format: { type: "string" } },
  words: { min: 1, max: 1 },
  async run({ words: [file = ""], options, environment, say }) {
    if (options.format !== undefined && options.format !== "mermaid")
      throw new UsageError(
        "the only format is mermaid: mermaid.live, GitHub and VS Code make a picture of it",
      );
    const { readFlowSource } = await import("./flowWorld.js");
    const { openForChecks } = await import("./offline.js");
    const config = readSettings(environment);
    const { drawFlow } = await import("../dialogs/flows/draw.js");
    const source = readFlowSource(file, config, await openForChecks(config, file));
    const flows = source.kind === "flow" ? [source.flow] : [...source.settings.flows.values()];
    const wanted = options.flow === undefined ? flows : flows.filter(({ id }) => id === options.flow);
    const [flow, more] = wanted;
    if (flow === undefined) throw new UsageError(`${file} has no such flow`);
    if (more !== undefined)
      throw new UsageError(`name one with --flow: ${flows.map(({ id }) => id).join(", ")}`);
    say(drawFlow(flow).trimEnd());
  },
};
