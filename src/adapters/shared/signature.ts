import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** HMAC of `data` as raw bytes. */
export function hmac(algorithm: "sha1" | "sha256", key: string, data: Buffer | string): Buffer {
  return createHmac(algorithm, key).update(data).digest();
}

/** True when `given` is exactly `expected` in hexadecimal (either case). Constant time. */
export function isEqualHex(given: string | undefined, expected: Buffer): boolean {
  // The length is no secret; a stray character makes the decoded bytes too few.
  if (given === undefined || given.length !== expected.length * 2) return false;
  const bytes = Buffer.from(given, "hex");
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}

/** True when `given` is exactly `expected` in standard padded base64. Constant time. */
export function isEqualBase64(given: string | undefined, expected: Buffer): boolean {
  if (given === undefined) return false;
  // Compared as text: Node's base64 decoder skips what it does not know, so other texts would decode to the same.
  const bytes = Buffer.from(given, "utf8");
  const wanted = Buffer.from(expected.toString("base64"), "latin1");
  return bytes.length === wanted.length && timingSafeEqual(bytes, wanted);
}

/** True when two texts are equal; neither the place of a difference nor the length shows in the time. */
export function isEqualText(given: string | undefined, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given ?? ""), digest(expected)) && given !== undefined;
}

/** The part of `header` behind `prefix` ("sha256="); undefined when it does not begin so. */
export function afterPrefix(header: string | undefined, prefix: string): string | undefined {
  return header?.startsWith(prefix) ? header.slice(prefix.length) : undefined;
}
