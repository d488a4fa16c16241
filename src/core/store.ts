/**
 * The document contract: what Cosmos DB has and no more than we use. Both drivers (storage/local, storage/cosmos)
 * keep it; tests/contract/store.contract.ts is its specification by example.
 *
 * A document is JSON with an `id` unique in its partition and a `type`. `ttl` (seconds after its last write)
 * makes it vanish. Fields that a query names in CONTAINERS are indexed; a document without the field is not in
 * that index, which is how "only what is waiting" lists stay small.
 */
export interface Doc {
  id: string;
  type: string;
  /** Seconds after the last write at which the document disappears. */
  ttl?: number;
}

export interface Stored<T extends Doc = Doc> {
  doc: T;
  /** Opaque; changes with every write. */
  etag: string;
}

export type Op =
  | { do: "create"; doc: Doc }
  | { do: "replace"; doc: Doc; etag: string }
  | { do: "upsert"; doc: Doc }
  | { do: "delete"; id: string; etag?: string };

/** Refusals are results, not exceptions: the caller decides what a lost race means. */
export type BatchResult =
  | { ok: true; etags: string[] }
  | { ok: false; index: number; reason: "exists" | "changed" | "missing" };

export interface Change {
  container: ContainerName;
  partition: string;
  id: string;
  /** Absent when the document was deleted (Cosmos' feed never tells of deletes). */
  doc?: Doc;
  etag?: string;
  /** Another server wrote it. */
  elsewhere?: true;
}

export interface QueryOptions {
  /** Partition for `partition: "one"` queries; leave out for those across partitions. */
  partition?: string;
  /** Values of the query's `equals` fields; those in `optional` may be left out. */
  equals?: Record<string, string | number>;
  /** Bounds of the order field: `after` is exclusive, `upTo` inclusive; in the direction of the order. */
  after?: string | number;
  upTo?: string | number;
  /** Page size, 1 to 1,000; 100 when left out. */
  limit?: number;
  /** `next` of the page before. */
  cursor?: string;
}

export interface Page<T> {
  items: T[];
  next?: string;
}

export interface Store {
  /** True when no other process can be writing (the embedded store): leases between servers are then not needed. */
  readonly exclusive: boolean;
  read<T extends Doc>(
    container: ContainerName,
    partition: string,
    id: string,
  ): Promise<Stored<T> | undefined>;
  /**
   * All or nothing inside one partition; at most 100 operations and 2 MB. `purpose` names the step for
   * metrics and for the crash tests ("receive", "turn", "accept", …).
   * Throws StoreError when the store cannot be reached or is full.
   */
  batch(container: ContainerName, partition: string, ops: Op[], purpose: string): Promise<BatchResult>;
  /** Only queries named in CONTAINERS. */
  query<T extends Doc>(
    container: ContainerName,
    name: string,
    options: QueryOptions,
  ): Promise<Page<Stored<T>>>;
  /**
   * Documents of a container in the order they were last written, after `cursor` (undefined: from the beginning).
   * At least once; ordered inside a partition.
   */
  feed(
    container: ContainerName,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ changes: Change[]; cursor: string }>;
  /** Calls `listener` after every commit of this process, in commit order. Returns the way to stop. */
  subscribe(listener: (changes: Change[]) => void): () => void;
  close(): Promise<void>;
}

interface QuerySpec {
  /** "one": inside a partition. "all": across partitions (the sweep and an admin's search only). */
  partition: "one" | "all";
  /** Fields that must equal a given value. */
  equals?: readonly string[];
  /** Of `equals`, those that a caller may leave out. */
  optional?: readonly string[];
  order: string;
  direction?: "asc" | "desc";
}

interface ContainerSpec {
  /** Document property that Cosmos partitions by; the drivers set it, callers pass `partition`. */
  partitionBy: string;
  queries: Record<string, QuerySpec>;
}

/** Every container with its named queries: the schema of both drivers, of the ARM template and of the docs. */
export const CONTAINERS = {
  threads: {
    partitionBy: "threadId",
    queries: {
      /** A conversation's messages in order of commit. */
      transcript: { partition: "one", equals: ["conversationId"], order: "seq" },
      /**
       * What a server needs to go on with a thread, in one request: the head, inbound messages not yet worked by the
       * platform's time, outbound messages not yet accepted in their order.
       */
      open: { partition: "one", order: "open" },
      /** Outbound messages that may still be delivered or read, by time of acceptance. */
      awaiting: { partition: "one", order: "awaitingAt" },
      /** Everything of a thread: export and erasure. */
      all: { partition: "one", order: "id" },
      /** Conversations of a thread, newest first. */
      conversations: { partition: "one", order: "openedAt", direction: "desc" },
      /** Anything unfinished whose time has come. */
      due: { partition: "all", order: "due" },
      /** Dead letters, newest first. */
      dead: { partition: "all", order: "deadAt", direction: "desc" },
      /** Messages of one instance and hour: the counts page. */
      hour: { partition: "all", equals: ["hour"], order: "storedAt" },
    },
  },
  routing: {
    partitionBy: "group",
    queries: {
      /** Work items standing in a queue, first to be served first. */
      waiting: { partition: "one", order: "sk" },
      agents: { partition: "one", equals: ["type"], order: "id" },
      /** Live conversations, newest first. */
      items: {
        partition: "one",
        equals: ["type", "state", "holder", "queueId", "agentId"],
        optional: ["state", "holder", "queueId", "agentId"],
        order: "openedAt",
        direction: "desc",
      },
      offers: { partition: "one", equals: ["offeredTo"], order: "createdAt" },
      due: { partition: "all", order: "due" },
    },
  },
  history: {
    partitionBy: "day",
    queries: {
      closed: {
        partition: "one",
        equals: ["queueId", "agentId"],
        optional: ["queueId", "agentId"],
        order: "closedAt",
        direction: "desc",
      },
      counts: { partition: "one", equals: ["type"], order: "id" },
    },
  },
  contacts: {
    partitionBy: "key",
    queries: {
      all: { partition: "one", order: "id" },
      /** Contacts, the last changed first: an admin's list. */
      changed: { partition: "all", equals: ["type"], order: "updatedAt", direction: "desc" },
      /** Tickets, newest first. */
      tickets: {
        partition: "one",
        equals: ["type", "state", "conversationId", "threadId", "contactId", "owner", "group", "priority"],
        optional: ["state", "conversationId", "threadId", "contactId", "owner", "group", "priority"],
        order: "createdAt",
        direction: "desc",
      },
      /** What waits to be told to a webhook, by the time of its next attempt. */
      sending: { partition: "one", order: "sendAt" },
      /** What of one record waits to be told, in its order. */
      ofRecord: { partition: "one", equals: ["record"], order: "place" },
      /** Steps owed to other partitions whose time has come. */
      due: { partition: "all", order: "due" },
    },
  },
  settings: { partitionBy: "kind", queries: { all: { partition: "one", order: "id" } } },
  leases: { partitionBy: "name", queries: { all: { partition: "one", order: "id" } } },
  audit: { partitionBy: "day", queries: { entries: { partition: "one", order: "at", direction: "desc" } } },
} as const satisfies Record<string, ContainerSpec>;

export type ContainerName = keyof typeof CONTAINERS;

/** The specification of one named query, or undefined. */
export function querySpec(container: ContainerName, name: string): QuerySpec | undefined {
  const queries: Record<string, QuerySpec> = CONTAINERS[container].queries;
  return Object.hasOwn(queries, name) ? queries[name] : undefined;
}
