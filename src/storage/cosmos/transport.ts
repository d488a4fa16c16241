import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { Clock } from "../../core/clock";
import { messageOf } from "../../core/errors";
import { NoAnswer } from "./faults";
import type { CosmosClientOptions } from "./sdk";

type HttpClient = NonNullable<CosmosClientOptions["httpClient"]>;
type Request = Parameters<HttpClient["sendRequest"]>[0];
type Response = Awaited<ReturnType<HttpClient["sendRequest"]>>;
type Headers = Request["headers"];

/** Header that names the operation a request belongs to; never sent. */
export const OPERATION = "x-switchboard-operation";
/** Header of requests that need no query plan; never sent. */
export const NO_PLAN = "x-switchboard-no-plan";

/** What a request told of itself. */
export interface Exchange {
  operation: string | undefined;
  /** The change feed cannot carry our header: told by its own. */
  feedOf: string | undefined;
  requestUnits: number;
}

export interface TransportOptions {
  clock: Clock;
  /** Certificates to trust besides the system's, PEM: for tests. */
  ca?: string;
  /** Time for one request of an operation; undefined: the standard. */
  timeoutOf(operation: string | undefined): number;
  done(exchange: Exchange): void;
}

/**
 * The SDK's way to the network. Ours, because the SDK repeats broken reads ten times a second apart, asks for a plan
 * beside every query although one partition needs none, and counts request units only where an answer arrives.
 */
export class Transport implements HttpClient {
  readonly #options: TransportOptions;
  readonly #http: HttpAgent;
  readonly #https: HttpsAgent;

  constructor(options: TransportOptions) {
    this.#options = options;
    // The service closes idle connections after minutes; a shorter time here avoids writing into a closed one.
    const shared = { keepAlive: true, maxSockets: 256, timeout: 60_000 };
    this.#http = new HttpAgent(shared);
    this.#https = new HttpsAgent({ ...shared, ...(options.ca !== undefined && { ca: options.ca }) });
  }

  async sendRequest(request: Request): Promise<Response> {
    const operation = take(request.headers, OPERATION);
    const unplanned = take(request.headers, NO_PLAN) !== undefined;
    if (unplanned && request.headers.has("x-ms-cosmos-is-query-plan-request")) return noPlan(request);
    const answer = await this.#send(request, operation);
    const feedOf = request.headers.has("a-im") ? containerOf(request.url) : undefined;
    const requestUnits = Number(answer.headers.get("x-ms-request-charge") ?? 0) || 0;
    this.#options.done({ operation, feedOf, requestUnits });
    return answer;
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #send(request: Request, operation: string | undefined): Promise<Response> {
    const url = new URL(request.url);
    const secure = url.protocol === "https:";
    const headers = request.headers.toJSON();
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => {
        stop();
        reject(error instanceof NoAnswer ? error : toNoAnswer(error, url.host));
      };
      const message = (secure ? requestHttps : requestHttp)(
        url,
        { method: request.method, headers, agent: secure ? this.#https : this.#http },
        (response) => collect(response, request).then(resolve, fail).finally(stop),
      );
      const stopTimer = this.#options.clock.after(this.#options.timeoutOf(operation), () =>
        message.destroy(new NoAnswer(`the database at ${url.host} does not answer in time`, true)),
      );
      const abort = () => message.destroy(new NoAnswer("the request was given up", true));
      request.abortSignal?.addEventListener("abort", abort);
      const stop = () => {
        stopTimer();
        request.abortSignal?.removeEventListener("abort", abort);
      };
      message.on("error", fail);
      message.end(isBytes(request.body) ? request.body : undefined);
    });
  }
}

/** Errors before a connection stood: nothing can have been done. */
const NOT_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

function toNoAnswer(error: unknown, host: string): NoAnswer {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? "";
  const words = code === "" ? messageOf(error) : code;
  return new NoAnswer(`the database at ${host} cannot be reached (${words})`, !NOT_SENT.has(code), error);
}

async function collect(response: IncomingMessage, request: Request): Promise<Response> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const status = response.statusCode ?? 0;
  const text = Buffer.concat(chunks).toString("utf8");
  return {
    request,
    status,
    headers: new AnswerHeaders(response.headers),
    bodyAsText: readable(status, text),
  };
}

/** The SDK reads errors as JSON; a proxy's page of HTML, or nothing at all, would bury the status. */
function readable(status: number, text: string): string {
  if (status < 400 || text.startsWith("{")) return text;
  return JSON.stringify({ code: String(status), message: `no message (${status})` });
}

const isBytes = (body: unknown): body is string | Uint8Array =>
  typeof body === "string" || body instanceof Uint8Array;

function noPlan(request: Request): Response {
  const bodyAsText = JSON.stringify({
    code: "BadRequest",
    message: "A query of one partition needs no plan.",
  });
  return { request, status: 400, headers: new AnswerHeaders({}), bodyAsText };
}

function take(headers: Headers, name: string): string | undefined {
  const value = headers.get(name);
  headers.delete(name);
  return value;
}

const containerOf = (url: string): string | undefined => /\/colls\/([^/]+)/.exec(url)?.[1];

class AnswerHeaders implements Headers {
  readonly #values: Map<string, string>;

  constructor(headers: IncomingMessage["headers"]) {
    this.#values = new Map(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  }

  get(name: string): string | undefined {
    return this.#values.get(name.toLowerCase());
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  set(name: string, value: string | number | boolean): void {
    this.#values.set(name.toLowerCase(), String(value));
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase());
  }

  toJSON(): Record<string, string> {
    return Object.fromEntries(this.#values);
  }

  [Symbol.iterator](): Iterator<[string, string]> {
    return this.#values[Symbol.iterator]();
  }
}
