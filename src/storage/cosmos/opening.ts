import { ConfigError, messageOf, type StoreError } from "../../core/errors";
import { COSMOS_CONTAINERS, type CosmosContainer } from "./containers";
import { CURES, type FinalCause, faultOf } from "./faults";
import type { CosmosClient } from "./sdk";

export interface OpeningOptions {
  endpoint: string;
  database: string;
  /** Makes what is missing. Needs a key: no identity may do that. */
  createMissing: boolean;
}

/** What of a container's answer is looked at. */
interface Found {
  partitionKey?: { paths?: string[] };
  defaultTtl?: number;
  indexingPolicy?: { compositeIndexes?: { path: string; order?: string }[][] };
}

/**
 * Checks that every container is there as it must be. Throws ConfigError STORE_INCOMPLETE that names all faults and
 * the cure, ConfigError STORE_DENIED, or what the SDK throws when the database cannot be asked.
 */
export async function checkContainers(client: CosmosClient, options: OpeningOptions): Promise<void> {
  const { endpoint, database } = options;
  try {
    if (options.createMissing) await createMissing(client, database);
    const faults = await Promise.all(COSMOS_CONTAINERS.map((each) => faultsOf(client, database, each)));
    const found = faults.flat();
    if (found.length === 0) return;
    throw new ConfigError(
      "STORE_INCOMPLETE",
      `The database ${database} at ${endpoint} is not as it must be:\n  ${found.join("\n  ")}\n${CURES.shape}; in development it is enough to start with COSMOS_KEY: what is missing is then made.`,
      { details: found },
    );
  } catch (error) {
    throw denialOf(error, options) ?? error;
  }
}

async function createMissing(client: CosmosClient, id: string): Promise<void> {
  await unlessMade(client.databases.createIfNotExists({ id }));
  for (const { id: name, partitionKey, ...rest } of COSMOS_CONTAINERS) {
    await unlessMade(
      client.database(id).containers.createIfNotExists({
        id: name,
        partitionKey: { ...partitionKey, kind: "Hash" as never },
        defaultTtl: rest.defaultTtl,
        indexingPolicy: rest.indexingPolicy as never,
      }),
    );
  }
}

/** Servers that start together make things together; all but the first are told that they exist. */
async function unlessMade(making: Promise<unknown>): Promise<void> {
  try {
    await making;
  } catch (error) {
    const fault = faultOf(error, "");
    if (fault.kind !== "condition" || fault.status !== 409) throw error;
  }
}

async function faultsOf(client: CosmosClient, database: string, wanted: CosmosContainer): Promise<string[]> {
  const found = await readContainer(client, database, wanted.id);
  if (found === undefined) return [`${wanted.id}: missing`];
  const faults: string[] = [];
  const path = found.partitionKey?.paths?.join(", ") ?? "none";
  const [wantedPath] = wanted.partitionKey.paths;
  if (path !== wantedPath) {
    faults.push(
      `${wanted.id}: its partition key is ${path}, it must be ${wantedPath}; make the container again`,
    );
  }
  if (found.defaultTtl !== -1) {
    faults.push(
      `${wanted.id}: time to live is ${found.defaultTtl === undefined ? "off" : `${found.defaultTtl} s`}, set defaultTtl to -1`,
    );
  }
  for (const index of missingIndexes(found, wanted))
    faults.push(`${wanted.id}: no composite index on ${index}`);
  return faults;
}

/** Without its composite index a query is refused by the service, not only slow. */
function missingIndexes(found: Found, wanted: CosmosContainer): string[] {
  const textOf = (parts: readonly { path: string; order?: string }[]): string =>
    parts.map(({ path, order }) => `${path} ${order ?? "ascending"}`).join(", ");
  const present = new Set((found.indexingPolicy?.compositeIndexes ?? []).map(textOf));
  return wanted.indexingPolicy.compositeIndexes.map(textOf).filter((text) => !present.has(text));
}

async function readContainer(client: CosmosClient, database: string, id: string): Promise<Found | undefined> {
  try {
    return (await client.database(database).container(id).read()).resource as Found | undefined;
  } catch (error) {
    const fault = faultOf(error, id);
    const absent = fault.kind === "condition" || (fault.kind === "final" && fault.cause === "missing");
    if (absent) return undefined;
    throw error;
  }
}

/** Refused at start is the operator's to mend; the same later may heal by itself. */
function denialOf(error: unknown, { endpoint }: OpeningOptions): ConfigError | undefined {
  if (error instanceof ConfigError) return undefined;
  const fault = faultOf(error, "");
  const denied =
    fault.kind === "final" && (["denied"] satisfies FinalCause[] as FinalCause[]).includes(fault.cause);
  if (!denied) return undefined;
  const { error: told } = fault as { error: StoreError };
  return new ConfigError("STORE_DENIED", `${messageOf(told)} (${endpoint})`, { cause: error });
}
