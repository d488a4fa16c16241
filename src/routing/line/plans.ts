import type { Group } from "./bitset";
import { memberOf, type Needs, skillTiers, traitsOf } from "./needs";
import type { Ranking } from "./ranking";

/** Groups to look into together in one ranking, nearest skills first. */
export type Plan = readonly (readonly Group[])[];

/** A method looks into two rankings at most; plans for others are of methods the queue had before. */
const KEPT = 2;

/** The plans of one class, made when first asked for. */
export class PlanBook {
  private readonly plans: { ranking: Ranking; plan: Plan }[] = [];

  constructor(private readonly needs: Needs) {}

  in(ranking: Ranking): Plan {
    for (const made of this.plans) if (made.ranking === ranking) return made.plan;
    const plan = this.make(ranking);
    this.plans.unshift({ ranking, plan });
    if (this.plans.length > KEPT) this.plans.pop();
    return plan;
  }

  private make(ranking: Ranking): Plan {
    const traits = [memberOf(this.needs.queueId), ...traitsOf(this.needs)];
    const basis = traits.map((trait) => [ranking.bitsOf(trait)]);
    // Skills last: a group of many ratings costs most to look into, and is not where nothing is left before.
    return skillTiers(this.needs).map((tier) => [...basis, ...tier.map((span) => ranking.groupOf(span))]);
  }
}
