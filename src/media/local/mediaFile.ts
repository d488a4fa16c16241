import type { MediaInfo } from "../../core/media";

/**
 * A stored file is one file on disk: mark, length of the head, head (JSON), bytes. One rename puts all of it in place
 * at once, and nothing on this machine opens it as the picture or program that somebody says it is.
 */
const MARK = Buffer.from("SBmedia1");
const PREFIX_BYTES = MARK.length + 4;
const MAX_HEAD_BYTES = 4096;

/** Enough to hold the longest head: what must be read to know all but the bytes. */
export const HEAD_BYTES = PREFIX_BYTES + MAX_HEAD_BYTES;

/** What stands before the bytes. */
export function toHead(info: MediaInfo): Buffer {
  const { id, contentType, bytes, name } = info;
  const json = Buffer.from(
    JSON.stringify({
      id,
      contentType: contentType.slice(0, 200),
      bytes,
      ...(name === undefined ? {} : { name: name.slice(0, 200) }),
    }),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([MARK, length, json]);
}

/** The head that `start` begins with, and where the bytes begin; undefined when it is damaged. */
export function readHead(start: Buffer): { info: MediaInfo; offset: number } | undefined {
  if (start.length < PREFIX_BYTES || !start.subarray(0, MARK.length).equals(MARK)) return undefined;
  const offset = PREFIX_BYTES + start.readUInt32BE(MARK.length);
  if (offset > start.length) return undefined;
  const info = toInfo(start.subarray(PREFIX_BYTES, offset));
  return info && { info, offset };
}

function toInfo(json: Buffer): MediaInfo | undefined {
  try {
    const { id, contentType, bytes, name } = JSON.parse(json.toString("utf8")) as Record<string, unknown>;
    if (typeof id !== "string" || typeof contentType !== "string" || typeof bytes !== "number")
      return undefined;
    return { id, contentType, bytes, ...(typeof name === "string" ? { name } : {}) };
  } catch {
    return undefined;
  }
}
