import type { AgentIndex, KnownAgent } from "./agentIndex";
import type { Group } from "./bitset";
import { type Question, standing } from "./choice";
import type { LineItem, LineQueue, Refusal } from "./contract";
import { type AgentState, memberOf, NEWCOMER, numberAt, type Obstacle, obstacle, RELEASED } from "./needs";
import type { Ranking } from "./ranking";

/** Members of a queue who follow one another in its method's order. */
interface Run {
  ranking: Ranking;
  groups: readonly Group[];
}

/** Why members do not get the item, in the order of the queue's method; `chosen` is who gets it. */
export function explainLine(question: Question, chosen: AgentState | undefined, most: number): Refusal[] {
  const found: Refusal[] = [];
  for (const { ranking, groups } of runsOf(question.queue, question.agents)) {
    for (const agent of ranking.all(groups)) {
      if (found.length >= most) return found;
      if (agent !== chosen) found.push({ agentId: agent.id, reason: reasonFor(question, agent, chosen) });
    }
  }
  return found;
}

/** Members who stand before `chosen` in the order of the queue's method. */
export function passedOverIn(
  question: Question,
  chosen: KnownAgent,
  most: number,
): { passedOver: Refusal[]; others: number } {
  const { queue, agents } = question;
  const passedOver: Refusal[] = [];
  if (queue.method === "custom" || !chosen.joined.has(queue.id)) return { passedOver, others: 0 };
  let before = 0;
  for (const { ranking, groups } of runsOf(queue, agents)) {
    const place = chosen.places.find((other) => other.ranking === ranking);
    const isHere = place !== undefined && ranking.contains(groups, place);
    for (const agent of ranking.all(groups)) {
      if (passedOver.length >= most || agent === chosen) break;
      passedOver.push({ agentId: agent.id, reason: reasonFor(question, agent, chosen) });
    }
    before += ranking.count(groups, isHere ? place : undefined);
    if (isHere) break;
  }
  return { passedOver, others: before - passedOver.length };
}

function runsOf(queue: LineQueue, agents: AgentIndex): Run[] {
  if (queue.method === "roundRobin") {
    const ranking = agents.turnsIn(queue.id);
    return [{ ranking, groups: ranking.everybody }];
  }
  const ranking = agents.byAssigned;
  const members = ranking.bitsOf(memberOf(queue.id));
  if (queue.method === "leastActive") {
    const { byReleased } = agents;
    return [
      { ranking, groups: [[members], [ranking.bitsOf(NEWCOMER)]] },
      {
        ranking: byReleased,
        groups: [[byReleased.bitsOf(memberOf(queue.id))], [byReleased.bitsOf(RELEASED)]],
      },
    ];
  }
  if (queue.method === "custom") return [{ ranking, groups: [[members]] }];
  return ranking.levels.descending().map(({ bits }) => ({ ranking, groups: [[members], [bits]] }));
}

function reasonFor(question: Question, agent: AgentState, chosen: AgentState | undefined): string {
  const { item, of } = question;
  const found = obstacle(of, agent);
  if (found !== undefined) return WORDS[found](item, agent);
  if (chosen === undefined) return "left out by the rules of the queue";
  if (standing(item, of, agent) === standing(item, of, chosen)) return `stands behind ${chosen.id}`;
  return declines(item, agent) > declines(item, chosen)
    ? `declined it ${times(declines(item, agent))}`
    : `skills farther from what is asked than those of ${chosen.id}`;
}

const WORDS: Record<Obstacle, (item: LineItem, agent: AgentState) => string> = {
  member: () => "not a member of the queue",
  declined: (item, { id }) => `declined it ${times(numberAt(item.declined, id))}`,
  presence: (_, { presence }) => `is ${PRESENCE_WORDS[presence] ?? presence}`,
  units: ({ units }, { free }) => `${free} units free, ${units} needed`,
  profiles: ({ profiles }, agent) =>
    `no place free in ${profiles.filter((profile) => numberAt(agent.profiles, profile) < 1).join(", ")}`,
  skills: ({ skills }, agent) =>
    Object.entries(skills)
      .filter(
        ([name, required]) =>
          !(Object.hasOwn(agent.skills, name) && numberAt(agent.skills, name) >= required),
      )
      .map(([name, required]) => lacking(agent, name, required))
      .join(", "),
};

const PRESENCE_WORDS: Readonly<Record<string, string>> = { doNotDisturb: "on do not disturb" };

function lacking(agent: AgentState, name: string, required: number): string {
  return Object.hasOwn(agent.skills, name)
    ? `${name} ${numberAt(agent.skills, name)}, ${required} needed`
    : `without ${name}, ${required} needed`;
}

function declines(item: LineItem, agent: AgentState): number {
  return numberAt(item.declined, agent.id);
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
