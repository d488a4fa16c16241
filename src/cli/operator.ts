import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { ERRORS, type ErrorCode, messageOf, NotFound, StoreError, SwitchboardError } from "../core/errors";

/** Written by a running server; readable by its own user only. */
const operatorFile = z.object({ url: z.url(), token: z.string().min(1), pid: z.number() });
const errorBody = z.object({ code: z.string(), message: z.string() });

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
  };
}

function toError(status: number, text: string): SwitchboardError {
  const parsed = errorBody.safeParse(parseOrUndefined(text));
  if (!parsed.success) return new SwitchboardError("INTERNAL", `The server answered ${status}.`);
  const { code, message } = parsed.data;
  return new SwitchboardError(Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : "INTERNAL", message);
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
