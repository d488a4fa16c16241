import assert from "node:assert/strict";
import { type Cloud, type CreateAuthentication, createAzure, createCloud } from "../../../src/adapters/azure";
import { toCustomerId } from "../../../src/adapters/azure/reference";
import { createHttp } from "../../../src/adapters/shared/pools";
import type { Http, SendContext } from "../../../src/core/channel";
import { systemClock } from "../../../src/core/clock";
import type { ChannelError } from "../../../src/core/errors";
import { silentLog } from "../../../src/core/log";
import { APP_ID, startTestBotService, type TestBotService } from "./testBotService";

const REGISTRATION = { appType: "MultiTenant", appId: APP_ID.toUpperCase(), appPassword: "bot-password" };

describe("azure cloud", () => {
  let service: TestBotService;
  let http: Http;
  let cloud: Cloud;

  const open = (createAuthentication?: CreateAuthentication, config = REGISTRATION) =>
    createCloud({
      config,
      http,
      clock: systemClock,
      ...(createAuthentication === undefined ? {} : { createAuthentication }),
    });
  /** What a call that fails with this comes to. */
  const refusing = (error: unknown): Promise<Cloud> =>
    open((options) =>
      Object.assign(service.createAuthentication(options), {
        authenticateRequest: () => Promise.reject(error),
      }),
    );

  before(async () => {
    service = await startTestBotService();
    http = createHttp();
    cloud = await open(service.createAuthentication);
  });
  after(async () => {
    await http.close();
    await service.close();
  });
  beforeEach(() => {
    service.calls.length = 0;
    service.answers.length = 0;
  });

  describe("authenticate", () => {
    it("accepts what the service signed for its own address", async () => {
      await cloud.authenticate(service.activity(), "Bearer from-the-service");
      assert.equal(cloud.botId, APP_ID);
    });

    it("refuses a token for another serviceUrl, and an activity without one", async () => {
      for (const serviceUrl of ["https://evil.example/", "", undefined, [service.serviceUrl], null]) {
        const stolen = cloud.authenticate(service.activity({ serviceUrl }), "Bearer from-the-service");
        await assert.rejects(stolen, { code: "WEBHOOK_BAD_SIGNATURE" }, String(serviceUrl));
      }
    });

    it("refuses with Microsoft's own rules whatever is no token of theirs, whoever signed it", async () => {
      const real = await open();
      const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
      const header = part({ alg: "RS256", typ: "JWT", kid: "1" });
      const tokens = [
        "",
        " ",
        "Bearer",
        "Bearer ",
        "Bearer junk",
        "Bearer a.b.c",
        "Basic eDp5",
        "Bearer junk more",
        `Bearer ${header}.${Buffer.from("{").toString("base64url")}.x`,
        `Bearer ${header}.${part({ iss: "https://evil.example", aud: APP_ID })}.x`,
        `Bearer ${header}.${part(null)}.x`,
      ];
      for (const token of tokens) {
        for (const channelId of ["webchat", "emulator", "AseChannel", undefined, 7]) {
          const call = real.authenticate(service.activity({ channelId }), token);
          await assert.rejects(call, { code: "WEBHOOK_BAD_SIGNATURE" }, `${token} ${String(channelId)}`);
        }
      }
    });

    it("takes a forged signature for a refusal and missing keys for a fault of ours", async () => {
      const forged = Object.assign(new Error("invalid signature"), { name: "JsonWebTokenError" });
      await assert.rejects((await refusing(forged)).authenticate(service.activity(), "Bearer x"), {
        code: "WEBHOOK_BAD_SIGNATURE",
      });
      for (const reason of [
        "Failed to load openID config: 500",
        "request to https://login.botframework.com/v1 failed, reason: ENOTFOUND",
      ]) {
        await assert.rejects(
          (await refusing(new Error(reason))).authenticate(service.activity(), "Bearer x"),
          { code: "CHANNEL_UNAVAILABLE" },
        );
      }
    });

    it("never opens without an app id", async () => {
      await assert.rejects(open(undefined, { ...REGISTRATION, appId: " " }), { code: "SETTING_INVALID" });
    });
  });

  describe("the client", () => {
    const REFERENCE = {
      channelId: "webchat",
      conversationId: "chat/1",
      userId: "u",
      botId: "shop@key",
      serviceUrl: "",
    };

    async function send(text = "hello"): Promise<{ providerId?: string }> {
      const channel = createAzure(cloud);
      const context = {
        customerId: toCustomerId({ ...REFERENCE, serviceUrl: service.serviceUrl }),
      } as SendContext;
      const activity = {
        type: "message",
        channelId: "azure",
        from: { id: "" },
        recipient: { id: "" },
        conversation: { id: "" },
        text,
      };
      const client = channel.createClient({ http, baseUrl: "", clock: systemClock, log: silentLog });
      const [request] = channel.toRequests(activity, context);
      return client.send(request ?? assert.fail(), context);
    }
    const failure = (): Promise<ChannelError> =>
      send().then(
        () => assert.fail("it was sent"),
        (error) => error as ChannelError,
      );

    it("posts to the conversation as the bot, with its token and as no reply", async () => {
      assert.deepEqual(await send(), { providerId: "sent-1" });
      const [call] = service.calls;
      assert.equal(call?.method, "POST");
      assert.equal(call?.path, "/v3/conversations/chat%2F1/activities");
      assert.equal(call?.headers.authorization, "Bearer from-the-bot");
      const { text, from, recipient, conversation, replyToId, textFormat } = call?.body ?? {};
      assert.deepEqual(
        { text, textFormat, replyToId },
        { text: "hello", textFormat: "plain", replyToId: undefined },
      );
      assert.equal((from as { id: string }).id, "shop@key");
      assert.equal((recipient as { id: string }).id, "u");
      assert.equal((conversation as { id: string }).id, "chat/1");
    });

    it("takes success for success, whatever came back", async () => {
      for (const body of ["", "<html>", "[]", "null"]) {
        service.answers.push({ status: 200, body });
        assert.deepEqual(await send(), {}, body);
      }
      service.answers.push({ status: 204, body: "" });
      assert.deepEqual(await send(), {});
    });

    const refusal = (code: string) => ({ error: { code, message: "in the service's words" } });
    const CASES: [status: number, body: unknown, wanted: Partial<ChannelError>][] = [
      [400, refusal("BadSyntax"), { code: "CHANNEL_REFUSED", retryable: false, platformCode: "BadSyntax" }],
      [413, "", { code: "CHANNEL_REFUSED", retryable: false, platformCode: "HTTP 413" }],
      [401, "", { code: "CHANNEL_AUTH", scope: "instance" }],
      [403, "", { code: "CHANNEL_AUTH", scope: "instance" }],
      [
        403,
        refusal("ConversationBlockedByUser"),
        { code: "CHANNEL_UNDELIVERABLE", scope: "customer", retryable: false },
      ],
      [404, refusal("ConversationNotFound"), { code: "CHANNEL_UNDELIVERABLE", retryable: false }],
      [412, "", { code: "CHANNEL_UNAVAILABLE", retryable: true, ambiguous: false }],
      [500, "", { code: "CHANNEL_UNAVAILABLE", retryable: true, ambiguous: true }],
      [502, "<html>", { code: "CHANNEL_UNAVAILABLE", retryable: true, ambiguous: true }],
      [503, "", { code: "CHANNEL_UNAVAILABLE", retryable: true, ambiguous: false }],
      [302, "", { code: "CHANNEL_REFUSED", retryable: false }],
    ];
    for (const [status, body, wanted] of CASES) {
      it(`maps ${status} ${JSON.stringify(body)} and sends once`, async () => {
        service.answers.push({ status, body, headers: { location: "/elsewhere" } });
        const error = await failure();
        for (const [key, value] of Object.entries(wanted))
          assert.equal(error[key as keyof ChannelError], value, key);
        assert.equal(service.calls.length, 1);
      });
    }

    it("waits as long as the service says", async () => {
      service.answers.push({ status: 429, headers: { "retry-after": "7" } });
      const { code, retryAfterMs, scope, retryable } = await failure();
      assert.deepEqual(
        { code, retryAfterMs, scope, retryable },
        { code: "CHANNEL_RATE_LIMITED", retryAfterMs: 7_000, scope: "instance", retryable: true },
      );
      assert.equal(service.calls.length, 1);
    });

    it("knows whether a broken connection may have carried the message", async () => {
      service.answers.push("hang up");
      const broken = await failure();
      assert.deepEqual([broken.code, broken.ambiguous], ["CHANNEL_UNAVAILABLE", true]);
      assert.equal(service.calls.length, 1);
      const nowhere = await cloud
        .send({ ...REFERENCE, serviceUrl: "http://127.0.0.1:9/" }, { type: "message" })
        .catch((error) => error as ChannelError);
      assert.ok(typeof nowhere === "object");
      assert.deepEqual(
        [nowhere.code, nowhere.ambiguous, nowhere.retryable],
        ["CHANNEL_UNAVAILABLE", false, true],
      );
    });

    it("tells a refused password from a network that is away", async () => {
      for (const [fault, code] of [
        [{ errorCode: "invalid_client" }, "CHANNEL_AUTH"],
        [{ errorCode: "network_error" }, "CHANNEL_UNAVAILABLE"],
        [{}, "CHANNEL_UNAVAILABLE"],
      ] as const) {
        const createConnectorFactory = () => ({
          create: () => Promise.reject(Object.assign(new Error("no token"), fault)),
        });
        const tokenless = await open((options) =>
          Object.assign(service.createAuthentication(options), { createConnectorFactory }),
        );
        const sending = tokenless.send({ ...REFERENCE, serviceUrl: service.serviceUrl }, { type: "message" });
        await assert.rejects(sending, { code, retryable: true, ambiguous: false, scope: "instance" });
      }
    });

    it("cannot ask what became of a message", async () => {
      const client = createAzure(cloud).createClient({
        http,
        baseUrl: "",
        clock: systemClock,
        log: silentLog,
      });
      assert.deepEqual(await client.reconcile({} as never, {} as never, 0), { outcome: "unknown" });
    });
  });
});
