import { CONTAINERS, type ContainerName, querySpec } from "../../core/store";
import { indexedFields } from "../checks";

/** A container as Cosmos DB is told of it: by the ARM template, by `createMissing`, and by the check at start. */
export interface CosmosContainer {
  id: ContainerName;
  partitionKey: { paths: [string]; kind: "Hash"; version: 2 };
  /** -1: documents live for ever unless they carry a `ttl` of their own. */
  defaultTtl: -1;
  indexingPolicy: {
    indexingMode: "consistent";
    automatic: true;
    /** Only what queries name: every included path costs each write, even of documents without it. */
    includedPaths: { path: string }[];
    excludedPaths: { path: string }[];
    compositeIndexes: IndexPart[][];
  };
}

interface IndexPart {
  path: string;
  order: "ascending" | "descending";
}

/** Every container of the contract, with the indexes that its queries need. */
export const COSMOS_CONTAINERS: readonly CosmosContainer[] = (Object.keys(CONTAINERS) as ContainerName[]).map(
  toCosmosContainer,
);

/**
 * Columns that a query sorts by, the same as in the embedded store's indexes. Those with a fixed value come first:
 * with them in ORDER BY the index is entered at the right place instead of being read from its beginning ("Indexing
 * policies": ORDER BY with a filter on several properties). No two documents share them all, so a page can end anywhere.
 */
export function orderColumns(container: ContainerName, name: string): string[] {
  const spec = querySpec(container, name);
  if (spec === undefined) return [];
  const { partitionBy } = CONTAINERS[container];
  const fixed = (spec.equals ?? []).filter((field) => !spec.optional?.includes(field));
  const sorted = spec.order === "id" ? ["id"] : [spec.order, "id"];
  if (spec.partition === "all") return [...fixed, ...sorted, partitionBy];
  // `id` alone is always indexed, so the lists of small partitions need no index of their own.
  return fixed.length === 0 && spec.order === "id" ? ["id"] : [partitionBy, ...fixed, ...sorted];
}

function toCosmosContainer(id: ContainerName): CosmosContainer {
  const { partitionBy, queries } = CONTAINERS[id];
  const indexes = Object.keys(queries).map((name) => toIndex(id, name));
  const usesType = indexes.some((parts) => parts.some(({ path }) => path === "/type"));
  const fields = new Set([partitionBy, ...(usesType ? ["type"] : []), ...indexedFields(id)]);
  return {
    id,
    partitionKey: { paths: [`/${partitionBy}`], kind: "Hash", version: 2 },
    defaultTtl: -1,
    indexingPolicy: {
      indexingMode: "consistent",
      automatic: true,
      includedPaths: [...fields].map((field) => ({ path: `/${field}/?` })),
      excludedPaths: [{ path: "/*" }, { path: '/"_etag"/?' }],
      compositeIndexes: indexes.filter(({ length }) => length > 1),
    },
  };
}

function toIndex(id: ContainerName, name: string): IndexPart[] {
  const order = querySpec(id, name)?.direction === "desc" ? "descending" : "ascending";
  return orderColumns(id, name).map((column) => ({ path: `/${column}`, order }));
}
