import { createHash } from "node:crypto";
import type { Clock } from "../../../src/core/clock";
import { isRecord, notImplemented, Refused } from "./answer";

export interface Definition {
  id: string;
  partitionKey: { paths: string[]; kind: string; version?: number };
  defaultTtl?: number;
  indexingPolicy?: {
    includedPaths?: { path: string }[];
    excludedPaths?: { path: string }[];
    compositeIndexes?: { path: string; order?: string }[][];
  };
}

export type Resource = Record<string, unknown> & { id: string; _etag: string; _ts: number };

export interface Row {
  resource: Resource;
  partition: string;
  range: Range;
  bytes: number;
}

/** A physical partition. */
export interface Range {
  id: string;
  min: string;
  max: string;
  /** Grows by one with each transaction. */
  lsn: number;
}

const MOST_BYTES = 2 * 1024 * 1024;
const TOP = 0x40;

/** The documents of one container, spread over physical partitions. */
export class Collection {
  readonly definition: Definition;
  readonly rid: string;
  readonly ranges: Range[];
  readonly #clock: Clock;
  /** By partition, then by id. */
  readonly #rows = new Map<string, Map<string, Row>>();
  #writes = 0;

  constructor(definition: Definition, rid: string, rangeCount: number, clock: Clock) {
    this.definition = definition;
    this.rid = rid;
    this.#clock = clock;
    const edge = (n: number) =>
      n === 0
        ? ""
        : n === rangeCount
          ? "FF"
          : Math.floor((TOP * n) / rangeCount)
              .toString(16)
              .toUpperCase()
              .padStart(2, "0");
    this.ranges = Array.from({ length: rangeCount }, (_, n) => ({
      id: String(n),
      min: edge(n),
      max: edge(n + 1),
      lsn: 0,
    }));
  }

  get partitionPath(): string {
    return (this.definition.partitionKey.paths[0] ?? "/").slice(1);
  }

  /** Where a logical partition lives. The service hashes otherwise; only that it is always the same matters. */
  rangeOf(partition: string): Range {
    const hash = createHash("sha256").update(partition).digest();
    hash[0] = (hash[0] ?? 0) % TOP;
    const place = hash.toString("hex").toUpperCase();
    return this.ranges.find(({ min, max }) => place >= min && place < max) as Range;
  }

  get(partition: string, id: string): Row | undefined {
    const row = this.#rows.get(partition)?.get(id);
    return row !== undefined && this.#lives(row) ? row : undefined;
  }

  /** Every living document, of one partition or of all. */
  rows(partition?: string): Row[] {
    const maps =
      partition === undefined ? [...this.#rows.values()] : [this.#rows.get(partition) ?? new Map()];
    return maps.flatMap((rows: Map<string, Row>) => [...rows.values()].filter((row) => this.#lives(row)));
  }

  /** The document as it would be stored; throws what the service says to a faulty one. */
  check(partition: string, body: unknown): Record<string, unknown> & { id: string } {
    if (!isRecord(body)) throw new Refused(400, "The document is no object.");
    const { id, ttl } = body;
    if (typeof id !== "string" || id === "" || Buffer.byteLength(id) > 1023 || /[/\\#?]/.test(id))
      throw new Refused(400, "The id is not valid.");
    if (body[this.partitionPath] !== partition)
      throw new Refused(
        400,
        "PartitionKey extracted from document doesn't match the one specified in the header",
        1001,
      );
    if (ttl !== undefined && (!Number.isInteger(ttl) || ((ttl as number) < 1 && ttl !== -1)))
      throw new Refused(400, "The ttl must be a positive whole number or -1.");
    if (Buffer.byteLength(JSON.stringify(body)) > MOST_BYTES)
      throw new Refused(413, "Request size is too large");
    return body as Record<string, unknown> & { id: string };
  }

  /** Stores it under a new etag; `lsn` is that of its transaction. */
  put(partition: string, body: Record<string, unknown> & { id: string }, lsn: number): Row {
    const range = this.rangeOf(partition);
    const number = (++this.#writes).toString(16).padStart(12, "0");
    const resource: Resource = {
      ...body,
      _rid: `${this.rid.slice(0, 8)}${number}`,
      _self: `dbs/d/colls/${this.rid}/docs/${number}/`,
      _etag: `"00000000-0000-0000-0000-${number}"`,
      _attachments: "attachments/",
      _ts: Math.floor(this.#clock.now() / 1000),
      _lsn: lsn,
    };
    const bytes = Buffer.byteLength(JSON.stringify(resource));
    const row = { resource, partition, range, bytes };
    const rows = this.#rows.get(partition) ?? new Map<string, Row>();
    this.#rows.set(partition, rows);
    rows.set(body.id, row);
    return row;
  }

  delete(partition: string, id: string): void {
    this.#rows.get(partition)?.delete(id);
  }

  /** A partition as it is now; the returned function goes back to it. */
  snapshot(partition: string): () => void {
    const before = new Map(this.#rows.get(partition));
    return () => void this.#rows.set(partition, before);
  }

  /** Index terms of a document: every included path, every composite index (meter.ts). */
  terms(body: Record<string, unknown>): string[] {
    const policy = this.definition.indexingPolicy;
    if (policy === undefined) throw notImplemented("containers without an indexing policy");
    const single = (policy.includedPaths ?? []).map(({ path }) => [path.replace(/^\/|\/\?$/g, "")]);
    const composite = (policy.compositeIndexes ?? []).map((parts) => parts.map(({ path }) => path.slice(1)));
    return [...single, ...composite].map((fields) =>
      JSON.stringify(fields.map((field) => body[field] ?? null)),
    );
  }

  #lives({ resource }: Row): boolean {
    const { defaultTtl } = this.definition;
    // Without a default, time to live is off whatever documents say.
    if (defaultTtl === undefined) return true;
    const ttl = typeof resource.ttl === "number" ? resource.ttl : defaultTtl;
    return ttl < 0 || (resource._ts + ttl) * 1000 > this.#clock.now();
  }
}
