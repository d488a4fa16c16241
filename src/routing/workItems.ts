import type { AgentLoad, WorkItem } from "../core/conversation";
import { Conflict, NotFound } from "../core/errors";
import type { Tx } from "../core/transact";

export const itemId = (conversationId: string): string => `item~${conversationId}`;
export const agentDocId = (agentId: string): string => `agent~${agentId}`;

/** The live work item. Throws NotFound when the conversation is closed or never was. */
export async function needItem(tx: Tx, conversationId: string): Promise<WorkItem> {
  const item = await tx.read<WorkItem>(itemId(conversationId));
  if (item === undefined)
    throw new NotFound("NOT_FOUND", "There is no live conversation with this id; it may have been closed.");
  return item;
}

/** Plans the changed item with its next version. */
export function putItem(
  tx: Tx,
  item: WorkItem,
  change: Partial<WorkItem>,
  drop: readonly (keyof WorkItem)[] = [],
): WorkItem {
  const next: WorkItem = { ...item, ...change, version: item.version + 1 };
  for (const key of drop) delete next[key];
  tx.put(next);
  return next;
}

export async function readAgent(tx: Tx, agentId: string, now: number): Promise<AgentLoad> {
  const known = await tx.read<AgentLoad>(agentDocId(agentId));
  return (
    known ?? {
      id: agentDocId(agentId),
      type: "agent",
      agentId,
      presence: "offline",
      used: 0,
      lastAssignedAt: 0,
      presenceAt: now,
    }
  );
}

/** Plans `units` more (or fewer, when negative) on the agent's load, in the batch of the item that causes it. */
export async function addLoad(tx: Tx, agentId: string, units: number, now: number): Promise<void> {
  const agent = await readAgent(tx, agentId, now);
  const assigned = units > 0 ? { lastAssignedAt: now } : {};
  tx.put({ ...agent, ...assigned, used: Math.max(0, agent.used + units) } satisfies AgentLoad);
}

/** Throws Conflict that says who has it when somebody else does. */
export function needHolder(item: WorkItem, agentId: string): void {
  if (item.holder === "agent" && item.agentId === agentId) return;
  const who =
    item.holder === "agent"
      ? `${item.agentId} has this conversation`
      : `the ${item.holder} has this conversation`;
  throw new Conflict("ALREADY_TAKEN", `You do not have it: ${who}.`, {
    details: { holder: item.holder, agentId: item.agentId },
  });
}
