import type { ServerResponse } from "node:http";
import type { Clock } from "../core/clock";
import type { ApiReply, EventSink } from "../core/route";

/** Proxies and browsers take a silent connection for a dead one. */
const BEAT_MS = 15_000;
/** A reader who leaves this much unread is dropped; it comes back and resumes. */
const MOST_UNREAD_BYTES = 1_000_000;
/** How long a browser waits before it comes back; spread, so that a restart is not answered by all at once. */
const RETRY_MS = 1_000;
const RETRY_SPREAD_MS = 1_000;

export interface EventStreamOptions {
  clock: Clock;
  /** The reply's own headers. */
  headers?: Record<string, string>;
  /** Between 0 and 1, spreads the retry times. */
  random?: () => number;
}

/** Writes a reply's stream as server-sent events until it is closed or the client leaves; `close` ends it. */
export function writeEventStream(
  response: ServerResponse,
  stream: NonNullable<ApiReply["stream"]>,
  { clock, headers = {}, random = Math.random }: EventStreamOptions,
): { close(): void } {
  let open = true;
  let stopBeat = () => {};
  let unsubscribe = () => {};

  function beat(): void {
    stopBeat = clock.after(BEAT_MS, () => {
      if (write(": beat\n\n")) beat();
    });
  }

  function write(text: string): boolean {
    if (!open) return false;
    if (response.writableLength > MOST_UNREAD_BYTES) {
      finish();
      // Ending politely would wait for the reader to read.
      response.destroy();
      return false;
    }
    response.write(text);
    return true;
  }

  function finish(): void {
    if (!open) return;
    open = false;
    stopBeat();
    unsubscribe();
  }

  const sink: EventSink = {
    send: ({ id, event, data }) => write(eventText(id, event, data)),
    close() {
      finish();
      if (!response.writableEnded) response.end();
    },
  };

  response.on("close", finish);
  // A broken connection is the client leaving; "close" follows.
  response.on("error", () => {});
  response.socket?.setNoDelay(true);
  response.socket?.setTimeout(0);
  response.writeHead(200, {
    ...headers,
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    Connection: "close",
  });
  write(`retry: ${Math.round(RETRY_MS + RETRY_SPREAD_MS * random())}\n\n`);
  beat();

  const stop = stream(sink);
  // The stream may have closed itself, or the client have left, before its stop was known.
  if (open) unsubscribe = stop;
  else stop();
  return sink;
}

function eventText(id: string | undefined, event: string | undefined, data: unknown): string {
  const lines: string[] = [];
  // A line break would end the field and let what follows pose as another.
  if (id !== undefined) lines.push(`id: ${oneLine(id)}`);
  if (event !== undefined) lines.push(`event: ${oneLine(event)}`);
  lines.push(`data: ${JSON.stringify(data)}`);
  return `${lines.join("\n")}\n\n`;
}

const oneLine = (text: string): string => text.replace(/[\r\n\0]/g, "");
