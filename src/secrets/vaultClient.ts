import type { SecretClient, SecretClientOptions } from "@azure/keyvault-secrets" with {
  "resolution-mode": "import",
};
import { isLoopback } from "../core/loopback";

type Credential = ConstructorParameters<typeof SecretClient>[1];

/** Where the vault is and who asks. */
export interface VaultOptions {
  /** KEY_VAULT_URL. */
  url: string;
  /** AZURE_CLIENT_ID: which managed identity; left out: the server's own. */
  clientId?: string;
  /** How long the former version is accepted beside a newer one (ms); a day when left out. */
  overlapMs?: number;
  /** Settings of the SDK's client, for tests. */
  client?: SecretClientOptions;
  /** Who asks instead, for tests. */
  credential?: Credential;
}

/** Loads the SDK, which takes about half a second, and opens nothing else: the first call signs in. */
export async function openVault(options: VaultOptions, production: boolean): Promise<SecretClient> {
  const { SecretClient } = await import("@azure/keyvault-secrets");
  const credential = options.credential ?? (await createCredential(options.clientId, production));
  return new SecretClient(options.url, credential, {
    ...(!production && isLocal(options.url) ? LOCAL : {}),
    ...options.client,
    // Repeats are ours: they must know of each other and keep to the injected clock.
    retryOptions: { maxRetries: 0 },
  });
}

/** A vault on this machine is a test's double: it cannot carry the name that the SDK insists on. */
const LOCAL: SecretClientOptions = {
  allowInsecureConnection: true,
  disableChallengeResourceVerification: true,
};

function isLocal(url: string): boolean {
  return isLoopback(new URL(url).hostname);
}

/** In production exactly the managed identity: trying whatever else may be there would hide a wrong set-up. */
async function createCredential(clientId: string | undefined, production: boolean): Promise<Credential> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import("@azure/identity");
  if (!production)
    return new DefaultAzureCredential(clientId === undefined ? {} : { managedIdentityClientId: clientId });
  const retryOptions = { maxRetries: 2, maxRetryDelayInMs: 2_000 };
  return new ManagedIdentityCredential(
    clientId === undefined ? { retryOptions } : { clientId, retryOptions },
  );
}
