import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../core/clock";
import { correlated } from "../core/correlation";
import { ConfigError, InputError, NotAllowed, NotFound } from "../core/errors";
import type { Log } from "../core/log";
import { hasRole, type Principal, type Route } from "../core/route";
import { runRoute, writeReply } from "./apiRoutes";
import { parseJson, readBody } from "./body";
import { clientAddress } from "./clientAddress";
import { correlationOf, nameRequest } from "./correlationHeader";
import { writeEventStream } from "./eventStream";
import { writeFile } from "./fileReply";
import { type Listening, listen } from "./listen";
import type { Metrics } from "./metrics";
import { createMount, type Handler, type MountedRoute } from "./mount";
import { toOpenApi } from "./openapi";
import { sendError, sendJson } from "./respond";
import { type WebhookReceiver, webhookHandler } from "./webhookRoutes";
import { PAGE_PATHS, type WebPages } from "./webPages";

export interface ServerPorts {
  receiver: WebhookReceiver;
  routes: readonly Route[];
  signIn: {
    identify(
      call: Pick<IncomingMessage, "method" | "headers"> & { address: string },
    ): Promise<Principal | undefined>;
    /** Whether the platform in front says who it is, as of this request. */
    isOfPlatform(call: Pick<IncomingMessage, "headers">): boolean;
  };
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
  /** All that it answers: "GET /api/desk/me". */
  addresses(): string[];
  /** Resolves with the port. */
  listen(port: number, host: string): Promise<number>;
  /**
   * Answers a request of somebody else's server, whose path is one of ours: true once the response is over. False at
   * once, and nothing touched, when it is none of ours.
   */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /** New requests are refused, those in flight finish (at most `withinMs`), streams end. */
  close(withinMs: number): Promise<void>;
}

const RECHECK_MS = 60_000;
/** Headers of a platform in front are as old as the stream: the browser comes back with new ones. */
const PLATFORM_MS = 30 * 60_000;

