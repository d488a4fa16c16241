import { createHash } from "node:crypto";
import { StoreError } from "../core/errors";
import { type Change, CONTAINERS, type ContainerName, type Doc, type Op, type Store } from "../core/store";

const PAGE = 500;
const MOST_OPS = 90;
const MOST_BYTES = 1_500_000;
/** Where the copy has come to, in the target itself: a copy that broke off goes on there. */
const PROGRESS = { container: "leases", partition: "copy" } as const;
/** They belong to the servers of one store, not to the data. */
const LOCAL_TYPES: ReadonlySet<string> = new Set(["server", "lease", "copied"]);

interface CopiedDoc extends Doc {
  type: "copied";
  /** Of the source's feed. */
  cursor: string;
  documents: number;
}

/** What stands in one container of a store. */
export interface Tally {
  container: ContainerName;
  documents: number;
  /** The same for the same documents, in whatever order they stand. */
  hash: string;
}

/**
 * Copies every document into another store; what is there under the same id is replaced. Stopped half-way it goes on
 * where it was when called again. Nobody may write to the source meanwhile. Throws StoreError.
 */
export async function copyStore(
  from: Store,
  to: Store,
  tell: (container: ContainerName, documents: number) => void = () => {},
): Promise<void> {
  for (const container of containerNames()) {
    const done = await to.read<CopiedDoc>(PROGRESS.container, PROGRESS.partition, container);
    let { cursor, documents } = done?.doc ?? { cursor: undefined, documents: 0 };
    for (;;) {
      const page = await from.feed(container, cursor, PAGE);
      const changes = page.changes.filter(isData);
      await writeAll(to, container, changes);
      documents += changes.length;
      cursor = page.cursor;
      const doc: CopiedDoc = { id: container, type: "copied", cursor, documents };
      await write(to, PROGRESS.container, PROGRESS.partition, [{ do: "upsert", doc }]);
      tell(container, documents);
      // A short page is not the end: a shared store has many ranges, each with a page of its own.
      if (page.changes.length === 0) break;
    }
  }
}

/** Counts and hashes of all data, to compare two stores. Throws StoreError. */
export async function tallyStore(store: Store): Promise<Tally[]> {
  const tallies: Tally[] = [];
  for (const container of containerNames()) {
    // A feed may tell of a document twice: the last is how it stands.
    const digests = new Map<string, Buffer>();
    let cursor: string | undefined;
    for (;;) {
      const page = await store.feed(container, cursor, PAGE);
      for (const change of page.changes.filter(isData))
        digests.set(`${change.partition}\u0000${change.id}`, digestOf(change));
      cursor = page.cursor;
      if (page.changes.length === 0) break;
    }
    const sum = Buffer.alloc(32);
    for (const digest of digests.values())
      for (let at = 0; at < 32; at++) sum[at] = (sum[at] ?? 0) ^ (digest[at] ?? 0);
    tallies.push({ container, documents: digests.size, hash: sum.toString("hex") });
  }
  return tallies;
}

const containerNames = (): ContainerName[] => Object.keys(CONTAINERS) as ContainerName[];

const isData = ({ doc }: Change): boolean => doc !== undefined && !LOCAL_TYPES.has(doc.type);

async function writeAll(to: Store, container: ContainerName, changes: readonly Change[]): Promise<void> {
  const byPartition = new Map<string, Doc[]>();
  for (const { partition, doc } of changes) {
    if (doc === undefined) continue;
    const docs = byPartition.get(partition) ?? [];
    byPartition.set(partition, docs);
    docs.push(doc);
  }
  for (const [partition, docs] of byPartition) {
    let ops: Op[] = [];
    let bytes = 0;
    for (const doc of docs) {
      const size = Buffer.byteLength(JSON.stringify(doc));
      if (ops.length === MOST_OPS || (ops.length > 0 && bytes + size > MOST_BYTES)) {
        await write(to, container, partition, ops);
        [ops, bytes] = [[], 0];
      }
      ops.push({ do: "upsert", doc });
      bytes += size;
    }
    await write(to, container, partition, ops);
  }
}

async function write(to: Store, container: ContainerName, partition: string, ops: Op[]): Promise<void> {
  if (ops.length === 0) return;
  const result = await to.batch(container, partition, ops, "copy");
  if (!result.ok) throw new StoreError("STORE_REFUSED", `The target refused ${container}: ${result.reason}.`);
}

function digestOf({ partition, doc }: Change): Buffer {
  return createHash("sha256")
    .update(`${partition}\n${canonical(doc)}`)
    .digest();
}

/** JSON with its keys in order: stores may give them back in another. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(",")}}`;
}
