import type { SettingsChecks } from "./admin/checks";
import type { ChannelDefinition } from "./core/channel";
import type { Plugins } from "./core/plugin";
import { checkFlow, type FlowWorld } from "./dialogs/flows/check";
import { checkHours } from "./routing/hours/hoursRules";
import { checkAssignmentRules } from "./routing/line/customOrder";
import { checkRules } from "./routing/rules/rules";
import { checkIdentity } from "./signIn/identities";

/**
 * What only the owners of rules, hours and flows can tell of a setting: the server and the command line check alike.
 * `world`: what flows may use besides settings; what it leaves out is not checked.
 */
export const settingsChecks = (world: FlowWorld = {}): SettingsChecks => ({
  agents: checkIdentity,
  workstreams: checkRules,
  queues: checkAssignmentRules,
  operatingHours: checkHours,
  flows: (flow) => checkFlow(flow, world),
});

/** What flows may use of plugins and channels. */
export const flowWorldOf = (
  plugins: Pick<Plugins, "dialogs" | "actions">,
  definitions: readonly ChannelDefinition[],
): FlowWorld => ({
  dialogs: new Set(plugins.dialogs.map(({ id }) => id)),
  actions: plugins.actions,
  channels: new Set(definitions.map(({ id }) => id)),
});
