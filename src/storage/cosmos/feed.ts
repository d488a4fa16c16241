import { messageOf } from "../../core/errors";
import type { Change, ContainerName } from "../../core/store";
import { badCursor, partitionOf } from "../checks";
import { type CosmosResource, isExpired, toStored } from "./documents";
import type { ChangeFeedPullModelIterator, ChangeFeedStartFrom, Container } from "./sdk";

type Iterator = ChangeFeedPullModelIterator<CosmosResource>;

interface FeedPage {
  changes: Change[];
  cursor: string;
}

/** Iterators that are kept for whoever comes back with their cursor. */
const MOST_KEPT = 16;

const NOT_MODIFIED = 304;

/**
 * Reads the change feed of a container over all its ranges. The cursor holds a position in every range, so it survives
 * splits of the database; it does not survive a container that was deleted and made again.
 *
 * A new iterator asks for the container and its ranges first. Whoever reads on is given the one that made its cursor.
 */
export class Feed {
  readonly #starts: typeof ChangeFeedStartFrom;
  readonly #kept = new Map<string, Iterator>();

  constructor(starts: typeof ChangeFeedStartFrom) {
    this.#starts = starts;
  }

  /** The next changes; an empty page means there are none now. Throws InputError for a cursor of another container. */
  async read(
    container: Container,
    cursor: string | undefined,
    limit: number,
    now: number,
  ): Promise<FeedPage> {
    const iterator = this.#take(container, cursor, limit) ?? this.#open(container, cursor, limit);
    for (;;) {
      const page = await readNext(iterator);
      // Pages may be empty long before the end: the service skips what was deleted.
      const fresh = (page.result ?? []).filter((resource) => !isExpired(resource, now));
      if (fresh.length === 0 && page.statusCode !== NOT_MODIFIED) continue;
      const next = writeFeedCursor(page.continuationToken);
      this.#keep(keyOf(container, next, limit), iterator);
      return {
        changes: fresh.map((resource) => toChange(container.id as ContainerName, resource)),
        cursor: next,
      };
    }
  }

  /** The cursor behind everything that has been written so far. */
  async end(container: Container): Promise<string> {
    const iterator = container.items.getChangeFeedIterator<CosmosResource>({
      changeFeedStartFrom: this.#starts.Now(),
    });
    return writeFeedCursor((await readNext(iterator)).continuationToken);
  }

  #open(container: Container, cursor: string | undefined, limit: number): Iterator {
    const start =
      cursor === undefined ? this.#starts.Beginning() : this.#starts.Continuation(readFeedCursor(cursor));
    return container.items.getChangeFeedIterator<CosmosResource>({
      changeFeedStartFrom: start,
      maxItemCount: limit,
    });
  }

  /** Once: two readers with one cursor must not share a position. */
  #take(container: Container, cursor: string | undefined, limit: number): Iterator | undefined {
    if (cursor === undefined) return undefined;
    const key = keyOf(container, cursor, limit);
    const iterator = this.#kept.get(key);
    this.#kept.delete(key);
    return iterator;
  }

  #keep(key: string, iterator: Iterator): void {
    this.#kept.set(key, iterator);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST_KEPT) return;
      this.#kept.delete(oldest);
    }
  }
}

/** Throws InputError unless the cursor has the form of ours. */
export function readFeedCursor(cursor: string): string {
  const text = Buffer.from(cursor, "base64url").toString();
  try {
    const token: unknown = JSON.parse(text);
    const ranges = (token as { Continuation?: unknown } | null)?.Continuation;
    if (Array.isArray(ranges) && ranges.length > 0) return text;
  } catch {
    // Told below like every other text that is none of ours.
  }
  throw badCursor();
}

const writeFeedCursor = (token: string): string => Buffer.from(token).toString("base64url");

const keyOf = (container: Container, cursor: string, limit: number): string =>
  `${container.id} ${limit} ${cursor}`;

async function readNext(iterator: Iterator) {
  try {
    return await iterator.readNext();
  } catch (error) {
    if (/continuation token/i.test(messageOf(error))) throw badCursor();
    throw error;
  }
}

function toChange(container: ContainerName, resource: CosmosResource): Change {
  const { doc, etag } = toStored(resource);
  return { container, partition: partitionOf(container, doc), id: doc.id, doc, etag };
}
