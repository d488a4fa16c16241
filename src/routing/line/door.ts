import { ClassHeap, type Filed } from "./classHeap";
import type { LineItem } from "./contract";
import { type AgentState, type Needs, obstacleAtDoor } from "./needs";

type Find<Class> = (one: Class) => LineItem | undefined;

/** Classes that cannot do without a skill: those that need no other, and those that need another, by its name. */
interface Shelf<Class extends Filed> {
  alone: ClassHeap<Class>;
  together: Map<string, ClassHeap<Class>>;
}

/**
 * The classes of a queue that ask the same but for skills and declines. They are filed under the two skills that fewest
 * agents have, so that an agent passes over most of what they cannot do.
 */
export class Door<Class extends Filed> {
  /** Classes that anybody may take. */
  private readonly unskilled = new ClassHeap<Class>();
  private readonly shelves = new Map<string, Shelf<Class>>();
  /** How many wait behind it. */
  items = 0;

  constructor(private readonly needs: Needs) {}

  /** Where a class belongs. */
  heapFor({ matching, skills }: Needs, holders: (skill: string) => number): ClassHeap<Class> {
    if (matching !== "exact") return this.unskilled;
    const [first, second] = skills.map(([name]) => name).sort((a, b) => holders(a) - holders(b));
    if (first === undefined) return this.unskilled;
    const shelf = this.shelves.get(first) ?? { alone: new ClassHeap<Class>(), together: new Map() };
    this.shelves.set(first, shelf);
    if (second === undefined) return shelf.alone;
    const heap = shelf.together.get(second) ?? new ClassHeap<Class>();
    shelf.together.set(second, heap);
    return heap;
  }

  /** The earliest item that `find` names of a class whose skills the agent may have, if earlier than `before`. */
  earliest(agent: AgentState, find: Find<Class>, before: LineItem | undefined): LineItem | undefined {
    if (this.items === 0 || obstacleAtDoor(this.needs, agent) !== undefined) return before;
    let best = this.unskilled.earliest(find, before);
    for (const first in agent.skills) {
      const shelf = this.shelves.get(first);
      if (shelf === undefined) continue;
      best = shelf.alone.earliest(find, best);
      if (shelf.together.size > 0)
        for (const second in agent.skills) best = shelf.together.get(second)?.earliest(find, best) ?? best;
    }
    return best;
  }
}
