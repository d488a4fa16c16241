import assert from "node:assert/strict";
import { request } from "undici";
import type { ConversationView } from "../../src/desk/contract";
import { APP_ID, startTestBotService, type TestBotService } from "../adapters/azure/testBotService";
import { buildConfiguration } from "../support/accounts";
import { eventually, startTestApp, type TestApp, type TestAppOptions } from "../support/startApp";

const ENVIRONMENT = { MicrosoftAppId: APP_ID, MicrosoftAppPassword: "bot-password" };

/** The usual configuration with a bot beside the other accounts. */
function withBot(helper: "off" | "first" = "off", botId = APP_ID): string {
  const all = JSON.parse(buildConfiguration()) as Record<string, Record<string, unknown>[]>;
  const { accounts = [], workstreams = [] } = all;
  const bots = [{ botId, name: "Site", workstream: "webchat" }];
  accounts.push({ id: "bot", provider: "azure", name: "Web chat", sendRate: "unlimited", bots });
  workstreams.push({ id: "webchat", channel: "azure", helper, flow: "helper", fallbackQueue: "general" });
  return JSON.stringify(all);
}

describe("Azure Bot Service", function () {
  this.timeout(30_000);
  let service: TestBotService;
  let test: TestApp;

  const start = async (options: TestAppOptions) => {
    test = await startTestApp({ configuration: withBot(), ...options });
  };
  const startOpen = (options: TestAppOptions = {}) =>
    start({ environment: ENVIRONMENT, botFrameworkAuthentication: service.createAuthentication, ...options });
  const texts = () => service.calls.map(({ body }) => body.text);
  const stored = async () => (await test.conversations("sam")).length;
  const problems = async () => {
    const { body } = await test.call<{ items: { id: string; problem: string | null }[] }>(
      "admin",
      "GET",
      "/api/admin/accounts",
    );
    return Object.fromEntries(body.items.map(({ id, problem }) => [id, problem]));
  };

  beforeEach(async () => {
    service = await startTestBotService();
  });
  afterEach(async () => {
    await test.stop();
    await service.close();
  });

  it("is closed without an app id: no address, a clear problem, and the other channels work", async () => {
    await start({});
    const { status } = await service.post(test.url, service.activity());
    assert.equal(status, 404);
    const { bot, ...others } = await problems();
    assert.match(bot ?? "", /set MicrosoftAppId/);
    assert.deepEqual([...new Set(Object.values(others))], [null]);
    assert.equal(await test.say("sms", "+12065550100", "hello"), 200);
    await eventually(async () => (await test.conversations("sam")).length === 1, "the text");
  });

  it("says when the bot of the configuration is another than the server's", async () => {
    await startOpen({ configuration: withBot("off", "00000000-aaaa-bbbb-cccc-000000000002") });
    assert.match((await problems()).bot ?? "", /cannot be 00000000-aaaa-bbbb-cccc-000000000002/);
    assert.equal((await service.post(test.url, service.activity())).status, 404);
  });

  it("has no webhook", async () => {
    await startOpen();
    for (const path of ["/webhooks/azure/bot", "/webhooks/azure/bot/status", "/api/messages/"]) {
      const reply = await request(test.url + path, { method: "POST", body: "{}" });
      await reply.body.dump();
      assert.equal(reply.statusCode, 404, path);
    }
  });

  it("refuses whoever is not Microsoft, by Microsoft's own rules, and stores nothing", async () => {
    await start({ environment: ENVIRONMENT });
    assert.equal((await problems()).bot, null);
    for (const token of ["", "Bearer junk", "Bearer a.b.c", "Basic eDp5", "Bearer from-the-service"]) {
      const { status, text } = await service.post(test.url, service.activity(), token);
      assert.equal(status, 401, token);
      assert.deepEqual(JSON.parse(text), {
        code: "WEBHOOK_BAD_SIGNATURE",
        message: "The request was refused.",
        details: null,
      });
    }
    assert.equal(await stored(), 0);
  });

  it("refuses what is no activity before it asks who calls", async () => {
    await start({ environment: ENVIRONMENT });
    const deep = `{"type":"message","value":${"[".repeat(200)}${"]".repeat(200)}}`;
    for (const body of [
      "{}",
      "[]",
      '[{"type":"message"}]',
      "null",
      "7",
      "",
      "{",
      '{"type":7}',
      '{"type":""}',
      '{"type":null}',
      deep,
    ]) {
      assert.equal((await service.post(test.url, body, "")).status, 400, body);
    }
    assert.equal(
      (await service.post(test.url, `{"type":"message","text":"${"x".repeat(1024 * 1024)}"}`)).status,
      413,
    );
    for (const method of ["GET", "PUT", "DELETE"] as const) {
      const reply = await request(`${test.url}/api/messages`, { method });
      await reply.body.dump();
      assert.equal(reply.statusCode, 405, method);
    }
    assert.equal(await stored(), 0);
  });

  it("a token for one address opens no other", async () => {
    await startOpen();
    const { status } = await service.post(
      test.url,
      service.activity({ serviceUrl: "https://evil.example/" }),
    );
    assert.equal(status, 401);
    assert.equal(await stored(), 0);
  });

  it("a web chat goes to the helper, then to an agent, and both answers arrive", async () => {
    await startOpen({ configuration: withBot("first") });
    await test.call("ana", "PUT", "/api/desk/presence", { presence: "available" });
    assert.equal((await service.post(test.url, service.activity({ text: "my order" }))).status, 200);
    await eventually(() => texts().length === 1, "the helper's question");
    const [question] = service.calls;
    assert.equal(question?.path, "/v3/conversations/chat-1/activities");
    assert.equal(question?.body.text, "You said: my order. Say person for a person.");
    assert.deepEqual(question?.body.suggestedActions, {
      actions: [{ type: "imBack", title: "Person", value: "Person" }],
    });

    assert.equal((await service.post(test.url, service.activity({ text: "Person" }))).status, 200);
    await eventually(() => texts().includes("One moment please."), "the helper's farewell");
    const offer = await eventually(async () => (await test.offers("ana"))[0], "an offer to Ana");
    assert.equal(offer.customer.name, "Gilda");
    assert.equal(
      (await test.call<ConversationView>("ana", "POST", `/api/desk/offers/${offer.id}/accept`)).status,
      200,
    );
    const route = `/api/desk/conversations/${offer.conversationId}/messages`;
    assert.equal((await test.call("ana", "POST", route, { text: "Ana here." })).status, 201);
    await eventually(() => texts().includes("Ana here."), "Ana's answer");

    const messages = await test.messages("ana", offer.conversationId);
    assert.deepEqual(
      messages.filter(({ kind }) => kind === "message").map(({ author, text }) => [author.kind, text]),
      [
        ["customer", "my order"],
        ["bot", "You said: my order. Say person for a person."],
        ["customer", "Person"],
        ["bot", "One moment please."],
        ["agent", "Ana here."],
      ],
    );
    assert.equal(messages.find(({ text }) => text === "Ana here.")?.status, "accepted");
  });

  it("a repeated activity is dropped, and two visitors are two conversations", async () => {
    await startOpen();
    const first = service.activity();
    const other = service.activity({
      conversation: { id: "chat-2" },
      id: first.id,
      from: { id: "visitor-2" },
    });
    for (const activity of [first, first, other, first])
      assert.equal((await service.post(test.url, activity)).status, 200);
    const conversations = await eventually(async () => {
      const found = await test.conversations("sam");
      return found.length === 2 ? found : undefined;
    }, "both conversations");
    for (const { id } of conversations) {
      const said = (await test.messages("sam", id)).filter(({ author }) => author.kind === "customer");
      assert.equal(said.length, 1);
    }
    assert.deepEqual(conversations.map(({ customer }) => customer.name?.split(" ")[0]).sort(), [
      "Gilda",
      "Visitor",
    ]);
  });

  it("what nobody said is answered and starts nothing; a picture is shown as such", async () => {
    await startOpen();
    for (const type of ["conversationUpdate", "typing", "event"]) {
      assert.equal((await service.post(test.url, service.activity({ type }))).status, 200, type);
    }
    assert.equal((await service.post(test.url, service.activity({ type: "invoke" }))).status, 501);
    assert.equal(await stored(), 0);
    const attachments = [{ contentType: "image/png", contentUrl: "https://files.example/a.png" }];
    assert.equal(
      (await service.post(test.url, service.activity({ text: undefined, attachments }))).status,
      200,
    );
    const [conversation] = await eventually(async () => {
      const found = await test.conversations("sam");
      return found.length === 1 ? found : undefined;
    }, "the picture's conversation");
    const [shown] = await test.messages("sam", conversation?.id ?? "");
    assert.equal(shown?.event, "unsupported");
    assert.match(shown?.text ?? "", /image/);
  });

  it("an answer that the service cannot take now goes out when it can", async () => {
    await startOpen({ configuration: withBot("first") });
    service.answers.push({ status: 503 }, "hang up");
    assert.equal((await service.post(test.url, service.activity())).status, 200);
    await eventually(() => texts().length === 3, "the third try");
    assert.equal(new Set(texts()).size, 1);
  });
});
