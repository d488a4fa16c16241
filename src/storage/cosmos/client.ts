import { isLoopback } from "../../core/loopback";
import type { ChangeFeedStartFrom, CosmosClient } from "./sdk";
import type { Transport } from "./transport";

/** Anything that gives tokens: what `@azure/identity` makes. */
export interface TokenSource {
  getToken(scopes: string | string[]): Promise<{ token: string; expiresOnTimestamp: number } | null>;
}

export interface ClientOptions {
  endpoint: string;
  /** Absent: the server's identity. */
  key?: string | undefined;
  /** Of a user-assigned identity; absent: the system's. */
  clientId?: string | undefined;
  /** In place of the server's identity: for tests. */
  credential?: TokenSource | undefined;
  /** Sign-ins of a developer's machine count too, such as `az login`. */
  development?: boolean | undefined;
  /** Asks the account for its regions and follows them. Left out: unless the endpoint is on this machine. */
  followRegions?: boolean | undefined;
}

export interface Sdk {
  client: CosmosClient;
  starts: typeof ChangeFeedStartFrom;
}

/** Loads the SDK, which the embedded store never needs: 0.3 to 0.6 s and some 40 MB. */
export async function createClient(options: ClientOptions, transport: Transport): Promise<Sdk> {
  const { CosmosClient, ChangeFeedStartFrom } = await import("@azure/cosmos");
  const access =
    options.key === undefined
      ? { aadCredentials: options.credential ?? (await createCredential(options)) }
      : { key: options.key };
  const client = new CosmosClient({
    endpoint: options.endpoint,
    ...access,
    httpClient: transport,
    // Without it the SDK sends no session token, and a server may not find what it has just written.
    consistencyLevel: "Session",
    userAgentSuffix: "switchboard",
    connectionPolicy: {
      // The transport cuts off sooner, with an error that the SDK does not repeat by itself.
      requestTimeout: 120_000,
      // 429 is waited for by us: on our clock, under our deadline, and counted.
      retryOptions: { maxRetryAttemptCount: 0, fixedRetryIntervalInMilliseconds: 0, maxWaitTimeInSeconds: 0 },
      // An emulator tells of addresses that only it can reach.
      enableEndpointDiscovery: options.followRegions ?? !isLoopback(new URL(options.endpoint).hostname),
      enablePartitionLevelFailover: false,
      // One region writes; etag checks are weaker otherwise.
      useMultipleWriteLocations: false,
    },
  });
  return { client, starts: ChangeFeedStartFrom };
}

async function createCredential({ clientId, development }: ClientOptions): Promise<TokenSource> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import("@azure/identity");
  if (development === true)
    return new DefaultAzureCredential(clientId === undefined ? {} : { managedIdentityClientId: clientId });
  return clientId === undefined
    ? new ManagedIdentityCredential()
    : new ManagedIdentityCredential({ clientId });
}
