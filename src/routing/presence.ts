import { type Tx, transact } from "../core/transact";
import { type AgentLoad, type Presence, ROUTING_GROUP, type WorkItem } from "../core/workItem";
import { agentDocId, freePlaces, freeUnits, newAgent, readAgent } from "./agentLoad";
import type { QueuePorts } from "./ports";

/** An agent who is back within this time has the presence of before; later their conversations went to others. */
export const LOST_MS = 150_000;

/**
 * Sets what the agent (or `by`, a supervisor) chose; conversations and pending offers stay with the agent. For an agent
 * whose desk is lost a supervisor chooses what they come back with: nobody would be there to be offered anything.
 */
export async function setPresence(
  ports: QueuePorts,
  agentId: string,
  presence: Presence,
  by?: string,
): Promise<AgentLoad> {
  return transact(ports.store, "routing", ROUTING_GROUP, "presence", async (tx) => {
    const now = ports.clock.now();
    const agent = await readAgent(tx, agentId, now);
    const known = (await tx.read(agentDocId(agentId))) !== undefined;
    if (known && agent.presence === presence && agent.lost === undefined && agent.presenceBy === by)
      return agent;
    if (by !== undefined && agent.lost !== undefined) {
      const waits: AgentLoad = { ...agent, lost: { ...agent.lost, presence, by } };
      tx.put(waits);
      return waits;
    }
    const { lost: _lost, due: _due, presenceBy: _by, ...rest } = agent;
    const next: AgentLoad = {
      ...rest,
      presence,
      presenceAt: now,
      ...(by === undefined ? {} : { presenceBy: by }),
    };
    tx.put(next);
    return next;
  });
}

/** The agent's presence and load; offline and empty when never seen. */
export async function getPresence(ports: QueuePorts, agentId: string): Promise<AgentLoad> {
  const stored = await ports.store.read<AgentLoad>("routing", ROUTING_GROUP, agentDocId(agentId));
  return stored?.doc ?? newAgent(agentId, 0);
}

/**
 * The last connection of an agent's desk is gone: offline at once, and as before when it comes back in time. Nobody who
 * is offline already, or was never seen, is lost.
 */
export async function loseConnection(ports: QueuePorts, agentId: string): Promise<void> {
  await transact(ports.store, "routing", ROUTING_GROUP, "lost", async (tx) => {
    const agent = await tx.read<AgentLoad>(agentDocId(agentId));
    if (agent === undefined || agent.presence === "offline" || agent.lost !== undefined) return;
    const now = ports.clock.now();
    tx.put<AgentLoad>({
      ...agent,
      presence: "offline",
      presenceBy: "system",
      presenceAt: now,
      lost: {
        at: now,
        presence: agent.presence,
        ...(agent.presenceBy === undefined ? {} : { by: agent.presenceBy }),
      },
      due: now + LOST_MS,
    });
  });
}

/**
 * The desk is back. In time, with the presence of before; later with what the load says, unless they had chosen to be
 * left alone. False for an agent who was not lost.
 */
export async function regainConnection(ports: QueuePorts, agentId: string): Promise<boolean> {
  return transact(ports.store, "routing", ROUTING_GROUP, "regained", async (tx) => {
    const agent = await tx.read<AgentLoad>(agentDocId(agentId));
    if (agent?.lost === undefined) return false;
    const { lost, due: _due, presenceBy: _by, ...rest } = agent;
    const now = ports.clock.now();
    tx.put<AgentLoad>({ ...rest, ...restored(ports, agent, lost), presenceAt: now });
    return true;
  });
}

function restored(
  ports: QueuePorts,
  agent: AgentLoad,
  lost: NonNullable<AgentLoad["lost"]>,
): Pick<AgentLoad, "presence" | "presenceBy"> {
  const inTime = ports.clock.now() - lost.at < LOST_MS;
  // The load may have changed meanwhile: what it decided, it decides again.
  const isChosen = inTime && lost.by !== "system";
  if (!isChosen && followsLoad(lost.presence, lost.by))
    return { presence: byLoad(ports, agent), presenceBy: "system" };
  return { presence: lost.presence, ...(lost.by === undefined ? {} : { presenceBy: lost.by }) };
}

/**
 * The presence as the load has it, after an agent took or gave back a conversation. What somebody chose by hand stays:
 * away, offline and do not disturb until they choose again; available and busy until now.
 */
export async function followLoad(ports: QueuePorts, tx: Tx, agentId: string): Promise<void> {
  const agent = await tx.read<AgentLoad>(agentDocId(agentId));
  if (agent === undefined) return;
  const presence = byLoad(ports, agent);
  if (!followsLoad(agent.presence, agent.presenceBy) || presence === agent.presence) return;
  tx.put<AgentLoad>({ ...agent, presence, presenceBy: "system", presenceAt: ports.clock.now() });
}

/**
 * An offer came to nothing and costs the agent nothing any more. What the load decided it decides again, or an agent with
 * room would stay "do not disturb"; what somebody chose stays.
 */
export async function offerGone(ports: QueuePorts, tx: Tx, agentId: string): Promise<void> {
  const agent = await tx.read<AgentLoad>(agentDocId(agentId));
  if (agent?.presenceBy === "system") await followLoad(ports, tx, agentId);
}

/**
 * An offer was missed or rejected, and the work stream wants the agent asked no more until they say otherwise. Who chose
 * to be left alone meanwhile stays as they are.
 */
export async function afterDecline(
  ports: QueuePorts,
  tx: Tx,
  item: WorkItem,
  offer: { agentId: string; state: "rejected" | "expired" },
): Promise<void> {
  const stream = ports.settings.current().workstreams.get(item.workstreamId);
  const missed = offer.state === "expired" && stream?.missedOfferInactive === true;
  const rejected = offer.state === "rejected" && stream?.rejectedOfferDoNotDisturb === true;
  if (!missed && !rejected) return;
  const agent = await readAgent(tx, offer.agentId, ports.clock.now());
  if (!followsLoad(agent.presence, agent.presenceBy)) return;
  // "declined": not the load's, so that the load does not take it back.
  const presence: Presence = missed ? "inactive" : "doNotDisturb";
  tx.put<AgentLoad>({ ...agent, presence, presenceBy: "declined", presenceAt: ports.clock.now() });
}

const followsLoad = (presence: Presence, by: string | undefined): boolean =>
  presence === "available" || presence === "busy" || (presence === "doNotDisturb" && by === "system");

/** Units count where any are in use, else places: an agent works by one of them. */
function byLoad(ports: QueuePorts, agent: AgentLoad): Presence {
  const places = Object.values(agent.profiles ?? {}).some((taken) => taken > 0);
  if (agent.used <= 0 && !places) return "available";
  return hasSomeRoom(ports, agent) ? "busy" : "doNotDisturb";
}

function hasSomeRoom(ports: QueuePorts, agent: AgentLoad): boolean {
  if (agent.used > 0) return freeUnits(agent, ports.settings.current().agents.get(agent.agentId)) > 0;
  return Object.values(freePlaces(ports, agent, ports.clock.now())).some((free) => free > 0);
}
