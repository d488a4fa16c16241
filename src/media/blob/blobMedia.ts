import { Readable } from "node:stream";
import type { Clock } from "../../core/clock";
import { StoreError } from "../../core/errors";
import type { Log } from "../../core/log";
import type { MediaInfo, MediaStore } from "../../core/media";
import { isMediaId } from "../mediaId";
import { type Ask, BlobStoreError, createAsk } from "./asking";
import { codeOf } from "./blobFault";
import { toBlobProperties, toMediaInfo } from "./blobProperties";
import { type BlobCredential, type Container, createContainer, notUsable, toPlace } from "./container";
import { watchedStream } from "./watchedStream";

export interface BlobMediaOptions {
  /** The container: `https://<account>.blob.core.windows.net/<container>`; outside production it may carry a SAS. */
  url: string;
  /** Client id of the user-assigned identity to sign in with; left out, the system-assigned one. */
  clientId?: string;
  clock: Clock;
  log: Log;
  /** True: https and the managed identity, nothing else. False: DefaultAzureCredential. */
  production: boolean;
  /** Instead of an identity, for tests. */
  credential?: BlobCredential;
  /** Before the third try, ms, and growing; the second comes at once. One second when left out. */
  retryDelayMs?: number;
}

const RETRY_DELAY_MS = 1_000;
/** The largest file over a slow line, with tries. */
const PUT_MS = 120_000;
/** A start that waits longer looks dead to the platform. */
const CHECK_MS = 15_000;
/** An id that we never give: asked to be deleted, nothing can happen to it. */
const NOBODY = "startup-check";

/**
 * Files in a container of Azure Blob Storage, one block blob each, under their ids. Throws ConfigError SETTING_INVALID
 * when the container is not there, is public, or will not let this server write; an outage does not stop the start,
 * since what customers send is fetched later. Operations throw StoreError STORE_UNAVAILABLE, in words.
 */
export async function openBlobMedia(options: BlobMediaOptions): Promise<MediaStore> {
  const { clock, log, production, clientId, credential, retryDelayMs = RETRY_DELAY_MS } = options;
  const place = toPlace(options.url, { production, credential: credential !== undefined });
  const container = await createContainer({ place, clientId, production, credential, retryDelayMs });
  const ask = createAsk({ clock, log, label: place.label, retryDelayMs });
  await check(container, ask, place.label);

  const blobOf = (id: string) => container.getBlockBlobClient(id);
  const infoOf = async (id: string): Promise<MediaInfo | undefined> => {
    const found = await ask("info", (abortSignal) => blobOf(id).getProperties({ abortSignal }).catch(absent));
    return found && toMediaInfo(id, found.contentLength ?? 0, found);
  };
  const toStreamError = (code: string, cause?: unknown): Error =>
    new BlobStoreError(
      {
        words: `A file broke off on its way from the container ${place.label} (${code})`,
        passing: true,
        code,
      },
      cause,
    );

  return {
    async put({ id, contentType, name, content }) {
      if (!isMediaId(id))
        throw new StoreError("STORE_REFUSED", "A media id has signs that it must not have.");
      const properties = toBlobProperties({ contentType, ...(name === undefined ? {} : { name }) });
      const blobHTTPHeaders = {
        blobContentType: properties.contentType,
        // For whoever opens the blob itself: it is saved, and not kept on the way.
        blobContentDisposition: "attachment",
        blobCacheControl: "no-store",
      };
      const { metadata } = properties;
      await ask(
        "put",
        (abortSignal) =>
          blobOf(id).upload(content, content.length, { abortSignal, blobHTTPHeaders, metadata }),
        PUT_MS,
      );
      return toMediaInfo(id, content.length, properties);
    },

    async info(id) {
      return isMediaId(id) ? infoOf(id) : undefined;
    },

    async open(id, range) {
      if (!isMediaId(id)) return undefined;
      const start = Math.max(0, range?.start ?? 0);
      const count = range === undefined ? undefined : range.end - start + 1;
      const found =
        count === undefined || count > 0
          ? await ask("open", (abortSignal) =>
              blobOf(id).download(start, count, { abortSignal }).catch(beyond).catch(absent),
            )
          : BEYOND;
      if (found === undefined) return undefined;
      if (found === BEYOND) {
        const info = await infoOf(id);
        return info && { info, stream: Readable.from([]) };
      }
      const info = toMediaInfo(id, wholeOf(found), found);
      const source = found.readableStreamBody as Readable;
      return { info, stream: watchedStream(source, { clock, toError: toStreamError }) };
    },

    async delete(id) {
      if (!isMediaId(id)) return;
      await ask("delete", (abortSignal) => deleteBlob(container, id, abortSignal));
    },
  };
}

/** Snapshots too: what a customer deleted shall not live on in one. */
async function deleteBlob(container: Container, id: string, abortSignal: AbortSignal): Promise<void> {
  await container.getBlockBlobClient(id).delete({ abortSignal, deleteSnapshots: "include" }).catch(absent);
}

/** Is there a container, may we write in it, and nobody else read? */
async function check(container: Container, ask: Ask, label: string): Promise<void> {
  try {
    // Deleting needs the same role as writing, and of nothing it changes nothing.
    await ask("check", (abortSignal) => deleteBlob(container, NOBODY, abortSignal), CHECK_MS);
    const access = await ask("check", (abortSignal) => accessOf(container, abortSignal), CHECK_MS);
    if (access !== undefined)
      throw notUsable(
        `the container ${label} is open to everybody (${access}). Customers' files are kept there: close it ` +
          "(az storage container set-permission --public-access off)",
      );
  } catch (error) {
    if (!(error instanceof BlobStoreError)) throw error;
    if (!error.fault.passing) throw notUsable(error.fault.words, error);
  }
}

/** "container" or "blob" when it is public. A signature for blobs alone may not ask. */
async function accessOf(container: Container, abortSignal: AbortSignal): Promise<string | undefined> {
  const properties = await container.getProperties({ abortSignal }).catch((error: unknown) => {
    if (codeOf(error)?.startsWith("Authorization") === true) return undefined;
    throw error;
  });
  return properties?.blobPublicAccess;
}

/** Nothing there is an answer; anything else is a fault. */
function absent(error: unknown): undefined {
  if (codeOf(error) === "BlobNotFound") return undefined;
  throw error;
}

const BEYOND = "beyond";

function beyond(error: unknown): typeof BEYOND {
  if (codeOf(error) === "InvalidRange") return BEYOND;
  throw error;
}

/** Length of the whole blob, also where a part of it came: "bytes 0-4/12". */
function wholeOf({ contentRange, contentLength }: { contentRange?: string; contentLength?: number }): number {
  return Number(/\/(\d+)$/.exec(contentRange ?? "")?.[1] ?? contentLength ?? 0);
}
