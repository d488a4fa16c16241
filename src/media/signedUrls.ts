import { createHmac, timingSafeEqual } from "node:crypto";
import type { Clock } from "../core/clock";
import { ConfigError } from "../core/errors";

/** How long a platform may fetch what we send, unless told otherwise. */
const TTL_SECONDS = 3600;
/** Ends are rounded up to full minutes, so that a URL asked for twice is the same. */
const ROUND_SECONDS = 60;
const LEAST_SECRET_BYTES = 32;

export interface MediaUrls {
  /** Public address of a stored file, valid for at least `ttlSeconds` (default one hour). */
  urlOf(id: string, ttlSeconds?: number): string;
  /** Seconds that the signed address has left; undefined when it is not ours or has expired. */
  check(id: string, query: URLSearchParams): number | undefined;
}

/**
 * Signed, short-lived addresses `<publicUrl>/media/<id>?exp&sig`. `secret` has at least 32 bytes and is the same on all
 * servers and after a restart. Throws ConfigError for a shorter one.
 */
export function createMediaUrls(options: { secret: Buffer; publicUrl: string; clock: Clock }): MediaUrls {
  // With an empty key anybody could sign.
  if (options.secret.length < LEAST_SECRET_BYTES)
    throw new ConfigError(
      "SECRET_MISSING",
      `The secret for media addresses needs at least ${LEAST_SECRET_BYTES} bytes.`,
    );
  const base = options.publicUrl.replace(/\/+$/, "");
  const sign = (id: string, exp: string): string =>
    createHmac("sha256", options.secret).update(`media\n${id}\n${exp}`).digest("base64url");

  return {
    urlOf(id, ttlSeconds = TTL_SECONDS) {
      const end = options.clock.now() / 1000 + ttlSeconds;
      const exp = String(Math.ceil(end / ROUND_SECONDS) * ROUND_SECONDS);
      return `${base}/media/${encodeURIComponent(id)}?exp=${exp}&sig=${sign(id, exp)}`;
    },
    check(id, query) {
      const exp = query.get("exp") ?? "";
      const given = Buffer.from(query.get("sig") ?? "");
      const wanted = Buffer.from(sign(id, exp));
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
      const left = Math.floor(Number(exp) - options.clock.now() / 1000);
      return left > 0 ? left : undefined;
    },
  };
}
