import { type Marks, markAll } from "./marks";

/** A text's words as `wordsOf` gives them. */
export interface Phrase {
  words: string;
  position: number;
}

/** Finds which of many phrases may stand in a text, by one word of each. */
export interface WordTable {
  /** Marks the phrases of which one word stands in `words`, which are the text's own as `wordsOf` gives them. */
  find(words: string, marks: Marks): void;
}

export function createWordTable(phrases: readonly Phrase[]): WordTable {
  const lists = fileByRarest(phrases);
  /** By first letter, the lengths there are: most words of a text are told apart without being cut out. */
  const lengths = new Int32Array(64);
  for (const word of lists.keys()) {
    const letter = word.charCodeAt(0) & 63;
    lengths[letter] = (lengths[letter] ?? 0) | (1 << (word.length & 31));
  }
  return {
    find(words, marks) {
      for (let from = 1, end = words.indexOf(" ", from); end !== -1; end = words.indexOf(" ", from)) {
        const known = lengths[words.charCodeAt(from) & 63] ?? 0;
        if ((known & (1 << ((end - from) & 31))) !== 0) markAll(marks, lists.get(words.slice(from, end)));
        from = end + 1;
      }
    },
  };
}

/** Positions by word: of "product 5" and "product 6" the numbers tell more than the word they share. */
function fileByRarest(phrases: readonly Phrase[]): Map<string, number[]> {
  const counts = new Map<string, number>();
  const split = phrases.map(({ words, position }) => ({ position, parts: words.trim().split(" ") }));
  for (const word of split.flatMap(({ parts }) => parts)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const lists = new Map<string, number[]>();
  for (const { position, parts } of split) {
    const rarest = parts.reduce((best, word) => (isRarer(word, best) ? word : best));
    const list = lists.get(rarest);
    if (list === undefined) lists.set(rarest, [position]);
    else list.push(position);
  }
  return lists;

  function isRarer(word: string, other: string): boolean {
    const difference = (counts.get(word) ?? 0) - (counts.get(other) ?? 0);
    return difference < 0 || (difference === 0 && word.length > other.length);
  }
}
