import { InputError, messageOf, StoreError } from "../core/errors";
import {
  CONTAINERS,
  type ContainerName,
  type Doc,
  type Op,
  type QueryOptions,
  querySpec,
} from "../core/store";

/** What one call may carry; the narrower of what the drivers can do. */
const LIMITS = {
  ops: 100,
  batchBytes: 2_000_000,
  nameLength: 255,
  pageDefault: 100,
  pageMost: 1_000,
} as const;

type Spec = NonNullable<ReturnType<typeof querySpec>>;

/** An operation that keeps the contract, its document as it will be stored. */
export interface CheckedOp {
  do: Op["do"];
  id: string;
  etag: string | undefined;
  /** With the container's partition property set; absent for deletes. */
  doc: Doc | undefined;
  body: string;
  /** Values of the container's indexed fields, in their order; none for deletes. */
  fields: readonly (string | number | undefined)[];
}

interface CheckedQuery {
  spec: Spec;
  equals: Record<string, string | number>;
  limit: number;
}

const FIELDS = new Map<string, readonly string[]>(
  Object.entries(CONTAINERS).map(([name, { queries }]) => [name, queryFields(queries)]),
);

/** Fields of a container's documents that some query needs, `id` and `type` left out. */
export function indexedFields(container: ContainerName): readonly string[] {
  return FIELDS.get(container) ?? [];
}

/** As `indexedFields`, for any set of queries. */
export function queryFields(queries: Record<string, Spec>): string[] {
  const named = Object.values(queries).flatMap((spec) => [...(spec.equals ?? []), spec.order]);
  return [...new Set(named)].filter((field) => field !== "id" && field !== "type");
}

/** Throws STORE_REFUSED unless partition and id can be kept by every driver. */
export function checkKey(container: ContainerName, partition: string, id: string): void {
  checkPartition(container, partition);
  if (!isId(id)) {
    refuse(
      container,
      `the id ${shown(id)} is not 1 to ${LIMITS.nameLength} characters without / \\ ? # and control characters`,
    );
  }
}

/** Throws STORE_REFUSED unless the container exists. */
export function checkContainer(container: ContainerName): void {
  if (!Object.hasOwn(CONTAINERS, container))
    throw new StoreError("STORE_REFUSED", `There is no container ${shown(container)}.`);
}

/** Throws STORE_REFUSED unless the batch keeps the contract; returns it ready to be stored. */
export function checkBatch(container: ContainerName, partition: string, ops: readonly Op[]): CheckedOp[] {
  checkPartition(container, partition);
  if (ops.length < 1 || ops.length > LIMITS.ops) {
    refuse(container, `a batch has 1 to ${LIMITS.ops} operations, this one has ${ops.length}`);
  }
  let bytes = 0;
  const checked = ops.map((op) => {
    const one = checkOp(container, partition, op);
    // One character is at most three bytes: counting them is only worth while where it may be too much.
    bytes += one.body.length * 3;
    return one;
  });
  if (bytes > LIMITS.batchBytes) bytes = checked.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0);
  if (bytes > LIMITS.batchBytes) {
    refuse(container, `a batch holds at most ${LIMITS.batchBytes} bytes, this one has ${bytes}`);
  }
  // The drivers would differ in what a second operation on the same document sees.
  if (checked.length > 1 && new Set(checked.map(({ id }) => id)).size < checked.length) {
    refuse(container, "a batch may name each document only once");
  }
  return checked;
}

/** Throws STORE_REFUSED unless the query is declared and its options fit. */
export function checkQuery(container: ContainerName, name: string, options: QueryOptions): CheckedQuery {
  checkContainer(container);
  const spec = querySpec(container, name);
  if (spec === undefined) return refuse(container, `there is no query ${shown(name)}`);
  const fault = (text: string) => refuse(container, `query ${name}: ${text}`);
  if (spec.partition === "one") checkPartition(container, options.partition ?? "");
  else if (options.partition !== undefined) fault("it runs across partitions, so none may be given");
  const equals = options.equals ?? {};
  const fields = spec.equals ?? [];
  for (const field of Object.keys(equals))
    if (!fields.includes(field)) fault(`it has no field ${shown(field)}`);
  for (const field of fields) {
    if (equals[field] === undefined && !spec.optional?.includes(field))
      fault(`it needs a value for ${field}`);
  }
  for (const value of [...Object.values(equals), options.after, options.upTo]) {
    if (value !== undefined && !isIndexable(value)) fault("its values must be strings or finite numbers");
  }
  return { spec, equals, limit: checkLimit(container, options.limit) };
}

