import type { LineAgent, LineItem, LineQueue } from "../../../src/routing/line/contract";

type Agent = LineAgent & { joined: Map<string, number> };

/** What the matcher should answer, by filtering and sorting all there are. */
export function createReference() {
  const agents = new Map<string, Agent>();
  const items = new Map<string, LineItem>();
  const queues = new Map<string, LineQueue>();
  let joins = 0;

  const declines = (item: LineItem, agent: LineAgent) => item.declined[agent.id] ?? 0;

  function mayTake(item: LineItem, agent: LineAgent): boolean {
    return (
      agent.queues.includes(item.queueId) &&
      item.allowedPresences.includes(agent.presence) &&
      agent.free >= item.units &&
      item.profiles.every((profile) => (agent.profiles[profile] ?? 0) > 0) &&
      declines(item, agent) < item.maxDeclines &&
      (item.matching !== "exact" || has(item, agent, (rating, asked) => rating >= asked))
    );
  }

  function before(queue: LineQueue): (a: Agent, b: Agent) => number {
    const byId = (a: Agent, b: Agent) => (a.id < b.id ? -1 : 1);
    const assigned = (a: Agent, b: Agent) => a.lastAssignedAt - b.lastAssignedAt || byId(a, b);
    const turn = (agent: Agent) => agent.assignedIn[queue.id] ?? 0;
    const joined = (agent: Agent) => agent.joined.get(queue.id) ?? 0;
    if (queue.method === "highestCapacity") return (a, b) => b.free - a.free || assigned(a, b);
    if (queue.method === "leastActive")
      return (a, b) => a.lastReleasedAt - b.lastReleasedAt || assigned(a, b);
    if (queue.method === "roundRobin") return (a, b) => turn(a) - turn(b) || joined(a) - joined(b);
    return assigned;
  }

  function custom(queue: LineQueue, item: LineItem, fit: readonly Agent[]): string | undefined {
    const standing = (agent: Agent) => declines(item, agent) * 10 + nearness(item, agent);
    for (const rank of [...new Set(fit.map(standing))].sort((a, b) => a - b)) {
      const group = fit.filter((agent) => standing(agent) === rank);
      const [best] = queue.order?.(item, group) ?? group;
      if (best !== undefined) return best.id;
    }
    return undefined;
  }

  return {
    setQueue: (queue: LineQueue) => void queues.set(queue.id, queue),
    removeQueue: (id: string) => void queues.delete(id),
    setItem: (item: LineItem) => void items.set(item.id, item),
    removeItem: (id: string) => void items.delete(id),
    removeAgent: (id: string) => void agents.delete(id),
    setAgent(agent: LineAgent) {
      const before = agents.get(agent.id)?.joined;
      const joined = new Map<string, number>();
      for (const queue of agent.queues) {
        joins += 1;
        joined.set(queue, before?.get(queue) ?? joins);
      }
      agents.set(agent.id, { ...agent, joined });
    },
    assign(itemId: string, agentId: string, at: number) {
      const item = items.get(itemId);
      const agent = agents.get(agentId);
      if (item === undefined) return;
      items.delete(itemId);
      if (agent === undefined) return;
      const profiles = { ...agent.profiles };
      for (const profile of item.profiles) profiles[profile] = (profiles[profile] ?? 0) - 1;
      const assignedIn = { ...agent.assignedIn, [item.queueId]: at };
      agents.set(agentId, {
        ...agent,
        free: agent.free - item.units,
        profiles,
        lastAssignedAt: at,
        assignedIn,
      });
    },
    agentFor(itemId: string): string | undefined {
      const item = items.get(itemId);
      const queue = queues.get(item?.queueId ?? "");
      if (item === undefined || queue === undefined) return undefined;
      const fit = [...agents.values()].filter((agent) => mayTake(item, agent)).sort(before(queue));
      if (queue.method === "custom") return custom(queue, item, fit);
      fit.sort((a, b) => declines(item, a) - declines(item, b) || nearness(item, a) - nearness(item, b));
      return fit[0]?.id;
    },
    itemFor(agentId: string): string | undefined {
      const agent = agents.get(agentId);
      if (agent === undefined) return undefined;
      const fit = [...items.values()].filter((item) => {
        const queue = queues.get(item.queueId);
        if (queue === undefined || !mayTake(item, agent)) return false;
        return queue.method !== "custom" || (queue.order?.(item, [agent]) ?? [agent]).length > 0;
      });
      return fit.sort((a, b) => (a.sk === b.sk ? (a.id < b.id ? -1 : 1) : a.sk < b.sk ? -1 : 1))[0]?.id;
    },
    /** Members before the chosen one in the order of the queue's method. */
    passedOver(itemId: string, chosen: string): string[] {
      const item = items.get(itemId);
      const queue = queues.get(item?.queueId ?? "");
      if (queue === undefined || queue.method === "custom") return [];
      const members = [...agents.values()].filter((agent) => agent.queues.includes(queue.id));
      const order = members.sort(before(queue)).map(({ id }) => id);
      return order.slice(0, Math.max(0, order.indexOf(chosen)));
    },
    size: () => ({ agents: agents.size, items: items.size }),
    agentIds: () => [...agents.keys()],
    itemIds: () => [...items.keys()],
  };
}

type Fits = (rating: number, asked: number) => boolean;

function has(item: LineItem, agent: LineAgent, fits: Fits): boolean {
  return Object.entries(item.skills).every(([name, asked]) => {
    const rating = agent.skills[name];
    return rating !== undefined && fits(rating, asked);
  });
}

function nearness(item: LineItem, agent: LineAgent): number {
  if (item.matching !== "closest") return 0;
  const tiers: Fits[] = [(rating, asked) => rating === asked, (rating, asked) => rating >= asked, () => true];
  const found = tiers.findIndex((fits) => has(item, agent, fits));
  return found === -1 ? tiers.length : found;
}
