import type { LineAgent, LineItem, LineQueue } from "./contract";
import { type AgentState, ASPECT, type Aspect, numberAt } from "./needs";
import { type Place, Ranking } from "./ranking";

/** An agent with its places in the rankings. */
export interface KnownAgent extends AgentState {
  joined: Map<string, number>;
  places: Place[];
}

/** All agents, ranked in each order that some queue needs. */
export class AgentIndex {
  private readonly agents = new Map<string, KnownAgent>();
  /** How many have a skill, by its name. */
  private readonly skilled = new Map<string, number>();
  /** Rankings of queues with round robin: of their members, by queue. */
  private readonly turns = new Map<string, Ranking>();
  private released: Ranking | undefined;
  private joins = 0;
  /** Everybody, earliest assigned first. */
  readonly byAssigned = new Ranking(compareAssigned, { levels: true });

  get size(): number {
    return this.agents.size;
  }

  get(id: string): KnownAgent | undefined {
    return this.agents.get(id);
  }

  /** Everybody, earliest released first. */
  get byReleased(): Ranking {
    this.released ??= this.open(compareReleased, this.agents.values());
    return this.released;
  }

  /** Members of a queue, whose turn it is first. Kept until `dropTurns`. */
  turnsIn(queueId: string): Ranking {
    const found = this.turns.get(queueId);
    if (found !== undefined) return found;
    const members = [...this.agents.values()].filter(({ joined }) => joined.has(queueId));
    const ranking = this.open(compareTurns(queueId), members);
    this.turns.set(queueId, ranking);
    return ranking;
  }

  dropTurns(queueId: string): void {
    const ranking = this.turns.get(queueId);
    if (ranking === undefined) return;
    this.turns.delete(queueId);
    for (const agent of this.agents.values()) leave(agent, ranking);
  }

  holders(skill: string): number {
    return this.skilled.get(skill) ?? 0;
  }

  set(agent: LineAgent): void {
    const known = this.agents.get(agent.id);
    if (known === undefined) this.add(agent);
    else this.change(known, agent);
  }

  remove(id: string): void {
    const known = this.agents.get(id);
    if (known === undefined) return;
    this.agents.delete(id);
    this.countSkills(known, -1);
    for (const place of known.places) place.ranking.remove(place);
  }

  /** The agent got an item at that time. */
  take(agent: KnownAgent, item: LineItem, at: number): void {
    agent.free -= item.units;
    for (const profile of new Set(item.profiles))
      agent.profiles[profile] = numberAt(agent.profiles, profile) - 1;
    agent.lastAssignedAt = at;
    agent.assignedIn[item.queueId] = at;
    const changed = item.profiles.length === 0 ? UNITS : UNITS_AND_PLACES;
    for (const place of agent.places) place.ranking.refresh(place, changed);
  }

  private open(order: (a: AgentState, b: AgentState) => number, agents: Iterable<KnownAgent>): Ranking {
    const ranking = new Ranking(order, { levels: false });
    for (const agent of agents) agent.places.push(ranking.add(agent));
    return ranking;
  }

  private add(agent: LineAgent): void {
    const known: KnownAgent = { ...toState(agent), joined: new Map(), places: [] };
    this.agents.set(agent.id, known);
    this.countSkills(known, 1);
    for (const queueId of known.queues) this.join(known, queueId);
    known.places.push(this.byAssigned.add(known));
    if (this.released !== undefined) known.places.push(this.released.add(known));
    for (const queueId of known.joined.keys()) this.takeTurns(known, queueId);
  }

  private change(known: KnownAgent, agent: LineAgent): void {
    const changed = changesOf(known, agent);
    if (changed.includes(ASPECT.skills)) this.countSkills(known, -1);
    Object.assign(known, toState(agent));
    if (changed.includes(ASPECT.skills)) this.countSkills(known, 1);
    const joined = changed.includes(ASPECT.queues) ? this.changeQueues(known) : [];
    for (const place of known.places) place.ranking.refresh(place, changed);
    for (const queueId of joined) this.takeTurns(known, queueId);
  }

  /** Answers with the queues that are new to the agent. */
  private changeQueues(known: KnownAgent): string[] {
    const queues = new Set(known.queues);
    for (const queueId of known.joined.keys()) {
      if (queues.has(queueId)) continue;
      known.joined.delete(queueId);
      const ranking = this.turns.get(queueId);
      if (ranking !== undefined) leave(known, ranking);
    }
    return [...queues].filter((queueId) => this.join(known, queueId));
  }

  private join(known: KnownAgent, queueId: string): boolean {
    if (known.joined.has(queueId)) return false;
    this.joins += 1;
    known.joined.set(queueId, this.joins);
    return true;
  }

  private takeTurns(known: KnownAgent, queueId: string): void {
    const ranking = this.turns.get(queueId);
    if (ranking !== undefined) known.places.push(ranking.add(known));
  }

  private countSkills(agent: AgentState, by: 1 | -1): void {
    for (const skill of Object.keys(agent.skills)) this.skilled.set(skill, this.holders(skill) + by);
  }
}

const UNITS: readonly Aspect[] = [ASPECT.free];
const UNITS_AND_PLACES: readonly Aspect[] = [ASPECT.free, ASPECT.profiles];

/** How a queue's method orders two agents. Custom: as long as its own order says nothing. */
export function compareBy(queue: LineQueue): (a: AgentState, b: AgentState) => number {
  if (queue.method === "highestCapacity") return (a, b) => b.free - a.free || compareAssigned(a, b);
  if (queue.method === "roundRobin") return compareTurns(queue.id);
  return queue.method === "leastActive" ? compareReleased : compareAssigned;
}

function compareAssigned(a: AgentState, b: AgentState): number {
  return a.lastAssignedAt - b.lastAssignedAt || (a.id < b.id ? -1 : 1);
}

function compareReleased(a: AgentState, b: AgentState): number {
  return a.lastReleasedAt - b.lastReleasedAt || compareAssigned(a, b);
}

function compareTurns(queueId: string): (a: AgentState, b: AgentState) => number {
  return (a, b) =>
    numberAt(a.assignedIn, queueId) - numberAt(b.assignedIn, queueId) ||
    (a.joined.get(queueId) ?? 0) - (b.joined.get(queueId) ?? 0);
}

function leave(agent: KnownAgent, ranking: Ranking): void {
  const place = agent.places.find((other) => other.ranking === ranking);
  if (place === undefined) return;
  ranking.remove(place);
  agent.places.splice(agent.places.indexOf(place), 1);
}

function toState(agent: LineAgent): Omit<AgentState, "joined"> {
  return { ...agent, profiles: { ...agent.profiles }, assignedIn: { ...agent.assignedIn } };
}

function changesOf(before: AgentState, after: LineAgent): Aspect[] {
  const changed: Aspect[] = [];
  if (before.free !== after.free) changed.push(ASPECT.free);
  if (before.presence !== after.presence) changed.push(ASPECT.presence);
  if (!sameTexts(before.queues, after.queues)) changed.push(ASPECT.queues);
  if (!sameNumbers(before.profiles, after.profiles)) changed.push(ASPECT.profiles);
  if (!sameNumbers(before.skills, after.skills)) changed.push(ASPECT.skills);
  if (before.lastReleasedAt !== after.lastReleasedAt) changed.push(ASPECT.released);
  return changed;
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((text, index) => text === b[index]));
}

function sameNumbers(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): boolean {
  if (a === b) return true;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key])
  );
}
