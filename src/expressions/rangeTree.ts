import type { Bound } from "./conditionTests";
import { type Marks, mark } from "./marks";

/** Limits included; a missing one is no limit. All bounds of one tree are of one type. */
export interface Range {
  low?: Bound | undefined;
  high?: Bound | undefined;
  position: number;
}

/** Finds the ranges around a value without looking at the others (a centred interval tree). */
export interface RangeTree {
  /** Marks each range that holds `value`. */
  around(value: Bound, marks: Marks): void;
}

interface Node {
  pivot: Bound;
  /** Ranges around the pivot, once by rising low limit and once by falling high limit. */
  byLow: Range[];
  byHigh: Range[];
  below: Node | undefined;
  above: Node | undefined;
}

export function createRangeTree(ranges: readonly Range[]): RangeTree {
  const root = build(
    ranges.filter(({ low, high }) => low === undefined || high === undefined || low <= high),
  );
  return {
    around(value, marks) {
      let node = root;
      while (node !== undefined) node = visit(node, value, marks);
    },
  };
}

function build(ranges: readonly Range[]): Node | undefined {
  if (ranges.length === 0) return undefined;
  const bounds = ranges.flatMap(({ low, high }) => [low, high]).filter((bound) => bound !== undefined);
  const pivot = bounds.sort(compare)[bounds.length >> 1] ?? 0;
  const here = ranges.filter((range) => !isBelow(range, pivot) && !isAbove(range, pivot));
  return {
    pivot,
    byLow: here.toSorted((a, b) => compareLimits(a.low, b.low, -1)),
    byHigh: here.toSorted((a, b) => compareLimits(b.high, a.high, 1)),
    below: build(ranges.filter((range) => isBelow(range, pivot))),
    above: build(ranges.filter((range) => isAbove(range, pivot))),
  };
}

function visit(node: Node, value: Bound, marks: Marks): Node | undefined {
  if (value < node.pivot) {
    for (const { low, position } of node.byLow) {
      if (low !== undefined && low > value) break;
      mark(marks, position);
    }
    return node.below;
  }
  for (const { high, position } of node.byHigh) {
    if (high !== undefined && high < value) break;
    mark(marks, position);
  }
  return value > node.pivot ? node.above : undefined;
}

const isBelow = ({ high }: Range, pivot: Bound): boolean => high !== undefined && high < pivot;
const isAbove = ({ low }: Range, pivot: Bound): boolean => low !== undefined && low > pivot;

const compare = (a: Bound, b: Bound): number => (a < b ? -1 : a > b ? 1 : 0);

/** `open`: where a missing limit stands, before all others (-1) or after them (1). */
function compareLimits(a: Bound | undefined, b: Bound | undefined, open: -1 | 1): number {
  if (a === undefined) return b === undefined ? 0 : open;
  return b === undefined ? -open : compare(a, b);
}
