import assert from "node:assert/strict";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createHttp } from "../../../src/adapters/shared/pools";
import type { Http, HttpRequest } from "../../../src/core/channel";
import { ChannelError } from "../../../src/core/errors";

describe("createHttp", function () {
  // Real sockets on a busy machine.
  this.timeout(10_000);
  let server: Server;
  let http: Http;
  let sockets: Set<Socket>;
  let origin = "";
  let listener: RequestListener;

  beforeEach(async () => {
    sockets = new Set();
    listener = (_request, response) => response.end("ok");
    server = createServer((request, response) => listener(request, response));
    server.on("connection", (socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    http = createHttp({ connections: 2 });
  });
  afterEach(async () => {
    await http.close();
    server.closeAllConnections();
    server.close();
  });

  const request = (over: Partial<HttpRequest> = {}) =>
    http.request({ origin, path: "/", method: "POST", headers: {}, body: "{}", timeoutMs: 2_000, ...over });
  async function failure(over: Partial<HttpRequest> = {}): Promise<ChannelError> {
    const error = await request(over).then(
      () => assert.fail("it should have failed"),
      (caught: unknown) => caught,
    );
    assert.ok(error instanceof ChannelError, String(error));
    assert.equal(error.code, "CHANNEL_UNAVAILABLE");
    assert.ok(error.retryable);
    return error;
  }

  it("gives status, headers and text", async () => {
    listener = (incoming, response) => {
      response.writeHead(201, { "X-One": "1", "Set-Cookie": ["a=1", "b=2"] });
      incoming.pipe(response);
    };
    const response = await request({ body: "Zoë 👋🏽", headers: { "content-type": "text/plain" } });
    assert.equal(response.status, 201);
    assert.equal(response.headers["x-one"], "1");
    assert.equal(response.headers["set-cookie"], "a=1, b=2");
    assert.equal(response.body, "Zoë 👋🏽");
  });

  it("keeps connections and opens no more than allowed", async () => {
    for (let round = 0; round < 20; round++) await Promise.all([1, 2, 3, 4, 5].map(() => request()));
    assert.ok(sockets.size <= 2, `${sockets.size} sockets`);
  });

  it("ends at the time-out, also when the answer trickles", async () => {
    listener = (_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write("."), 10);
      response.on("close", () => clearInterval(timer));
    };
    const began = performance.now();
    assert.equal((await failure({ timeoutMs: 150 })).ambiguous, true);
    assert.ok(performance.now() - began < 1_500);
  });

  it("knows that a call still waiting for a connection never left", async () => {
    listener = () => {};
    const [first, second, third] = await Promise.all(
      [400, 400, 60].map((timeoutMs) => failure({ timeoutMs })),
    );
    assert.deepEqual([first?.ambiguous, second?.ambiguous, third?.ambiguous], [true, true, false]);
    listener = (_request, response) => response.end("again");
    assert.equal((await request()).body, "again");
  });

  it("calls a broken connection ambiguous, a refused one and an unknown host certain", async () => {
    listener = (incoming) => incoming.socket.destroy();
    assert.equal((await failure()).ambiguous, true);
    assert.equal((await failure({ origin: "http://127.0.0.1:1" })).ambiguous, false);
    assert.equal((await failure({ origin: "http://no-such-host.invalid" })).ambiguous, false);
  }).timeout(15_000);

  it("refuses an answer over a megabyte and goes on", async () => {
    listener = (_request, response) => response.end("x".repeat(1_100_000));
    assert.equal((await failure()).ambiguous, true);
    listener = (_request, response) => response.end("x".repeat(1_000_000));
    assert.equal((await request()).body.length, 1_000_000);
  });

  it("maps a request that cannot be made at all", async () => {
    assert.equal((await failure({ headers: { "bad header": "x" } })).ambiguous, false);
    assert.equal((await failure({ origin: "not a url" })).ambiguous, false);
  });
});
