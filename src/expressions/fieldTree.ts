import type { Scope } from "./compile";
import { type Field, fieldKey } from "./conditionTests";

/** Reads many fields from a scope in one walk, as the library does: the first key that is the name in any case. */
export interface FieldTree {
  /** The field's place in what `read` gives. */
  slotOf(field: Field): number;
  /** Values by slot. Undefined for a scope whose fields the library may read in another way. */
  read(scope: Scope): unknown[] | undefined;
}

interface Node {
  /** By lower-case name, and by each spelling that was seen; null for a name that no condition asks for. */
  below: Map<string, Node | null>;
  slot: number | undefined;
  /** The last walk that came by. */
  walk: number;
}

const MOST_SPELLINGS = 2_000;

export function createFieldTree(): FieldTree {
  const root = createNode();
  const slots = new Map<string, number>();
  let walk = 0;

  function slotOf(field: Field): number {
    let node = root;
    for (const name of field) node = addChild(node, name);
    node.slot ??= slots.size;
    slots.set(fieldKey(field), node.slot);
    return node.slot;
  }

  function fill(node: Node, value: unknown, values: unknown[]): boolean {
    if (node.slot !== undefined) values[node.slot] = value;
    if (node.below.size === 0 || value === null || typeof value !== "object")
      return typeof value !== "function";
    if (value instanceof Map) return false;
    for (const key of Object.keys(value)) {
      const next = childAt(node, key);
      if (next === null || next.walk === walk) continue;
      next.walk = walk;
      if (!fill(next, (value as Record<string, unknown>)[key], values)) return false;
    }
    return true;
  }

  return {
    slotOf,
    read(scope) {
      // The library takes an object with these for a memory of its own kind.
      if ("getValue" in scope && "setValue" in scope && "version" in scope) return undefined;
      walk += 1;
      const values: unknown[] = new Array(slots.size).fill(undefined);
      return fill(root, scope, values) ? values : undefined;
    },
  };
}

const createNode = (): Node => ({ below: new Map(), slot: undefined, walk: 0 });

/** Adds the child if it is missing. */
function addChild(node: Node, name: string): Node {
  const lower = name.toLowerCase();
  const found = node.below.get(lower) ?? createNode();
  node.below.set(lower, found);
  return found;
}

function childAt(node: Node, key: string): Node | null {
  const known = node.below.get(key);
  if (known !== undefined) return known;
  const found = node.below.get(key.toLowerCase()) ?? null;
  // A change of case costs more than the rest; keys that a stranger chose must not fill the memory.
  if (node.below.size < MOST_SPELLINGS) node.below.set(key, found);
  return found;
}
