import { type QueueSettings, queueSchema, type WorkstreamSettings, workstreamSchema } from "./distribution";
import type { AgentSettings } from "./settings";

/** The queue of which every agent is a member. */
export const DEFAULT_QUEUE = "default";

/** The work stream of pages, handles and numbers that name none. */
export const defaultWorkstreamId = (channel: string): string => `default-${channel}`;

/** The default queue as it comes; only its assignment method, hours and thresholds are worth changing. */
export const defaultQueue = (): QueueSettings =>
  queueSchema.parse({ id: DEFAULT_QUEUE, name: "Default queue" });

/** The work stream that every channel comes with: no helper, no rules, everything to the default queue. */
export function defaultWorkstream(channel: WorkstreamSettings["channel"]): WorkstreamSettings {
  return workstreamSchema.parse({
    id: defaultWorkstreamId(channel),
    name: `Default work stream of ${channel}`,
    channel,
    fallbackQueue: DEFAULT_QUEUE,
  });
}

/** The default queue with everybody in it who has the role of an agent; any other queue as it is. */
export function withEverybody(queue: QueueSettings, agents: Iterable<AgentSettings>): QueueSettings {
  if (queue.id !== DEFAULT_QUEUE) return queue;
  const members = [...agents].filter(({ roles }) => roles.includes("agent")).map(({ id }) => id);
  return { ...queue, members };
}