/** The page size to use; throws STORE_REFUSED when it is not 1 to 1,000. */
export function checkLimit(container: ContainerName, limit: number = LIMITS.pageDefault): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMITS.pageMost) {
    refuse(container, `a page has 1 to ${LIMITS.pageMost} items, not ${limit}`);
  }
  return limit;
}

/** For cursors that no driver has handed out; they come from outside, so the caller hears of it as bad input. */
export function badCursor(): InputError {
  return new InputError(
    "INPUT_INVALID",
    "The cursor is not one that an earlier page ended with. Start from the first page.",
  );
}

/** The sort position of a page's last item: order value, id and, across partitions, the partition. */
export type Position = [order: string | number, id: string, partition: string];

export function writeCursor(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

/** Throws InputError when `cursor` is not ours. */
export function readCursor(cursor: string): Position {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    throw badCursor();
  }
  if (!Array.isArray(parts) || parts.length !== 3) throw badCursor();
  const [order, id, partition] = parts;
  if (!isIndexable(order) || typeof id !== "string" || typeof partition !== "string") throw badCursor();
  return [order, id, partition];
}

function checkOp(container: ContainerName, partition: string, op: Op): CheckedOp {
  if (op.do === "delete") {
    checkKey(container, partition, op.id);
    return { do: "delete", id: op.id, etag: op.etag, doc: undefined, body: "", fields: [] };
  }
  const doc = withPartition(container, partition, op.doc);
  checkDoc(container, partition, doc);
  return {
    do: op.do,
    id: doc.id,
    etag: op.do === "replace" ? op.etag : undefined,
    doc,
    body: toBody(container, doc),
    fields: readFields(container, doc),
  };
}

function checkDoc(container: ContainerName, partition: string, doc: Doc): void {
  checkKey(container, partition, doc.id);
  if (typeof doc.type !== "string" || doc.type === "")
    refuse(container, `the document ${doc.id} has no type`);
  if (doc.ttl !== undefined && (!Number.isInteger(doc.ttl) || doc.ttl < 1)) {
    refuse(container, `ttl of ${doc.id} must be a whole number of seconds from 1`);
  }
}

function readFields(container: ContainerName, doc: Doc): (string | number | undefined)[] {
  return indexedFields(container).map((field) => {
    const value = fieldOf(doc, field);
    if (value === undefined || isIndexable(value)) return value;
    return refuse(
      container,
      `${field} of ${doc.id} is indexed, so it must be a string or a finite number or be left out`,
    );
  });
}

/** A property of a document by its name. */
export function fieldOf(doc: Doc, field: string): unknown {
  return (doc as Doc & Record<string, unknown>)[field];
}

/** The partition of a stored document. */
export function partitionOf(container: ContainerName, doc: Doc): string {
  return String(fieldOf(doc, CONTAINERS[container].partitionBy));
}

function withPartition(container: ContainerName, partition: string, doc: Doc): Doc {
  const property = CONTAINERS[container].partitionBy;
  const own = fieldOf(doc, property);
  if (own === undefined) return { ...doc, [property]: partition };
  if (own !== partition)
    refuse(container, `${property} of ${shown(doc.id)} is not the partition ${shown(partition)}`);
  return doc;
}

function toBody(container: ContainerName, doc: Doc): string {
  try {
    return JSON.stringify(doc);
  } catch (error) {
    return refuse(container, `the document ${doc.id} cannot be written as JSON: ${messageOf(error)}`);
  }
}

function checkPartition(container: ContainerName, partition: string): void {
  checkContainer(container);
  if (typeof partition !== "string" || partition === "" || partition.length > LIMITS.nameLength) {
    refuse(
      container,
      `the partition ${shown(partition)} is not a text of 1 to ${LIMITS.nameLength} characters`,
    );
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it finds
const BAD_IN_ID = /[/\\?#\u0000-\u001f\u007f]/;

function isId(id: unknown): boolean {
  return typeof id === "string" && id !== "" && id.length <= LIMITS.nameLength && !BAD_IN_ID.test(id);
}

function isIndexable(value: unknown): value is string | number {
  return typeof value === "string" || (typeof value === "number" && Number.isFinite(value));
}

function shown(value: unknown): string {
  return JSON.stringify(String(value).slice(0, 80));
}

function refuse(container: string, what: string): never {
  throw new StoreError("STORE_REFUSED", `${container}: ${what}. Report it: this is a fault of ours.`);
}
