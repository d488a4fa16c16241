import { randomBytes } from "node:crypto";
import type { ClientPorts, HttpResponse } from "../../core/channel";
import { ChannelError } from "../../core/errors";
import type { OutboundMedia } from "../../core/media";
import { type Json, toObject, toText } from "../shared/narrow";
import { readJsonAnswer } from "../shared/readJson";
import type { Calls, Holder } from "./calls";
import { toLookError } from "./errors";
import { idOf } from "./ids";
import { type MediaKind, toMediaKind } from "./mediaKinds";

/** X advises parts of at most 1 MB (X: Chunked media upload); with its form around it each stays below that. */
const PART_BYTES = 768 * 1024;
const TIMEOUT_MS = 60_000;
/** X names the wait itself; these bound what it may name, and how often. */
const LEAST_WAIT_S = 1;
const MOST_WAIT_S = 20;
const MOST_LOOKS = 30;

/**
 * Uploads a file for a direct message and gives X's id of it, which lives a day. Waits until X has processed it. Small
 * images go in one call, the rest in parts. Throws ChannelError, never an ambiguous one: no message was sent yet.
 */
export async function uploadMedia(
  media: OutboundMedia,
  holder: Holder,
  { calls, clock }: { calls: Calls; clock: ClientPorts["clock"] },
): Promise<string> {
  const kind = toMediaKind(media);
  if (kind === undefined) throw refused(`X takes no ${media.contentType} of ${media.bytes} bytes`);

  async function call(method: string, path: string, body: { json?: string; raw?: Multipart }): Promise<Json> {
    const response = await calls.asHandle({ method, path, ...body, timeoutMs: TIMEOUT_MS }, holder);
    return toData(response, clock.now());
  }

  const content = await media.read();
  try {
    if (kind.category === "dm_image" && content.length <= PART_BYTES) {
      const fields = { media_category: kind.category, media_type: media.contentType };
      return toMediaId(await call("POST", "/2/media/upload", { raw: toMultipart(fields, content) }));
    }
    const init = {
      media_type: media.contentType,
      media_category: kind.category,
      total_bytes: content.length,
    };
    const id = toMediaId(await call("POST", "/2/media/upload/initialize", { json: JSON.stringify(init) }));
    for (let segment = 0; segment * PART_BYTES < content.length; segment++) {
      const part = content.subarray(segment * PART_BYTES, (segment + 1) * PART_BYTES);
      const raw = toMultipart({ segment_index: String(segment) }, part);
      await call("POST", `/2/media/upload/${encodeURIComponent(id)}/append`, { raw });
    }
    let state = await call("POST", `/2/media/upload/${encodeURIComponent(id)}/finalize`, {});
    for (let looks = 0; isProcessing(state, kind); looks++) {
      if (looks === MOST_LOOKS) throw tooSlow();
      await wait(clock, state);
      state = await call("GET", `/2/media/upload?command=STATUS&media_id=${encodeURIComponent(id)}`, {});
    }
    return id;
  } catch (error) {
    throw asCertain(error);
  }
}

interface Multipart {
  contentType: string;
  body: Buffer;
}

/** A form with one file; multipart bodies are not signed. */
function toMultipart(fields: Readonly<Record<string, string>>, content: Buffer): Multipart {
  const boundary = `switchboard-${randomBytes(16).toString("hex")}`;
  const head = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  // A fixed name: the customer never sees it, and an agent's own could break the header.
  const file = `--${boundary}\r\nContent-Disposition: form-data; name="media"; filename="file"\r\nContent-Type: application/octet-stream\r\n\r\n`;
  const body = Buffer.concat([
    Buffer.from(head.join("") + file),
    content,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  return { contentType: `multipart/form-data; boundary=${boundary}`, body };
}

function toData(response: HttpResponse, now: number): Json {
  if (response.status >= 300) throw toLookError(response, now);
  const body = readJsonAnswer(response.body);
  return toObject(body.data) ?? body;
}

function toMediaId(data: Json): string {
  const id = idOf(data) ?? toText(data.media_id_string);
  if (id !== undefined) return id;
  throw new ChannelError("CHANNEL_UNAVAILABLE", "X gave the uploaded file no id. It is tried again.", {
    retryable: true,
  });
}

function isProcessing(data: Json, kind: MediaKind): boolean {
  const processing = toObject(data.processing_info);
  if (processing?.state === "failed") {
    const error = toObject(processing.error);
    const words = toText(error?.message) ?? toText(error?.name) ?? "no reason given";
    throw refused(
      `X could not process the ${kind.category === "dm_video" ? "video" : "file"}: ${words.slice(0, 200)}`,
    );
  }
  return processing?.state === "pending" || processing?.state === "in_progress";
}

function wait(clock: ClientPorts["clock"], data: Json): Promise<void> {
  const named = toObject(data.processing_info)?.check_after_secs;
  const seconds = Math.min(
    Math.max(typeof named === "number" ? named : LEAST_WAIT_S, LEAST_WAIT_S),
    MOST_WAIT_S,
  );
  return new Promise((resolve) => {
    clock.after(seconds * 1000, resolve);
  });
}

function refused(words: string): ChannelError {
  return new ChannelError("CHANNEL_REFUSED", `${words}. Send it as a link, or in another format.`, {
    retryable: false,
  });
}

function tooSlow(): ChannelError {
  return new ChannelError("CHANNEL_UNAVAILABLE", "X takes too long over the file. It is tried again.", {
    retryable: true,
  });
}

/** Uploading twice does no harm, so whatever broke here is safe to repeat. */
function asCertain(error: unknown): unknown {
  if (!(error instanceof ChannelError) || !error.ambiguous) return error;
  const { code, message, retryable, retryAfterMs, platformCode, scope, cause } = error;
  return new ChannelError(code, message, {
    retryable,
    scope,
    cause,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(platformCode === undefined ? {} : { platformCode }),
  });
}
