import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer as createRestify, type Next, type Request, type Response } from "restify";
import type { Clock } from "../core/clock";
import { InputError, NotAllowed, NotFound } from "../core/errors";
import type { Log } from "../core/log";
import type { Route } from "../core/route";
import { runRoute, writeReply } from "./apiRoutes";
import { parseJson, readBody } from "./body";
import { writeEventStream } from "./eventStream";
import { writeFile } from "./fileReply";
import type { Metrics } from "./metrics";
import { toOpenApi } from "./openapi";
import { sendError, sendJson } from "./respond";
import type { SignIn } from "./signIn";
import { type WebhookReceiver, webhookHandler } from "./webhookRoutes";
import type { WebPages } from "./webPages";

export interface ServerPorts {
  receiver: WebhookReceiver;
  routes: readonly Route[];
  signIn: SignIn;
  pages: WebPages;
  metrics: Metrics;
  /** Bearer token of /metrics; "open": none is needed; absent: closed. */
  metricsToken?: string | "open";
  /** Throws or rejects when the server should get no traffic. */
  ready(): Promise<void>;
  /** POST /api/messages, with the parsed body; absent: closed. */
  botFramework?: (request: IncomingMessage & { body?: unknown }, response: ServerResponse) => Promise<void>;
  /** Proxies in front of us whose X-Forwarded-For is believed. */
  trustProxyHops: number;
  /** Whose webhooks are taken. */
  providers: readonly string[];
  version: string;
  clock: Clock;
  log: Log;
}

export interface HttpServer {
  /** Resolves with the port. */
  listen(port: number, host: string): Promise<number>;
  /** New requests are refused, those in flight finish (at most `withinMs`), streams end. */
  close(withinMs: number): Promise<void>;
}

type Handler = (request: Request, response: Response) => Promise<void>;

