import type { LineItem } from "./contract";
import { isBefore, type SortedItems } from "./sortedItems";

/** What the heap looks at of a class. */
export interface Filed {
  readonly items: SortedItems;
  /** In the heap; -1 while it is not there. */
  index: number;
}

/** Classes that have items, the one with the earliest item on top. Each knows its own index. */
export class ClassHeap<Class extends Filed> {
  private readonly classes: Class[] = [];
  private top: LineItem | undefined;

  /** The first item of the class has changed, or its first came, or its last went. */
  update(changed: Class): void {
    if (changed.items.first === undefined) this.remove(changed);
    else {
      if (changed.index < 0) changed.index = this.classes.push(changed) - 1;
      this.settle(changed);
    }
    this.top = this.classes[0]?.items.first;
  }

  /**
   * The earliest item, also earlier than `before`, that `find` names of one of the classes. Passes over all below a class
   * that begins too late, or whose first item was found.
   */
  earliest(find: (one: Class) => LineItem | undefined, before: LineItem | undefined): LineItem | undefined {
    if (this.top === undefined || (before !== undefined && !isBefore(this.top, before))) return before;
    return this.search(0, find, before);
  }

  private search(
    index: number,
    find: (one: Class) => LineItem | undefined,
    before: LineItem | undefined,
  ): LineItem | undefined {
    const here = this.classes[index];
    const first = here?.items.first;
    if (here === undefined || first === undefined) return before;
    if (before !== undefined && !isBefore(first, before)) return before;
    const found = find(here);
    if (found === first) return found;
    const best = found !== undefined && (before === undefined || isBefore(found, before)) ? found : before;
    return this.search(2 * index + 2, find, this.search(2 * index + 1, find, best));
  }

  private remove(gone: Class): void {
    const { index } = gone;
    gone.index = -1;
    const last = this.classes.pop();
    if (last === undefined || last === gone) return;
    this.put(last, index);
    this.settle(last);
  }

  private settle(moved: Class): void {
    this.up(moved);
    this.down(moved);
  }

  private up(moved: Class): void {
    while (moved.index > 0) {
      const parent = this.classes[(moved.index - 1) >> 1] as Class;
      if (!isEarlier(moved, parent)) return;
      this.swap(moved, parent);
    }
  }

  private down(moved: Class): void {
    for (;;) {
      const left = this.classes[2 * moved.index + 1];
      const right = this.classes[2 * moved.index + 2];
      const child = right !== undefined && left !== undefined && isEarlier(right, left) ? right : left;
      if (child === undefined || !isEarlier(child, moved)) return;
      this.swap(child, moved);
    }
  }

  private swap(a: Class, b: Class): void {
    const { index } = a;
    this.put(a, b.index);
    this.put(b, index);
  }

  private put(one: Class, index: number): void {
    this.classes[index] = one;
    one.index = index;
  }
}

function isEarlier(a: Filed, b: Filed): boolean {
  const [first, second] = [a.items.first, b.items.first];
  return first !== undefined && second !== undefined && isBefore(first, second);
}
