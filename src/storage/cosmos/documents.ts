import { randomBytes } from "node:crypto";
import type { Doc, Stored } from "../../core/store";

/**
 * Property that names the write a document comes from. A connection that breaks leaves open whether the write was
 * done; the name tells ours from somebody else's equal one. It never leaves the driver.
 */
const WRITE = "_write";

/** What Cosmos DB adds to a document. */
export interface CosmosResource extends Doc {
  _etag: string;
  _rid?: string;
  _self?: string;
  _attachments?: string;
  _ts?: number;
  _lsn?: number;
  [WRITE]?: string;
}

/** A name for one batch; no two are alike. */
export const newWriteName = (): string => randomBytes(9).toString("base64url");

/** The document as it is sent. */
export function toResource(doc: Doc, write: string): Doc & Record<string, unknown> {
  return { ...doc, [WRITE]: write };
}

/** True when `resource` was written by `write` and by nobody since. */
export function isFrom(resource: CosmosResource | undefined, write: string): boolean {
  return resource?.[WRITE] === write;
}

/** The document as its writer gave it. */
export function toStored<T extends Doc>(resource: CosmosResource): Stored<T> {
  const { _etag, _rid, _self, _attachments, _ts, _lsn, [WRITE]: _name, ...doc } = resource;
  return { doc: doc as unknown as T, etag: _etag };
}

/**
 * An etag as a condition; the service's own carry quotes. What could be none of them must not turn into "any version"
 * ("*") or break a header.
 */
export function toCondition(etag: string): string {
  return /^("?)[\w.-]{1,200}\1$/.test(etag) ? etag : '"none"';
}

/** True when the time to live is over; the feed may still hold what every other request no longer finds. */
export function isExpired({ _ts, ttl }: CosmosResource, now: number): boolean {
  return _ts !== undefined && ttl !== undefined && ttl > 0 && (_ts + ttl) * 1000 <= now;
}
