import { pagesOf } from "../core/pagesOf";
import { type AgentLoad, type Presence, ROUTING_GROUP, type WorkItem } from "../core/workItem";
import { aggregate } from "./aggregate";
import { type Cells, createCells } from "./cells";
import type { ReportPorts } from "./ports";
import { DEFAULT_THRESHOLDS, spanOf, thresholdsOf } from "./row";

/** Live conversations, counted. */
export interface LiveCells {
  cells: Cells;
  conversationIds: ReadonlySet<string>;
}

/** Who waits in a queue now. */
export interface Waiting {
  waiting: number;
  longestWaitMs: number;
  /** Of them, those who have waited longer than the queue's service level. */
  late: number;
}

/** An agent now. */
export interface AgentNow {
  presence: Presence;
  /** Capacity units. */
  used: number;
  capacity: number;
}

/** Counts every live conversation, waiting for a customer or not: what happened in it today is today's. */
export async function readLive(ports: ReportPorts): Promise<LiveCells> {
  const [cells, ids] = [createCells(), new Set<string>()];
  const thresholds = thresholdsOf(ports.settings.current());
  const query = { partition: ROUTING_GROUP, equals: { type: "item" } };
  for await (const page of pagesOf<WorkItem>(ports.store, "routing", "items", query)) {
    aggregate(page, { thresholds, now: ports.clock.now() }, cells);
    for (const { conversationId } of page) ids.add(conversationId);
  }
  return { cells, conversationIds: ids };
}

/** Who waits for an agent, by queue; offered and not yet accepted is waiting too. */
export async function readWaiting(ports: ReportPorts): Promise<Map<string, Waiting>> {
  const found = new Map<string, Waiting>();
  const thresholds = thresholdsOf(ports.settings.current());
  const query = { partition: ROUTING_GROUP, equals: { type: "item", holder: "queue" } };
  for await (const page of pagesOf<WorkItem>(ports.store, "routing", "items", query))
    for (const { queueId = "", queuedAt, openedAt } of page) {
      const known = found.get(queueId) ?? { waiting: 0, longestWaitMs: 0, late: 0 };
      const { serviceLevelSeconds } = thresholds.get(queueId) ?? DEFAULT_THRESHOLDS;
      const waitedMs = spanOf(queuedAt ?? openedAt, ports.clock.now());
      found.set(queueId, {
        waiting: known.waiting + 1,
        longestWaitMs: Math.max(known.longestWaitMs, waitedMs),
        late: known.late + Number(waitedMs > serviceLevelSeconds * 1000),
      });
    }
  return found;
}

/** Every configured agent; who was never here is offline. */
export async function readAgents(ports: ReportPorts): Promise<Map<string, AgentNow>> {
  const found = new Map<string, AgentNow>(
    [...ports.settings.current().agents].map(([id, { capacity }]) => [
      id,
      { presence: "offline", used: 0, capacity },
    ]),
  );
  const query = { partition: ROUTING_GROUP, equals: { type: "agent" } };
  for await (const page of pagesOf<AgentLoad>(ports.store, "routing", "agents", query))
    for (const { agentId, presence, used } of page) {
      const known = found.get(agentId);
      if (known !== undefined) found.set(agentId, { ...known, presence, used });
    }
  return found;
}
