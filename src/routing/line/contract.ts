/** Who waits and who may take it, as assignment in memory sees them. All times in ms. */

/** An agent with what is free of them. */
export interface LineAgent {
  id: string;
  /** Units free, a whole number; negative when more was given than there is. */
  free: number;
  /** Places free, by capacity profile; a profile not named has none. */
  profiles: Readonly<Record<string, number>>;
  presence: string;
  /** Ratings, whole numbers from 1 to 10. */
  skills: Readonly<Record<string, number>>;
  /** Queues of which it is a member. */
  queues: readonly string[];
  /** 0: never. */
  lastAssignedAt: number;
  /** The same by queue; a queue not named: never. */
  assignedIn: Readonly<Record<string, number>>;
  /** When work of theirs last stopped costing capacity. 0: never, which counts as least active of all. */
  lastReleasedAt: number;
}

/** A conversation that waits for an agent. */
export interface LineItem {
  id: string;
  queueId: string;
  /** Order of service: smaller first, compared as text; equal ones by id. */
  sk: string;
  /** Whole, at least 0. */
  units: number;
  /** Capacity profiles in which it needs a place each. */
  profiles: readonly string[];
  /** Ratings required. */
  skills: Readonly<Record<string, number>>;
  /**
   * none: skills do not matter. exact: all of them with at least the rating. closest: nobody is left out; first who has
   * all with exactly the rating, then with at least the rating, then with any rating, then the others.
   */
  matching: "none" | "exact" | "closest";
  allowedPresences: readonly string[];
  /** How often each agent refused or missed it. */
  declined: Readonly<Record<string, number>>;
  /** Who declined so often is not asked any more; at least 1. */
  maxDeclines: number;
}

/** How a queue chooses among the agents who may take an item. */
export interface LineQueue {
  id: string;
  /**
   * highestCapacity: most units free, then earliest assigned, then id. roundRobin: earliest assigned in this queue, never
   * first, those in the order in which they joined it. leastActive: earliest released, then earliest assigned, then id.
   */
  method: "highestCapacity" | "roundRobin" | "leastActive" | "custom";
  /**
   * Of the custom method: orders the given agents for an item, best first, or leaves some out. The agents are lent: read
   * them during the call only. Left out: earliest assigned first.
   */
  order?: (item: LineItem, agents: readonly LineAgent[]) => readonly LineAgent[];
}

/** One agent and why the item is not theirs, in words. */
export interface Refusal {
  agentId: string;
  reason: string;
}

/** Finds the agent for an item and the item for an agent, without passing over all of them. */
export interface Matcher {
  /** Adds a queue or changes its method. Items of a queue that was never set wait. */
  setQueue(queue: LineQueue): void;
  /** Its items stay and wait until it is set again. */
  removeQueue(id: string): void;
  setAgent(agent: LineAgent): void;
  removeAgent(id: string): void;
  setItem(item: LineItem): void;
  removeItem(id: string): void;
  /**
   * The agent for a waiting item; undefined: nobody fits now. Who declined it stands behind all who declined less often;
   * then nearness of skills counts, then the queue's method.
   */
  agentFor(itemId: string): string | undefined;
  /** The waiting item with the smallest sk among those the agent may take; undefined: none. */
  itemFor(agentId: string): string | undefined;
  /**
   * What a won offer does: takes units and places from the agent, notes the time `at` and takes the item out of the line.
   * Does not check whether the agent may take it. An item that does not wait changes nothing.
   */
  assign(itemId: string, agentId: string, at: number): void;
  /** Why members do not get the item, at most `most` of them in the order of the queue's method. */
  explain(itemId: string, most: number): Refusal[];
  /**
   * Members before `chosen` in the order of the queue's method, the first `most` and how many `others`. Ask before
   * `assign`, which moves `chosen`. Nobody when the method is custom, which orders only those who fit.
   */
  passedOver(itemId: string, chosen: string, most: number): { passedOver: Refusal[]; others: number };
  /** Does the item stand in the line? */
  has(itemId: string): boolean;
  size(): { agents: number; items: number };
}
