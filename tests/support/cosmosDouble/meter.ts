/**
 * Request units by the figures of "Understand request units consumption in Azure Cosmos DB" (learn.microsoft.com,
 * April 2026): by the size of the document for reads and writes, 0.2 for each indexed term that is added or removed,
 * a replace deletes and inserts, a page of the feed costs what reading its documents costs. A batch costs its parts.
 *
 * An included path costs a term even in documents without it ("Indexing policies"); a composite index counts as one.
 *
 * Not in that article, and taken as follows: a query costs 2.8 for each physical partition that is asked ("How to
 * query a container" gives about 2.5 as the least) and what reading its documents costs; what finds nothing, fails on a
 * condition or brings an empty page costs 1; what is throttled costs nothing.
 */
const SIZES: readonly [kb: number, read: number, write: number][] = [
  [1, 1, 5],
  [2, 1.04, 6.29],
  [4, 1.14, 6.67],
  [8, 1.33, 7.04],
  [16, 1.67, 9.52],
  [32, 2.19, 11.23],
  [64, 4.76, 22.67],
  [128, 9.95, 48.19],
  [256, 20.28, 98.29],
  [512, 40.95, 184.57],
  [1024, 145.9, 625],
  [2048, 291.8, 1250],
];

const PER_TERM = 0.2;
const PER_PARTITION_ASKED = 2.8;
/** A miss, a refused condition, an empty page. */
export const NOTHING_FOUND = 1;

export const readUnits = (bytes: number): number => rowOf(bytes)[1];

export const insertUnits = (bytes: number, terms: number): number => rowOf(bytes)[2] + PER_TERM * terms;

export const deleteUnits = (bytes: number, terms: number): number => insertUnits(bytes, terms);

/** `changedTerms`: each is removed and added. */
export function replaceUnits(before: number, after: number, changedTerms: number): number {
  return rowOf(before)[2] + rowOf(after)[2] + 2 * PER_TERM * changedTerms;
}

export function queryUnits(partitionsAsked: number, bytes: readonly number[]): number {
  return PER_PARTITION_ASKED * partitionsAsked + sum(bytes.map(readUnits));
}

export const feedUnits = (bytes: readonly number[]): number =>
  bytes.length === 0 ? NOTHING_FOUND : sum(bytes.map(readUnits));

/** What was spent, by kind of request. */
export class Meter {
  total = 0;
  readonly byKind: Record<string, { requests: number; units: number }> = {};

  add(kind: string, units: number): void {
    this.total += units;
    const entry = this.byKind[kind] ?? { requests: 0, units: 0 };
    this.byKind[kind] = { requests: entry.requests + 1, units: entry.units + units };
  }

  reset(): void {
    this.total = 0;
    for (const kind of Object.keys(this.byKind)) delete this.byKind[kind];
  }
}

function rowOf(bytes: number): (typeof SIZES)[number] {
  return SIZES.find(([kb]) => bytes <= kb * 1024) ?? (SIZES.at(-1) as (typeof SIZES)[number]);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
