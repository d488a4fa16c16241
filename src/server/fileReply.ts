import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { messageOf } from "../core/errors";
import type { Log } from "../core/log";
import type { ApiReply } from "../core/route";

const STALLED_MS = 60_000;
const CLIENT_LEFT = ["ERR_STREAM_PREMATURE_CLOSE", "ERR_STREAM_UNABLE_TO_PIPE", "ECONNRESET", "EPIPE"];

/**
 * Streams a file to the client, as fast as it reads. A client that leaves is no fault; a file that breaks off half-way
 * cuts the connection, so that nobody takes the half for the whole.
 */
export async function writeFile(
  response: ServerResponse,
  reply: ApiReply & { file: NonNullable<ApiReply["file"]> },
  log: Log,
): Promise<void> {
  const { contentType, bytes, stream } = reply.file;
  response.writeHead(reply.status, {
    ...reply.headers,
    "Content-Type": contentType,
    ...(bytes === undefined ? {} : { "Content-Length": bytes }),
  });
  if (stream === undefined) {
    response.end();
    return;
  }
  // Who reads nothing for so long holds a file open for nothing.
  response.setTimeout(STALLED_MS, () => response.destroy());
  try {
    await pipeline(stream, response);
  } catch (error) {
    stream.destroy();
    if (!CLIENT_LEFT.includes((error as NodeJS.ErrnoException).code ?? ""))
      log.warn({ error: messageOf(error) }, "a file broke off while it was sent");
    response.destroy();
  }
}
