import { createHash } from "node:crypto";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { type Clock, systemClock } from "../../core/clock";
import { messageOf, StoreError } from "../../core/errors";
import { newId } from "../../core/ids";
import type { MediaInfo, MediaStore } from "../../core/media";
import { isMediaId } from "../mediaId";
import { HEAD_BYTES, readHead, toHead } from "./mediaFile";

/** What is still unfinished after a day was left by a crash. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;

/**
 * Files under `<folder>/media`, in up to 256 folders; `folder` is the data folder. Durable when `put` resolves: written
 * beside, forced to the disk, renamed. Throws StoreError STORE_UNAVAILABLE when the folder cannot be written.
 */
export async function openLocalMedia(options: { folder: string; clock?: Clock }): Promise<MediaStore> {
  const root = path.join(options.folder, "media");
  const unfinished = path.join(root, "unfinished");
  await onDisk(root, async () => {
    await mkdir(unfinished, { recursive: true });
    await removeAbandoned(unfinished, (options.clock ?? systemClock).now());
  });

  // Ids begin alike, so their hash spreads them; never is a part of a path somebody else's text.
  const placeOf = (id: string): string =>
    path.join(root, createHash("sha256").update(id).digest("hex").slice(0, 2), id);

  async function openFile(id: string): Promise<OpenFile | undefined> {
    if (!isMediaId(id)) return undefined;
    const file = placeOf(id);
    return onDisk(file, async () => {
      const handle = await open(file, "r").catch(absent);
      if (handle === undefined) return undefined;
      try {
        return { handle, ...(await headOf(handle, file)) };
      } catch (error) {
        await handle.close();
        throw error;
      }
    });
  }

  return {
    async put({ id, contentType, name, content }) {
      if (!isMediaId(id))
        throw new StoreError("STORE_REFUSED", "A media id has signs that it must not have.");
      const head = toHead({
        id,
        contentType,
        bytes: content.length,
        ...(name === undefined ? {} : { name }),
      });
      const file = placeOf(id);
      await onDisk(file, async () => {
        const folder = path.dirname(file);
        const made = await mkdir(folder, { recursive: true });
        await writeWhole(path.join(unfinished, newId("new")), file, [head, content]);
        await syncFolder(folder);
        if (made !== undefined) await syncFolder(root);
      });
      return readHead(head)?.info ?? { id, contentType, bytes: content.length };
    },

    async info(id) {
      const opened = await openFile(id);
      await opened?.handle.close();
      return opened?.info;
    },

    async open(id, range) {
      const opened = await openFile(id);
      if (opened === undefined) return undefined;
      const { handle, info, offset } = opened;
      const start = Math.max(0, range?.start ?? 0);
      const end = Math.min(info.bytes - 1, range?.end ?? info.bytes - 1);
      if (start > end) {
        await handle.close();
        return { info, stream: Readable.from([]) };
      }
      return { info, stream: handle.createReadStream({ start: offset + start, end: offset + end }) };
    },

    async delete(id) {
      if (isMediaId(id)) await onDisk(placeOf(id), () => rm(placeOf(id), { force: true }));
    },
  };
}

interface OpenFile {
  handle: FileHandle;
  info: MediaInfo;
  offset: number;
}

async function headOf(handle: FileHandle, file: string): Promise<{ info: MediaInfo; offset: number }> {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  const head = readHead(buffer.subarray(0, bytesRead));
  if (head === undefined || (await handle.stat()).size !== head.offset + head.info.bytes)
    throw new StoreError(
      "STORE_UNAVAILABLE",
      `The file ${path.basename(file)} is damaged; take it from a backup.`,
    );
  return head;
}

async function writeWhole(temporary: string, file: string, parts: readonly Buffer[]): Promise<void> {
  try {
    const handle = await open(temporary, "wx", 0o600);
    try {
      for (const part of parts) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}

/** Makes the rename itself durable, where the system lets a folder be opened. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function removeAbandoned(folder: string, now: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    const found = await stat(file).catch(absent);
    if (found !== undefined && now - found.mtimeMs > ABANDONED_MS) await rm(file, { force: true });
  }
}

/** Nothing there is an answer; anything else is a fault. */
function absent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
  throw error;
}

/** The operator can mend every fault of a disk: space, rights, a missing volume. */
async function onDisk<T>(place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof StoreError) throw cause;
    const full = ["ENOSPC", "EDQUOT"].includes((cause as NodeJS.ErrnoException).code ?? "");
    throw new StoreError(
      "STORE_UNAVAILABLE",
      full
        ? "The disk for media is full. Make room, or give SWITCHBOARD_DATA a larger one."
        : `Media cannot be read or written at ${place}: ${messageOf(cause)}.`,
      { cause },
    );
  }
}