/** The only room that knows restify. */
export function createServer(ports: ServerPorts): HttpServer {
  const server = createRestify({ name: "", maxParamLength: 600, ignoreTrailingSlash: false });
  const inFlight = new Set<ServerResponse>();
  const streams = new Set<{ close(): void }>();
  const metrics = ports.metrics;

  server.server.on("request", (_request: IncomingMessage, response: ServerResponse) => {
    inFlight.add(response);
    response.on("close", () => inFlight.delete(response));
  });
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
        ports.log,
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
      if (status >= 500) sendError(request, response, error, ports.log);
      else if (status === 405)
        sendJson(response, 405, {
          code: "NOT_FOUND",
          message: "This address has no such method.",
          details: null,
        });
      else
        sendError(
          request,
          response,
          status === 404
            ? new NotFound("NOT_FOUND", "There is no such address.")
            : new InputError("INPUT_INVALID", "The request cannot be read."),
          ports.log,
        );
    },
  );

  const guard = (handler: Handler) => async (request: Request, response: Response) => {
    try {
      await handler(request, response);
    } catch (error) {
      sendError(request, response, error, ports.log);
    }
  };

  const webhook = webhookHandler(ports.receiver, ports.log, ports.trustProxyHops);
  for (const provider of ports.providers) {
    const handle = async (request: Request, response: Response) => {
      await webhook(request, response, provider, String(request.params.accountId));
      metrics.countWebhook(provider, response.statusCode);
    };
    server.post(`/webhooks/${provider}/:accountId`, handle);
    if (provider === "twilio") server.post(`/webhooks/${provider}/:accountId/status`, handle);
    else server.get(`/webhooks/${provider}/:accountId`, handle);
  }

  for (const route of ports.routes) mount(route);

  function mount(route: Route): void {
    const handler = guard(async (request, response) => {
      const reply = await runRoute(
        route,
        request,
        request.params as Record<string, string>,
        ports.signIn.identify,
      );
      if (reply.file !== undefined) {
        await writeFile(response, { ...reply, file: reply.file }, ports.log);
        return;
      }
      if (reply.stream === undefined) {
        writeReply(response, reply);
        return;
      }
      const stream = writeEventStream(response, reply.stream, {
        clock: ports.clock,
        ...(reply.headers === undefined ? {} : { headers: reply.headers }),
      });
      streams.add(stream);
      // A stream is not work in flight: it would hold up the end for ever.
      inFlight.delete(response);
      response.on("close", () => streams.delete(stream));
    });
    const method = ({ GET: "get", POST: "post", PUT: "put", DELETE: "del" } as const)[route.method];
    server[method](route.path, handler);
    if (route.file === true) server.head(route.path, handler);
  }

  server.get(
    "/healthz",
    guard(async (_request, response) => sendJson(response, 200, { status: "up" })),
  );
  server.get(
    "/readyz",
    guard(async (_request, response) => {
      await ports.ready().then(
        () => sendJson(response, 200, { status: "ready" }),
        () => sendJson(response, 503, { status: "not ready" }),
      );
    }),
  );
  server.get(
    "/metrics",
    guard(async (request, response) => {
      needMetricsToken(request, ports.metricsToken);
      const text = await metrics.text();
      response.writeHead(200, {
        "Content-Type": metrics.contentType,
        "Content-Length": Buffer.byteLength(text),
      });
      response.end(text);
    }),
  );
  server.get(
    "/api/openapi.json",
    guard(async (_request, response) => sendJson(response, 200, toOpenApi(ports.routes, ports.version))),
  );
  if (ports.botFramework !== undefined) {
    const handle = guard(activityHandler(ports.botFramework));
    server.post("/api/messages", async (request: Request, response: Response) => {
      await handle(request, response);
      metrics.countWebhook("azure", response.statusCode);
    });
  }

  server.get("/", (_request: Request, response: Response, next: Next) => {
    response.writeHead(302, { Location: "/desk", "Content-Length": 0 });
    response.end();
    next(false);
  });
  const page = guard(async (request, response) => {
    const found = ports.pages.find(
      (request.url ?? "/").split("?", 1)[0] ?? "/",
      request.headers["accept-encoding"] as string | undefined,
    );
    if (found === undefined) throw new NotFound("NOT_FOUND", "There is no such page.");
    response.writeHead(found.status, found.headers);
    response.end(request.method === "HEAD" ? undefined : found.body);
  });
  for (const path of ["/desk", "/desk/*", "/counts", "/phone", "/web/*"]) {
    server.get(path, page);
    server.head(path, page);
  }

  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.server.once("error", reject);
        server.listen(port, host, () => resolve((server.server.address() as AddressInfo).port));
      }),
    async close(withinMs) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const stream of streams) stream.close();
      const end = Date.now() + withinMs;
      while (inFlight.size > 0 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
      server.server.closeAllConnections();
      await closed;
    },
  };
}

/** Bot Service allows activities of 256 KB; the same bound as for webhooks leaves room. */
const ACTIVITY_LIMIT_BYTES = 1024 * 1024;

/** Parses the body, since the SDK fails on anything that is not an object with a type before it asks who calls. */
function activityHandler(handle: NonNullable<ServerPorts["botFramework"]>): Handler {
  return async (request, response) => {
    const body = parseJson(await readBody(request, ACTIVITY_LIMIT_BYTES));
    const isActivity =
      typeof body === "object" && body !== null && "type" in body && typeof body.type === "string";
    if (!isActivity || body.type === "")
      throw new InputError("INPUT_INVALID", "The body is no activity: a JSON object with a type.");
    request.body = body;
    await handle(request, response);
  };
}

function needMetricsToken(request: Request, token: string | undefined): void {
  if (token === "open") return;
  const given = Buffer.from(String(request.headers.authorization ?? ""));
  const wanted = Buffer.from(`Bearer ${token ?? ""}`);
  if (token !== undefined && given.length === wanted.length && timingSafeEqual(given, wanted)) return;
  throw new NotAllowed("SIGN_IN_NEEDED", "Metrics need the token of METRICS_TOKEN.");
}
