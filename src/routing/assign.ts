import { type AgentLoad, type Offer, ROUTING_GROUP, type WorkItem } from "../core/conversation";
import { messageOf } from "../core/errors";
import { newId } from "../core/ids";
import type { Log } from "../core/log";
import { transact } from "../core/transact";
import type { QueuePorts } from "./queue";
import { addLoad, itemId, putItem, readAgent } from "./workItems";

const PAGE = 100;
const MAX_DECLINES = 3;
const ALLOWED_PRESENCES: readonly string[] = ["available", "busy"];

/** An agent as assignment sees one: settings and load together. */
interface Candidate {
  agentId: string;
  free: number;
  lastAssignedAt: number;
}

/**
 * Gives waiting push conversations to agents with room: highest free capacity first, ties to who got one least
 * recently; the conversation's former agent before all. One run at a time; what changes meanwhile runs again.
 */
export function createAssigner(ports: QueuePorts & { log: Log }) {
  let running: Promise<void> | undefined;
  let again = false;

  async function run(): Promise<void> {
    do {
      again = false;
      await assignWaiting(ports);
    } while (again);
  }

  return {
    /** Something changed that may let a conversation be offered. Resolves when nothing more can be offered now. */
    kick(): Promise<void> {
      again = true;
      running ??= run()
        .catch((error) =>
          ports.log.error({ error: messageOf(error) }, "assignment failed; the sweep tries again"),
        )
        .finally(() => {
          running = undefined;
        });
      return running;
    },
  };
}

export type Assigner = ReturnType<typeof createAssigner>;

async function assignWaiting(ports: QueuePorts): Promise<void> {
  const agents = await readCandidates(ports);
  if (agents.size === 0) return;
  let cursor: string | undefined;
  do {
    const page = await ports.store.query<WorkItem>("routing", "waiting", {
      partition: ROUTING_GROUP,
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { doc } of page.items) await assignOne(ports, doc, agents);
    cursor = page.next;
  } while (cursor !== undefined && [...agents.values()].some((agent) => agent.free > 0));
}

async function readCandidates(ports: QueuePorts): Promise<Map<string, Candidate>> {
  const settings = ports.settings.current();
  const found = new Map<string, Candidate>();
  let cursor: string | undefined;
  do {
    const page = await ports.store.query<AgentLoad>("routing", "agents", {
      partition: ROUTING_GROUP,
      equals: { type: "agent" },
      limit: 1000,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { doc } of page.items) {
      const agent = settings.agents.get(doc.agentId);
      if (agent === undefined || !ALLOWED_PRESENCES.includes(doc.presence)) continue;
      found.set(doc.agentId, {
        agentId: doc.agentId,
        free: agent.capacity - doc.used,
        lastAssignedAt: doc.lastAssignedAt,
      });
    }
    cursor = page.next;
  } while (cursor !== undefined);
  return found;
}

async function assignOne(ports: QueuePorts, item: WorkItem, agents: Map<string, Candidate>): Promise<void> {
  if (item.distribution !== "push") return;
  const queue = ports.settings.current().queues.get(item.queueId ?? "");
  for (const candidate of rank(item, queue?.members ?? [], agents)) {
    if (!(await offer(ports, item.conversationId, candidate.agentId))) continue;
    candidate.free -= item.units;
    candidate.lastAssignedAt = ports.clock.now();
    return;
  }
}

function rank(item: WorkItem, members: readonly string[], agents: Map<string, Candidate>): Candidate[] {
  const declines = (agent: Candidate) => item.declined[agent.agentId] ?? 0;
  const former = (agent: Candidate) => (agent.agentId === item.formerAgentId ? 0 : 1);
  return members
    .flatMap((id) => agents.get(id) ?? [])
    .filter((agent) => (agent.free >= item.units || former(agent) === 0) && declines(agent) < MAX_DECLINES)
    .sort(
      (a, b) =>
        declines(a) - declines(b) ||
        former(a) - former(b) ||
        b.free - a.free ||
        a.lastAssignedAt - b.lastAssignedAt,
    );
}

/** One batch: the item, the offer and the agent's load. False when the item or the agent changed meanwhile. */
async function offer(ports: QueuePorts, conversationId: string, agentId: string): Promise<boolean> {
  return transact(ports.store, "routing", ROUTING_GROUP, "offer", async (tx) => {
    const now = ports.clock.now();
    const [item, agent] = [
      await tx.read<WorkItem>(itemId(conversationId)),
      await readAgent(tx, agentId, now),
    ];
    if (item?.sk === undefined || item.state !== "open" || item.queueId === undefined) return false;
    const capacity = ports.settings.current().agents.get(agentId)?.capacity ?? 0;
    const hasRoom = capacity - agent.used >= item.units || item.formerAgentId === agentId;
    if (!ALLOWED_PRESENCES.includes(agent.presence) || !hasRoom) return false;
    const made = toOffer(item, agentId, now);
    tx.put(made);
    await addLoad(tx, agentId, item.units, now);
    putItem(tx, item, { state: "active", offerId: made.id, offeredTo: agentId }, ["sk"]);
    return true;
  });
}

function toOffer(item: WorkItem, agentId: string, now: number): Offer {
  const expiresAt = now + item.offerSeconds * 1000;
  return {
    id: newId("offer"),
    type: "offer",
    conversationId: item.conversationId,
    queueId: item.queueId ?? "",
    offeredTo: agentId,
    agentId,
    state: "pending",
    createdAt: now,
    expiresAt,
    due: expiresAt,
    customer: item.customer,
    channel: item.channel,
    lastText: item.lastText,
  };
}
