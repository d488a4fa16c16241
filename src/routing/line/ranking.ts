import { Bitset, type Group } from "./bitset";
import type { AgentState, Aspect, SkillSpan, Trait } from "./needs";
import { type Marks, TraitSets } from "./traitSets";

/** How far neighbours are moved to make room before all are laid out anew. */
const REACH = 64;
const LEAST_SLOTS = 1024;

/** An agent in one ranking. */
export interface Place {
  readonly ranking: Ranking;
  readonly agent: AgentState;
  slot: number;
  marks: Marks;
}

/**
 * Agents in slots in one order, with bitsets of what they have by slot: the first bit that several have in common is the
 * first agent in that order. Who is assigned goes to the end, so mostly there is room; between others gaps are left.
 */
export class Ranking {
  private readonly places = new Set<Place>();
  private readonly sets: TraitSets;
  private slots: (Place | undefined)[] = [];
  private readonly taken = new Bitset(0);
  /** Everybody, where nothing is asked. */
  readonly everybody: readonly Group[] = [[this.taken]];
  /** Slots and bits are out of date: many may come before the next question, which lays them out at once. */
  private stale = true;

  /** `order`: below 0 when the first stands before the second; never 0. */
  constructor(
    private readonly order: (a: AgentState, b: AgentState) => number,
    options: { levels: boolean },
  ) {
    this.sets = new TraitSets(options.levels);
  }

  get levels() {
    this.settle();
    return this.sets.levels;
  }

  add(agent: AgentState): Place {
    const place: Place = { ranking: this, agent, slot: -1, marks: [] };
    this.places.add(place);
    if (this.stale) return place;
    place.marks = this.sets.marksOf(agent);
    this.insert(place);
    return place;
  }

  remove(place: Place): void {
    this.places.delete(place);
    if (!this.stale) this.lift(place);
  }

  /** The agent has changed, in these aspects and maybe in what the order looks at. */
  refresh(place: Place, changed: readonly Aspect[]): void {
    if (this.stale) return;
    const moved = !this.inOrder(place);
    if (moved) this.lift(place);
    for (const aspect of changed) {
      const marks = this.sets.collect(aspect, place.agent);
      if (!moved) for (const bits of place.marks[aspect] ?? []) bits.delete(place.slot);
      if (!moved) for (const bits of marks) bits.add(place.slot);
      place.marks[aspect] = marks;
    }
    if (moved) this.insert(place);
  }

  /** Who has the trait. Kept from then on; it stays the same object. */
  bitsOf(trait: Trait): Bitset {
    const found = this.sets.find(trait);
    if (found !== undefined) return found;
    const bits = this.sets.open(trait);
    if (this.stale) return bits;
    for (const place of this.places) {
      if (!trait.holds(place.agent)) continue;
      bits.add(place.slot);
      place.marks[trait.aspect]?.push(bits);
    }
    return bits;
  }

  /** Who has the skill with such a rating. */
  groupOf(span: SkillSpan): Group {
    return this.sets.groupOf(span);
  }

  /** The first who is in each of `groups` and not to be left out. */
  first(groups: readonly Group[], leaveOut?: (agent: AgentState) => boolean): AgentState | undefined {
    if (leaveOut === undefined) {
      this.settle();
      const slot = Bitset.firstCommon(groups);
      return slot < 0 ? undefined : this.at(slot);
    }
    for (const agent of this.all(groups)) if (!leaveOut(agent)) return agent;
    return undefined;
  }

  /** All who are in each of `groups`, in order. The ranking must not change meanwhile. */
  *all(groups: readonly Group[]): Generator<AgentState> {
    this.settle();
    for (let slot = Bitset.firstCommon(groups); slot >= 0; slot = Bitset.firstCommon(groups, slot + 1))
      yield (this.slots[slot] as Place).agent;
  }

  /** Is the agent of that place in each of `groups`? */
  contains(groups: readonly Group[], place: Place): boolean {
    this.settle();
    return groups.every((group) => group.some((bits) => bits.has(place.slot)));
  }

