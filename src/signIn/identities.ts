import { hashId } from "../core/ids";
import type { AgentSettings, SettingsSnapshot } from "../core/settings";

type Agents = ReadonlyMap<string, AgentSettings>;

/** Made once for each state of the settings: ten thousand agents are checked against each other. */
const tables = new WeakMap<Agents, ReadonlyMap<string, string[]>>();

function tableOf(agents: Agents): ReadonlyMap<string, string[]> {
  const known = tables.get(agents);
  if (known !== undefined) return known;
  const table = new Map<string, string[]>();
  for (const agent of agents.values()) {
    const { id, identity } = agent;
    if (identity === undefined) continue;
    const others = table.get(identity) ?? [];
    table.set(identity, isAutomatic(agent) ? [...others, id] : [id, ...others]);
  }
  tables.set(agents, table);
  return table;
}

/**
 * Id of the agent who is made at the first sign-in. Of the identity alone: two servers that meet a person at the same
 * moment make one agent, and ids tell no names.
 */
export const automaticId = (identity: string): string => hashId("person", identity).replace("~", "-");

/** Such an agent gives way to one that an admin gives the identity. */
const isAutomatic = ({ id, identity }: Pick<AgentSettings, "id" | "identity">): boolean =>
  identity !== undefined && id === automaticId(identity);

/** The agent with this identity at the provider: the one whom an admin gave it, else the one made by itself. */
export function agentWithIdentity(
  { agents }: { agents: Agents },
  identity: string,
): AgentSettings | undefined {
  const [id] = tableOf(agents).get(identity) ?? [];
  return id === undefined ? undefined : agents.get(id);
}

/** Two agents with one identity, both by an admin: nobody could tell who signs in. */
export function checkIdentity(
  agent: AgentSettings,
  { agents }: SettingsSnapshot,
): { path: string[]; message: string }[] {
  const { id, identity } = agent;
  if (identity === undefined || isAutomatic(agent)) return [];
  const others = tableOf(agents).get(identity) ?? [];
  const other = others.find((one) => one !== id && one !== automaticId(identity));
  return other === undefined ? [] : [{ path: ["identity"], message: `agent ${other} has it already` }];
}
