import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createFake, facebook } from "../../../src/adapters/facebook";
import type { FakeOptions, FakePlatform } from "../../../src/adapters/shared/fakePlatform";
import { createHttp } from "../../../src/adapters/shared/pools";
import type { Account, Inbound, Instance, SendContext } from "../../../src/core/channel";
import { systemClock } from "../../../src/core/clock";
import { silentLog } from "../../../src/core/log";
import { buildAccount, CUSTOMER } from "../facebook/account";

describe("fake platform", function () {
  // Real sockets on a busy machine.
  this.timeout(10_000);
  const account = buildAccount();
  const http = createHttp({ connections: 2 });
  const received: Inbound[] = [];
  let refusals = 0;
  let arrived: () => void = () => {};
  let hook: Server;
  let fake: FakePlatform;

  async function start(options: Partial<FakeOptions> = {}): Promise<void> {
    const webhookUrl = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/w`;
    fake = createFake({ account, publicUrl: "", webhookUrl, clock: systemClock, ...options });
    await fake.listen();
  }
  function send(text: string, over: Partial<SendContext> = {}, holder: Account = account) {
    const now = Date.now();
    const context: SendContext = {
      account: { ...holder, apiUrl: fake.url },
      instance: account.instances[0] as Instance,
      customerId: CUSTOMER,
      messageId: "out~1",
      author: { kind: "bot" },
      lastInboundAt: now,
      now,
      ...over,
    };
    const activity = {
      type: "message",
      channelId: "facebook",
      from: { id: "" },
      recipient: { id: "" },
      text,
    };
    const [request] = facebook.toRequests({ ...activity, conversation: { id: "" } }, context);
    assert.ok(request);
    return facebook
      .createClient({ http, baseUrl: fake.url, clock: systemClock, log: silentLog })
      .send(request, context);
  }
  const until = (count: number) =>
    new Promise<void>((resolve) => {
      arrived = () => received.length >= count && resolve();
      arrived();
    });

  beforeEach(async () => {
    received.length = 0;
    refusals = 0;
    hook = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      response.statusCode = refusals-- > 0 ? 503 : 200;
      response.end();
      if (response.statusCode !== 200) return;
      const headers = request.headers as Record<string, string>;
      const raw = { method: "POST", url: "/w", headers, body: Buffer.concat(chunks) } as const;
      facebook.verify(raw, account);
      received.push(...facebook.toInbound(raw, account));
      arrived();
    });
    await new Promise<void>((resolve) => hook.listen(0, "127.0.0.1", resolve));
  });
  afterEach(async () => {
    await fake.close();
    hook.closeAllConnections();
    hook.close();
  });
  after(() => http.close());

  it("posts echo and receipts like the platform, again when they are refused", async () => {
    await start({ autoEcho: true, autoReceipts: ["delivered", "read"] });
    refusals = 1;
    const { providerId } = await send("Hi");
    await until(3);
    assert.deepEqual(received.map(({ kind }) => kind).sort(), ["echo", "receipt", "receipt"]);
    const echo = received.find((item) => item.kind === "echo");
    assert.ok(echo?.kind === "echo");
    assert.equal(echo.ourMessageId, "out~1");
    assert.equal(echo.key, providerId);
  });

  it("misbehaves as often as told, for the calls that match", async () => {
    await start();
    fake.behave({ status: 500, times: 2, match: (call) => call.body.includes("bad") });
    await send("good");
    await assert.rejects(send("bad 1"));
    await assert.rejects(send("bad 2"));
    await send("bad 3");
    assert.deepEqual(
      fake.sent.map(({ text }) => text),
      ["good", "bad 3"],
    );
    assert.equal(fake.calls.length, 4);
  });

  it("takes the call late, and with more headers", async () => {
    await start();
    fake.behave({
      delayMs: 40,
      headers: { "X-Business-Use-Case-Usage": '{"1":[{"estimated_time_to_regain_access":1}]}' },
    });
    const began = performance.now();
    const { pauseUntil } = await send("late");
    assert.ok(performance.now() - began >= 35);
    assert.ok(pauseUntil !== undefined && pauseUntil > Date.now());
  });

  it("tells listeners of what was taken until they leave", async () => {
    await start();
    const heard: string[] = [];
    const leave = fake.onSent(({ text }) => heard.push(text));
    await send("one");
    leave();
    await send("two");
    assert.deepEqual(heard, ["one"]);
  });

  it("refuses as Meta does: wrong proof, closed window, unknown page", async () => {
    await start();
    const secrets = { ...account.secrets, applicationSecret: ["wrong"] };
    await assert.rejects(send("x", {}, { ...account, secrets }), {
      code: "CHANNEL_REFUSED",
      message: /appsecret_proof/,
    });
    fake.webhook.say({ customerId: CUSTOMER, text: "long ago", at: Date.now() - 25 * 3_600_000 });
    await assert.rejects(send("x"), { code: "CHANNEL_WINDOW_CLOSED", platformCode: "10/2018278" });
    fake.webhook.say({ customerId: CUSTOMER, text: "now" });
    await send("x");
    const stranger = { ...(account.instances[0] as Instance), externalId: "999" };
    await assert.rejects(send("x", { instance: stranger }), {
      code: "CHANNEL_REFUSED",
      message: /Unknown path/,
    });
    assert.equal(fake.sent.length, 1);
  });
});
