import { transact } from "../core/transact";
import { type AgentLoad, ROUTING_GROUP, type WorkItem } from "../core/workItem";
import { agentDocId, giveLoad } from "./agentLoad";
import type { QueuePorts } from "./ports";
import { standInQueue } from "./queue";
import { sessionEnded } from "./sessionRecords";
import { agentName, announce } from "./texts/automatedMessages";
import { itemId } from "./workItems";

/**
 * An agent's connection stayed lost: their active conversations go back to their old places in line. Done twice is done
 * once; broken off it is begun again, since the agent's `due` goes last; the mark stays until they are back. Returns how
 * many went back.
 */
export async function giveUpLost(ports: QueuePorts, agentId: string): Promise<number> {
  const agent = (await ports.store.read<AgentLoad>("routing", ROUTING_GROUP, agentDocId(agentId)))?.doc;
  const lost = agent?.lost;
  if (lost === undefined || agent?.due === undefined || agent.due > ports.clock.now()) return 0;
  let back = 0;
  for (const conversationId of await activeOf(ports, agentId))
    if (await giveBack(ports, { conversationId, agentId, lostAt: lost.at })) back += 1;
  await transact(ports.store, "routing", ROUTING_GROUP, "lostDone", async (tx) => {
    const now = await tx.read<AgentLoad>(agentDocId(agentId));
    if (now?.lost?.at !== lost.at) return;
    const { due: _due, ...rest } = now;
    tx.put(rest);
  });
  return back;
}

async function activeOf(ports: QueuePorts, agentId: string): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await ports.store.query<WorkItem>("routing", "items", {
      partition: ROUTING_GROUP,
      equals: { type: "item", state: "active", agentId },
      limit: 1000,
      ...(cursor === undefined ? {} : { cursor }),
    });
    found.push(...page.items.map(({ doc }) => doc.conversationId));
    cursor = page.next;
  } while (cursor !== undefined);
  return found;
}

async function giveBack(
  ports: QueuePorts,
  { conversationId, agentId, lostAt }: { conversationId: string; agentId: string; lostAt: number },
): Promise<boolean> {
  return transact(ports.store, "routing", ROUTING_GROUP, "disconnected", async (tx) => {
    const [item, agent] = [
      await tx.read<WorkItem>(itemId(conversationId)),
      await tx.read<AgentLoad>(agentDocId(agentId)),
    ];
    const isTheirs = item?.state === "active" && item.holder === "agent" && item.agentId === agentId;
    // Back in this very moment (or lost anew): what they have stays with them.
    if (!isTheirs || agent?.lost?.at !== lostAt) return false;
    await giveLoad(ports, tx, agentId, item);
    announce(ports, tx, item, "agentDisconnected", {
      AgentName: agentName(ports.settings.current(), agentId),
    });
    const left = leftBehind(item, ports.clock.now());
    tx.put({
      ...standInQueue(ports, left, item.queueId ?? "", ports.clock.now()),
      version: item.version + 1,
    });
    return true;
  });
}

/** Its place in line is the old one; how long it has waited (which may overflow) counts anew. */
function leftBehind(item: WorkItem, now: number): WorkItem {
  const { formerAgentId: _former, ...rest } = item;
  return {
    ...rest,
    ...sessionEnded(item, "agentDisconnected", now),
    placeAt: item.placeAt ?? item.queuedAt ?? now,
    declined: {},
  };
}
