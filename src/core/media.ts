import type { Readable } from "node:stream";

/** A stored file, without its bytes. */
export interface MediaInfo {
  id: string;
  /** As found by its first bytes, not as somebody claimed. */
  contentType: string;
  bytes: number;
  name?: string;
}

/**
 * Where files live that customers sent and agents send: `media/local` on disk, later a blob container. Ids are ours;
 * putting the same id again replaces the file with the same one.
 */
export interface MediaStore {
  /** Durable when it resolves. Throws StoreError when it cannot be written. */
  put(media: { id: string; contentType: string; name?: string; content: Buffer }): Promise<MediaInfo>;
  /** undefined: there is no such file. */
  info(id: string): Promise<MediaInfo | undefined>;
  /** The bytes, or those of `range` (both ends inclusive); undefined: there is no such file. */
  open(
    id: string,
    range?: { start: number; end: number },
  ): Promise<{ info: MediaInfo; stream: Readable } | undefined>;
  delete(id: string): Promise<void>;
}

/** A file that goes out with a message. */
export interface OutboundMedia extends MediaInfo {
  /** Public, signed, valid for a short time: what a platform may fetch. */
  url: string;
  read(): Promise<Buffer>;
}

/** `contentUrl` of an attachment that names a stored file. */
export const MEDIA_SCHEME = "media:";

/** The largest file we keep or send, in bytes; platforms allow 5 to 25 MB (facts: facebook, twilio, twitter). */
export const MAX_MEDIA_BYTES = 25 * 1024 * 1024;
