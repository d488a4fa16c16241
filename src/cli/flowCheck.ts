import { messageOf, SwitchboardError } from "../core/errors";
import type { Command } from "./command";
import { readSettings } from "./dataFolder";

export const flowCheck: Command = {
  name: "flow check",
  usage: "FILE…",
  summary:
    "Checks flow files, and configuration files with their flows; changes nothing and needs no server.",
  details: [
    "Tells every fault with its step, property and line. A flow file by itself is not asked whether the queues, flows",
    "and operating hours that it names exist.",
  ].join("\n"),
  words: { min: 1, max: 100 },
  async run({ words, environment, say }) {
    const config = readSettings(environment);
    const { flowProblems, flowWorld, readFlowSource } = await import("./flowWorld.js");
    const { fileFaults } = await import("./checkText.js");
    const { openForChecks } = await import("./offline.js");
    const opened = await openForChecks(config, words[0]);
    const failures: string[] = [];
    for (const file of words) {
      try {
        const source = readFlowSource(file, config, opened);
        const { world } = flowWorld(config, file, opened);
        const problems = source.kind === "flow" ? flowProblems(source, world) : [];
        if (problems.length > 0) throw fileFaults(file, problems);
        say(`${file} is well-formed: ${toldOf(source)}.`);
      } catch (error) {
        if (!(error instanceof SwitchboardError)) throw error;
        failures.push(messageOf(error));
      }
    }
    if (failures.length > 0) throw new SwitchboardError("FLOW_INVALID", failures.join("\n"));
  },
};

function toldOf(source: Awaited<ReturnType<typeof import("./flowWorld.js").readFlowSource>>): string {
  if (source.kind === "configuration") return `flows ${source.settings.flows.size}`;
  return `flow ${source.flow.id}, steps ${Object.keys(source.flow.steps).length}`;
}
