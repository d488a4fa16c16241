import { AgentIndex } from "./agentIndex";
import { choose, isLeftIn, type Question } from "./choice";
import type { LineItem, LineQueue, Matcher } from "./contract";
import { explainLine, passedOverIn } from "./explain";
import { type ItemClass, ItemClasses } from "./itemClasses";
import { type AgentState, obstacleInside } from "./needs";

/** An empty matcher. It keeps no time and reads nothing: what it is told is all it knows. */
export function createMatcher(): Matcher {
  const agents = new AgentIndex();
  const items = new ItemClasses((skill) => agents.holders(skill));
  const queues = new Map<string, LineQueue>();

  function questionOf(itemId: string): Question | undefined {
    const waiting = items.get(itemId);
    const queue = waiting && queues.get(waiting.item.queueId);
    return queue && { ...waiting, queue, agents };
  }

  return {
    setQueue(queue) {
      if (queue.method !== "roundRobin") agents.dropTurns(queue.id);
      queues.set(queue.id, { ...queue });
    },
    removeQueue(id) {
      agents.dropTurns(id);
      queues.delete(id);
    },
    setAgent: (agent) => agents.set(agent),
    removeAgent: (id) => agents.remove(id),
    setItem: (item) => items.set(item),
    removeItem: (id) => items.remove(id),
    agentFor(itemId) {
      const question = questionOf(itemId);
      return question && choose(question)?.id;
    },
    itemFor(agentId) {
      const agent = agents.get(agentId);
      return agent && earliestFor(agent, queues, items)?.id;
    },
    assign(itemId, agentId, at) {
      const waiting = items.get(itemId);
      if (waiting === undefined) return;
      const agent = agents.get(agentId);
      items.remove(itemId);
      if (agent !== undefined) agents.take(agent, waiting.item, at);
    },
    explain(itemId, most) {
      const question = questionOf(itemId);
      return question === undefined ? [] : explainLine(question, choose(question), most);
    },
    passedOver(itemId, chosen, most) {
      const [question, agent] = [questionOf(itemId), agents.get(chosen)];
      if (question === undefined || agent === undefined) return { passedOver: [], others: 0 };
      return passedOverIn(question, agent, most);
    },
    has: (itemId) => items.get(itemId) !== undefined,
    size: () => ({ agents: agents.size, items: items.size }),
  };
}

function earliestFor(
  agent: AgentState,
  queues: ReadonlyMap<string, LineQueue>,
  items: ItemClasses,
): LineItem | undefined {
  let best: LineItem | undefined;
  for (const queueId of agent.queues) {
    const queue = queues.get(queueId);
    if (queue === undefined) continue;
    const find = queue.method === "custom" ? findLeftIn(queue, agent) : findFirst(agent);
    best = items.earliest(queueId, agent, find, best);
  }
  return best;
}

function findFirst(agent: AgentState): (one: ItemClass) => LineItem | undefined {
  return (one) => (obstacleInside(one, agent) === undefined ? one.items.first : undefined);
}

/** A custom order may look at anything of an item: one after the other. */
function findLeftIn(queue: LineQueue, agent: AgentState): (one: ItemClass) => LineItem | undefined {
  return (one) => {
    if (obstacleInside(one, agent) !== undefined) return undefined;
    for (const item of one.items) if (isLeftIn(queue, item, agent)) return item;
    return undefined;
  };
}
