import type { LineAgent, LineItem } from "./contract";

/** An agent inside: what it was set to, changed by assignments since. */
export interface AgentState extends LineAgent {
  profiles: Record<string, number>;
  assignedIn: Record<string, number>;
  /** By queue of which it is a member: when it joined, as a number that grows. */
  joined: ReadonlyMap<string, number>;
}

/** What items ask of an agent. Equal for all items of one class. */
export interface Needs {
  queueId: string;
  units: number;
  profiles: readonly string[];
  /** Empty when skills do not matter. */
  skills: readonly (readonly [name: string, rating: number])[];
  matching: LineItem["matching"];
  presences: readonly string[];
  /** Agents who declined too often. */
  excluded: ReadonlySet<string>;
}

/** What keeps an agent from an item. */
export type Obstacle = "member" | "declined" | "presence" | "units" | "profiles" | "skills";

/** The first thing that keeps the agent from items with these needs; undefined: may take them. */
export function obstacle(needs: Needs, agent: AgentState): Obstacle | undefined {
  if (!agent.joined.has(needs.queueId)) return "member";
  return obstacleAtDoor(needs, agent) ?? obstacleInside(needs, agent);
}

/** What is the same for many classes of a queue. */
export function obstacleAtDoor(needs: Needs, agent: AgentState): Obstacle | undefined {
  if (agent.free < needs.units) return "units";
  if (!needs.presences.includes(agent.presence)) return "presence";
  for (const profile of needs.profiles) if (numberAt(agent.profiles, profile) < 1) return "profiles";
  return undefined;
}

/** What tells the classes of one door apart. */
export function obstacleInside(needs: Needs, agent: AgentState): Obstacle | undefined {
  if (needs.matching === "exact" && !hasSkills(needs, agent, atLeast)) return "skills";
  return needs.excluded.has(agent.id) ? "declined" : undefined;
}

/** How far the agent's skills are from those asked: 0 nearest, 3 farthest; 0 unless matching is closest. */
export function nearness(needs: Needs, agent: AgentState): number {
  if (needs.matching !== "closest") return 0;
  const found = NEARNESS.findIndex((fits) => hasSkills(needs, agent, fits));
  return found === -1 ? NEARNESS.length : found;
}

type Fits = (rating: number, required: number) => boolean;
const exactly: Fits = (rating, required) => rating === required;
const atLeast: Fits = (rating, required) => rating >= required;
const present: Fits = () => true;
const NEARNESS: readonly Fits[] = [exactly, atLeast, present];

function hasSkills(needs: Needs, agent: AgentState, fits: Fits): boolean {
  for (const [name, required] of needs.skills)
    if (!Object.hasOwn(agent.skills, name) || !fits(agent.skills[name] as number, required)) return false;
  return true;
}

/** The number under `key`, 0 when there is none. Keys such as "constructor" are names like others. */
export function numberAt(numbers: Readonly<Record<string, number>>, key: string): number {
  return Object.hasOwn(numbers, key) ? (numbers[key] as number) : 0;
}

/** The highest rating; the lowest is 1. */
export const BEST = 10;

/** Sides of an agent that change apart from one another. */
export const ASPECT = { free: 0, presence: 1, queues: 2, profiles: 3, skills: 4, released: 5 } as const;
export type Aspect = (typeof ASPECT)[keyof typeof ASPECT];

/** One thing asked of an agent, which it has or has not. */
export interface Trait {
  /** Same key, same trait. */
  key: string;
  aspect: Aspect;
  /** Queue or profile that it is about, so that only agents with that name are asked; "": asked of all. */
  name: string;
  holds(agent: AgentState): boolean;
}

/** Has never given anything back. */
export const NEWCOMER: Trait = {
  key: "newcomer",
  aspect: ASPECT.released,
  name: "",
  holds: ({ lastReleasedAt }) => lastReleasedAt === 0,
};

/** Has given something back. */
export const RELEASED: Trait = { ...NEWCOMER, key: "released", holds: (agent) => !NEWCOMER.holds(agent) };

/** Is a member of the queue. */
export function memberOf(queueId: string): Trait {
  return {
    key: `member ${queueId}`,
    aspect: ASPECT.queues,
    name: queueId,
    holds: ({ joined }) => joined.has(queueId),
  };
}

/** What every agent must have who takes an item, but for membership, skills and declines. */
export function traitsOf(needs: Needs): Trait[] {
  return [enoughUnits(needs.units), presentIn(needs.presences), ...needs.profiles.map(placeIn)];
}

/** A skill with a rating from `least` to `most`. */
export interface SkillSpan {
  name: string;
  least: number;
  most: number;
}

/** Skills to ask for, nearest first: of closest matching four things that get less and less, otherwise one. */
export function skillTiers({ matching, skills }: Needs): SkillSpan[][] {
  const spans = (least?: number, most?: number): SkillSpan[] =>
    skills.map(([name, required]) => ({ name, least: least ?? required, most: most ?? required }));
  if (matching === "none" || skills.length === 0) return [[]];
  return matching === "exact"
    ? [spans(undefined, BEST)]
    : [spans(), spans(undefined, BEST), spans(0, BEST), []];
}

function enoughUnits(units: number): Trait {
  return { key: `units ${units}`, aspect: ASPECT.free, name: "", holds: ({ free }) => free >= units };
}

function presentIn(presences: readonly string[]): Trait {
  return {
    key: `presence ${presences.join(" ")}`,
    aspect: ASPECT.presence,
    name: "",
    holds: ({ presence }) => presences.includes(presence),
  };
}

function placeIn(profile: string): Trait {
  return {
    key: `place ${profile}`,
    aspect: ASPECT.profiles,
    name: profile,
    holds: ({ profiles }) => numberAt(profiles, profile) >= 1,
  };
}
