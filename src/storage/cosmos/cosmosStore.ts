import type { Clock } from "../../core/clock";
import { messageOf, StoreError } from "../../core/errors";
import type { Log } from "../../core/log";
import type {
  BatchResult,
  Change,
  ContainerName,
  Doc,
  Op,
  Page,
  QueryOptions,
  Store,
  Stored,
} from "../../core/store";
import { type CheckedOp, checkBatch, checkContainer, checkKey, checkLimit } from "../checks";
import { type ClientOptions, createClient, type Sdk } from "./client";
import { type CosmosResource, newWriteName, toStored } from "./documents";
import { Feed, readFeedCursor } from "./feed";
import { Lines } from "./lines";
import { checkContainers } from "./opening";
import { type Attempt, type Charge, type OperationLimits, Operations } from "./operations";
import { toCosmosQuery } from "./queries";
import type { Container } from "./sdk";
import { NO_PLAN, Transport } from "./transport";
import { find, tryWrite } from "./writes";

export interface CosmosStoreOptions extends ClientOptions {
  database: string;
  clock: Clock;
  log: Log;
  /** Told of every operation once it is over, whether it succeeded or not. */
  onCharge?: (charge: Charge) => void;
  /** Makes database and containers when they are missing; needs a key. */
  createMissing?: boolean;
  /** Certificates to trust besides the system's, PEM: for tests. */
  ca?: string;
  limits?: Partial<OperationLimits>;
  /** As the embedded store's: called as soon as a commit is durable and before anybody is told. */
  hooks?: { afterCommit?(purposes: string[]): void };
}

/** The store that many servers share. */
export interface CosmosStore extends Store {
  /** The feed's cursor behind everything written so far: where a server begins that only wants what is new. */
  feedEnd(container: ContainerName): Promise<string>;
}

/** Below what platforms wait for a webhook's answer. */
const LIMITS: OperationLimits = { attemptMs: 5_000, deadlineMs: 9_000 };

/**
 * Opens the store and checks that every container is there. Throws ConfigError STORE_INCOMPLETE or STORE_DENIED, and
 * StoreError when the database cannot be reached.
 */
