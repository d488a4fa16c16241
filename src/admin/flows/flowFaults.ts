import type { FaultDetail } from "../checks";
import type { FlowFaultView } from "./flowContract";

/** Faults with their step and property apart, for pages that show them beside a step. */
export function toFlowFaults(faults: readonly FaultDetail[]): FlowFaultView[] {
  return faults.map(({ path, message }) => {
    const parts = partsOf(path);
    const inStep = parts[0] === "steps" && parts[1] !== undefined;
    return {
      path,
      step: inStep ? (parts[1] ?? null) : null,
      property: (inStep ? parts[2] : parts[0]) ?? null,
      message,
      nearest: /did you mean "([^"]+)"/.exec(message)?.[1] ?? null,
    };
  });
}

/** `steps["my-step"].choices[0]` as its parts. */
function partsOf(path: string): string[] {
  return [...path.matchAll(/\[("(?:[^"\\]|\\.)*")\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, quoted, index, name]) =>
    quoted === undefined ? (index ?? name ?? "") : String(JSON.parse(quoted)),
  );
}
