import { isIP } from "node:net";
import type { TokenCredential } from "@azure/identity";
import { ConfigError } from "../../core/errors";

/** Loaded when a container is opened: servers that keep files on disk never pay for it. */
const loadSdk = () => import("@azure/storage-blob");
type Sdk = Awaited<ReturnType<typeof loadSdk>>;
export type Container = InstanceType<Sdk["ContainerClient"]>;
/** The SDK's StorageSharedKeyCredential (the ES module's: load it with `import()`), or any credential for tokens. */
export type BlobCredential = InstanceType<Sdk["StorageSharedKeyCredential"]> | TokenCredential;

/** Where files are kept, as an operator named it. */
export interface Place {
  url: URL;
  container: string;
  /** For words and logs, without anything secret: "media at shop.blob.core.windows.net". */
  label: string;
}

const WANTED = "must be the address of a container: https://ACCOUNT.blob.core.windows.net/CONTAINER";
/** Azure: "Naming and referencing containers". $root and $web are left out: the latter is a public web site. */
const CONTAINER_NAME = /^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

/** Throws ConfigError SETTING_INVALID for an address at which customers' files should not be kept. */
export function toPlace(text: string, options: { production: boolean; credential: boolean }): Place {
  if (!URL.canParse(text)) throw notUsable(WANTED);
  const url = new URL(text);
  const parts = url.pathname.split("/").filter((part) => part !== "");
  const container = parts.at(-1) ?? "";
  // An emulator has the account in its path, since it has no host name for each.
  const isEmulator = isIP(url.hostname.replace(/^\[|\]$/g, "")) !== 0 || url.hostname === "localhost";
  const isWeb = url.protocol === "https:" || url.protocol === "http:";
  const hasPerson = url.username !== "" || url.password !== "" || url.hash !== "";
  if (!isWeb || hasPerson || !CONTAINER_NAME.test(container)) throw notUsable(WANTED);
  if (parts.length > (isEmulator ? 2 : 1)) throw notUsable(`${WANTED}, without folders below it`);
  if (options.production && url.protocol !== "https:") throw notUsable("must be https in production");
  if (options.production && url.search !== "")
    throw notUsable(
      "must not carry a signature in production: the server signs in with its managed identity",
    );
  if (url.protocol !== "https:" && url.search === "" && !options.credential)
    throw notUsable("must be https: the server would show its token to everybody on the way");
  return { url, container, label: `${container} at ${url.host}` };
}

/**
 * The SDK's client. Signs in with `credential`, else with the signature in the URL, else with the managed identity
 * (in development whatever DefaultAzureCredential finds). Asks nobody yet.
 */
export async function createContainer(options: {
  place: Place;
  clientId: string | undefined;
  production: boolean;
  credential: BlobCredential | undefined;
  retryDelayMs: number;
}): Promise<Container> {
  const { place, retryDelayMs } = options;
  const { AnonymousCredential, ContainerClient } = await loadSdk();
  const credential =
    options.credential ??
    (place.url.search === ""
      ? await signIn(options.clientId, options.production)
      : new AnonymousCredential());
  return new ContainerClient(place.url.href.replace(/\/(?=\?|$)/, ""), credential, {
    // 500, 503 (how storage throttles), resets: all of our operations may be repeated.
    retryOptions: { maxTries: 4, retryDelayInMs: retryDelayMs, maxRetryDelayInMs: 8_000 },
  });
}

async function signIn(clientId: string | undefined, production: boolean): Promise<TokenCredential> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import("@azure/identity");
  if (!production)
    return new DefaultAzureCredential(clientId === undefined ? {} : { managedIdentityClientId: clientId });
  return clientId === undefined
    ? new ManagedIdentityCredential()
    : new ManagedIdentityCredential({ clientId });
}

export function notUsable(why: string, cause?: unknown): ConfigError {
  return new ConfigError("SETTING_INVALID", `MEDIA_URL: ${why}.`, cause === undefined ? {} : { cause });
}
