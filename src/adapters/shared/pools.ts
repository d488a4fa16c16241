import { type Dispatcher, Pool } from "undici";
import type { Http, HttpRequest, HttpResponse } from "../../core/channel";
import { ChannelError } from "../../core/errors";

/** Answers of a platform are small; more than this is not one. */
const MAX_RESPONSE_BYTES = 1_048_576;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * One keep-alive undici `Pool` per origin: a new connection for each call costs four times the CPU of the rest.
 * `connections` (default 64) bounds the sockets of one origin; further calls wait inside their own time-out, which
 * `longestMs` shortens for all.
 */
export function createHttp(options: { connections?: number; longestMs?: number } = {}): Http {
  const { connections = 64, longestMs = Number.POSITIVE_INFINITY } = options;
  const pools = new Map<string, Pool>();

  function poolOf(origin: string): Pool {
    let pool = pools.get(origin);
    if (pool === undefined) {
      pool = new Pool(origin, { connections, pipelining: 1, connect: { timeout: CONNECT_TIMEOUT_MS } });
      pools.set(origin, pool);
    }
    return pool;
  }

  return {
    request: (request) =>
      new Promise((resolve, reject) => {
        const bounded = request.timeoutMs > longestMs ? { ...request, timeoutMs: longestMs } : request;
        const call = new Call(bounded, resolve, reject);
        try {
          poolOf(request.origin).dispatch(call.options, call);
        } catch (error) {
          call.fail(error);
        }
      }),
    async close() {
      const open = [...pools.values()];
      pools.clear();
      await Promise.all(open.map((pool) => pool.destroy()));
    },
  };
}

/**
 * One exchange. A dispatch handler instead of `pool.request`: it builds no stream, and it is told when the request
 * goes onto a socket, which is what decides whether a failure is ambiguous.
 */
class Call implements Dispatcher.DispatchHandler {
  readonly options: Dispatcher.DispatchOptions;
  readonly #timer: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | undefined;
  #settled = false;
  #status = 0;
  #headers: HttpResponse["headers"] = {};
  #first: Buffer | undefined;
  #rest: Buffer[] | undefined;
  #size = 0;

  constructor(
    private readonly request: HttpRequest,
    private readonly resolve: (response: HttpResponse) => void,
    private readonly reject: (error: ChannelError) => void,
  ) {
    this.options = {
      path: request.path,
      method: request.method as Dispatcher.HttpMethod,
      headers: request.headers,
      body: request.body ?? null,
      // One deadline over everything, below: per-chunk time-outs would let a trickling answer last for ever.
      headersTimeout: 0,
      bodyTimeout: 0,
    };
    this.#timer = setTimeout(() => this.#expire(), request.timeoutMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#settled) controller.abort(new Error("expired"));
    else this.#controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.#status = status;
    for (const name in headers) {
      const value = headers[name];
      if (typeof value === "object") headers[name] = value.join(", ");
    }
    this.#headers = headers as HttpResponse["headers"];
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > MAX_RESPONSE_BYTES) {
      controller.abort(new Error(`the answer is larger than ${MAX_RESPONSE_BYTES} bytes`));
    } else if (this.#first === undefined) {
      this.#first = chunk;
    } else {
      this.#rest ??= [this.#first];
      this.#rest.push(chunk);
    }
  }

  onResponseEnd(): void {
    if (!this.#settle()) return;
    const bytes = this.#rest === undefined ? this.#first : Buffer.concat(this.#rest);
    this.resolve({ status: this.#status, headers: this.#headers, body: bytes?.toString("utf8") ?? "" });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(error);
  }

  fail(cause: unknown): void {
    if (!this.#settle()) return;
    const ambiguous = this.#controller !== undefined;
    const what = ambiguous ? "the connection broke" : "it cannot be reached";
    this.reject(unavailable(this.request, `${what} (${reasonOf(cause)})`, ambiguous, cause));
  }

  #expire(): void {
    if (!this.#settle()) return;
    const ambiguous = this.#controller !== undefined;
    this.#controller?.abort(new Error("expired"));
    const what = `it did not answer within ${this.request.timeoutMs / 1000} s`;
    this.reject(unavailable(this.request, what, ambiguous, undefined));
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    clearTimeout(this.#timer);
    return true;
  }
}

function unavailable(request: HttpRequest, what: string, ambiguous: boolean, cause: unknown): ChannelError {
  return new ChannelError("CHANNEL_UNAVAILABLE", `${request.origin}: ${what}. It is tried again.`, {
    retryable: true,
    ambiguous,
    cause,
  });
}

function reasonOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error);
  const { code, message } = error as { code?: unknown; message?: unknown };
  return typeof code === "string" ? code : String(message);
}
