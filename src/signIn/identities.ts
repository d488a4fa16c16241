import type { AgentSettings, SettingsSnapshot } from "../core/settings";

type Agents = ReadonlyMap<string, AgentSettings>;

/** Made once for each state of the settings: ten thousand agents are checked against each other. */
const tables = new WeakMap<Agents, ReadonlyMap<string, string[]>>();

function tableOf(agents: Agents): ReadonlyMap<string, string[]> {
  const known = tables.get(agents);
  if (known !== undefined) return known;
  const table = new Map<string, string[]>();
  for (const { id, identity } of agents.values())
    if (identity !== undefined) table.set(identity, [...(table.get(identity) ?? []), id]);
  tables.set(agents, table);
  return table;
}

/** The agent with this identity at the provider. */
export function agentWithIdentity(
  { agents }: { agents: Agents },
  identity: string,
): AgentSettings | undefined {
  const [id] = tableOf(agents).get(identity) ?? [];
  return id === undefined ? undefined : agents.get(id);
}

/** Two agents with one identity: nobody could tell who signs in. */
export function checkIdentity(
  { id, identity }: AgentSettings,
  { agents }: SettingsSnapshot,
): { path: string[]; message: string }[] {
  const other =
    identity === undefined
      ? undefined
      : tableOf(agents)
          .get(identity)
          ?.find((one) => one !== id);
  return other === undefined ? [] : [{ path: ["identity"], message: `agent ${other} has it already` }];
}
