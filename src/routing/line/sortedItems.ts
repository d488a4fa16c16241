import type { LineItem } from "./contract";

const CHUNK = 256;

/** Does `a` come before `b`? Equal places by id. */
export function isBefore(a: LineItem, b: LineItem): boolean {
  return a.sk < b.sk || (a.sk === b.sk && a.id < b.id);
}

/**
 * Items in order of service, in chunks: arrivals go to the end and the first is taken from the front at once; an old place
 * costs two binary searches and a move within one chunk.
 */
export class SortedItems {
  /** None is empty. */
  private readonly chunks: LineItem[][] = [];

  /** Kept at hand, because every look into the line compares it. */
  first: LineItem | undefined;

  add(item: LineItem): void {
    const index = Math.min(this.chunkFor(item), this.chunks.length - 1);
    const chunk = this.chunks[index];
    if (chunk === undefined) {
      this.chunks.push([item]);
      this.first = item;
      return;
    }
    chunk.splice(positionIn(chunk, item), 0, item);
    this.first = this.chunks[0]?.[0];
    // An even split in the middle; at the end only the newest goes on, because the next ones come there.
    if (chunk.length <= CHUNK) return;
    const half = index === this.chunks.length - 1 ? CHUNK : CHUNK / 2;
    this.chunks.splice(index + 1, 0, chunk.splice(half));
  }

  /** The item must be in it, with the same `sk`. */
  remove(item: LineItem): void {
    const index = this.chunkFor(item);
    const chunk = this.chunks[index];
    if (chunk === undefined) return;
    const position = positionIn(chunk, item);
    if (chunk[position]?.id !== item.id) return;
    if (position === 0) chunk.shift();
    else chunk.splice(position, 1);
    if (chunk.length === 0) this.chunks.splice(index, 1);
    this.first = this.chunks[0]?.[0];
  }

  *[Symbol.iterator](): Generator<LineItem> {
    for (const chunk of this.chunks) yield* chunk;
  }

  /** The first chunk whose last item does not come before. */
  private chunkFor(item: LineItem): number {
    let low = 0;
    let high = this.chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const last = this.chunks[middle]?.at(-1);
      if (last !== undefined && isBefore(last, item)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function positionIn(chunk: readonly LineItem[], item: LineItem): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(chunk[middle] as LineItem, item)) low = middle + 1;
    else high = middle;
  }
  return low;
}
