import type { Clock } from "../../../src/core/clock";
import { type Access, checkAccess } from "./access";
import { type Answer, bodyOf, type Incoming, notImplemented, Refused } from "./answer";
import { Collection, type Definition } from "./collection";
import { readDefinition, readDocument, readFeed, writeBatch, writeDocument } from "./documents";
import { kindOf } from "./faults";
import { answerPlan, answerQuery } from "./query";

const NEEDED_CONSISTENCY = "Session";

/** A Cosmos DB account in memory: what the wire protocol can do with it, without the wire. */
export class Account {
  readonly access: Access;
  readonly databases = new Map<string, Map<string, Collection>>();
  /** So many pages of the feed come back empty before the next full one. */
  emptyFeedPages = 0;
  readonly #clock: Clock;
  readonly #ranges: number;
  #made = 0;

  constructor(access: Access, clock: Clock, ranges: number) {
    this.access = access;
    this.#clock = clock;
    this.#ranges = ranges;
  }

  /** A container, for tests that look inside. */
  collection(database: string, id: string): Collection {
    const collection = this.databases.get(database)?.get(id);
    if (collection === undefined) throw new Refused(404, `No container ${id} in ${database}.`);
    return collection;
  }

  create(database: string, definition: Definition): Collection {
    const collections = this.databases.get(database) ?? new Map<string, Collection>();
    this.databases.set(database, collections);
    // Eight bytes, as the SDK expects of a container's id.
    const rid = Buffer.from(`coll${String(++this.#made).padStart(4, "0")}`).toString("base64");
    const collection = new Collection(definition, rid, this.#ranges, this.#clock);
    collections.set(definition.id, collection);
    return collection;
  }

  /** Answers a request; throws Refused. */
  answer(request: Incoming, ownUrl: string): Answer {
    const signedIn = checkAccess(this.access, request);
    if (request.headers["x-ms-version"] === undefined) throw new Refused(400, "x-ms-version is missing.");
    const { path, method } = request;
    const [, database, , collection, below] = path;
    if (path.length === 0 && method === "GET") return { status: 200, body: accountOf(ownUrl) };
    if (path[0] !== "dbs" || (path.length > 2 && path[2] !== "colls")) throw notImplemented(path.join("/"));
    if (path.length <= 2) return this.#databases(request, database, signedIn);
    if (path.length <= 4) return this.#collections(request, database ?? "", collection, signedIn);
    const found = this.databases.get(database ?? "")?.get(collection ?? "");
    if (found === undefined) throw new Refused(404, "Owner resource does not exist", 1003);
    if (below === "pkranges" && method === "GET") return rangesOf(found);
    if (below !== "docs") throw notImplemented(path.join("/"));
    return this.#documents(request, found);
  }

  #databases(request: Incoming, id: string | undefined, signedIn: "key" | "token"): Answer {
    if (request.method === "GET" && id !== undefined) {
      if (!this.databases.has(id)) throw new Refused(404, "Resource Not Found");
      return { status: 200, body: { id, _rid: "ZGI=" } };
    }
    if (request.method !== "POST" || id !== undefined) throw notImplemented(`${request.method} of databases`);
    onlyWithKey(signedIn);
    const definition = readDefinition(bodyOf(request));
    if (this.databases.has(definition.id)) throw new Refused(409, "The database exists.");
    this.databases.set(definition.id, new Map());
    return { status: 201, body: { ...definition, _rid: "ZGI=" } };
  }

