import { EventEmitter } from "node:events";
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttps } from "node:https";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../../src/core/clock";
import { COSMOS_CONTAINERS } from "../../../src/storage/cosmos/containers";
import { Account, sessionOf } from "./account";
import { type Answer, bodyOf, type Incoming, Refused } from "./answer";
import type { Definition } from "./collection";
import { type Fault, Faults, kindOf, type RequestKind } from "./faults";
import { Meter, NOTHING_FOUND } from "./meter";

export interface DoubleOptions {
  clock: Clock;
  port?: number;
  /** Physical partitions of every container; 3 when left out. */
  ranges?: number;
  /** Serves https. */
  tls?: { key: string; cert: string };
  /** Database that stands there from the beginning with all containers; none when left out. */
  database?: string;
}

/** What was asked, for tests that count. */
export interface Seen {
  kind: RequestKind;
  container: string | undefined;
  partition: boolean;
  /** 0: nothing was done and nothing answered. */
  status: number;
  /** A fault was put in its way. */
  injected: boolean;
}

/** A strict stand-in for Azure Cosmos DB: real HTTP, and 501 for anything it does not know. */
export interface CosmosDouble {
  url: string;
  /** Of the account, base64. */
  key: string;
  account: Account;
  faults: Faults;
  meter: Meter;
  seen: Seen[];
  /** Resolves when the next request has arrived. */
  arrival(): Promise<void>;
  close(): Promise<void>;
}

const MOST_SEEN = 50_000;

const KEY = Buffer.from("a key that opens only this double").toString("base64");

export async function startCosmosDouble(options: DoubleOptions): Promise<CosmosDouble> {
  const { clock, ranges = 3, tls } = options;
  const account = new Account({ key: KEY, tokens: new Set() }, clock, ranges);
  for (const definition of options.database === undefined ? [] : COSMOS_CONTAINERS)
    account.create(options.database as string, definition as Definition);
  const arrivals = new EventEmitter();
  const double: CosmosDouble = {
    url: "",
    key: KEY,
    account,
    faults: new Faults(clock),
    meter: new Meter(),
    seen: [],
    arrival: () => new Promise((resolve) => arrivals.once("arrival", resolve)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    arrivals.emit("arrival");
    void serve(double, request, response).catch(() => response.destroy());
  };
  const server = tls === undefined ? createHttp(listener) : createHttps(tls, listener);
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  double.url = `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}/`;
  return double;
}

async function serve(
  double: CosmosDouble,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = await read(message);
  if (request.path[0] === "_double") return void write(response, control(double, request));
  const kind = kindOf(request);
  const fault = double.faults.take(kind);
  if (fault?.kind === "hang" || fault?.kind === "resetBefore") {
    note(double, { kind, request, fault, answer: { status: 0 } });
    if (fault.kind === "resetBefore") message.socket.destroy();
    return;
  }
  if (fault?.kind === "wait") await new Promise((resolve) => setTimeout(resolve, fault.waitMs));
  const answer = fault?.kind === "status" ? toAnswer(refusalOf(fault)) : attempt(double, request);
  note(double, { kind, request, fault, answer });
  if (fault?.kind === "resetAfter") return void message.socket.destroy();
  write(
    response,
    fault?.kind === "doneStatus" ? toAnswer(refusalOf(fault)) : answer,
    sessionOf(double.account, request),
  );
}

function attempt(double: CosmosDouble, request: Incoming): Answer {
  try {
    return double.account.answer(request, double.url);
  } catch (error) {
    if (error instanceof Refused) return toAnswer(error);
    throw error;
  }
}

interface Noted {
  kind: RequestKind;
  request: Incoming;
  fault: Fault | undefined;
  answer: Answer;
}

function note(double: CosmosDouble, { kind, request, fault, answer }: Noted): void {
  double.meter.add(kind, answer.charge ?? 0);
  if (double.seen.length > MOST_SEEN) double.seen.splice(0, MOST_SEEN / 2);
  double.seen.push({
    kind,
    container: request.path[3],
    partition: request.headers["x-ms-documentdb-partitionkey"] !== undefined,
    status: answer.status,
    injected: fault !== undefined,
  });
}

function refusalOf({ status = 503, substatus, retryAfterMs }: Fault): Refused & { retryAfterMs?: number } {
  const refusal = new Refused(status, `Injected ${status}`, substatus);
  return Object.assign(refusal, retryAfterMs === undefined ? {} : { retryAfterMs });
}

function toAnswer(error: Refused & { retryAfterMs?: number }): Answer {
  const { status, substatus, message, retryAfterMs } = error;
  const costs = status === 404 || status === 409 || status === 412;
  return {
    status,
    body: { code: String(status), message: `${message}\r\nActivityId: 00000000-0000-0000-0000-000000000000` },
    headers: {
      ...(substatus !== undefined && { "x-ms-substatus": String(substatus) }),
      ...(retryAfterMs !== undefined && { "x-ms-retry-after-ms": String(retryAfterMs) }),
    },
    charge: costs ? NOTHING_FOUND : 0,
  };
}

async function read(message: IncomingMessage): Promise<Incoming> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  // Not through URL, which would cut spaces at the end.
  const [pathname = ""] = (message.url ?? "").split("?");
  return {
    method: message.method ?? "",
    path: pathname
      .split("/")
      .filter((part) => part !== "")
      .map(decodeURIComponent),
    headers: message.headers as Incoming["headers"],
    text: Buffer.concat(chunks).toString("utf8"),
  };
}

function write(response: ServerResponse, { status, body, headers, charge = 0 }: Answer, more = {}): void {
  const text = body === undefined ? "" : JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "x-ms-activity-id": "00000000-0000-0000-0000-000000000000",
    "x-ms-request-charge": String(Math.round(charge * 100) / 100),
    ...more,
    ...headers,
  });
  response.end(status === 304 || status === 204 ? undefined : text);
}

/** For doubles in a process of their own: `GET /_double/meter`, `POST /_double/faults`, `POST /_double/reset`. */
function control(double: CosmosDouble, request: Incoming): Answer {
  switch (`${request.method} ${request.path[1]}`) {
    case "GET meter":
      return {
        status: 200,
        body: { total: double.meter.total, byKind: double.meter.byKind, seen: double.seen.length },
      };
    case "POST faults":
      double.faults.add(...(bodyOf(request) as Fault[]));
      return { status: 204 };
    case "POST reset":
      double.meter.reset();
      double.faults.clear();
      double.seen.length = 0;
      return { status: 204 };
    default:
      return { status: 501 };
  }
}
