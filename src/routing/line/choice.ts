import type { AgentIndex } from "./agentIndex";
import { compareBy } from "./agentIndex";
import type { Group } from "./bitset";
import type { LineItem, LineQueue } from "./contract";
import type { ItemClass } from "./itemClasses";
import { type AgentState, NEWCOMER, nearness, numberAt, obstacle } from "./needs";
import type { Ranking } from "./ranking";

/** One question: who of a queue gets an item. */
export interface Question {
  item: LineItem;
  of: ItemClass;
  queue: LineQueue;
  agents: AgentIndex;
}

type LeaveOut = ((agent: AgentState) => boolean) | undefined;

/** The agent for an item: who declined least often, then whose skills are nearest, then by the queue's method. */
export function choose(question: Question): AgentState | undefined {
  if (question.queue.method === "custom") return chooseCustom(question);
  const { declined } = question.item;
  const decliners = Object.keys(declined).filter((id) => numberAt(declined, id) > 0);
  if (decliners.length === 0) return chooseByMethod(question, undefined);
  const fresh = chooseByMethod(question, ({ id }) => numberAt(declined, id) > 0);
  return fresh ?? chooseAmong(question, decliners);
}

function chooseByMethod({ of, queue, agents }: Question, leaveOut: LeaveOut): AgentState | undefined {
  if (queue.method === "roundRobin") return earliest(of, agents.turnsIn(queue.id), leaveOut);
  return queue.method === "leastActive"
    ? leastActive(of, agents, leaveOut)
    : mostFree(of, agents.byAssigned, leaveOut);
}

function earliest(of: ItemClass, ranking: Ranking, leaveOut: LeaveOut): AgentState | undefined {
  for (const groups of of.plans.in(ranking)) {
    const found = ranking.first(groups, leaveOut);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Newcomers are all equally inactive: among them the order of assignment decides, which changes with each. */
function leastActive(of: ItemClass, agents: AgentIndex, leaveOut: LeaveOut): AgentState | undefined {
  const { byAssigned, byReleased } = agents;
  const newcomer = [byAssigned.bitsOf(NEWCOMER)];
  const released = of.plans.in(byReleased);
  for (const [tier, groups] of of.plans.in(byAssigned).entries()) {
    const found =
      byAssigned.first([newcomer, ...groups], leaveOut) ?? byReleased.first(released[tier] ?? [], leaveOut);
    if (found !== undefined) return found;
  }
  return undefined;
}

function mostFree(of: ItemClass, ranking: Ranking, leaveOut: LeaveOut): AgentState | undefined {
  for (const groups of of.plans.in(ranking)) {
    const found = ranking.first(groups, leaveOut);
    if (found !== undefined) return freer(ranking, groups, found, leaveOut);
  }
  return undefined;
}

/**
 * Down the levels of free units, to the right where somebody fits there. `found` is the earliest who fits at all; whoever
 * it is at a step, they are the earliest of all who have not fewer units in the bits looked at.
 */
function freer(
  ranking: Ranking,
  groups: readonly Group[],
  found: AgentState,
  leaveOut: LeaveOut,
): AgentState {
  const { levels } = ranking;
  let best = found;
  let value = 0;
  for (let row = levels.height - 1; row >= 0; row--) {
    const right = 2 * value + 1;
    if (best.free >>> row !== right) {
      const node = levels.node(row, right);
      const better = node === undefined ? undefined : ranking.first([[node], ...groups], leaveOut);
      if (better !== undefined) best = better;
    }
    value = best.free >>> row;
  }
  return best;
}

/** Among few: one after the other. */
function chooseAmong(question: Question, ids: readonly string[]): AgentState | undefined {
  const { item, of, queue, agents } = question;
  const byMethod = compareBy(queue);
  const fit = ids.flatMap((id) => agents.get(id) ?? []).filter((agent) => obstacle(of, agent) === undefined);
  const [best] = fit.sort((a, b) => standing(item, of, a) - standing(item, of, b) || byMethod(a, b));
  return best;
}

/** Orders those equal in declines and nearness, group by group, until somebody is left in. */
function chooseCustom({ item, of, queue, agents }: Question): AgentState | undefined {
  const alike = new Map<number, AgentState[]>();
  const groups = of.plans.in(agents.byAssigned).at(-1) ?? [];
  for (const agent of agents.byAssigned.all(groups)) {
    if (of.excluded.has(agent.id)) continue;
    const group = alike.get(standing(item, of, agent));
    if (group === undefined) alike.set(standing(item, of, agent), [agent]);
    else group.push(agent);
  }
  for (const [, group] of [...alike].sort(([a], [b]) => a - b)) {
    const [best] = queue.order?.(item, group) ?? group;
    if (best !== undefined) return agents.get(best.id);
  }
  return undefined;
}

/** Smaller is better: declines count before nearness, which is below 4. */
export function standing(item: LineItem, of: ItemClass, agent: AgentState): number {
  return numberAt(item.declined, agent.id) * 4 + nearness(of, agent);
}

/** May the agent take an item that its queue's custom order would be asked about? */
export function isLeftIn(queue: LineQueue, item: LineItem, agent: AgentState): boolean {
  return queue.order === undefined || queue.order(item, [agent]).some(({ id }) => id === agent.id);
}
