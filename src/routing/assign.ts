import { correlated } from "../core/correlation";
import { messageOf } from "../core/errors";
import type { Log } from "../core/log";
import type { Stored } from "../core/store";
import { transact } from "../core/transact";
import { type AgentLoad, type AssignmentReason, ROUTING_GROUP, type WorkItem } from "../core/workItem";
import { agentDocId, dayOf, hasRoom, readAgent } from "./agentLoad";
import type { Refusal } from "./line/contract";
import { createLineView, type LineNews, toLineItem } from "./line/lineView";
import { createTodo } from "./line/todo";
import { offerTo } from "./offers";
import type { QueuePorts } from "./ports";
import { itemId } from "./workItems";

/** Offers on their way at the same moment. */
const AT_ONCE = 16;
/** Agents passed over whose reasons an offer keeps. */
const REASONS = 10;

/** Everything is read anew so often; who has waited longest is looked at more often, should memory have missed them. */
const RELOAD_MS = 5 * 60_000;
const CHECK_MS = 30_000;

type Outcome = "offered" | "itemChanged" | "agentChanged";

export interface AssignerPorts extends QueuePorts {
  log: Log;
  /** Is this server to offer conversations? Left out: always. It saves work and guards nothing. */
  mayAssign?(): Promise<boolean>;
}

/**
 * Gives waiting push conversations to agents: oldest first within the queue's priority, each to the agent that the
 * queue's method names. Nobody who could take a conversation is left without it: what changes runs again.
 */
export function createAssigner(ports: AssignerPorts) {
  const line = createLineView(ports);
  const dirtyItems = createTodo();
  const dirtyAgents = new Set<string>();
  let loaded = false;
  let reloadAt = 0;
  let day = "";
  let checkAt = 0;
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;

  const stops = [
    ports.store.subscribe((changes) => {
      if (loaded && note(line.follow(changes))) void kick();
    }),
    ports.settings.onChange(() => {
      if (loaded && note(line.resettle())) void kick();
    }),
  ];

  /** True when something may be offered now. */
  function note(news: LineNews): boolean {
    for (const item of news.items) dirtyItems.add(item);
    for (const id of news.agents) dirtyAgents.add(id);
    return news.items.length + news.agents.length > 0;
  }

  function kick(): Promise<void> {
    if (stopped) return Promise.resolve();
    again = true;
    // Whose change it was matters not: it offers the conversations of others.
    running ??= correlated(undefined, run);
    return running;
  }

  async function run(): Promise<void> {
    try {
      while (again && !stopped) {
        again = false;
        await assignWaiting();
      }
    } catch (error) {
      // What memory has may be wrong now: it is read anew by the next kick, which the sweep makes.
      loaded = false;
      ports.log.error({ error: messageOf(error) }, "assignment failed; the sweep tries again");
    } finally {
      // In the same breath as the last look at `again`: a kick must not find a run that is over.
      running = undefined;
    }
  }

  async function assignWaiting(): Promise<void> {
    if (ports.mayAssign !== undefined && !(await ports.mayAssign())) {
      if (loaded) line.clear();
      loaded = false;
      return;
    }
    // A new day frees the places of profiles that reset at its end.
    const today = dayOf(ports.clock.now());
    if (!loaded || today !== day || ports.clock.now() >= reloadAt) {
      day = today;
      // Changes that come while it is read are followed meanwhile.
      loaded = true;
      reloadAt = ports.clock.now() + RELOAD_MS;
      checkAt = ports.clock.now() + CHECK_MS;
      note(await line.load());
    }
    if (ports.clock.now() >= checkAt && line.matcher().size().agents > 0) {
      checkAt = ports.clock.now() + CHECK_MS;
      note(await line.findMissed());
    }
    note({ items: line.letGo(), agents: [] });
    await offerHeld();
    await inLanes(nextPair, (pair) => offerPair(pair.item, pair.agentId));
  }

  /** Conversations whose former agent is there go to them, whatever their presence and room. */
  async function offerHeld(): Promise<void> {
    for (const doc of line.held()) {
      const agentId = doc.formerAgentId ?? "";
      const presence = line.agent(agentId)?.doc.presence ?? "offline";
      if (presence === "offline") continue;
      await offerPair(doc, agentId, { method: "formerAgent", passedOver: [], others: 0 });
    }
  }

  interface Pair {
    item: Pick<WorkItem, "conversationId">;
    agentId: string;
  }

  /** The next conversation and agent that belong together; undefined when nothing more can be offered now. */
  function nextPair(): Pair | undefined {
    for (let id = dirtyItems.take(); id !== undefined; id = dirtyItems.take()) {
      const agentId = line.matcher().agentFor(id);
      if (agentId !== undefined) return { item: { conversationId: id }, agentId };
    }
    for (const agentId of dirtyAgents) {
      const id = line.matcher().itemFor(agentId);
      if (id !== undefined) return { item: { conversationId: id }, agentId };
      dirtyAgents.delete(agentId);
    }
    return undefined;
  }

  async function offerPair(
    item: Pick<WorkItem, "conversationId">,
    agentId: string,
    why: AssignmentReason = reasonFor(item.conversationId, agentId),
  ): Promise<void> {
    const id = item.conversationId;
    const known = line.item(id) ?? (await readStored<WorkItem>(itemId(id)));
    if (known === undefined) {
      line.correct(id, undefined);
      return;
    }
    const flying = toLineItem(known.doc);
    line.takeOff(flying, agentId);
    let outcome: Outcome;
    try {
      outcome = await tryOffer(ports, { item: known, agent: line.agent(agentId), agentId, why });
    } catch (error) {
      line.land(flying, agentId);
      throw error;
    }
    if (outcome !== "offered") await correct(id, agentId);
    if (line.land(flying, agentId)) dirtyAgents.add(agentId);
  }

  /** Memory was wrong about one of them: both are read. */
  async function correct(id: string, agentId: string): Promise<void> {
    const [item, agent] = [
      await readStored<WorkItem>(itemId(id)),
      await readStored<AgentLoad>(agentDocId(agentId)),
    ];
    if (agent !== undefined) line.correctAgent(agent);
    if (line.correct(id, item) && item !== undefined) dirtyItems.add(toLineItem(item.doc));
  }

  function reasonFor(id: string, agentId: string): AssignmentReason {
    const queue = ports.settings.current().queues.get(line.item(id)?.doc.queueId ?? "");
    return {
      method: queue?.assignment ?? "highestCapacity",
      ...line.matcher().passedOver(id, agentId, REASONS),
    };
  }

  async function readStored<T extends WorkItem | AgentLoad>(id: string): Promise<Stored<T> | undefined> {
    return ports.store.read<T>("routing", ROUTING_GROUP, id);
  }

  return {
    /** Something changed that may let a conversation be offered. Resolves when nothing more can be offered now. */
    kick,
    /** Why members of its queue do not get a waiting conversation; undefined when this server does not know. */
    explain(conversationId: string): Refusal[] | undefined {
      if (!loaded) return undefined;
      return line.matcher().explain(conversationId, REASONS);
    },
    /** Ends what is under way and begins nothing new. */
    async stop(): Promise<void> {
      stopped = true;
      for (const stop of stops) stop();
      await running;
    },
  };
}

