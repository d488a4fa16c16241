import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks";
import { type Dispatcher, Pool } from "undici";
import type { SignedWebhook } from "../../src/adapters/shared/fakePlatform";
import { buildConfiguration, PUBLIC_URL, SECRETS } from "../support/accounts";
import { createDice, type Dice, mutateForm, mutateJson, mutatePath } from "../support/mutations";
import { CHANNEL_NAMES, type ChannelName, webhookPath } from "../support/platforms";
import { eventually, startTestApp, type TestApp } from "../support/startApp";

const MB = 1_048_576;
const SEED = 20_261_121;
const AT_ONCE = 32;

const FACEBOOK_BODY = {
  object: "page",
  entry: [
    {
      id: "2000",
      time: 1_763_715_600_000,
      messaging: [
        {
          sender: { id: "555" },
          recipient: { id: "2000" },
          timestamp: 1_763_715_600_000,
          message: {
            mid: "m_1",
            text: "hello",
            attachments: [{ type: "image", payload: { url: "https://example.com/a.png" } }],
            is_echo: false,
            metadata: "out~1#1/2",
            app_id: 1000,
          },
        },
        { sender: { id: "555" }, recipient: { id: "2000" }, delivery: { mids: ["m_1"], watermark: 1 } },
        { sender: { id: "555" }, recipient: { id: "2000" }, postback: { title: "a", payload: "b" } },
      ],
      standby: [],
    },
  ],
};
const X_BODY = {
  data: {
    event_type: "dm.received",
    filter: { user_id: "3000" },
    payload: {
      direct_message_events: [
        {
          type: "message_create",
          id: "19",
          created_timestamp: "1763715600000",
          message_create: {
            target: { recipient_id: "3000" },
            sender_id: "777",
            message_data: { text: "hello", entities: { urls: [] } },
          },
        },
      ],
      direct_message_mark_read_events: [
        {
          created_timestamp: "1763715600000",
          sender_id: "777",
          target: { recipient_id: "3000" },
          last_read_event_id: "18",
        },
      ],
      users: { "777": { data: { id: "777", name: "Seven" } } },
    },
  },
};
const TWILIO_PAIRS = {
  MessageSid: "SM1",
  AccountSid: "AC00000000000000000000000000000001",
  From: "+12065550100",
  To: "+14252306549",
  Body: "hello",
  NumMedia: "0",
  ProfileName: "C",
};
const STATUS_PAIRS = {
  MessageSid: "SM1",
  AccountSid: "AC00000000000000000000000000000001",
  From: "+14252306549",
  To: "+12065550100",
  MessageStatus: "delivered",
  ErrorCode: "30008",
};
const API_BODIES: readonly unknown[] = [
  { text: "hello", clientId: "c1" },
  { presence: "available" },
  { queueId: "general" },
  { agentId: "ben" },
  { token: "token-of-ana" },
  { customerId: "6001", text: "hi" },
  { threadId: "t", messageId: "m" },
  {
    channel: "facebook",
    account: "shop-fb",
    externalId: "1",
    name: "x",
    values: {},
    secrets: {},
    workstream: "messenger",
  },
];

