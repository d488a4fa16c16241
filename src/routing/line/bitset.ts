/**
 * A set of whole numbers below a capacity. Above the bits stand summaries: one bit for each word that is not empty, up to
 * a single word, so that finding the first costs about the logarithm.
 */
export class Bitset {
  private words = new Int32Array(0);
  /** Where each level begins in `words`; the bits themselves first. */
  private levels: number[] = [];

  constructor(capacity: number) {
    this.reset(capacity);
  }

  /** Empties it for numbers below `capacity`. */
  reset(capacity: number): void {
    this.levels = [];
    let length = 0;
    let width = Math.max(1, capacity);
    do {
      width = Math.ceil(width / 32);
      this.levels.push(length);
      length += width;
    } while (width > 1);
    this.words = new Int32Array(length);
  }

  has(number: number): boolean {
    return (this.word(number >>> 5) & (1 << (number & 31))) !== 0;
  }

  add(number: number): void {
    let at = number;
    for (const begin of this.levels) {
      const index = begin + (at >>> 5);
      const before = this.word(index);
      this.words[index] = before | (1 << (at & 31));
      if (before !== 0) return;
      at >>>= 5;
    }
  }

  delete(number: number): void {
    let at = number;
    for (const begin of this.levels) {
      const index = begin + (at >>> 5);
      const after = this.word(index) & ~(1 << (at & 31));
      this.words[index] = after;
      if (after !== 0) return;
      at >>>= 5;
    }
  }

  isEmpty(): boolean {
    return this.words[this.words.length - 1] === 0;
  }

  /** The greatest number up to `end`, which is below the capacity; -1: none. */
  lastUpTo(end: number): number {
    if (end < 0) return -1;
    let at = end;
    let mask = -1 >>> (31 - (at & 31));
    for (let level = 0; level < this.levels.length; level++) {
      const word = this.wordOf(level, at >>> 5) & mask;
      if (word !== 0) return this.lastUnder(level, ((at >>> 5) << 5) | highest(word));
      at >>>= 5;
      // What the summary says of this word is known already.
      mask = (1 << (at & 31)) - 1;
    }
    return -1;
  }

  private lastUnder(level: number, index: number): number {
    let found = index;
    for (let below = level - 1; below >= 0; below--)
      found = (found << 5) | highest(this.wordOf(below, found));
    return found;
  }

  private word(index: number): number {
    return this.words[index] as number;
  }

  private wordOf(level: number, index: number): number {
    return this.word((this.levels[level] as number) + index);
  }

  /** The least number from `from` on that is in each of `groups`; -1: none, or no groups. */
  static firstCommon(groups: readonly Group[], from = 0): number {
    const levels = groups[0]?.[0]?.levels;
    return levels === undefined ? -1 : firstUnder({ groups, levels, from }, levels.length - 1, 0);
  }

  /** How many numbers below `end` are in each of `groups`. */
  static countCommon(groups: readonly Group[], end: number): number {
    let count = 0;
    for (let index = 0; index << 5 < end; index++) {
      const word = Bitset.common(groups, index);
      const rest = end - (index << 5);
      if (word !== 0) count += ones(rest < 32 ? word & ((1 << rest) - 1) : word);
    }
    return groups.length === 0 ? 0 : count;
  }

  /** The word at `index`, of whichever level, of what is in each of `groups`; of a summary: what may be. */
  static common(groups: readonly Group[], index: number): number {
    let word = -1;
    for (let i = 0; i < groups.length && word !== 0; i++) {
      const group = groups[i] as Group;
      let some = 0;
      for (let j = 0; j < group.length; j++) some |= (group[j] as Bitset).words[index] as number;
      word &= some;
    }
    return word;
  }
}

/** What is in one of these, which all have one capacity. */
export type Group = readonly Bitset[];

interface Search {
  groups: readonly Group[];
  levels: readonly number[];
  from: number;
}

function firstUnder(search: Search, level: number, index: number): number {
  let word = Bitset.common(search.groups, (search.levels[level] as number) + index);
  const edge = search.from >>> (5 * level);
  if (edge >>> 5 > index) return -1;
  if (edge >>> 5 === index) word &= -1 << (edge & 31);
  for (; word !== 0; word &= word - 1) {
    const at = (index << 5) | lowest(word);
    if (level === 0) return at;
    // A summary of several sets promises nothing: their bits may lie apart.
    const found = firstUnder(search, level - 1, at);
    if (found >= 0) return found;
  }
  return -1;
}

function lowest(word: number): number {
  return 31 - Math.clz32(word & -word);
}

function highest(word: number): number {
  return 31 - Math.clz32(word);
}

function ones(word: number): number {
  let count = word - ((word >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return (((count + (count >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