export async function openCosmosStore(options: CosmosStoreOptions): Promise<CosmosStore> {
  const { clock, log, onCharge, ca } = options;
  const limits = { ...LIMITS, ...options.limits };
  const operations = new Operations({ ...limits, clock, log, onCharge });
  const transport = new Transport({
    clock,
    ...(ca !== undefined && { ca }),
    timeoutOf: (operation) => operations.timeoutOf(operation),
    done: (exchange) => operations.book(exchange),
  });
  const sdk = await createClient(options, transport);
  const { endpoint, database, createMissing = false } = options;
  const store = new SharedStore(sdk, options, operations, transport);
  try {
    await operations.run({ purpose: "open", container: "settings", kind: "read" }, () =>
      checkContainers(sdk.client, { endpoint, database, createMissing }),
    );
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

class SharedStore implements CosmosStore {
  readonly exclusive = false;
  readonly #sdk: Sdk;
  readonly #database: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #hooks: CosmosStoreOptions["hooks"];
  readonly #operations: Operations;
  readonly #transport: Transport;
  readonly #feed: Feed;
  readonly #lines = new Lines();
  readonly #listeners = new Set<(changes: Change[]) => void>();
  #closing: Promise<void> | undefined;

  constructor(sdk: Sdk, options: CosmosStoreOptions, operations: Operations, transport: Transport) {
    this.#sdk = sdk;
    this.#database = options.database;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#hooks = options.hooks;
    this.#operations = operations;
    this.#transport = transport;
    this.#feed = new Feed(sdk.starts);
  }

  async read<T extends Doc>(
    container: ContainerName,
    partition: string,
    id: string,
  ): Promise<Stored<T> | undefined> {
    this.#checkOpen();
    checkKey(container, partition, id);
    const resource = await this.#operations.run({ purpose: "read", container, kind: "read" }, (attempt) =>
      find(this.#container(container), partition, id, attempt),
    );
    return resource && toStored<T>(resource);
  }

  async batch(container: ContainerName, partition: string, ops: Op[], purpose: string): Promise<BatchResult> {
    this.#checkOpen();
    const checked = checkBatch(container, partition, ops);
    const keys = checked.map(({ id }) => JSON.stringify([container, partition, id]));
    const named = { purpose, container, kind: "batch" as const, askedAt: this.#clock.now() };
    return this.#lines.run(keys, () => this.#write(named, partition, checked));
  }

  async query<T extends Doc>(
    container: ContainerName,
    name: string,
    options: QueryOptions,
  ): Promise<Page<Stored<T>>> {
    this.#checkOpen();
    const query = toCosmosQuery(container, name, options);
    const resources = await this.#operations.run({ purpose: name, container, kind: "query" }, (attempt) =>
      this.#fetch(container, query, attempt),
    );
    const rows = resources.map((resource) => toStored<T>(resource));
    if (rows.length <= query.limit) return { items: rows };
    const items = rows.slice(0, query.limit);
    return { items, next: query.cursorAfter(items[items.length - 1] as Stored) };
  }

  async feed(
    container: ContainerName,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ changes: Change[]; cursor: string }> {
    this.#checkOpen();
    checkContainer(container);
    const most = checkLimit(container, limit);
    if (cursor !== undefined) readFeedCursor(cursor);
    return this.#operations.run({ purpose: "feed", container, kind: "feed" }, () =>
      this.#feed.read(this.#container(container), cursor, most, this.#clock.now()),
    );
  }

  async feedEnd(container: ContainerName): Promise<string> {
    this.#checkOpen();
    checkContainer(container);
    return this.#operations.run({ purpose: "feed", container, kind: "feed" }, () =>
      this.#feed.end(this.#container(container)),
    );
  }

  subscribe(listener: (changes: Change[]) => void): () => void {
    // Wrapped, so that the same function subscribed twice is stopped one at a time.
    const entry = (changes: Change[]) => listener(changes);
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#operations.settled();
    this.#sdk.client.dispose();
    this.#transport.close();
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw new StoreError("STORE_UNAVAILABLE", "The store is closed.");
  }

  #container(name: ContainerName): Container {
    return this.#sdk.client.database(this.#database).container(name);
  }

  async #write(
    named: { purpose: string; container: ContainerName; kind: "batch"; askedAt: number },
    partition: string,
    ops: readonly CheckedOp[],
  ): Promise<BatchResult> {
    const { container, purpose } = named;
    const write = { container: this.#container(container), partition, ops, name: newWriteName() };
    const result = await this.#operations.run(named, (attempt) => tryWrite(write, attempt));
    if (result.ok) this.#hooks?.afterCommit?.([purpose]);
    if (result.ok && this.#listeners.size > 0)
      this.#publish(toChanges(container, partition, ops, result.etags));
    return result;
  }

  async #fetch(
    container: ContainerName,
    { sql, limit, partition }: ReturnType<typeof toCosmosQuery>,
    attempt: Attempt,
  ): Promise<CosmosResource[]> {
    // A plan is what a query across partitions begins with; asking without one only gets it refused first.
    const where =
      partition === undefined
        ? { forceQueryPlan: true, initialHeaders: attempt.headers }
        : { partitionKey: partition, initialHeaders: { ...attempt.headers, [NO_PLAN]: "1" } };
    const iterator = this.#container(container).items.query<CosmosResource>(sql, {
      ...where,
      maxItemCount: limit + 1,
    });
    const found: CosmosResource[] = [];
    // Pages end early: at 4 MB, or when the service has worked on one long enough.
    do found.push(...((await iterator.fetchNext()).resources ?? []));
    while (found.length <= limit && iterator.hasMoreResults());
    return found;
  }

  #publish(changes: Change[]): void {
    for (const listener of this.#listeners) {
      try {
        listener(changes);
      } catch (error) {
        this.#log.error({ reason: messageOf(error) }, "a listener to the store's changes failed");
      }
    }
  }
}

function toChanges(
  container: ContainerName,
  partition: string,
  ops: readonly CheckedOp[],
  etags: readonly string[],
): Change[] {
  return ops.map(({ id, doc }, index) =>
    doc === undefined
      ? { container, partition, id }
      : { container, partition, id, doc, etag: etags[index] ?? "" },
  );
}
