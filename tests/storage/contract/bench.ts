import assert from "node:assert/strict";
import type {
  BatchResult,
  ContainerName,
  Doc,
  Op,
  QueryOptions,
  Store,
  Stored,
} from "../../../src/core/store";

/** What the parts of the suite work with. */
export interface ContractBench {
  store(): Store;
  /** Lets the store's time pass; a database of the real world takes as long as it says. */
  advance(ms: number): void | Promise<void>;
}

let partitions = 0;

/** A partition no other test uses. */
export function freshPartition(): string {
  return `p${++partitions}-${process.pid}`;
}

export type AnyDoc = Doc & Record<string, unknown>;

/** A document with the fields given. */
export function buildDoc(id: string, fields: Record<string, unknown> = {}): AnyDoc {
  return { id, type: "thing", ...fields };
}

/** Writes that must succeed; returns their etags. */
export async function write(
  store: Store,
  container: ContainerName,
  partition: string,
  ...ops: Op[]
): Promise<string[]> {
  const result = await store.batch(container, partition, ops, "test");
  assert.equal(result.ok, true, JSON.stringify(result));
  return (result as Extract<BatchResult, { ok: true }>).etags;
}

/** Creates documents one batch at a time. */
export async function fill(
  store: Store,
  container: ContainerName,
  partition: string,
  docs: Doc[],
): Promise<void> {
  for (let at = 0; at < docs.length; at += 100) {
    const ops = docs.slice(at, at + 100).map((doc): Op => ({ do: "create", doc }));
    await write(store, container, partition, ...ops);
  }
}

/** Every item of a query, page by page. */
export async function allPages(
  store: Store,
  container: ContainerName,
  name: string,
  options: QueryOptions,
): Promise<Stored<AnyDoc>[]> {
  const items: Stored<AnyDoc>[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.query<AnyDoc>(
      container,
      name,
      cursor === undefined ? options : { ...options, cursor },
    );
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return items;
}
