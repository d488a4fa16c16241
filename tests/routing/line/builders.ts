import type { LineAgent, LineItem, LineQueue, Matcher } from "../../../src/routing/line/contract";
import { createMatcher } from "../../../src/routing/line/matcher";

export function buildAgent(id: string, with_: Partial<LineAgent> = {}): LineAgent {
  return {
    id,
    free: 1,
    profiles: {},
    presence: "available",
    skills: {},
    queues: ["q"],
    lastAssignedAt: 0,
    assignedIn: {},
    lastReleasedAt: 0,
    ...with_,
  };
}

export function buildItem(id: string, with_: Partial<LineItem> = {}): LineItem {
  return {
    id,
    queueId: "q",
    sk: id,
    units: 1,
    profiles: [],
    skills: {},
    matching: "exact",
    allowedPresences: ["available", "busy"],
    declined: {},
    maxDeclines: 3,
    ...with_,
  };
}

/** A matcher with the queue "q". */
export function buildLine(method: LineQueue["method"], agents: LineAgent[], items: LineItem[] = []): Matcher {
  const matcher = createMatcher();
  matcher.setQueue({ id: "q", method });
  for (const agent of agents) matcher.setAgent(agent);
  for (const item of items) matcher.setItem(item);
  return matcher;
}

/** Lets items come and be assigned, one at a time from time `from` on: who got them. */
export function pushAll(matcher: Matcher, items: LineItem[], from = 100): (string | undefined)[] {
  return items.map((item, index) => {
    matcher.setItem(item);
    const agentId = matcher.agentFor(item.id);
    if (agentId !== undefined) matcher.assign(item.id, agentId, from + index);
    return agentId;
  });
}
