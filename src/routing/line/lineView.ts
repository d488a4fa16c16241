import type { Change, Doc, Stored } from "../../core/store";
import { type AgentLoad, ROUTING_GROUP, type WorkItem } from "../../core/workItem";
import { freePlaces, freeUnits } from "../agentLoad";
import type { QueuePorts } from "../ports";
import type { LineAgent, LineItem, Matcher } from "./contract";
import { createCustomOrders } from "./customOrder";
import { createMatcher } from "./matcher";

const PAGE = 1000;
const CHECKED = 100;
/** Documents of so many waiting conversations are kept, so that an offer needs no reading; beyond, it reads. */
const KEPT_ITEMS = 5_000;
/** Declined by so many, a conversation waits for a pick or a supervisor. */
const MOST_DECLINERS = 100;

/** What changed for assignment. */
export interface LineNews {
  items: LineItem[];
  /** Agents who may be able to take more than before. */
  agents: string[];
}

/**
 * The line as it stands in the store, kept in memory: who waits and who is there. A cache: every offer still asks the
 * store. Loaded once, then it follows the store's changes.
 */
export function createLineView(ports: QueuePorts) {
  const agents = new Map<string, Stored<AgentLoad>>();
  const items = new Map<string, Stored<WorkItem>>();
  /** Waiting for their former agents. */
  const held = new Map<string, WorkItem>();
  const inFlight = new Map<string, LineItem[]>();
  const known = new Map<string, LineAgent>();
  let queuesOf = new Map<string, string[]>();
  const queueIds = new Set<string>();
  let matcher: Matcher = createMatcher();
  const orders = createCustomOrders(ports, (id) => items.get(id)?.doc);

  function setQueues(): void {
    queuesOf = new Map();
    for (const queue of ports.settings.current().queues.values()) {
      queueIds.add(queue.id);
      const order = orders.of(queue);
      matcher.setQueue({ id: queue.id, method: queue.assignment, ...(order === undefined ? {} : { order }) });
      for (const member of queue.members) {
        const others = queuesOf.get(member);
        if (others === undefined) queuesOf.set(member, [queue.id]);
        else others.push(queue.id);
      }
    }
  }

  function setAgent(stored: Stored<AgentLoad>): boolean {
    const { doc } = stored;
    agents.set(doc.agentId, stored);
    const settings = ports.settings.current().agents.get(doc.agentId);
    const before = known.get(doc.agentId);
    if (settings === undefined || doc.presence === "offline") {
      if (before !== undefined) matcher.removeAgent(doc.agentId);
      known.delete(doc.agentId);
      return false;
    }
    const flying = inFlight.get(doc.agentId) ?? [];
    const now: LineAgent = {
      id: doc.agentId,
      free: freeUnits(doc, settings) - flying.reduce((sum, { units }) => sum + units, 0),
      profiles: placesLeft(freePlaces(ports, doc, ports.clock.now()), flying),
      presence: doc.presence,
      skills: settings.skills,
      queues: queuesOf.get(doc.agentId) ?? [],
      lastAssignedAt: doc.lastAssignedAt,
      assignedIn: doc.assignedIn ?? {},
      lastReleasedAt: doc.lastReleasedAt ?? 0,
    };
    known.set(doc.agentId, now);
    matcher.setAgent(now);
    return mayTakeMore(before, now);
  }

  function setItem(stored: Stored<WorkItem>): boolean {
    const { doc } = stored;
    const id = doc.conversationId;
    if (!waits(doc)) {
      removeItem(id);
      return false;
    }
    if (items.size < KEPT_ITEMS || items.has(id) || orders.needs(doc.queueId)) items.set(id, stored);
    if (isHeld(doc)) {
      matcher.removeItem(id);
      held.set(id, doc);
    } else {
      held.delete(id);
      matcher.setItem(toLineItem(doc));
    }
    return true;
  }

  function isHeld(doc: WorkItem): boolean {
    const { formerAgentId, keepAgentUntil = 0 } = doc;
    if (formerAgentId === undefined || doc.declined[formerAgentId] !== undefined) return false;
    return ports.settings.current().agents.has(formerAgentId) && keepAgentUntil > ports.clock.now();
  }

  function removeItem(id: string): void {
    items.delete(id);
    held.delete(id);
    matcher.removeItem(id);
  }

  async function all<T extends Doc>(name: string, equals: Record<string, string>): Promise<Stored<T>[]> {
    const found: Stored<T>[] = [];
    let cursor: string | undefined;
    do {
      const page = await ports.store.query<T>("routing", name, {
        partition: ROUTING_GROUP,
        ...(Object.keys(equals).length === 0 ? {} : { equals }),
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      found.push(...page.items);
      cursor = page.next;
    } while (cursor !== undefined);
    return found;
  }

  function clear(): void {
    matcher = createMatcher();
    for (const map of [agents, items, held, inFlight, known]) map.clear();
  }

  return {
    matcher: (): Matcher => matcher,
    agent: (id: string): Stored<AgentLoad> | undefined => agents.get(id),
    item: (id: string): Stored<WorkItem> | undefined => items.get(id),
    /** Conversations that wait for their former agents, oldest first. */
    held: (): WorkItem[] => [...held.values()].sort((a, b) => ((a.sk ?? "") < (b.sk ?? "") ? -1 : 1)),
    clear,
    /** Reads everything. Throws StoreError. */
    async load(): Promise<LineNews> {
      clear();
      setQueues();
      for (const stored of await all<AgentLoad>("agents", { type: "agent" })) setAgent(stored);
      const waiting = await all<WorkItem>("waiting", {});
      for (const stored of waiting) setItem(stored);
      return { items: waiting.map(({ doc }) => toLineItem(doc)), agents: [] };
    },
    /** Of those who have waited longest, the ones that memory does not know. Throws StoreError. */
    async findMissed(): Promise<LineNews> {
      const page = await ports.store.query<WorkItem>("routing", "waiting", {
        partition: ROUTING_GROUP,
        limit: CHECKED,
      });
      const missed = page.items.filter(
        ({ doc }) => waits(doc) && !matcher.has(doc.conversationId) && !held.has(doc.conversationId),
      );
      return { items: missed.filter(setItem).map(({ doc }) => toLineItem(doc)), agents: [] };
    },
    /** Settings changed: queues, capacities, skills. Everybody may be able to take more. */
    resettle(): LineNews {
      for (const id of queueIds) if (!ports.settings.current().queues.has(id)) matcher.removeQueue(id);
      setQueues();
      for (const stored of [...agents.values()]) setAgent(stored);
      return { items: [], agents: [...known.keys()] };
    },
    follow(changes: readonly Change[]): LineNews {
      const news: LineNews = { items: [], agents: [] };
      for (const { container, id, doc, etag = "" } of changes) {
        if (container !== "routing") continue;
        if (doc === undefined) {
          if (id.startsWith("item~")) removeItem(id.slice(5));
        } else if (doc.type === "item" && setItem({ doc: doc as WorkItem, etag }))
          news.items.push(toLineItem(doc as WorkItem));
        else if (doc.type === "agent" && setAgent({ doc: doc as AgentLoad, etag }))
          news.agents.push((doc as AgentLoad).agentId);
      }
      return news;
    },
    /** Nobody is waited for any more: those whose time is over stand in line like others. */
    letGo(): LineItem[] {
      const free = [...held.values()].filter((doc) => !isHeld(doc));
      for (const doc of free) {
        held.delete(doc.conversationId);
        matcher.setItem(toLineItem(doc));
      }
      return free.map(toLineItem);
    },
    /** An offer is on its way: until it has landed, what it costs counts. */
    takeOff(item: LineItem, agentId: string): void {
      inFlight.set(agentId, [...(inFlight.get(agentId) ?? []), item]);
      matcher.assign(item.id, agentId, ports.clock.now());
    },
    /** The offer has landed, or failed. True when the agent may take more than it seemed. */
    land(item: LineItem, agentId: string): boolean {
      const others = (inFlight.get(agentId) ?? []).filter((other) => other !== item);
      if (others.length === 0) inFlight.delete(agentId);
      else inFlight.set(agentId, others);
      const stored = agents.get(agentId);
      return stored !== undefined && setAgent(stored);
    },
    /** What the store has now, when memory was wrong. */
    correct(id: string, item: Stored<WorkItem> | undefined): boolean {
      if (item !== undefined) return setItem(item);
      removeItem(id);
      return false;
    },
    correctAgent: (stored: Stored<AgentLoad>): boolean => setAgent(stored),
  };
}

/** Stands in line and is to be offered. */
function waits(doc: WorkItem): boolean {
  return (
    doc.sk !== undefined &&
    doc.distribution === "push" &&
    doc.state === "open" &&
    Object.keys(doc.declined).length < MOST_DECLINERS
  );
}

export function toLineItem(doc: WorkItem): LineItem {
  return {
    id: doc.conversationId,
    queueId: doc.queueId ?? "",
    sk: doc.sk ?? "",
    units: doc.units,
    profiles: doc.profiles ?? [],
    skills: doc.skills ?? {},
    matching: doc.skillMatching,
    allowedPresences: doc.allowedPresences,
    declined: doc.declined,
    maxDeclines: doc.maxDeclines,
  };
}

function placesLeft(free: Record<string, number>, flying: readonly LineItem[]): Record<string, number> {
  for (const { profiles } of flying) for (const id of profiles) free[id] = (free[id] ?? 0) - 1;
  return free;
}

function mayTakeMore(before: LineAgent | undefined, now: LineAgent): boolean {
  if (before === undefined) return true;
  return (
    now.free > before.free ||
    now.presence !== before.presence ||
    Object.entries(now.profiles).some(([id, free]) => free > (before.profiles[id] ?? 0))
  );
}
