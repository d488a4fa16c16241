import type { ClassHeap } from "./classHeap";
import type { LineItem } from "./contract";
import { Door } from "./door";
import type { AgentState, Needs } from "./needs";
import { PlanBook } from "./plans";
import { SortedItems } from "./sortedItems";

/** Empty classes that are kept for the next item of their kind. */
const SPARE = 1000;

/** Waiting items that ask the same of agents. */
export interface ItemClass extends Needs {
  readonly key: string;
  readonly items: SortedItems;
  readonly door: Door<ItemClass>;
  readonly heap: ClassHeap<ItemClass>;
  /** In `heap`; -1 while it has no items. */
  index: number;
  readonly plans: PlanBook;
}

/** An item in the line. */
export interface Waiting {
  item: LineItem;
  of: ItemClass;
}

/** All waiting items, by what they need and in order of service. */
export class ItemClasses {
  private readonly waiting = new Map<string, Waiting>();
  private readonly classes = new Map<string, ItemClass>();
  /** By queue. */
  private readonly queues = new Map<string, Map<string, Door<ItemClass>>>();
  /** Longest empty first. */
  private readonly empty = new Set<ItemClass>();

  /** `holders`: how many agents have a skill; the rarest of a class are what it is filed under. */
  constructor(private readonly holders: (skill: string) => number) {}

  get size(): number {
    return this.waiting.size;
  }

  get(id: string): Waiting | undefined {
    return this.waiting.get(id);
  }

  set(item: LineItem): void {
    this.remove(item.id);
    const needs = needsOf(item);
    const key = keyOf(needs);
    const of = this.classes.get(key) ?? this.open(key, needs);
    if (of.items.first === undefined) this.empty.delete(of);
    of.items.add(item);
    if (of.items.first === item) of.heap.update(of);
    this.waiting.set(item.id, { item, of });
    of.door.items += 1;
  }

  remove(id: string): void {
    const found = this.waiting.get(id);
    if (found === undefined) return;
    const { item, of } = found;
    const wasFirst = of.items.first === item;
    of.items.remove(item);
    if (wasFirst) of.heap.update(of);
    this.waiting.delete(id);
    of.door.items -= 1;
    if (of.items.first === undefined) this.retire(of);
  }

  /** The earliest item of the queue that `find` names of a class the agent fits, if earlier than `before`. */
  earliest(
    queueId: string,
    agent: AgentState,
    find: (one: ItemClass) => LineItem | undefined,
    before: LineItem | undefined,
  ): LineItem | undefined {
    let best = before;
    for (const door of this.queues.get(queueId)?.values() ?? []) best = door.earliest(agent, find, best);
    return best;
  }

  private open(key: string, needs: Needs): ItemClass {
    const door = this.doorFor(needs);
    const heap = door.heapFor(needs, this.holders);
    const made: ItemClass = {
      ...needs,
      key,
      door,
      heap,
      items: new SortedItems(),
      index: -1,
      plans: new PlanBook(needs),
    };
    this.classes.set(key, made);
    return made;
  }

  private doorFor(needs: Needs): Door<ItemClass> {
    const doors = this.queues.get(needs.queueId) ?? new Map<string, Door<ItemClass>>();
    this.queues.set(needs.queueId, doors);
    const key = JSON.stringify([needs.units, needs.profiles, needs.presences]);
    const door = doors.get(key) ?? new Door<ItemClass>(needs);
    doors.set(key, door);
    return door;
  }

  /** Nothing like it may ever come again: only so many are kept, and none that names agents. */
  private retire(of: ItemClass): void {
    if (of.excluded.size > 0) {
      this.classes.delete(of.key);
      return;
    }
    this.empty.add(of);
    if (this.empty.size <= SPARE) return;
    const [oldest] = this.empty;
    if (oldest === undefined) return;
    this.empty.delete(oldest);
    this.classes.delete(oldest.key);
  }
}

/** Equal needs in equal form: sorted, nothing twice, nothing that does not matter. */
function needsOf(item: LineItem): Needs {
  return {
    queueId: item.queueId,
    units: item.units,
    matching: item.matching,
    profiles: sortedOnce(item.profiles),
    presences: sortedOnce(item.allowedPresences),
    skills: item.matching === "none" ? [] : Object.entries(item.skills).sort(([a], [b]) => (a < b ? -1 : 1)),
    excluded: new Set(
      Object.keys(item.declined)
        .filter((id) => (item.declined[id] ?? 0) >= item.maxDeclines)
        .sort(),
    ),
  };
}

function sortedOnce(texts: readonly string[]): readonly string[] {
  return texts.length < 2 ? texts : [...new Set(texts)].sort();
}

function keyOf({ queueId, units, matching, profiles, presences, skills, excluded }: Needs): string {
  return JSON.stringify([queueId, units, matching, profiles, presences, skills, [...excluded]]);
}