export type Assigner = ReturnType<typeof createAssigner>;

/** One batch: the item, the offer and the agent's load. What memory has is tried first and read again when it is old. */
async function tryOffer(
  ports: QueuePorts,
  pair: {
    item: Stored<WorkItem>;
    agent: Stored<AgentLoad> | undefined;
    agentId: string;
    why: AssignmentReason;
  },
): Promise<Outcome> {
  const { item: known, agentId, why } = pair;
  const seen = pair.agent === undefined ? [known] : [known, pair.agent];
  return transact(
    ports.store,
    "routing",
    ROUTING_GROUP,
    "offer",
    async (tx) => {
      const item = await tx.read<WorkItem>(known.doc.id);
      const agent = await readAgent(tx, agentId, ports.clock.now());
      if (item?.sk === undefined || item.state !== "open" || item.queueId === undefined) return "itemChanged";
      const isFormer =
        item.formerAgentId === agentId &&
        item.declined[agentId] === undefined &&
        (item.keepAgentUntil ?? 0) > ports.clock.now();
      const fits = isFormer
        ? agent.presence !== "offline"
        : isAllowed(item, agent) && hasRoom(ports, agent, item);
      if (!fits) return "agentChanged";
      await offerTo(ports, tx, item, agentId, why);
      return "offered";
    },
    seen,
  );
}

const isAllowed = (item: WorkItem, agent: AgentLoad): boolean =>
  (item.allowedPresences as readonly string[]).includes(agent.presence);

/** Works pairs one after the other in several lanes, until there are none. */
async function inLanes<T>(next: () => T | undefined, work: (pair: T) => Promise<void>): Promise<void> {
  const lane = async (): Promise<void> => {
    for (let pair = next(); pair !== undefined; pair = next()) await work(pair);
  };
  const results = await Promise.allSettled(Array.from({ length: AT_ONCE }, lane));
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