const ROUTES = [
  "/api/desk/me",
  "/api/desk/people",
  "/api/desk/presence",
  "/api/desk/conversations",
  "/api/desk/conversations/:id",
  "/api/desk/conversations/:id/messages",
  "/api/desk/conversations/:id/trace",
  "/api/desk/conversations/:id/pick",
  "/api/desk/conversations/:id/open",
  "/api/desk/conversations/:id/release",
  "/api/desk/conversations/:id/end",
  "/api/desk/conversations/:id/close",
  "/api/desk/conversations/:id/transfer",
  "/api/desk/conversations/:id/assign",
  "/api/desk/offers",
  "/api/desk/offers/:id/accept",
  "/api/desk/offers/:id/reject",
  "/api/desk/events",
  "/api/session",
  "/api/openapi.json",
  "/api/messages",
  "/api/admin/accounts",
  "/api/admin/accounts/:id",
  "/api/admin/instances/:id",
  "/api/admin/queues/:id",
  "/api/admin/agents/:id",
  "/api/admin/flows/:id",
  "/api/admin/workstreams/:id",
  "/api/admin/nothing/:id",
  "/api/admin/dead-letters",
  "/api/admin/dead-letters/replay",
  "/api/admin/counts",
  "/api/admin/status",
  "/api/admin/audit",
  "/api/phone",
  "/api/phone/:channel/messages",
  "/api/phone/events",
  "/desk",
  "/desk/:any",
  "/phone",
  "/web/assets/:file",
  "/web/:file",
  "/",
  "/healthz",
  "/metrics",
  "/:any",
  "/webhooks/:provider/:account",
  "/webhooks/twilio/shop-twilio/status",
];
const METHODS = ["GET", "GET", "POST", "POST", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"] as const;
const CONTENT_TYPES = [
  "application/json",
  "application/json; charset=utf-16",
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data",
  "application/xml",
  "*/*",
  "",
  "a".repeat(2_000),
];
const TOKENS = [
  "Bearer token-of-ana",
  "Bearer token-of-sam",
  "Bearer token-of-admin",
  "Bearer nobody",
  "Bearer",
  "bearer \t",
  "Basic YTpi",
  `Bearer ${"x".repeat(600)}`,
  "Bearer __proto__",
];

type Call = { method: Dispatcher.HttpMethod; path: string; headers: Record<string, string>; body?: Buffer };

describe("hostile requests", function () {
  // Thousands of requests; other files run beside.
  this.timeout(180_000);
  let test: TestApp;
  let pool: Pool;

  before(async () => {
    // With the simulator, so that its routes are there as well.
    const configuration = buildConfiguration().replace(
      /"provider":"\w+"/g,
      (provider) => `${provider},"simulated":true`,
    );
    test = await startTestApp({ configuration });
    pool = new Pool(test.url, { connections: AT_ONCE, pipelining: 1 });
  });
  after(async () => {
    await pool.destroy();
    await test.stop();
  });

  /** The status; a stream is not read to its end. */
  async function send(call: Call): Promise<number> {
    const { statusCode, headers, body } = await pool.request({ ...call, body: call.body ?? null });
    if (String(headers["content-type"]).startsWith("text/event-stream")) body.on("error", () => {}).destroy();
    else await body.dump();
    return statusCode;
  }

  /** Sends `count` calls, some at once; each must be answered below 500. */
  async function sendAll(
    count: number,
    make: (n: number) => Call,
    check?: (status: number, call: Call) => void,
  ): Promise<Map<number, number>> {
    const statuses = new Map<number, number>();
    let next = 0;
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (next < count) {
          const call = make(next++);
          // A kept connection may be closed by its time-out in the moment it is used again.
          const status = await send(call)
            .catch(() => send(call))
            .catch((error: Error) => assert.fail(`${describeCall(call)}: ${error.message}`));
          assert.ok(status < 500, `${describeCall(call)}: ${status}`);
          check?.(status, call);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        }
      }),
    );
    return statuses;
  }

  const idle = () =>
    eventually(
      () => Object.values(test.app.internals.pipeline.backlog()).every((count) => count === 0),
      "all work done",
      30_000,
    );

  async function assertAlive(): Promise<void> {
    assert.equal(await send({ method: "GET", path: "/healthz", headers: {} }), 200);
    await idle();
  }

  function mutateWebhook(dice: Dice, channel: ChannelName): { path: string; body: Buffer } {
    if (channel === "facebook") return { path: webhookPath(channel), body: mutateJson(dice, FACEBOOK_BODY) };
    if (channel === "twitter") return { path: webhookPath(channel), body: mutateJson(dice, X_BODY) };
    if (dice.below(3) === 0)
      return { path: `${webhookPath(channel)}/status`, body: mutateForm(dice, STATUS_PAIRS) };
    return { path: webhookPath(channel), body: mutateForm(dice, TWILIO_PAIRS) };
  }

  it("5,000 webhooks nobody signed are refused before anything reads them", async () => {
    const dice = createDice(SEED);
    const signatures = [
      "",
      "sha256=",
      `sha256=${"0".repeat(64)}`,
      `sha256=${"z".repeat(64)}`,
      "sha1=00",
      `sha256=${"A".repeat(43)}=`,
      "A".repeat(28),
      `${"A".repeat(27)}=`,
      "x".repeat(4_000),
      "é".repeat(32),
    ];
    const make = (): Call => {
      const { path, body } = mutateWebhook(dice, dice.pick(CHANNEL_NAMES));
      const signature = dice.pick(signatures);
      const headers = {
        "content-type": dice.pick(CONTENT_TYPES),
        "x-hub-signature-256": signature,
        "x-twitter-webhooks-signature": signature,
        "x-twilio-signature": signature,
      };
      return { method: "POST", path, body, headers };
    };
    const statuses = await sendAll(5_000, make);
    assert.deepEqual([...statuses.keys()], [401]);
    await assertAlive();
    const dead = await test.call<{ items: unknown[] }>("admin", "GET", "/api/admin/dead-letters");
    assert.deepEqual(dead.body.items, []);
    const counts = await test.call<{ items: unknown[] }>("admin", "GET", "/api/admin/counts");
    assert.deepEqual(counts.body.items, []);
    assert.deepEqual(await test.conversations("sam"), []);
  });

  it("a right signature for another body, account or URL is refused", async () => {
    const { facebook, sms } = test.platforms;
    const signed = facebook.webhook.say({ customerId: "1", text: "hello" });
    const call = (path: string, { headers, body }: SignedWebhook) =>
      send({ method: "POST", path, headers, body });
    assert.equal(
      await call(webhookPath("facebook"), {
        ...signed,
        body: Buffer.concat([signed.body, Buffer.from(" ")]),
      }),
      401,
    );
    assert.equal(await call(webhookPath("twitter"), signed), 401);
    assert.equal(await call(webhookPath("sms"), signed), 401);
    const text = sms.webhook.say({ customerId: "+12065550100", text: "hello" });
    assert.equal(await call(`${webhookPath("sms")}/status`, text), 401);
    assert.equal(await call(`${webhookPath("sms")}?x=1`, text), 401);
    assert.deepEqual(await test.conversations("sam"), []);
  });

  it("6,000 bent bodies that are signed end as messages, dead letters or nothing, and harm nobody", async () => {
    const dice = createDice(SEED + 1);
    const make = (): Call => {
      const channel = dice.pick(CHANNEL_NAMES);
      const { path, body } = mutateWebhook(dice, channel);
      const { headers } = test.platforms[channel].webhook.sign(body);
      if (path.endsWith("/status")) headers["x-twilio-signature"] = signTwilio(path, body);
      return { method: "POST", path, headers, body };
    };
    const statuses = await sendAll(6_000, make);
    assert.ok((statuses.get(200) ?? 0) > 3_500, JSON.stringify([...statuses]));
    await assertAlive();
    const counts = await test.call<{ items: { problems: string[]; waiting: number }[] }>(
      "admin",
      "GET",
      "/api/admin/counts",
    );
    assert.deepEqual(
      counts.body.items.flatMap(({ problems, waiting }) => (waiting === 0 ? problems : ["waiting"])),
      [],
    );
    assert.equal(await test.say("facebook", "998", "an honest message"), 200);
    await idle();
    const live = await test.conversations("sam", "?limit=200");
    assert.ok(live.length > 0);
    for (const { id } of live.slice(0, 20))
      assert.ok(Array.isArray(await test.messages("sam", id)), "transcripts can be shown");
    assert.equal((await test.call("admin", "GET", "/api/admin/dead-letters")).status, 200);
  });

  it("9,000 bent requests to every route are answered below 500, and memory does not grow", async () => {
    const dice = createDice(SEED + 2);
    const known = [
      ...(await test.conversations("sam", "?limit=20")).map(({ id }) => id),
      "ana",
      "general",
      "shop-fb",
      "facebook",
      "shop-twilio",
      "messages",
    ];
    const make = (): Call => {
      const method = dice.pick(METHODS);
      const call: Call = { method, path: mutatePath(dice, dice.pick(ROUTES), known), headers: {} };
      if (dice.below(4) !== 0) call.headers.authorization = dice.pick(TOKENS);
      if (dice.below(4) === 0)
        call.headers.cookie = dice.pick([
          "__Host-switchboard=x",
          "switchboard=",
          "=;=;;",
          "a".repeat(3_000),
          "__proto__=1",
        ]);
      if (dice.below(4) === 0) call.headers["if-match"] = dice.pick(["*", '"1"', "1", "", 'W/"x"', "null"]);
      if (dice.below(8) === 0)
        call.headers["last-event-id"] = dice.pick(["x", "-1", "1.2.3", "9".repeat(400), "__proto__.1"]);
      if (dice.below(8) === 0)
        Object.assign(
          call.headers,
          dice.pick([
            { "accept-encoding": "x, gzip;q=zz, br" },
            { "accept-version": "~9" },
            { accept: "no/such" },
            { expect: "nothing" },
            { "x-http-method-override": "DELETE" },
            { host: "evil.example" },
            { range: "bytes=9-1" },
          ]),
        );
      if (method !== "GET" && method !== "HEAD") {
        call.headers["content-type"] = dice.pick(CONTENT_TYPES);
        call.body = mutateJson(dice, dice.pick(API_BODIES));
      }
      // Undici itself refuses this header.
      delete call.headers.expect;
      return call;
    };
    // The first thousand fill caches and compile what is used.
    await sendAll(1_000, make);
    await idle();
    const before = usedHeap();
    const statuses = await sendAll(8_000, make);
    await assertAlive();
    assert.ok(usedHeap() - before < 60 * MB, `${Math.round((usedHeap() - before) / MB)} MB more`);
    assert.ok(
      (statuses.get(200) ?? 0) > 100 && (statuses.get(404) ?? 0) > 100,
      JSON.stringify([...statuses]),
    );
  });

  for (const path of [
    webhookPath("facebook"),
    webhookPath("twitter"),
    webhookPath("sms"),
    "/api/desk/presence",
  ]) {
    for (const framing of ["content-length", "chunked"] as const) {
      it(`${path}: more than 1 MB (${framing}) is 413`, async () => {
        const method = path.startsWith("/api") ? "PUT" : "POST";
        for (const size of [MB + 1, 3 * MB]) {
          const status = await postLarge(test.url + path, { method, size, framing });
          assert.equal(status, 413, `${size} bytes`);
        }
        assert.equal(
          await postLarge(test.url + path, { method, size: MB, framing }),
          path.startsWith("/api") ? 400 : 401,
        );
        await assertAlive();
      });
    }
  }

  it("a client that leaves half-way, or never finishes, costs nothing", async () => {
    const head = (path: string) =>
      `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"half":`;
    await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        sendRaw(test.url, head(n % 2 === 0 ? webhookPath("facebook") : "/api/session"), {
          leaveAfterMs: n % 20,
        }),
      ),
    );
    await assertAlive();
  });

  it("what is no HTTP is refused", async () => {
    const pieces = [
      "GET / HTTP/9.9\r\n\r\n",
      "BREW / HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /\u0000 HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET http://evil.example/healthz HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET //healthz HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /%ZZ HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET \\..\\x HTTP/1.1\r\nHost: x\r\n\r\n",
      "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET * HTTP/1.1\r\nHost: x\r\n\r\n",
      "CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /healthz HTTP/1.1\r\n\r\n",
      "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
      "GET ?x HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET //[::1 HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET http://[bad HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /healthz HTTP/1.1\r\nHost: [\r\n\r\n",
      "GET /healthz HTTP/1.1\r\nHost: a b:99999999\r\n\r\n",
      "POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}{}{}",
      "POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
      "POST /api/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
      "POST /api/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
      "POST /api/session HTTP/1.1\r\nHost: x\r\nExpect: magic\r\nContent-Length: 2\r\n\r\n{}",
      `GET /healthz HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(40_000)}\r\n\r\n`,
      "\r\n\r\n\r\n",
      "\u0016\u0003\u0001\u0002\u0000\u0001",
      "GET /web/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /desk HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    ];
    for (const piece of pieces) {
      const answer = await sendRaw(test.url, piece, { leaveAfterMs: 60 });
      const status = /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1];
      assert.ok(
        status === undefined || Number(status) < 500,
        `${JSON.stringify(piece.slice(0, 80))}: ${status}`,
      );
      assert.ok(!answer.includes("root:"));
      assert.equal(
        await send({ method: "GET", path: "/healthz", headers: {} }),
        200,
        JSON.stringify(piece.slice(0, 80)),
      );
    }
    await assertAlive();
  });
});

