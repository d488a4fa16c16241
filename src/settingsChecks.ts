import type { SettingsChecks } from "./admin/checks";
import type { Fault } from "./admin/ports";
import type { Plugins } from "./core/plugin";
import type { FlowSettings } from "./core/settings";
import { checkFlow } from "./dialogs/flows/flowSteps";
import { checkHours } from "./routing/hours/hoursRules";
import { checkAssignmentRules } from "./routing/line/customOrder";
import { checkRules } from "./routing/rules/rules";

/**
 * What only the owners of rules, hours and flows can tell of a setting: the server and the command line check alike.
 * Flows may call what `plugins` bring.
 */
export function createSettingsChecks(plugins: Pick<Plugins, "dialogs">): SettingsChecks {
  const dialogs = new Set(plugins.dialogs.map(({ id }) => id));
  return {
    workstreams: checkRules,
    queues: checkAssignmentRules,
    operatingHours: checkHours,
    flows: (flow, snapshot) =>
      checkFlow(flow, dialogs, new Set(snapshot.queues.keys())).map((told) => toFault(flow, told)),
  };
}

/** A flow's checks tell `steps.<step>.<field>: message`; a step's name may hold dots. */
function toFault(flow: FlowSettings, told: string): Fault {
  const [, where = "", message = told] = /^(\S+?): (.*)$/s.exec(told) ?? [];
  const step = Object.keys(flow.steps).find(
    (name) => where === `steps.${name}` || where.startsWith(`steps.${name}.`),
  );
  if (step === undefined) return { path: wordsOf(where), message };
  return { path: ["steps", step, ...wordsOf(where.slice(`steps.${step}.`.length))], message };
}

const wordsOf = (path: string): (string | number)[] =>
  path
    .split(".")
    .filter((word) => word !== "")
    .map((word) => (/^\d+$/.test(word) ? Number(word) : word));
