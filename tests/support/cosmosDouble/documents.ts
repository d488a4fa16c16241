import { type Answer, bodyOf, type Incoming, isRecord, notImplemented, Refused } from "./answer";
import type { Collection, Resource, Row } from "./collection";
import { deleteUnits, feedUnits, insertUnits, NOTHING_FOUND, readUnits, replaceUnits } from "./meter";

const MOST_OPERATIONS = 100;
const MOST_BATCH_BYTES = 2 * 1024 * 1024;

interface Operation {
  operationType?: unknown;
  id?: unknown;
  resourceBody?: unknown;
  ifMatch?: unknown;
}

interface Done {
  status: number;
  charge: number;
  row?: Row;
}

export function readDocument(collection: Collection, partition: string, id: string): Answer {
  const row = collection.get(partition, id);
  if (row === undefined) throw new Refused(404, "Entity with the specified id does not exist in the system.");
  return {
    status: 200,
    body: visible(row.resource),
    headers: { etag: row.resource._etag },
    charge: readUnits(row.bytes),
  };
}

/** A single write. */
export function writeDocument(collection: Collection, partition: string, operation: Operation): Answer {
  const range = collection.rangeOf(partition);
  const done = apply(collection, partition, operation, range.lsn + 1);
  range.lsn++;
  const { row } = done;
  return {
    status: done.status,
    charge: done.charge,
    ...(row !== undefined && { body: visible(row.resource), headers: { etag: row.resource._etag } }),
  };
}

/** A transactional batch: all or nothing. */
export function writeBatch(collection: Collection, partition: string, request: Incoming): Answer {
  if (Buffer.byteLength(request.text) > MOST_BATCH_BYTES) throw new Refused(413, "Request size is too large");
  if (request.headers["x-ms-cosmos-batch-atomic"]?.toLowerCase() !== "true")
    throw notImplemented("bulk requests");
  const operations = bodyOf(request);
  if (!Array.isArray(operations) || operations.length === 0 || operations.length > MOST_OPERATIONS)
    throw new Refused(400, "A batch has 1 to 100 operations.");
  const brief = request.headers.prefer === "return=minimal";
  const undo = collection.snapshot(partition);
  const range = collection.rangeOf(partition);
  const results: Done[] = [];
  for (const [index, operation] of operations.entries()) {
    try {
      results.push(apply(collection, partition, operation as Operation, range.lsn + 1));
    } catch (error) {
      if (!(error instanceof Refused) || error.status === 501) throw error;
      undo();
      return failedBatch(operations.length, index, error);
    }
  }
  range.lsn++;
  return {
    status: 200,
    body: results.map(({ status, charge, row }) => ({
      statusCode: status,
      requestCharge: charge,
      ...(row !== undefined && { eTag: row.resource._etag }),
      ...(row !== undefined && !brief && { resourceBody: visible(row.resource) }),
    })),
    charge: results.reduce((sum, { charge }) => sum + charge, 0),
  };
}

function failedBatch(count: number, index: number, { status, substatus }: Refused): Answer {
  const results = Array.from({ length: count }, (_, at) =>
    at === index
      ? {
          statusCode: status,
          requestCharge: NOTHING_FOUND,
          ...(substatus !== undefined && { subStatusCode: substatus }),
        }
      : { statusCode: 424, requestCharge: 0 },
  );
  return { status: 207, body: results, charge: NOTHING_FOUND };
}

function apply(collection: Collection, partition: string, operation: Operation, lsn: number): Done {
  const { operationType, resourceBody } = operation;
  if (operationType === "Delete") return remove(collection, partition, operation);
  const body = collection.check(partition, resourceBody);
  const present = collection.get(partition, body.id);
  switch (operationType) {
    case "Create":
      if (present !== undefined)
        throw new Refused(409, "Entity with the specified id already exists in the system.");
      return put(collection, partition, body, lsn);
    case "Upsert":
      if (operation.ifMatch !== undefined) throw notImplemented("an upsert with a condition");
      return put(collection, partition, body, lsn);
    case "Replace":
      if (operation.id !== body.id)
        throw new Refused(400, "The id of the document is another than that of the request.");
      if (present === undefined)
        throw new Refused(404, "Entity with the specified id does not exist in the system.");
      checkMatch(operation, present);
      return put(collection, partition, body, lsn);
    default:
      throw notImplemented(`the operation ${String(operationType)}`);
  }
}

