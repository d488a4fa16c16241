import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Next, Request, Response, Server } from "restify";
import { InputError, NotFound } from "../core/errors";
import type { Log } from "../core/log";
import type { MountedRoute } from "./mount";
import { sendError, sendWrongMethod } from "./respond";

export interface ListenOptions {
  table: readonly MountedRoute[];
  port: number;
  host: string;
  /** Called for each request before anything else. */
  onRequest(response: ServerResponse): void;
  log: Log;
}

export interface Listening {
  port: number;
  /** Takes no more connections; resolves when all are closed. */
  stop(): Promise<void>;
  dropConnections(): void;
}

/**
 * Opens a port for the routes: the only file that knows restify. It is loaded here and not before, because loading it
 * changes the requests and responses of the whole process (writeHead then returns nothing), which a host that mounts us
 * must not suffer.
 */
export async function listen(options: ListenOptions): Promise<Listening> {
  const { createServer } = await import("restify");
  const server = createServer({ name: "", maxParamLength: 600, ignoreTrailingSlash: false });
  // Before restify's own listener, which may have answered when it returns.
  server.server.prependListener("request", (_request: IncomingMessage, response: ServerResponse) =>
    options.onRequest(response),
  );
  harden(server, options.log);
  for (const { method, path, handler } of options.table) {
    const register = ({ GET: "get", POST: "post", PUT: "put", DELETE: "del", HEAD: "head" } as const)[method];
    // Native and with two parameters, or restify refuses it.
    server[register](path, async (request: Request, response: Response) => {
      await handler(request, response, request.params as Record<string, string>);
    });
  }
  const port = await new Promise<number>((resolve, reject) => {
    server.server.once("error", reject);
    server.listen(options.port, options.host, () => resolve((server.server.address() as AddressInfo).port));
  });
  return {
    port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
    dropConnections: () => server.server.closeAllConnections(),
  };
}

function harden(server: Server, log: Log): void {
  // With restify's listener for it a request to upgrade would get no answer, and its socket hold up the end for ever.
  server.server.removeAllListeners("upgrade");
  // The router parses URL and Host with a parser that throws where nobody catches: one request would end the process.
  server.pre((request: Request, response: Response, next: Next) => {
    try {
      request.getUrl();
      next();
    } catch {
      sendError(
        request,
        response,
        new InputError("INPUT_INVALID", "The request's URL or Host cannot be read."),
        log,
      );
      next(false);
    }
  });
  // Routing errors (no such route, wrong method, a broken URL) in our own shape. Without calling restify's `done` it
  // does not answer a second time, which would throw where nobody catches and end the process.
  server.on(
    "restifyError",
    (request: Request, response: Response, error: Error & { statusCode?: number }) => {
      if (response.headersSent) return;
      const status = error.statusCode ?? 500;
      if (status >= 500) sendError(request, response, error, log);
      else if (status === 405) sendWrongMethod(response);
      else
        sendError(
          request,
          response,
          status === 404
            ? new NotFound("NOT_FOUND", "There is no such address.")
            : new InputError("INPUT_INVALID", "The request cannot be read."),
          log,
        );
    },
  );
}
