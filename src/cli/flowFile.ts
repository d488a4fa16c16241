import type { Config } from "../config/settings";
import type { Path } from "../config/yamlSource";
import { SwitchboardError } from "../core/errors";
import type { FlowSettings } from "../core/settings";
import { UsageError } from "./command";

/** A flow's own file, for commands that send it to the running server. */
export interface FlowFile {
  flow: FlowSettings;
  /** Sends it; what the server finds wrong with it becomes ConfigError CONFIG_INVALID with the file's lines. */
  send<T>(work: (flow: FlowSettings) => Promise<T>): Promise<T>;
}

/** Throws ConfigError with the faults that no flow at all may have; the server tells the others. */
export async function readFlowFile(file: string, config: Config): Promise<FlowFile> {
  const { readFlowSource } = await import("./flowWorld.js");
  const { fileFaults } = await import("./checkText.js");
  const { openForChecks } = await import("./offline.js");
  const source = readFlowSource(file, config, await openForChecks(config, file));
  if (source.kind !== "flow")
    throw new UsageError(`${file} is a configuration; apply it with switchboard config apply`);
  const { flow, lineOf } = source;
  return {
    flow,
    send: (work) =>
      work(flow).catch((error: unknown) => {
        const faults = faultsOf(error);
        if (faults === undefined) throw error;
        const placed = faults.map((fault) => ({ ...fault, line: lineOf(toPath(fault.path)) }));
        placed.sort((a, b) => a.line - b.line);
        const told = placed.map(
          ({ path, message, line }) => `${path}: ${message.replace(/\.$/, "")} (line ${line})`,
        );
        throw fileFaults(file, told);
      }),
  };
}

interface Fault {
  path: string;
  message: string;
}

function faultsOf(error: unknown): Fault[] | undefined {
  if (!(error instanceof SwitchboardError) || error.code !== "INPUT_INVALID") return undefined;
  if (!Array.isArray(error.details)) return undefined;
  const faults = (error.details as Fault[]).map(({ path, message }) => ({
    // A trial holds the flow as one of its fields.
    path: path.replace(/^flow\./, ""),
    message,
  }));
  return faults.every(({ path }) => /^(id|start|steps|inputs|languages|onReturn)\b/.test(path))
    ? faults
    : undefined;
}

/** `steps.two.choices[0].next` as a path. */
const toPath = (text: string): Path =>
  [...text.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name = ""]) =>
    index === undefined ? name : Number(index),
  );