/** Collects garbage first: what is still reachable. */
function usedHeap(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

function describeCall({ method, path, headers, body }: Call): string {
  return `${method} ${path.slice(0, 200)} ${JSON.stringify(headers).slice(0, 200)} ${body?.toString("utf8").slice(0, 200) ?? ""}`;
}

function signTwilio(path: string, body: Buffer): string {
  const pairs: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(body.toString("utf8"))) {
    const before = pairs[name];
    pairs[name] = before === undefined ? value : [before, value].flat();
  }
  return getExpectedTwilioSignature(SECRETS.TWILIO_AUTH_TOKEN ?? "", PUBLIC_URL + path, pairs);
}

function postLarge(
  url: string,
  options: { method: string; size: number; framing: "content-length" | "chunked" },
): Promise<number> {
  const { method, size, framing } = options;
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: "Bearer token-of-ana",
      "content-type": "application/json",
      ...(framing === "chunked" ? {} : { "content-length": size }),
    };
    const outgoing = httpRequest(url, { method, headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    outgoing.on("error", reject);
    const piece = Buffer.alloc(65_536, "a");
    for (let left = size; left > 0; left -= piece.length)
      outgoing.write(left < piece.length ? piece.subarray(0, left) : piece);
    outgoing.end();
  });
}

/** Writes bytes to a socket of its own, leaves after a while or when the server closes; what came back. */
function sendRaw(url: string, bytes: string, options: { leaveAfterMs: number }): Promise<string> {
  return new Promise((resolve) => {
    const { port, hostname } = new URL(url);
    const socket = connect(Number(port), hostname, () => {
      socket.write(bytes, "latin1");
      setTimeout(() => socket.destroy(), options.leaveAfterMs);
    });
    let answer = "";
    socket.on("data", (piece) => {
      answer += piece.toString("latin1");
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(answer));
  });
}
