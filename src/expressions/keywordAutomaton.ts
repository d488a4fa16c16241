import { type Marks, markAll } from "./marks";

/** Finds which of many literals stand in a text by reading it once, however many there are (Aho-Corasick). */
export interface KeywordAutomaton {
  /** Marks the positions of each literal in the text. Case counts. */
  search(text: string, marks: Marks): void;
}

interface Node {
  next: Map<number, Node>;
  /** Where to go on when the next letter does not fit: the longest end of this that begins another literal. */
  fallback: Node | undefined;
  /** Of the literal that ends here. */
  positions: readonly number[] | undefined;
  /** The next shorter literal that ends here too. */
  shorter: Node | undefined;
}

/** Positions by literal; no literal may be empty. */
export function createKeywordAutomaton(literals: ReadonlyMap<string, readonly number[]>): KeywordAutomaton {
  const root = createNode();
  for (const [literal, positions] of literals) add(root, literal, positions);
  link(root);
  return {
    search(text, marks) {
      let node = root;
      for (let i = 0; i < text.length; i++) {
        node = step(node, text.charCodeAt(i)) ?? root;
        let end = node.positions === undefined ? node.shorter : node;
        for (; end !== undefined; end = end.shorter) markAll(marks, end.positions);
      }
    },
  };
}

const createNode = (): Node => ({
  next: new Map(),
  fallback: undefined,
  positions: undefined,
  shorter: undefined,
});

function add(root: Node, literal: string, positions: readonly number[]): void {
  let node = root;
  for (let i = 0; i < literal.length; i++) {
    const code = literal.charCodeAt(i);
    const next = node.next.get(code) ?? createNode();
    node.next.set(code, next);
    node = next;
  }
  node.positions = positions;
}

/** Breadth first, since a node's fallback is always shorter than the node. */
function link(root: Node): void {
  const queue = [root];
  for (const node of queue) {
    for (const [code, next] of node.next) {
      next.fallback = (node.fallback && step(node.fallback, code)) ?? root;
      next.shorter = next.fallback.positions === undefined ? next.fallback.shorter : next.fallback;
      queue.push(next);
    }
  }
}

/** Undefined when nothing begins with this letter. */
function step(from: Node, code: number): Node | undefined {
  let node: Node | undefined = from;
  while (node !== undefined) {
    const next = node.next.get(code);
    if (next !== undefined) return next;
    node = node.fallback;
  }
  return undefined;
}
