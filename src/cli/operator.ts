import { once } from "node:events";
import { createWriteStream, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { z } from "zod";
import {
  ERRORS,
  type ErrorCode,
  InputError,
  messageOf,
  NotFound,
  StoreError,
  SwitchboardError,
} from "../core/errors";

/** Written by a running server; readable by its own user only. */
const operatorFile = z.object({ url: z.url(), token: z.string().min(1), pid: z.number() });
const errorBody = z.object({ code: z.string(), message: z.string(), details: z.unknown() });

const PROBE_MS = 5_000;

/** The server that runs on a data folder, reached over its API as the operator. */
export interface RunningServer {
  readonly url: string;
  /** The reply's body. Throws SwitchboardError with the server's code and words. */
  call(
    method: "GET" | "POST" | "PUT",
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<unknown>;
  /** Posts and writes what comes back into a new file, a piece at a time. Throws likewise, and InputError when the file exists. */
  download(path: string, body: unknown, file: string): Promise<void>;
}

/** The server on this data folder; undefined when none answers: a killed one leaves its file behind. */
export async function findServer(dataFolder: string): Promise<RunningServer | undefined> {
  const operator = readOperatorFile(path.join(dataFolder, "operator.json"));
  if (operator === undefined) return undefined;
  const { url, token } = operator;
  // Another program may have the port by now, so it must also know the token.
  const probe = await fetch(`${url}/api/admin/status`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(PROBE_MS),
  }).catch(() => undefined);
  await probe?.body?.cancel();
  return probe?.status === 200 ? toServer(url, token) : undefined;
}

/** The same; throws NotFound when none answers. */
export async function needServer(dataFolder: string): Promise<RunningServer> {
  const server = await findServer(dataFolder);
  if (server !== undefined) return server;
  throw new NotFound("NOT_FOUND", `No server runs on ${dataFolder}. Start it, or name its SWITCHBOARD_DATA.`);
}

function readOperatorFile(file: string): z.infer<typeof operatorFile> | undefined {
  try {
    return operatorFile.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}

function toServer(url: string, token: string): RunningServer {
  return {
    url,
    async call(method, route, body, headers = {}) {
      const reply = await fetch(url + route, {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }).catch((cause: unknown) => {
        throw new StoreError("STORE_UNAVAILABLE", `The server at ${url} broke off: ${messageOf(cause)}.`, {
          cause,
        });
      });
      const text = await reply.text();
      if (reply.ok) return text === "" ? undefined : JSON.parse(text);
      throw toError(reply.status, text);
    },
    async download(route, body, file) {
      // Before anything is asked: an export is written into the audit.
      const target = createWriteStream(file, { flags: "wx", mode: 0o600 });
      await once(target, "open").catch((cause: NodeJS.ErrnoException) => {
        throw new InputError("INPUT_INVALID", `${file} cannot be made: ${cause.code ?? messageOf(cause)}.`, {
          cause,
        });
      });
      try {
        await saveReply(await post(url, token, route, body), target, url);
      } catch (error) {
        target.destroy();
        await rm(file, { force: true });
        throw error;
      }
    },
  };
}

const post = (url: string, token: string, route: string, body: unknown): Promise<Response> =>
  fetch(url + route, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });

async function saveReply(reply: Response, target: Writable, url: string): Promise<void> {
  if (!reply.ok || reply.body === null) throw toError(reply.status, await reply.text());
  try {
    await pipeline(Readable.fromWeb(reply.body as ReadableStream<Uint8Array>), target);
  } catch (cause) {
    throw new StoreError("STORE_UNAVAILABLE", `The server at ${url} broke off: ${messageOf(cause)}.`, {
      cause,
    });
  }
}

function toError(status: number, text: string): SwitchboardError {
  const parsed = errorBody.safeParse(parseOrUndefined(text));
  if (!parsed.success) return new SwitchboardError("INTERNAL", `The server answered ${status}.`);
  const { code, message, details } = parsed.data;
  return new SwitchboardError(Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : "INTERNAL", message, {
    details,
  });
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
