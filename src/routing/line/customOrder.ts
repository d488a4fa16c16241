import type { AGENT_ORDERS, QueueSettings } from "../../core/distribution";
import { messageOf } from "../../core/errors";
import type { WorkItem } from "../../core/workItem";
import { type Condition, compileCondition, type FieldCatalogue } from "../../expressions/compile";
import type { QueuePorts } from "../ports";
import type { LineAgent, LineItem } from "./contract";

/** Fields that the rules of the custom assignment method may use. */
export const ASSIGNMENT_FIELDS = {
  "agent.id": "text",
  "agent.name": "text",
  "agent.presence": "text",
  "agent.free": "number", // units
  "agent.skills.*": "any", // rating
  "conversation.skills.*": "any",
  "conversation.priority": "number",
  "conversation.language": "text",
  channel: "text",
  "customer.name": "text",
  "customer.locale": "text",
  "context.*": "any",
} as const satisfies FieldCatalogue;

type Order = (typeof AGENT_ORDERS)[number];
type CustomOrder = (item: LineItem, agents: readonly LineAgent[]) => readonly LineAgent[];

/** Faults of a queue's custom rules; [] when all is well. */
export function checkAssignmentRules(queue: QueueSettings): { path: (string | number)[]; message: string }[] {
  return queue.assignmentRules.flatMap(({ if: text }, i) => {
    try {
      compileCondition(text, ASSIGNMENT_FIELDS);
      return [];
    } catch (error) {
      return [{ path: ["assignmentRules", i, "if"], message: messageOf(error) }];
    }
  });
}

/** The custom method of queues that have it. Rules are compiled once for each version of a queue. */
export function createCustomOrders(
  ports: Pick<QueuePorts, "settings">,
  itemOf: (id: string) => WorkItem | undefined,
) {
  const compiled = new WeakMap<QueueSettings, CustomOrder>();
  return {
    /** Undefined for a queue with another method. */
    of(queue: QueueSettings): CustomOrder | undefined {
      if (queue.assignment !== "custom") return undefined;
      const known = compiled.get(queue);
      if (known !== undefined) return known;
      const made = compileOrder(queue, ports, itemOf);
      compiled.set(queue, made);
      return made;
    },
    /** The queue's rules may look at more of a conversation than the line knows. */
    needs: (queueId: string | undefined): boolean =>
      ports.settings.current().queues.get(queueId ?? "")?.assignment === "custom",
  };
}

function compileOrder(
  queue: QueueSettings,
  ports: Pick<QueuePorts, "settings">,
  itemOf: (id: string) => WorkItem | undefined,
): CustomOrder {
  const rules = queue.assignmentRules.flatMap(({ if: text, orderBy }) => {
    const condition = conditionOf(text);
    return condition === undefined ? [] : [{ condition, orderBy }];
  });
  return (item, agents) => {
    const doc = itemOf(item.id);
    for (const { condition, orderBy } of rules) {
      const fit = agents.filter((agent) => isTrue(condition, agent, item, doc, ports));
      if (fit.length > 0) return fit.sort((a, b) => compare(orderBy, item, a, b));
    }
    return [];
  };
}

/** Undefined when it no longer compiles: the rule then finds nobody. */
function conditionOf(text: string): Condition | undefined {
  try {
    return compileCondition(text, ASSIGNMENT_FIELDS);
  } catch {
    return undefined;
  }
}

function isTrue(
  condition: Condition,
  agent: LineAgent,
  item: LineItem,
  doc: WorkItem | undefined,
  ports: Pick<QueuePorts, "settings">,
): boolean {
  const outcome = condition.evaluate({
    agent: {
      id: agent.id,
      name: ports.settings.current().agents.get(agent.id)?.name,
      presence: agent.presence,
      free: agent.free,
      skills: agent.skills,
    },
    conversation: {
      skills: item.skills,
      priority: doc?.priority ?? 100,
      language: doc?.customer.locale,
    },
    channel: doc?.channel,
    customer: { name: doc?.customer.name, locale: doc?.customer.locale },
    context: doc?.context ?? {},
  });
  return "value" in outcome && outcome.value;
}

/** Best first; what is equal in all goes by id. */
function compare(orderBy: readonly Order[], item: LineItem, a: LineAgent, b: LineAgent): number {
  for (const order of orderBy) {
    const difference = ORDERS[order](b, item) - ORDERS[order](a, item);
    if (difference !== 0) return difference;
  }
  return a.id < b.id ? -1 : 1;
}

/** More is better. */
const ORDERS: Readonly<Record<Order, (agent: LineAgent, item: LineItem) => number>> = {
  freeCapacity: (agent) => agent.free,
  roundRobin: (agent, item) => -(agent.assignedIn[item.queueId] ?? 0),
  leastActive: (agent) => -agent.lastReleasedAt,
  proficiency: (agent, item) =>
    Object.keys(item.skills).reduce((sum, skill) => sum + (agent.skills[skill] ?? 0), 0),
  skillCount: (agent) => Object.keys(agent.skills).length,
};
