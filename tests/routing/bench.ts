import { toConversationId, toThreadId } from "../../src/core/ids";
import { silentLog } from "../../src/core/log";
import type { Presence } from "../../src/core/workItem";
import {
  type AgentLoad,
  type Offer,
  ROUTING_GROUP,
  type WorkItem,
  type WorkItemSeed,
} from "../../src/core/workItem";
import { agentDocId } from "../../src/routing/agentLoad";
import { createAssigner } from "../../src/routing/assign";
import { setPresence } from "../../src/routing/presence";
import { enqueue, type Placement } from "../../src/routing/queue";
import { itemId } from "../../src/routing/workItems";
import { createFakeClock } from "../support/clock";
import { createMemoryStore } from "../support/memoryStore";
import { createSettings, type TestSettings } from "../support/settings";

export type RoutingBench = ReturnType<typeof createBench>;

/** Everything of routing on a store in memory and a clock that stands still. */
export function createBench(settings: TestSettings = {}) {
  const clock = createFakeClock();
  const store = createMemoryStore(clock.now);
  const ports = { store, clock, settings: createSettings(settings), log: silentLog };
  const assigner = createAssigner(ports);
  const read = async <T>(id: string) =>
    (await store.read("routing", ROUTING_GROUP, id))?.doc as T | undefined;
  return {
    ...ports,
    ports,
    assigner,
    item: (id: string) => read<WorkItem>(itemId(id)),
    offer: (id: string) => read<Offer>(id),
    async load(agentId: string): Promise<number> {
      return (await read<AgentLoad>(agentDocId(agentId)))?.used ?? 0;
    },
    /** Agents come online in this order. */
    async online(...agentIds: string[]): Promise<void> {
      for (const agentId of agentIds) await setPresence(ports, agentId, "available");
    },
    presence: (agentId: string, presence: Presence) => setPresence(ports, agentId, presence),
    /** A conversation of customer `n` begins to wait in a queue; its id. */
    async enqueue(
      n: number,
      queueId = "general",
      seed: Partial<WorkItemSeed> = {},
      placement: Partial<Placement> = {},
    ): Promise<string> {
      const conversationId = conversationOf(n);
      await enqueue(ports, {
        conversationId,
        epoch: 1,
        seed: buildSeed(n, seed),
        placement: { ...placement, queueId },
      });
      clock.advance(1);
      return conversationId;
    },
    /** A conversation that was offered to the only agent online; its id and the offer's. */
    async offered(n: number, queueId?: string): Promise<{ id: string; offerId: string }> {
      const id = await this.enqueue(n, queueId);
      await assigner.kick();
      return { id, offerId: (await this.item(id))?.offerId ?? "" };
    },
  };
}

export const conversationOf = (n: number, k = 1): string =>
  toConversationId(toThreadId("facebook", "2000", String(n)), k);

export function buildSeed(n: number, more: Partial<WorkItemSeed> = {}): WorkItemSeed {
  return {
    threadId: toThreadId("facebook", "2000", String(n)),
    channel: "facebook",
    instanceId: "facebook~2000",
    workstreamId: "messenger",
    customer: { id: String(n), name: "Gilda Moore" },
    openedAt: 1_000 + n,
    lastInboundAt: 1_000 + n,
    lastInboundSeq: 1,
    lastText: "hello",
    ...more,
  };
}
