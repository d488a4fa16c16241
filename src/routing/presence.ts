import { type AgentLoad, type Presence, ROUTING_GROUP } from "../core/conversation";
import { transact } from "../core/transact";
import type { QueuePorts } from "./queue";
import { agentDocId, readAgent } from "./workItems";

/** Sets what the agent chose; conversations and pending offers stay with the agent. */
export async function setPresence(
  ports: QueuePorts,
  agentId: string,
  presence: Presence,
): Promise<AgentLoad> {
  return transact(ports.store, "routing", ROUTING_GROUP, "presence", async (tx) => {
    const now = ports.clock.now();
    const agent = await readAgent(tx, agentId, now);
    if (agent.presence === presence && (await tx.read(agentDocId(agentId))) !== undefined) return agent;
    const next: AgentLoad = { ...agent, presence, presenceAt: now };
    tx.put(next);
    return next;
  });
}

/** The agent's presence and load; offline and empty when never seen. */
export async function getPresence(ports: QueuePorts, agentId: string): Promise<AgentLoad> {
  const stored = await ports.store.read<AgentLoad>("routing", ROUTING_GROUP, agentDocId(agentId));
  if (stored !== undefined) return stored.doc;
  return {
    id: agentDocId(agentId),
    type: "agent",
    agentId,
    presence: "offline",
    used: 0,
    lastAssignedAt: 0,
    presenceAt: 0,
  };
}