/** Everything that we answer over HTTP, on a port of our own or of somebody else's server. */
export function createServer(ports: ServerPorts): HttpServer {
  const table: MountedRoute[] = [];
  const inFlight = new Set<ServerResponse>();
  const streams = new Set<{ close(): void }>();
  const metrics = ports.metrics;

  function watch(response: ServerResponse): void {
    nameRequest(response);
    inFlight.add(response);
    response.on("close", () => inFlight.delete(response));
  }

  const guard =
    (handler: Handler): Handler =>
    async (request, response, params) => {
      try {
        await handler(request, response, params);
      } catch (error) {
        sendError(request, response, error, ports.log);
      }
    };

  function add(method: MountedRoute["method"], path: string, handler: Handler): void {
    table.push({
      method,
      path,
      handler: (request, response, params) =>
        correlated(correlationOf(response), () => handler(request, response, params)),
    });
  }

  function tellWebhook(provider: string, status: number, ms: number): void {
    metrics.meter.count("switchboard_webhooks_total", { provider, status: String(status) });
    metrics.meter.time("switchboard_webhook_seconds", { provider }, ms);
  }

  const webhook = webhookHandler(ports.receiver, ports.log, ports.trustProxyHops);
  for (const provider of ports.providers) {
    const handle: Handler = async (request, response, params) => {
      const beganAt = ports.clock.now();
      await webhook(request, response, provider, String(params.accountId));
      tellWebhook(provider, response.statusCode, ports.clock.now() - beganAt);
    };
    add("POST", `/webhooks/${provider}/:accountId`, handle);
    if (provider === "twilio") add("POST", `/webhooks/${provider}/:accountId/status`, handle);
    else add("GET", `/webhooks/${provider}/:accountId`, handle);
  }

  const identify = (request: IncomingMessage): Promise<Principal | undefined> =>
    ports.signIn.identify({
      ...{ method: request.method, headers: request.headers },
      address: clientAddress(request, ports.trustProxyHops),
    });

  for (const route of ports.routes) mount(route);

  function mount(route: Route): void {
    const handler = guard(async (request, response, params) => {
      const reply = await runRoute(route, request, params, {
        identify,
        trustProxyHops: ports.trustProxyHops,
      });
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
      const until = ports.signIn.isOfPlatform(request) ? ports.clock.now() + PLATFORM_MS : Infinity;
      recheck(stream, async () => ports.clock.now() < until && (await stillIn(route, request)));
      // A stream is not work in flight: it would hold up the end for ever.
      inFlight.delete(response);
      response.on("close", () => streams.delete(stream));
    });
    add(route.method, route.path, handler);
    if (route.file === true) add("HEAD", route.path, handler);
  }

  /** False once whoever opened a stream may not read it any more. A store that fails meanwhile decides nothing. */
  async function stillIn(route: Route, request: IncomingMessage): Promise<boolean> {
    const principal = await identify(request).catch((error) => {
      if (error instanceof NotAllowed) return undefined;
      return "unknown" as const;
    });
    if (route.access === "public" || principal === "unknown") return true;
    return principal !== undefined && hasRole(principal, route.access);
  }

  /** A stream lives for hours: somebody who was signed out, or lost the role, hears nothing more within a minute. */
  function recheck(stream: { close(): void }, isAllowed: () => Promise<boolean>): void {
    ports.clock.after(RECHECK_MS, async () => {
      if (!streams.has(stream)) return;
      if (await isAllowed()) recheck(stream, isAllowed);
      else stream.close();
    });
  }

  add(
    "GET",
    "/healthz",
    guard(async (_request, response) => sendJson(response, 200, { status: "up" })),
  );
  add(
    "GET",
    "/readyz",
    guard(async (_request, response) => {
      await ports.ready().then(
        () => sendJson(response, 200, { status: "ready" }),
        () => sendJson(response, 503, { status: "not ready" }),
      );
    }),
  );
  add(
    "GET",
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
  // For strangers, too: worked out once.
  let document: ReturnType<typeof toOpenApi> | undefined;
  add(
    "GET",
    "/api/openapi.json",
    guard(async (_request, response) => {
      document ??= toOpenApi(ports.routes, ports.version);
      sendJson(response, 200, document);
    }),
  );
  if (ports.botFramework !== undefined) {
    const handle = guard(activityHandler(ports.botFramework));
    add("POST", "/api/messages", async (request, response, params) => {
      const beganAt = ports.clock.now();
      await handle(request, response, params);
      tellWebhook("azure", response.statusCode, ports.clock.now() - beganAt);
    });
  }

  const page = guard(async (request, response) => {
    const found = ports.pages.find(
      (request.url ?? "/").split("?", 1)[0] ?? "/",
      request.headers["accept-encoding"] as string | undefined,
    );
    if (found === undefined) throw new NotFound("NOT_FOUND", "There is no such page.");
    response.writeHead(found.status, found.headers);
    response.end(request.method === "HEAD" ? undefined : found.body);
  });
  for (const path of PAGE_PATHS) {
    add("GET", path, page);
    add("HEAD", path, page);
  }

  const find = createMount(table);
  let listening: Listening | undefined;
  let closed = false;

  return {
    addresses: () => table.map(({ method, path }) => `${method} ${path}`),
    async handle(request, response) {
      const handler = find(request);
      if (handler === undefined) return false;
      // Whoever asked has left already: nothing is to be answered, and no close will come.
      if (response.closed || response.destroyed) return true;
      const over = new Promise<void>((resolve) => response.once("close", () => resolve()));
      if (closed) sendError(request, response, new ConfigError("SHUTTING_DOWN"), ports.log);
      else {
        watch(response);
        await guard(handler)(request, response, {});
      }
      await over;
      return true;
    },
    async listen(port, host) {
      // The root is ours only on a port of our own.
      add("GET", "/", async (_request, response) => {
        response.writeHead(302, { Location: "/desk", "Content-Length": 0 });
        response.end();
      });
      listening = await listen({ table, port, host, onRequest: watch, log: ports.log });
      return listening.port;
    },
    async close(withinMs) {
      closed = true;
      const ended = listening?.stop();
      for (const stream of streams) stream.close();
      const end = Date.now() + withinMs;
      while (inFlight.size > 0 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
      listening?.dropConnections();
      await ended;
    },
  };
}

/** Bot Service allows activities of 256 KB; the same bound as for webhooks leaves room. */
const ACTIVITY_LIMIT_BYTES = 1024 * 1024;

/** Parses the body, since the SDK fails on anything that is not an object with a type before it asks who calls. */
function activityHandler(handle: NonNullable<ServerPorts["botFramework"]>): Handler {
  return async (request: IncomingMessage & { body?: unknown }, response) => {
    const body = parseJson(await readBody(request, ACTIVITY_LIMIT_BYTES));
    const isActivity =
      typeof body === "object" && body !== null && "type" in body && typeof body.type === "string";
    if (!isActivity || body.type === "")
      throw new InputError("INPUT_INVALID", "The body is no activity: a JSON object with a type.");
    request.body = body;
    await handle(request, response);
  };
}

function needMetricsToken(request: IncomingMessage, token: string | undefined): void {
  if (token === "open") return;
  const given = Buffer.from(String(request.headers.authorization ?? ""));
  const wanted = Buffer.from(`Bearer ${token ?? ""}`);
  if (token !== undefined && given.length === wanted.length && timingSafeEqual(given, wanted)) return;
  throw new NotAllowed("SIGN_IN_NEEDED", "Metrics need the token of METRICS_TOKEN.");
}
