import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { type Answer, type Asked, answerOf, type Blob } from "./operations";

/** What happens to the next request that `when` accepts, instead of an answer or after it. */
export type Fault =
  | { kind: "status"; status: number; code?: string; headers?: Record<string, string> }
  /** The connection breaks; with `afterwards` the work was done. */
  | { kind: "reset"; afterwards?: boolean }
  /** So many bytes of the body, then the connection breaks. */
  | { kind: "cut"; bytes: number }
  /** So many bytes of the body (none: not even headers), then nothing more, and the connection stays. */
  | { kind: "silence"; bytes?: number };

export interface BlobDouble {
  /** Address of the container with a signature that is accepted. */
  readonly url: string;
  readonly origin: string;
  readonly blobs: ReadonlyMap<string, Blob>;
  /** Every request, oldest first: "PUT m~1". */
  readonly log: readonly string[];
  readonly asked: readonly Asked[];
  /** Bearer tokens that are accepted. */
  readonly tokens: Set<string>;
  /** False: ContainerNotFound. */
  exists: boolean;
  /** As Azure writes it: "container" or "blob". */
  publicAccess: string | undefined;
  /** Connections that are open now. */
  connections(): Promise<number>;
  /** The next `times` requests (1) of this method fail so. */
  fail(method: string, fault: Fault, times?: number): void;
  close(): Promise<void>;
}

const SIGNATURE = "signature-of-the-double";

/**
 * One container of Azure Blob Storage over real HTTP: what the SDK asks for media, as Azurite 3.37 answers it (which
 * was compared), and 501 for everything else.
 */
export async function startBlobDouble(
  options: { tls?: { key: string; cert: string } } = {},
): Promise<BlobDouble> {
  const blobs = new Map<string, Blob>();
  const log: string[] = [];
  const requests: Asked[] = [];
  const tokens = new Set<string>();
  const faults: { method: string; fault: Fault }[] = [];
  const held = new Set<ServerResponse>();

  const listener: RequestListener = async (request, response) => {
    // A client may leave whenever it likes.
    response.on("error", () => {});
    const asked = await toAsked(request);
    if (asked === undefined) return;
    requests.push(asked);
    log.push(`${asked.method} ${asked.blob ?? ""}`.trim());
    const next = faults.findIndex(({ method }) => method === asked.method);
    const fault = next < 0 ? undefined : faults.splice(next, 1)[0]?.fault;
    if (fault?.kind === "status") {
      const { status, code, headers = {} } = fault;
      send(response, asked, { status, headers, ...(code === undefined ? {} : { code }) });
      return;
    }
    const isDone = fault?.kind !== "reset" || fault.afterwards === true;
    const answer = isDone ? answerOf(asked, { blobs, isKnown, ...double.state() }) : undefined;
    if (fault?.kind === "reset") request.socket.destroy();
    else if (answer !== undefined && fault === undefined) send(response, asked, answer);
    else if (answer !== undefined && fault !== undefined) sendPart(response, asked, answer, fault, held);
  };
  const isKnown = ({ query, authorization }: Asked): boolean =>
    query.get("sig") === SIGNATURE || tokens.has(authorization.replace(/^Bearer /, ""));

  const server = options.tls === undefined ? createServer(listener) : createTlsServer(options.tls, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const origin = options.tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`;

  const double = {
    exists: true,
    publicAccess: undefined as string | undefined,
    state: () => ({ exists: double.exists, publicAccess: double.publicAccess }),
    origin,
    url: `${origin}/account/media?sv=2026-04-06&sr=c&sp=racwd&sig=${SIGNATURE}`,
    blobs,
    log,
    asked: requests,
    tokens,
    connections: () =>
      new Promise<number>((resolve, reject) =>
        server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
      ),
    fail(method: string, fault: Fault, times = 1) {
      for (let left = times; left > 0; left -= 1) faults.push({ method, fault });
    },
    async close() {
      for (const response of held) response.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return double;
}

/** undefined: the client left while it was still talking. */
async function toAsked(request: IncomingMessage): Promise<Asked | undefined> {
  const url = new URL(request.url ?? "/", "http://double");
  const [, account = "", container = "", ...rest] = url.pathname.split("/");
  const body = await buffer(request).catch(() => undefined);
  if (body === undefined) return undefined;
  const { authorization = "", ...headers } = request.headers as Record<string, string>;
  return {
    method: request.method ?? "",
    account,
    container,
    ...(rest.length === 0 ? {} : { blob: decodeURIComponent(rest.join("/")) }),
    query: url.searchParams,
    headers,
    authorization,
    body,
  };
}

function toHeaders(answer: Answer): { headers: Record<string, string | number>; body: Buffer } {
  const { code, headers } = answer;
  const body = code === undefined ? (answer.body ?? Buffer.alloc(0)) : Buffer.from(errorXml(code));
  return {
    body,
    headers: {
      "x-ms-version": "2026-04-06",
      "x-ms-request-id": "00000000-0000-0000-0000-000000000001",
      ...(code === undefined ? {} : { "x-ms-error-code": code, "content-type": "application/xml" }),
      "content-length": body.length,
      ...headers,
    },
  };
}

function send(response: ServerResponse, { method }: Asked, answer: Answer): void {
  const { headers, body } = toHeaders(answer);
  response.writeHead(answer.status, headers);
  response.end(method === "HEAD" ? undefined : body);
}

function sendPart(
  response: ServerResponse,
  asked: Asked,
  answer: Answer,
  fault: Exclude<Fault, { kind: "status" | "reset" }>,
  held: Set<ServerResponse>,
): void {
  held.add(response);
  response.on("close", () => held.delete(response));
  if (fault.kind === "silence" && fault.bytes === undefined) return;
  const { headers, body } = toHeaders(answer);
  response.writeHead(answer.status, headers);
  const part = asked.method === "HEAD" ? Buffer.alloc(0) : body.subarray(0, fault.bytes);
  response.write(part, () => {
    if (fault.kind === "cut") response.destroy();
  });
}

const errorXml = (code: string): string =>
  `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${code} of the double.</Message></Error>`;
