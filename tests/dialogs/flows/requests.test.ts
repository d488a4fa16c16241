import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createHttp } from "../../../src/adapters/shared/pools";
import { createHostList, createRequests } from "../../../src/dialogs/flows/requests";
import type { FlowRequest } from "../../../src/dialogs/flows/services";
import { createFakeClock } from "../../support/clock";

describe("the hosts that flows may ask", () => {
  const hosts = createHostList([
    "orders.example.com",
    ".trusted.example",
    "127.0.0.1:4000",
    "http://orders.internal",
    "pay.example.com:443",
  ]);
  const allows = (url: string) => hosts.allows(new URL(url));

  for (const url of [
    "https://orders.example.com/a?b=c",
    "https://ORDERS.example.com/",
    "https://a.b.trusted.example/",
    "http://127.0.0.1:4000/",
    "http://orders.internal/x",
    "https://orders.internal/x",
    "https://pay.example.com/",
  ])
    it(`include ${url}`, () => assert.equal(allows(url), true));

  for (const url of [
    "http://orders.example.com/",
    "https://orders.example.com:8443/",
    "https://orders.example.com.evil.example/",
    "https://evil.example/orders.example.com",
    "https://user:pass@orders.example.com/",
    "https://trusted.example/",
    "http://127.0.0.1:4001/",
    "http://169.254.169.254/latest/meta-data",
    "ftp://orders.example.com/",
    "file:///etc/passwd",
  ])
    it(`do not include ${url}`, () => assert.equal(allows(url), false));
});

/** Not chained: restify, once loaded, changes what writeHead gives. */
function send(response: ServerResponse, status: number, text = ""): void {
  response.statusCode = status;
  response.end(text);
}

describe("a flow's request", () => {
  let server: Server;
  let answer: (request: IncomingMessage & { text: string }, response: ServerResponse) => void;
  const seen: { method: string; url: string; headers: IncomingMessage["headers"]; text: string }[] = [];
  const clock = createFakeClock();
  const http = createHttp();

  before(async () => {
    server = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk) => {
        text += chunk;
      });
      request.on("end", () => {
        seen.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, text });
        answer(Object.assign(request, { text }), response);
      });
    });
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  });
  after(async () => {
    await http.close();
    server.closeAllConnections();
    await new Promise((resolve) => void server.close(resolve));
  });
  beforeEach(() => {
    seen.length = 0;
  });

  const origin = () => `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = (more: Partial<FlowRequest> = {}) =>
    createRequests({
      http,
      hosts: createHostList([origin()]),
      resolveSecret: async (reference) => [`secret of ${reference}`],
      clock,
    })({
      method: "GET",
      url: `http://${origin()}/orders/12?x=1`,
      headers: { accept: "application/json" },
      secretHeaders: {},
      body: undefined,
      timeoutMs: 2_000,
      retries: 0,
      key: "turn~step~0",
      ...more,
    });

  it("carries key, secret and body, and gives status and JSON back", async () => {
    answer = (_request, response) => send(response, 201, '{"state":"shipped"}');
    const reply = await ask({ method: "POST", body: '{"a":1}', secretHeaders: { Authorization: "env:T" } });
    assert.deepEqual(reply, { status: 201, body: { state: "shipped" } });
    const [got] = seen;
    assert.equal(got?.url, "/orders/12?x=1");
    assert.equal(got?.text, '{"a":1}');
    assert.equal(got?.headers["idempotency-key"], "turn~step~0");
    assert.equal(got?.headers.authorization, "secret of env:T");
  });

  it("gives text that is no JSON as text, and follows no redirect", async () => {
    answer = (_request, response) =>
      send(response.setHeader("location", "http://127.0.0.1:1/"), 302, "elsewhere");
    assert.deepEqual(await ask(), { status: 302, body: "elsewhere" });
    assert.equal(seen.length, 1);
  });

  it("is tried again after a fault of the service, under the same key", async () => {
    answer = (_request, response) => {
      if (seen.length === 1) setImmediate(() => void advanceSoon());
      send(response, seen.length === 1 ? 503 : 200, "{}");
    };
    assert.equal((await ask({ retries: 1 })).status, 200);
    assert.deepEqual(
      seen.map(({ headers }) => headers["idempotency-key"]),
      ["turn~step~0", "turn~step~0"],
    );
  });

  it("is not tried again when its turn has no time left", async () => {
    answer = (_request, response) => {
      clock.advance(9_000);
      send(response, 503);
    };
    assert.equal((await ask({ retries: 3 })).status, 503);
    assert.equal(seen.length, 1);
  });

  it("gives the fault back when the tries are used up, and does not repeat a refusal", async () => {
    answer = (_request, response) => send(response, 503);
    assert.equal((await ask()).status, 503);
    answer = (_request, response) => send(response, 404);
    assert.equal((await ask({ retries: 3 })).status, 404);
    assert.equal(seen.length, 2);
  });

  it("fails in words when nobody answers, or when the host is not allowed", async () => {
    answer = (request) => void request.socket.destroy();
    await assert.rejects(ask(), { code: "HELPER_FAILED", message: /did not answer/ });
    await assert.rejects(ask({ url: "http://127.0.0.1:1/" }), {
      code: "HELPER_FAILED",
      message: /does not allow/,
    });
  });

  /** The pause before another try is the clock's; it begins once the answer has been read. */
  async function advanceSoon(): Promise<void> {
    for (let i = 0; i < 200 && seen.length < 2; i++) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(10);
    }
  }
});
