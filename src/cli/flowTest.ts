import { systemClock } from "../core/clock";
import { SwitchboardError } from "../core/errors";
import type { FlowSettings, SettingsSnapshot } from "../core/settings";
import { type Command, UsageError } from "./command";
import { readSettings } from "./dataFolder";
import type { FlowTestFile } from "./flowTestFile";

export const flowTest: Command = {
  name: "flow test",
  usage: "FILE…",
  summary: "Plays the scripted conversations of files kept beside a flow; needs no server.",
  details: [
    "orders.test.yaml tests orders.yaml. Each turn gives what the customer says and what is expected then. Services and",
    "actions answer by `mocks`; a step that asks without one fails the test. Ends with 1 when a conversation fails.",
  ].join("\n"),
  words: { min: 1, max: 100 },
  async run({ words, environment, say }) {
    const config = readSettings(environment);
    const { readText } = await import("./checkText.js");
    const { readFlowTests } = await import("./flowTestFile.js");
    const { flowWorld } = await import("./flowWorld.js");
    const { runConversation } = await import("./runConversation.js");
    const { openForChecks } = await import("./offline.js");
    const opened = await openForChecks(config, words[0]);
    let [all, failed] = [0, 0];
    for (const file of words) {
      const tests = readFlowTests(readText(file, "file of conversations"), file);
      const { flow, settings } = await worldOf(tests, { file, config, opened });
      const ports = {
        dialogs: opened.plugins.dialogs,
        findAnswer: flowWorld(config, tests.config ?? file, opened).knowledge.find,
      };
      for (const [i, script] of tests.conversations.entries()) {
        all += 1;
        const failure = await runConversation(script, ports, { flow, settings, now: systemClock.now() });
        if (failure === undefined) continue;
        failed += 1;
        const head = `FAIL  ${script.name}, turn ${failure.turn + 1} (${file}, line ${tests.lineOf(i, failure.turn)})`;
        say([head, ...failure.lines].join("\n        "));
      }
    }
    say(`${all} conversation${all === 1 ? "" : "s"}, ${all - failed} passed`);
    if (failed > 0) throw new SwitchboardError("FLOW_TESTS_FAILED", `${failed} of ${all} failed.`);
  },
};

/** The flow that is tested, and what is around it. Throws ConfigError when a flow has faults. */
async function worldOf(
  tests: FlowTestFile,
  around: {
    file: string;
    config: ReturnType<typeof readSettings>;
    opened: Awaited<ReturnType<typeof import("./offline.js").openForChecks>>;
  },
): Promise<{ flow: FlowSettings; settings: SettingsSnapshot }> {
  const { file, config, opened } = around;
  const { flowProblems, flowWorld, readFlowSource, trialSettingsOf } = await import("./flowWorld.js");
  const { fileFaults } = await import("./checkText.js");
  const { world } = flowWorld(config, tests.config ?? file, opened);
  const read = (name: string): FlowSettings => {
    const source = readFlowSource(name, config, opened);
    if (source.kind !== "flow") throw new UsageError(`${name} is a configuration: name it as "config:"`);
    const problems = flowProblems(source, world);
    if (problems.length > 0) throw fileFaults(name, problems);
    return source.flow;
  };
  const own = tests.flowFile === undefined ? undefined : read(tests.flowFile);
  const settings = trialSettingsOf(
    tests.config,
    [...tests.otherFiles.map(read), ...(own === undefined ? [] : [own])],
    opened,
  );
  const flow = own ?? settings.flows.get(tests.flowId ?? "");
  if (flow !== undefined) return { flow, settings };
  throw new UsageError(`${file}: there is no flow "${tests.flowId}" in the configuration that it names`);
}
