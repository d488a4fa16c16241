import assert from "node:assert/strict";
import { connect } from "node:net";
import { request } from "undici";
import { z } from "zod";
import type { RawRequest } from "../../src/core/channel";
import {
  ChannelError,
  ConfigError,
  Conflict,
  InputError,
  NotAllowed,
  NotFound,
  StoreError,
  WebhookRejected,
} from "../../src/core/errors";
import { type Log, silentLog } from "../../src/core/log";
import { METRICS } from "../../src/core/metricTable";
import type { ApiRequest, Route } from "../../src/core/route";
import { createMetrics, type MetricSources } from "../../src/server/metrics";
import { toOpenApi } from "../../src/server/openapi";
import { statusOf } from "../../src/server/respond";
import { createServer, type HttpServer, type ServerPorts } from "../../src/server/server";
import { createFakeClock } from "../support/clock";

const MIB = 1024 * 1024;
const ANA = { id: "ana", name: "Ana", roles: ["agent" as const] };

describe("the server", () => {
  let server: HttpServer;
  let url: string;
  let asked: ApiRequest[];
  let hooks: RawRequest[];
  let lines: string[];
  let fault: unknown;
  let wait: Promise<void> | undefined;

  const route = (method: Route["method"], path: string, access: Route["access"]): Route => ({
    method,
    path,
    access,
    summary: `Does ${path}.`,
    schema: { body: z.object({ a: z.number() }) },
    async handle(call) {
      asked.push(call);
      await wait;
      if (fault !== undefined) throw fault;
      return { status: 200, body: { ok: true } };
    },
  });
  let gauges: Partial<MetricSources>;
  const routes = [
    route("POST", "/api/things/:id", "agent"),
    route("GET", "/api/things/:id", "agent"),
    route("DELETE", "/api/things/:id", "admin"),
    route("POST", "/api/open", "public"),
  ];

  async function start(more: Partial<ServerPorts> = {}): Promise<void> {
    const keep = (fields: object, message: string) => void lines.push(JSON.stringify([message, fields]));
    const log: Log = { ...silentLog, warn: keep, error: keep };
    const receive = async (_provider: string, _account: string, raw: RawRequest) => {
      hooks.push(raw);
      if (fault !== undefined) throw fault;
      return { status: 200, contentType: "text/plain", body: "stored" };
    };
    const metrics = createMetrics();
    const nothing = () => ({});
    const sources = Object.fromEntries(Object.keys(METRICS).map((name) => [name, nothing]));
    metrics.readFrom({ ...sources, ...gauges } as unknown as MetricSources);
    server = createServer({
      receiver: { receive, challenge: receive },
      routes,
      signIn: {
        identify: async ({ headers }) => (headers.authorization === "Bearer ana" ? ANA : undefined),
        isOfPlatform: () => false,
      },
      pages: { find: () => undefined },
      metrics,
      ready: async () => {},
      trustProxyHops: 0,
      providers: ["facebook", "twitter", "twilio"],
      version: "1.2.3",
      clock: createFakeClock(),
      log,
      ...more,
    });
    url = `http://127.0.0.1:${await server.listen(0, "127.0.0.1")}`;
  }
  const call = async (
    method: "GET" | "POST" | "DELETE" | "PUT" | "HEAD",
    path: string,
    options: { body?: string | Buffer; headers?: Record<string, string> } = {},
  ) => {
    const reply = await request(url + path, {
      method,
      headers: { authorization: "Bearer ana", ...options.headers },
      ...(options.body === undefined ? {} : { body: options.body }),
    });
    const text = await reply.body.text();
    return {
      status: reply.statusCode,
      headers: reply.headers,
      text,
      json: () => JSON.parse(text) as { code: string; message: string; details: unknown },
    };
  };

  beforeEach(() => {
    asked = [];
    hooks = [];
    lines = [];
    fault = undefined;
    wait = undefined;
    gauges = {};
  });
  afterEach(() => server.close(1_000));

  describe("runs a route", () => {
    it("with decoded parameters, query, body and who calls", async () => {
      await start();
      assert.equal((await call("POST", "/api/things/a%20b?x=1&x=2", { body: '{"a":1}' })).status, 200);
      assert.equal(asked[0]?.params.id, "a b");
      assert.deepEqual(asked[0].query.getAll("x"), ["1", "2"]);
      assert.deepEqual(asked[0].body, { a: 1 });
      assert.deepEqual(asked[0].principal, ANA);
    });

    it("only for who may", async () => {
      await start();
      const nobody = await call("GET", "/api/things/1", { headers: { authorization: "" } });
      assert.deepEqual([nobody.status, nobody.json().code], [401, "SIGN_IN_NEEDED"]);
      const agent = await call("DELETE", "/api/things/1");
      assert.deepEqual([agent.status, agent.json().code], [403, "NOT_ALLOWED"]);
      assert.equal((await call("POST", "/api/open", { headers: { authorization: "" } })).status, 200);
      assert.equal(asked.length, 1);
    });

    it("without prototype keys of a JSON body", async () => {
      await start();
      await call("POST", "/api/open", { body: '{"a":1,"__proto__":{"admin":true}}' });
      assert.deepEqual(Object.getOwnPropertyNames(asked[0]?.body), ["a"]);
    });

    it("not with a body that is no JSON", async () => {
      await start();
      const reply = await call("POST", "/api/open", { body: "{" });
      assert.deepEqual([reply.status, reply.json().code], [400, "INPUT_INVALID"]);
      assert.equal(asked.length, 0);
    });

    it("with a body of exactly one MiB, not a byte more, announced or not", async () => {
      await start();
      assert.equal((await call("POST", "/api/things/1", { body: `"${"x".repeat(MIB - 2)}"` })).status, 200);
      const reply = await call("POST", "/api/things/1", { body: `"${"x".repeat(MIB - 1)}"` });
      assert.deepEqual(
        [reply.status, reply.json().code, reply.headers.connection],
        [413, "INPUT_TOO_LARGE", "close"],
      );
      const chunked = await sendChunked(url, "/api/things/1", MIB + 100_000);
      assert.match(chunked, /^HTTP\/1.1 413 /);
      assert.equal(asked.length, 1);
    });

    it("of strangers with 16 KiB at most", async () => {
      await start();
      const send = (bytes: number) => call("POST", "/api/open", { body: `"${"x".repeat(bytes - 2)}"` });
      assert.equal((await send(16 * 1024)).status, 200);
      assert.equal((await send(16 * 1024 + 1)).status, 413);
      assert.equal(asked.length, 1);
    });
  });

  describe("answers", () => {
    it("what is thrown with code, message and details, never from a cache", async () => {
      await start();
      fault = new Conflict("WRONG_STATE", "It is closed.", { details: { state: "closed" } });
      const reply = await call("GET", "/api/things/1");
      assert.equal(reply.status, 409);
      assert.deepEqual(reply.json(), {
        code: "WRONG_STATE",
        message: "It is closed.",
        details: { state: "closed" },
      });
      assert.equal(reply.headers["cache-control"], "no-store");
    });

    it("a fault of ours with a correlation id that the log has, and no word of the cause", async () => {
      await start();
      fault = new TypeError("secret inside");
      const reply = await call("GET", "/api/things/1?token=abc");
      const { correlationId } = reply.json().details as { correlationId: string };
      assert.deepEqual([reply.status, reply.json().code], [500, "INTERNAL"]);
      assert.equal(reply.headers["x-correlation-id"], correlationId);
      assert.doesNotMatch(reply.text, /secret/);
      assert.equal(lines.length, 1);
      assert.ok(lines[0]?.includes(correlationId) && lines[0].includes("secret inside"));
      assert.doesNotMatch(lines[0] ?? "", /token=abc/);
    });

    it("503 with a time to come back when the store is away", async () => {
      await start();
      fault = new StoreError("STORE_UNAVAILABLE", "The disk is full.");
      const reply = await call("GET", "/api/things/1");
      assert.deepEqual(
        [reply.status, reply.json().code, reply.headers["retry-after"]],
        [503, "STORE_UNAVAILABLE", "2"],
      );
    });

    it("unknown addresses, wrong methods and broken URLs in the same shape", async () => {
      await start();
      for (const [method, path, status] of [
        ["GET", "/nowhere", 404],
        ["PUT", "/api/open", 405],
        ["GET", "/api/things/%E0%A4%A", 404],
        ["GET", "/desk", 404],
      ] as const) {
        const reply = await call(method, path);
        assert.equal(reply.status, status, path);
        assert.deepEqual(Object.keys(reply.json()), ["code", "message", "details"]);
      }
      assert.deepEqual(lines, []);
    });
  });

  describe("takes webhooks", () => {
    it("byte by byte as they came, with the URL as it was written", async () => {
      await start();
      const body = Buffer.from([0xff, 0x00, 0x7b, 0xc3, 0x28]);
      const reply = await call("POST", "/webhooks/facebook/shop?x=%41", { body });
      assert.deepEqual([reply.status, reply.text], [200, "stored"]);
      assert.deepEqual(hooks[0]?.body, body);
      assert.equal(hooks[0]?.url, "/webhooks/facebook/shop?x=%41");
    });

    it("refusing forged ones without a hint, and telling the log", async () => {
      await start();
      fault = new WebhookRejected("WEBHOOK_BAD_SIGNATURE", "expected abc", {
        details: { tried: "https://desk.example/x" },
      });
      const reply = await call("POST", "/webhooks/facebook/shop", { body: "{}" });
      assert.equal(reply.status, 401);
      assert.deepEqual(reply.json(), {
        code: "WEBHOOK_BAD_SIGNATURE",
        message: "The webhook was refused.",
        details: null,
      });
      assert.match(lines[0] ?? "", /desk.example/);
    });

    it("up to one MiB", async () => {
      await start();
      assert.equal(
        (await call("POST", "/webhooks/twilio/shop/status", { body: Buffer.alloc(MIB) })).status,
        200,
      );
      assert.equal(
        (await call("POST", "/webhooks/twilio/shop", { body: Buffer.alloc(MIB + 1) })).status,
        413,
      );
      assert.equal((await call("GET", "/webhooks/twilio/shop")).status, 405);
      assert.equal((await call("GET", "/webhooks/twitter/shop?crc_token=1")).status, 200);
      assert.equal(hooks.length, 2);
    });

    it("asking the platform to send again when they are not durable", async () => {
      await start();
      fault = new StoreError("STORE_UNAVAILABLE");
      assert.equal((await call("POST", "/webhooks/facebook/shop", { body: "{}" })).status, 503);
    });
  });

  describe("tells how it is:", () => {
    it("up, and ready until it drains", async () => {
      let draining = false;
      await start({
        ready: async () => {
          if (draining) throw new ConfigError("SHUTTING_DOWN");
        },
      });
      assert.equal((await call("GET", "/healthz")).status, 200);
      assert.equal((await call("GET", "/readyz")).status, 200);
      draining = true;
      assert.equal((await call("GET", "/readyz")).status, 503);
      assert.equal((await call("GET", "/healthz")).status, 200);
    });

    it("in numbers, to who has the token", async () => {
      gauges = {
        switchboard_store_round_trips_total: () => ({ turn: 3 }),
        switchboard_last_inbound_seconds: () => ({ "facebook~2000": 5 }),
      };
      await start({ metricsToken: "m-token" });
      for (const authorization of ["", "Bearer wrong", "Bearer m-toke", "m-token"]) {
        assert.equal((await call("GET", "/metrics", { headers: { authorization } })).status, 401);
      }
      await call("POST", "/webhooks/facebook/shop", { body: "{}" });
      const reply = await call("GET", "/metrics", { headers: { authorization: "Bearer m-token" } });
      assert.equal(reply.status, 200);
      assert.match(reply.text, /switchboard_store_round_trips_total\{purpose="turn"\} 3/);
      assert.match(reply.text, /switchboard_last_inbound_seconds\{instance_id="facebook~2000"\} 5\n/);
      assert.match(reply.text, /switchboard_webhooks_total\{provider="facebook",status="200"\} 1/);
    });

    it("in numbers that are read anew each time, and without those that cannot be told", async () => {
      let turns: number | undefined = 3;
      let dead: number | undefined = 2;
      gauges = {
        switchboard_turns_total: () => (turns === undefined ? undefined : { turns }),
        switchboard_queue_waiting: async () => (turns === undefined ? undefined : { general: turns }),
        switchboard_dead_letters: () => dead,
      };
      await start({ metricsToken: "open" });
      await call("GET", "/metrics");
      const { text } = await call("GET", "/metrics");
      assert.match(text, /switchboard_turns_total\{outcome="turns"\} 3\n/);
      assert.match(text, /switchboard_queue_waiting\{queue="general"\} 3\n/);
      assert.match(text, /switchboard_dead_letters 2\n/);
      turns = dead = undefined;
      const later = await call("GET", "/metrics");
      assert.doesNotMatch(
        later.text,
        /switchboard_queue_waiting\{|\nswitchboard_dead_letters \d|turns_total\{/,
      );
    });

    it("by a correlation id on every answer, another each time, whatever the request brings", async () => {
      await start();
      const ids = new Set<unknown>();
      for (const [method, path, status] of [
        ["GET", "/healthz", 200],
        ["GET", "/api/things/1", 200],
        ["DELETE", "/api/things/1", 403],
        ["GET", "/nowhere", 404],
        ["PUT", "/api/open", 405],
        ["POST", "/webhooks/facebook/shop", 200],
      ] as const) {
        const reply = await call(method, path, { headers: { "x-correlation-id": "mine" } });
        assert.equal(reply.status, status, path);
        assert.match(String(reply.headers["x-correlation-id"]), /^c~[\w-]{22}$/);
        ids.add(reply.headers["x-correlation-id"]);
      }
      assert.equal(ids.size, 6);
    });

    it("in numbers to nobody without a token set, to everybody when it is open", async () => {
      await start();
      assert.equal((await call("GET", "/metrics")).status, 401);
      await server.close(100);
      await start({ metricsToken: "open" });
      assert.equal((await call("GET", "/metrics", { headers: { authorization: "" } })).status, 200);
    });

    it("with all its routes, as OpenAPI", async () => {
      await start();
      const document = (await call("GET", "/api/openapi.json")).json() as unknown as {
        openapi: string;
        info: { version: string };
        paths: Record<string, Record<string, { security?: unknown; parameters?: { name: string }[] }>>;
      };
      assert.equal(document.openapi, "3.1.0");
      assert.equal(document.info.version, "1.2.3");
      const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method} ${path}`),
      );
      assert.deepEqual(listed.sort(), [
        "delete /api/things/{id}",
        "get /api/things/{id}",
        "post /api/open",
        "post /api/things/{id}",
      ]);
      assert.equal(document.paths["/api/open"]?.post?.security, undefined);
      assert.deepEqual(
        document.paths["/api/things/{id}"]?.get?.parameters?.map(({ name }) => name),
        ["id"],
      );
    });
  });

  it("finishes what is in flight when it closes, and takes nothing new", async () => {
    await start();
    let finish = () => {};
    wait = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const inFlight = call("GET", "/api/things/1");
    while (asked.length === 0) await new Promise(setImmediate);
    const closing = server.close(5_000);
    await assert.rejects(request(`${url}/healthz`));
    finish();
    assert.equal((await inFlight).status, 200);
    await closing;
  });
});

describe("statusOf", () => {
  const cases: [error: unknown, status: number][] = [
    [new WebhookRejected("WEBHOOK_BAD_SIGNATURE"), 401],
    [new WebhookRejected("WEBHOOK_BAD_TOKEN"), 403],
    [new InputError("INPUT_INVALID"), 400],
    [new InputError("INPUT_TOO_LARGE"), 413],
    [new NotAllowed("SIGN_IN_NEEDED"), 401],
    [new NotAllowed("NOT_ALLOWED"), 403],
    [new NotFound("NOT_FOUND"), 404],
    [new Conflict("CHANGED_MEANWHILE"), 412],
    [new Conflict("IF_MATCH_NEEDED"), 428],
    [new Conflict("ALREADY_TAKEN"), 409],
    [new ChannelError("CHANNEL_WINDOW_CLOSED", "shut", { retryable: false }), 409],
    [new ConfigError("CONFIG_INVALID"), 400],
    [new ConfigError("ACCOUNT_SECRET_MISSING"), 503],
    [new StoreError("STORE_UNAVAILABLE"), 503],
    [new TypeError("x"), 500],
    ["a text", 500],
  ];
  for (const [error, status] of cases) {
    it(`is ${status} for ${(error as { code?: string }).code ?? String(error)}`, () =>
      assert.equal(statusOf(error), status));
  }
});

describe("toOpenApi", () => {
  it("describes bodies and replies by their schemas, and writes them as JSON", () => {
    const routes: Route[] = [
      {
        method: "PUT",
        path: "/api/x",
        access: "agent",
        summary: "X.",
        schema: { body: z.strictObject({ a: z.string() }), reply: z.object({ b: z.number().nullable() }) },
        handle: async () => ({ status: 200 }),
      },
    ];
    const document = JSON.parse(JSON.stringify(toOpenApi(routes, "1"))) as {
      paths: Record<
        string,
        Record<
          string,
          { requestBody: { content: Record<string, { schema: { required: string[] } }> }; "x-role": string }
        >
      >;
    };
    const operation = document.paths["/api/x"]?.put;
    assert.deepEqual(operation?.requestBody.content["application/json"]?.schema.required, ["a"]);
    assert.equal(operation["x-role"], "agent");
  });
});

/** A body in pieces without a length; what the server says. */
function sendChunked(url: string, path: string, bytes: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    let said = "";
    socket.on("data", (part) => {
      said += part.toString();
    });
    socket.on("close", () => resolve(said));
    socket.on("error", () => {});
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ana\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    const piece = Buffer.alloc(64 * 1024, "x");
    for (let sent = 0; sent < bytes; sent += piece.length)
      socket.write(
        Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from("\r\n")]),
      );
  });
}
