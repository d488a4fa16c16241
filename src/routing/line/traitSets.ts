import { Bitset, type Group } from "./bitset";
import { type AgentState, ASPECT, type Aspect, BEST, type SkillSpan, type Trait } from "./needs";

/** Bitsets of which an agent is part, by the aspect that decides it. */
export type Marks = Bitset[][];

const ASPECTS = Object.values(ASPECT);

/** One bitset for each trait that was ever asked for, and for the levels of free units. */
export class TraitSets {
  readonly levels = new FreeLevels();
  private readonly known = new Map<string, Bitset>();
  /** By aspect, then by the name that the trait is about. */
  private readonly filed = ASPECTS.map(() => new Map<string, { trait: Trait; bits: Bitset }[]>());
  /** By name, then by rating: an agent is in one of each skill, so that little moves with them. */
  private readonly skills = new Map<string, Bitset[]>();
  private capacity = 0;

  /** `withLevels`: keeps the levels of free units, which cost a little with every change. */
  constructor(private readonly withLevels: boolean) {}

  find(trait: Trait): Bitset | undefined {
    return this.known.get(trait.key);
  }

  /** An empty bitset for a trait that is not known yet; the caller fills it. */
  open(trait: Trait): Bitset {
    const bits = new Bitset(this.capacity);
    this.known.set(trait.key, bits);
    const names = this.filed[trait.aspect];
    const same = names?.get(trait.name);
    if (same === undefined) names?.set(trait.name, [{ trait, bits }]);
    else same.push({ trait, bits });
    return bits;
  }

  /** Empties all, for slots below `capacity`. */
  reset(capacity: number): void {
    this.capacity = capacity;
    for (const bits of this.known.values()) bits.reset(capacity);
    for (const ratings of this.skills.values()) for (const bits of ratings) bits.reset(capacity);
    this.levels.reset(capacity);
  }

  /** Who has the skill with such a rating. */
  groupOf({ name, least, most }: SkillSpan): Group {
    return this.ratingsOf(name).slice(least, most + 1);
  }

  private ratingsOf(name: string): Bitset[] {
    const found = this.skills.get(name);
    if (found !== undefined) return found;
    const made = Array.from({ length: BEST + 1 }, () => new Bitset(this.capacity));
    this.skills.set(name, made);
    return made;
  }

  marksOf(agent: AgentState): Marks {
    return ASPECTS.map((aspect) => this.collect(aspect, agent));
  }

  /** Where the agent belongs as far as one aspect decides it. */
  collect(aspect: Aspect, agent: AgentState): Bitset[] {
    if (aspect === ASPECT.skills) return this.collectSkills(agent);
    const found: Bitset[] = [];
    const names = this.filed[aspect];
    if (names !== undefined && names.size > 0)
      for (const name of namesIn(aspect, agent))
        for (const { trait, bits } of names.get(name) ?? []) if (trait.holds(agent)) found.push(bits);
    if (aspect === ASPECT.free && this.withLevels) this.levels.collect(agent.free, found);
    return found;
  }

  private collectSkills({ skills }: AgentState): Bitset[] {
    return Object.entries(skills).flatMap(([name, rating]) => this.ratingsOf(name)[rating] ?? []);
  }
}

const ANY = [""];

function namesIn(aspect: Aspect, agent: AgentState): readonly string[] {
  if (aspect === ASPECT.queues) return agent.queues;
  return aspect === ASPECT.profiles ? Object.keys(agent.profiles) : ANY;
}

/**
 * Free units as the right children of a binary tree: the node (k, v) holds who has v·2^k to (v+1)·2^k - 1 units, for odd
 * v. So the most free among some is found in as many steps as the greatest number has bits. Row 0 is whole: one level each, those below 0 too.
 */
export class FreeLevels {
  private readonly rows: Map<number, Bitset>[] = [];
  private capacity = 0;

  /** Bits of the greatest number ever seen. */
  get height(): number {
    return this.rows.length;
  }

  node(row: number, value: number): Bitset | undefined {
    return this.rows[row]?.get(value);
  }

  /** Levels that somebody has, most free first. */
  descending(): { free: number; bits: Bitset }[] {
    return [...(this.rows[0] ?? [])]
      .filter(([, bits]) => !bits.isEmpty())
      .map(([free, bits]) => ({ free, bits }))
      .sort((a, b) => b.free - a.free);
  }

  collect(free: number, into: Bitset[]): void {
    into.push(this.open(0, free));
    for (let row = 1; free > 0 && free >>> row > 0; row++)
      if (((free >>> row) & 1) === 1) into.push(this.open(row, free >>> row));
  }

  reset(capacity: number): void {
    this.capacity = capacity;
    for (const row of this.rows) for (const bits of row.values()) bits.reset(capacity);
  }

  private open(row: number, value: number): Bitset {
    while (this.rows.length <= row) this.rows.push(new Map());
    const nodes = this.rows[row] as Map<number, Bitset>;
    const found = nodes.get(value) ?? new Bitset(this.capacity);
    nodes.set(value, found);
    return found;
  }
}
