import type { SettingsChecks } from "./admin/checks";
import type { ChannelDefinition } from "./core/channel";
import type { Plugins } from "./core/plugin";
import { checkFlow, type FlowWorld } from "./dialogs/flows/check";
import { checkHours } from "./routing/hours/hoursRules";
import { checkAssignmentRules } from "./routing/line/customOrder";
import { checkRules } from "./routing/rules/rules";

/**
 * What only the owners of rules, hours and flows can tell of a setting: the server and the command line check alike.
 * `world`: what flows may use besides settings; what it leaves out is not checked.
 */
export const settingsChecks = (world: FlowWorld = {}): SettingsChecks => ({
  workstreams: checkRules,
  queues: checkAssignmentRules,
  operatingHours: checkHours,
  flows: (flow) => checkFlow(flow, world),
});

/** What flows may use of plugins, and the channels that there are with them. */
export function pluginWorld(
  { dialogs, actions }: Pick<Plugins, "dialogs" | "actions">,
  definitions: readonly ChannelDefinition[],
): FlowWorld {
  return {
    dialogs: new Set(dialogs.map(({ id }) => id)),
    actions,
    channels: new Set(definitions.map(({ id }) => id)),
  };
}