function put(
  collection: Collection,
  partition: string,
  body: Record<string, unknown> & { id: string },
  lsn: number,
): Done {
  const before = collection.get(partition, body.id);
  const row = collection.put(partition, body, lsn);
  const terms = collection.terms(body);
  if (before === undefined) return { status: 201, charge: insertUnits(row.bytes, terms.length), row };
  const old = collection.terms(before.resource);
  const changed = terms.filter((term, at) => term !== old[at]).length;
  return { status: 200, charge: replaceUnits(before.bytes, row.bytes, changed), row };
}

function remove(collection: Collection, partition: string, operation: Operation): Done {
  const id = String(operation.id);
  const present = collection.get(partition, id);
  if (present === undefined)
    throw new Refused(404, "Entity with the specified id does not exist in the system.");
  checkMatch(operation, present);
  collection.delete(partition, id);
  return { status: 204, charge: deleteUnits(present.bytes, collection.terms(present.resource).length) };
}

function checkMatch({ ifMatch }: Operation, { resource }: Row): void {
  if (ifMatch === undefined || ifMatch === "*" || ifMatch === resource._etag) return;
  throw new Refused(412, "One of the specified pre-condition is not met.");
}

/** A page of the change feed of one range: the newest version of what was written behind the given LSN. */
export function readFeed(collection: Collection, request: Incoming, emptyPage: boolean): Answer {
  if (request.headers["a-im"] !== "Incremental Feed")
    throw notImplemented(`the feed ${request.headers["a-im"]}`);
  const range = collection.ranges.find(
    ({ id }) => id === request.headers["x-ms-documentdb-partitionkeyrangeid"],
  );
  if (range === undefined) throw new Refused(410, "The requested partition range is gone.", 1002);
  const from = request.headers["if-none-match"];
  if (from === "*") return nothingNew(range.lsn);
  const since = Number((from ?? '"0"').replaceAll('"', ""));
  if (!Number.isInteger(since) || since > range.lsn)
    throw new Refused(400, "The continuation token is malformed.");
  if (since === range.lsn) return nothingNew(range.lsn);
  if (emptyPage)
    return {
      status: 200,
      body: { Documents: [], _count: 0 },
      headers: { etag: `"${since}"` },
      charge: NOTHING_FOUND,
    };
  const changed = collection
    .rows()
    .filter((row) => row.range === range && lsnOf(row) > since)
    .sort((a, b) => lsnOf(a) - lsnOf(b));
  if (changed.length === 0) return nothingNew(range.lsn);
  const size = Number(request.headers["x-ms-max-item-count"] ?? 100);
  const last = lsnOf(changed[Math.min(size, changed.length) - 1] as Row);
  // What was written together is told together, even beyond the asked size.
  const rows = changed.filter((row) => lsnOf(row) <= last);
  return {
    status: 200,
    body: { Documents: rows.map(({ resource }) => resource), _count: rows.length },
    headers: { etag: `"${last}"` },
    charge: feedUnits(rows.map(({ bytes }) => bytes)),
  };
}

function nothingNew(lsn: number): Answer {
  return { status: 304, headers: { etag: `"${lsn}"` }, charge: NOTHING_FOUND };
}

const lsnOf = ({ resource }: Row): number => resource._lsn as number;

const visible = ({ _lsn, ...resource }: Resource): Record<string, unknown> => resource;

/** A definition from a request's body; throws 400. */
export function readDefinition(body: unknown): Record<string, unknown> & { id: string } {
  if (!isRecord(body) || typeof body.id !== "string") throw new Refused(400, "The id is missing.");
  return body as Record<string, unknown> & { id: string };
}
