import type { IncomingMessage } from "node:http";
import { InputError } from "../core/errors";

/**
 * The body exactly as it came, for signatures. Throws InputError INPUT_TOO_LARGE as soon as it is too long; the rest
 * is then not read. With `drainBytes` up to so much more is read and thrown away first: a client that is still
 * sending often does not see an answer.
 */
export function readBody(
  request: IncomingMessage,
  limitBytes: number,
  { drainBytes = 0 }: { drainBytes?: number } = {},
): Promise<Buffer> {
  const mostBytes = limitBytes + drainBytes;
  if (Number(request.headers["content-length"] ?? 0) > mostBytes) return Promise.reject(tooLarge(limitBytes));
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    request.on("data", (part: Buffer) => {
      size += part.length;
      if (size > mostBytes) {
        request.removeAllListeners("data");
        request.pause();
        reject(tooLarge(limitBytes));
      } else if (size > limitBytes) parts.length = 0;
      else parts.push(part);
    });
    request.on("end", () => {
      if (size > limitBytes) reject(tooLarge(limitBytes));
      else resolve(parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts));
    });
    // Leaving half-way is the client's choice, not a fault of ours.
    request.on("error", () => reject(new InputError("INPUT_INVALID", "The body broke off.")));
    request.on("aborted", () => reject(new InputError("INPUT_INVALID", "The body broke off.")));
  });
}

function tooLarge(limitBytes: number): InputError {
  const megabytes = Math.floor((limitBytes / 1024 / 1024) * 10) / 10;
  return new InputError("INPUT_TOO_LARGE", `The body is larger than ${megabytes} MB.`);
}

/** Parsed JSON; undefined for an empty body. Throws InputError. */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString("utf8"), (key, value) => (key === "__proto__" ? undefined : value));
  } catch {
    throw new InputError("INPUT_INVALID", "The body is not JSON.");
  }
}
