import type { FieldTest, Limit } from "./conditionTests";
import { createKeywordAutomaton, type KeywordAutomaton } from "./keywordAutomaton";
import { wordsOf } from "./library";
import { type Marks, markAll } from "./marks";
import { createRangeTree, type Range, type RangeTree } from "./rangeTree";
import { TOLERANCE } from "./testHolds";
import { createWordTable, type Phrase, type WordTable } from "./wordTable";

/** The tests of many conditions on one field. */
export interface FieldLookup {
  file(test: FieldTest, position: number): void;
  /** Call when all is filed, before the first `find`. */
  close(): void;
  /** Marks at least the positions whose test holds for a value; some more where that is quicker. */
  find(value: unknown, marks: Marks): void;
}

type Lists<K> = Map<K, number[]>;

export function createFieldLookup(): FieldLookup {
  const equal: Lists<string | boolean> = new Map();
  const literals: Lists<string> = new Map();
  const phrases: Phrase[] = [];
  const ranges = { number: [] as Range[], string: [] as Range[] };
  /** For values of a type that the test cannot look up. */
  const odd = {
    number: [] as number[],
    string: [] as number[],
    literal: [] as number[],
    object: [] as number[],
  };
  const present: number[] = [];
  let trees: { number: RangeTree; string: RangeTree };
  let automaton: KeywordAutomaton | undefined;
  let table: WordTable | undefined;

  const filing = {
    equal: ({ value }, position) => {
      if (typeof value !== "number") push(equal, value, position);
      else ranges.number.push({ low: value - TOLERANCE, high: value + TOLERANCE, position });
    },
    range: ({ low, high, alone }, position) => {
      const type = typeOf(low, high);
      ranges[type].push({ low: low?.bound, high: high?.bound, position });
      if (alone) odd[type].push(position);
    },
    text: ({ literal, alone }, position) => {
      push(literals, literal, position);
      if (alone) odd.literal.push(position);
    },
    contains: ({ literal }, position) => {
      if (typeof literal === "string") push(literals, literal, position);
      odd.object.push(position);
    },
    words: ({ words }, position) => phrases.push({ words, position }),
    present: (_, position) => present.push(position),
    truthy: (_, position) => present.push(position),
  } satisfies {
    [K in FieldTest["kind"]]: (test: Extract<FieldTest, { kind: K }>, position: number) => unknown;
  };

  function findText(text: string, marks: Marks): void {
    markAll(marks, equal.get(text));
    trees.string.around(text, marks);
    automaton?.search(text, marks);
    table?.find(wordsOf(text), marks);
  }

  return {
    file: (test, position) =>
      void (filing[test.kind] as (test: FieldTest, position: number) => unknown)(test, position),
    close() {
      trees = { number: createRangeTree(ranges.number), string: createRangeTree(ranges.string) };
      if (literals.size > 0) automaton = createKeywordAutomaton(literals);
      if (phrases.length > 0) table = createWordTable(phrases);
    },
    find(value, marks) {
      if (value === undefined) return;
      if (typeof value === "string") findText(value, marks);
      else markAll(marks, odd.literal);
      if (value === null) return;
      markAll(marks, present);
      if (typeof value === "number" && !Number.isNaN(value)) trees.number.around(value, marks);
      else markAll(marks, odd.number);
      if (typeof value !== "string") markAll(marks, odd.string);
      if (typeof value === "boolean") markAll(marks, equal.get(value));
      if (typeof value === "object") markAll(marks, odd.object);
    },
  };
}

const typeOf = (low: Limit | undefined, high: Limit | undefined): "number" | "string" =>
  typeof (low ?? high)?.bound === "number" ? "number" : "string";

function push<K>(lists: Lists<K>, key: K, position: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [position]);
  else list.push(position);
}