  /** How many in each of `groups` stand before `place`; left out: how many there are. */
  count(groups: readonly Group[], place?: Place): number {
    this.settle();
    return Bitset.countCommon(groups, place?.slot ?? this.slots.length);
  }

  private settle(): void {
    if (!this.stale) return;
    for (const place of this.places) place.marks = this.sets.marksOf(place.agent);
    this.layOut([...this.places].sort((a, b) => this.order(a.agent, b.agent)));
    this.stale = false;
  }

  /** A gap behind each, and the last third free for those who are assigned. */
  private layOut(places: readonly Place[]): void {
    const capacity = Math.ceil(Math.max(LEAST_SLOTS, places.length * 3) / 32) * 32;
    this.slots = new Array<Place | undefined>(capacity).fill(undefined);
    this.taken.reset(capacity);
    this.sets.reset(capacity);
    for (const [index, place] of places.entries()) this.put(place, index * 2);
  }

  private put(place: Place, slot: number): void {
    place.slot = slot;
    this.slots[slot] = place;
    this.taken.add(slot);
    for (const marks of place.marks) for (const bits of marks) bits.add(slot);
  }

  private lift(place: Place): void {
    const { slot } = place;
    this.slots[slot] = undefined;
    this.taken.delete(slot);
    for (const marks of place.marks) for (const bits of marks) bits.delete(slot);
  }

  private inOrder({ slot, agent }: Place): boolean {
    const before = this.slots[this.taken.lastUpTo(slot - 1)];
    if (before !== undefined && this.order(before.agent, agent) > 0) return false;
    const after = this.slots[this.takenFrom(slot + 1)];
    return after === undefined || this.order(agent, after.agent) < 0;
  }

  private insert(place: Place): void {
    const slot = this.slotFor(place.agent);
    if (slot >= 0) this.put(place, slot);
    else this.layOut(this.inOrderWith(place));
  }

  /** A free slot where the agent belongs; -1: none near enough. */
  private slotFor(agent: AgentState): number {
    const last = this.taken.lastUpTo(this.slots.length - 1);
    if (last < 0 || this.order(this.at(last), agent) < 0) return last + 1 < this.slots.length ? last + 1 : -1;
    const next = this.firstBehind(agent, last);
    const previous = this.taken.lastUpTo(next - 1);
    return next - previous > 1 ? (previous + next) >>> 1 : this.makeRoom(previous, next);
  }

  /** The first slot whose agent stands behind; `last` is one. */
  private firstBehind(agent: AgentState, last: number): number {
    let low = 0;
    let high = last;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const here = this.takenFrom(middle);
      if (this.order(this.at(here), agent) > 0) high = middle;
      else low = here + 1;
    }
    return this.takenFrom(low);
  }

  /** Moves those between two neighbours and the nearest gap by one slot. */
  private makeRoom(previous: number, next: number): number {
    for (let gap = next + 1; gap < Math.min(this.slots.length, next + REACH); gap++) {
      if (this.slots[gap] !== undefined) continue;
      for (let to = gap; to > next; to--) this.move(to - 1, to);
      return next;
    }
    for (let gap = previous - 1; gap >= Math.max(0, previous - REACH); gap--) {
      if (this.slots[gap] !== undefined) continue;
      for (let to = gap; to < previous; to++) this.move(to + 1, to);
      return previous;
    }
    return -1;
  }

  private move(from: number, to: number): void {
    const place = this.slots[from] as Place;
    this.lift(place);
    this.put(place, to);
  }

  private inOrderWith(place: Place): Place[] {
    const places = this.slots.filter((other) => other !== undefined);
    const behind = places.findIndex((other) => this.order(other.agent, place.agent) > 0);
    places.splice(behind === -1 ? places.length : behind, 0, place);
    return places;
  }

  private takenFrom(slot: number): number {
    return Bitset.firstCommon(this.everybody, slot);
  }

  private at(slot: number): AgentState {
    return (this.slots[slot] as Place).agent;
  }
}
