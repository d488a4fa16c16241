import type { LineItem } from "./contract";
import { SortedItems } from "./sortedItems";

/** Conversations to look at, each once, first those to be served first. */
export function createTodo() {
  const places = new Map<string, LineItem>();
  const sorted = new SortedItems();
  return {
    add(item: LineItem): void {
      const known = places.get(item.id);
      if (known !== undefined) sorted.remove(known);
      places.set(item.id, item);
      sorted.add(item);
    },
    /** The first one's id, taken off; undefined when there is none. */
    take(): string | undefined {
      const { first } = sorted;
      if (first === undefined) return undefined;
      sorted.remove(first);
      places.delete(first.id);
      return first.id;
    },
  };
}
