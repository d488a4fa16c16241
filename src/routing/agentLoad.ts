import type { AgentSettings } from "../core/settings";
import type { Tx } from "../core/transact";
import type { AgentLoad, WorkItem } from "../core/workItem";
import type { QueuePorts } from "./ports";

export const agentDocId = (agentId: string): string => `agent~${agentId}`;

/** The agent's document, or what it would be: offline and without load. */
export async function readAgent(tx: Tx, agentId: string, now: number): Promise<AgentLoad> {
  return (await tx.read<AgentLoad>(agentDocId(agentId))) ?? newAgent(agentId, now);
}

/** An agent who was never seen. */
export function newAgent(agentId: string, now: number): AgentLoad {
  return {
    id: agentDocId(agentId),
    type: "agent",
    agentId,
    presence: "offline",
    used: 0,
    lastAssignedAt: 0,
    presenceAt: now,
  };
}

/** The conversation costs the agent capacity from now on, in the batch of the item that causes it. */
export async function takeLoad(ports: QueuePorts, tx: Tx, agentId: string, item: WorkItem): Promise<void> {
  const now = ports.clock.now();
  const agent = await readAgent(tx, agentId, now);
  const profiles = changed(agent.profiles, item.profiles, 1);
  const next: AgentLoad = { ...agent, used: agent.used + item.units, lastAssignedAt: now };
  if (profiles !== undefined) next.profiles = profiles;
  if (item.queueId !== undefined) next.assignedIn = { ...agent.assignedIn, [item.queueId]: now };
  tx.put(next);
}

/**
 * The conversation costs the agent nothing any more. Places of profiles that reset at the end of the day stay taken until
 * then, but not for an offer that came to nothing.
 */
export async function giveLoad(ports: QueuePorts, tx: Tx, agentId: string, item: WorkItem): Promise<void> {
  const now = ports.clock.now();
  const agent = await readAgent(tx, agentId, now);
  const profiles = changed(agent.profiles, item.profiles, -1);
  const next: AgentLoad = { ...agent, used: Math.max(0, agent.used - item.units), lastReleasedAt: now };
  if (profiles !== undefined) next.profiles = profiles;
  const worked = item.holder === "agent" ? (item.profiles ?? []) : [];
  const daily = worked.filter(
    (id) => ports.settings.current().capacityProfiles.get(id)?.reset === "endOfDay",
  );
  if (daily.length > 0)
    next.spent = { day: dayOf(now), places: changed(spentToday(agent, now), daily, 1) ?? {} };
  tx.put(next);
}

/** Units that the agent has left; negative after a pick or an assignment over capacity. */
export function freeUnits(agent: AgentLoad, settings: AgentSettings | undefined): number {
  return (settings?.capacity ?? 0) - agent.used;
}

/** Places that the agent has left in each capacity profile. */
export function freePlaces(
  ports: Pick<QueuePorts, "settings">,
  agent: AgentLoad,
  now: number,
): Record<string, number> {
  const settings = ports.settings.current();
  const own = settings.agents.get(agent.agentId)?.capacityProfiles ?? {};
  const spent = spentToday(agent, now);
  return Object.fromEntries(
    [...settings.capacityProfiles.values()].map(({ id, limit }) => [
      id,
      (own[id] ?? limit) - (agent.profiles?.[id] ?? 0) - (spent[id] ?? 0),
    ]),
  );
}

/** Room for the item: its units, and a place in each of its profiles. */
export function hasRoom(ports: QueuePorts, agent: AgentLoad, item: WorkItem): boolean {
  if (freeUnits(agent, ports.settings.current().agents.get(agent.agentId)) < item.units) return false;
  if (item.profiles === undefined || item.profiles.length === 0) return true;
  const free = freePlaces(ports, agent, ports.clock.now());
  return item.profiles.every((id) => (free[id] ?? 0) > 0);
}

export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

function spentToday(agent: AgentLoad, now: number): Record<string, number> {
  return agent.spent?.day === dayOf(now) ? agent.spent.places : {};
}

/** Counts with so many more for each of `ids`; undefined when there are none to count. */
function changed(
  counts: Record<string, number> | undefined,
  ids: readonly string[] | undefined,
  by: number,
): Record<string, number> | undefined {
  if (ids === undefined || ids.length === 0) return counts;
  const next = { ...counts };
  for (const id of ids) next[id] = Math.max(0, (next[id] ?? 0) + by);
  return next;
}