  #collections(
    request: Incoming,
    database: string,
    id: string | undefined,
    signedIn: "key" | "token",
  ): Answer {
    const collections = this.databases.get(database);
    if (collections === undefined) throw new Refused(404, "Owner resource does not exist", 1003);
    if (request.method === "GET" && id !== undefined) {
      const found = collections.get(id);
      if (found === undefined) throw new Refused(404, "Resource Not Found");
      return { status: 200, body: { ...found.definition, _rid: found.rid }, charge: 1 };
    }
    if (request.method !== "POST" || id !== undefined)
      throw notImplemented(`${request.method} of containers`);
    onlyWithKey(signedIn);
    const definition = readDefinition(bodyOf(request)) as unknown as Definition;
    if (collections.has(definition.id)) throw new Refused(409, "The container exists.");
    const made = this.create(database, definition);
    return { status: 201, body: { ...made.definition, _rid: made.rid } };
  }

  #documents(request: Incoming, collection: Collection): Answer {
    const kind = kindOf(request);
    const id = request.path[5];
    const partition = partitionOf(request);
    if (kind === "plan") return answerPlan(collection, request);
    if (kind === "feed")
      return readFeed(collection, request, this.emptyFeedPages > 0 && this.emptyFeedPages-- > 0);
    if (request.headers["x-ms-consistency-level"] !== NEEDED_CONSISTENCY)
      throw new Refused(
        400,
        "The driver must ask for session consistency, else the SDK sends no session token.",
      );
    if (kind === "query") return answerQuery(collection, request, partition);
    if (partition === undefined) throw new Refused(400, "The partition key is missing.");
    checkSession(request, collection, partition);
    const ifMatch = request.headers["if-match"];
    switch (kind) {
      case "read":
        if (id === undefined) throw notImplemented("reading all documents");
        return readDocument(collection, partition, id);
      case "batch":
        return writeBatch(collection, partition, request);
      case "create":
        return writeDocument(collection, partition, {
          operationType: "Create",
          resourceBody: bodyOf(request),
        });
      case "upsert":
        return writeDocument(collection, partition, {
          operationType: "Upsert",
          resourceBody: bodyOf(request),
        });
      case "replace":
        return writeDocument(collection, partition, {
          operationType: "Replace",
          id,
          resourceBody: bodyOf(request),
          ifMatch,
        });
      case "delete":
        return writeDocument(collection, partition, { operationType: "Delete", id, ifMatch });
      default:
        throw notImplemented(kind);
    }
  }
}

function onlyWithKey(signedIn: "key" | "token"): void {
  if (signedIn !== "key")
    throw new Refused(
      403,
      "Request blocked by Auth: this cannot be done with an identity of Microsoft Entra ID",
      5300,
    );
}

function partitionOf({ headers }: Incoming): string | undefined {
  const header = headers["x-ms-documentdb-partitionkey"];
  if (header === undefined) return undefined;
  const values: unknown = JSON.parse(header);
  if (!Array.isArray(values) || values.length !== 1 || typeof values[0] !== "string")
    throw new Refused(400, "Partition keys are single texts here.");
  return values[0];
}

/** A token from the future means that another account, or other data, has given it. */
function checkSession({ headers }: Incoming, collection: Collection, partition: string): void {
  const range = collection.rangeOf(partition);
  const tokens = (headers["x-ms-session-token"] ?? "").split(",").filter((part) => part !== "");
  for (const token of tokens) {
    const [id, lsn] = /^(\d+):0#(\d+)$/.exec(token)?.slice(1) ?? [];
    if (id === undefined) throw new Refused(400, `The session token ${token} is none of ours.`);
    if (id === range.id && Number(lsn) > range.lsn)
      throw new Refused(404, "The read session is not available", 1002);
  }
}

/** The session token that belongs to an answer. */
export function sessionOf(account: Account, request: Incoming): Record<string, string> {
  const collection = account.databases.get(request.path[1] ?? "")?.get(request.path[3] ?? "");
  const header = request.headers["x-ms-documentdb-partitionkey"];
  if (collection === undefined || request.path[4] !== "docs" || header === undefined) return {};
  const range = collection.rangeOf(String((JSON.parse(header) as unknown[])[0]));
  return { "x-ms-session-token": `${range.id}:0#${range.lsn}`, "x-ms-content-path": collection.rid };
}

function rangesOf({ ranges, rid }: Collection): Answer {
  const PartitionKeyRanges = ranges.map(({ id, min, max }) => ({
    id,
    minInclusive: min,
    maxExclusive: max,
    status: "online",
    parents: [],
  }));
  return { status: 200, body: { _rid: rid, PartitionKeyRanges, _count: ranges.length } };
}

function accountOf(url: string): unknown {
  const location = [{ name: "Here", databaseAccountEndpoint: url }];
  return {
    id: "double",
    writableLocations: location,
    readableLocations: location,
    enableMultipleWriteLocations: false,
    enablePerPartitionFailover: false,
    userConsistencyPolicy: { defaultConsistencyLevel: "Session" },
  };
}
