const assert = require("node:assert/strict");
const { after, before, describe, it } = require("node:test");
const { createHttp, silentLog, systemClock } = require("switchboard");
const { telegram } = require("../channel");
const { createFake } = require("../channel/fake");
const { account } = require("./account");

const [instance] = account.instances;
const context = { account, instance, customerId: "555", messageId: "m1", author: { kind: "bot" }, now: 0 };
const toBodies = (activity, over = {}) =>
  telegram
    .toRequests({ type: "message", ...activity }, { ...context, ...over })
    .map(({ body }) => JSON.parse(body));
const offer = (...actions) => ({ text: "Which?", suggestedActions: { actions } });

describe("messages to Telegram", () => {
  it("have their choices as buttons that carry the value", () => {
    const [body] = toBodies(offer({ title: "Red", value: "r" }, { title: "Blue", value: "b" }));
    assert.deepEqual(body, {
      chat_id: 555,
      text: "Which?",
      reply_markup: {
        inline_keyboard: [[{ text: "Red", callback_data: "r" }], [{ text: "Blue", callback_data: "b" }]],
      },
    });
  });

  it("have a keyboard of titles where a value is too long for a button", () => {
    const [body] = toBodies(offer({ title: "Red", value: "é".repeat(33) }));
    assert.deepEqual(body.reply_markup.keyboard, [[{ text: "Red" }]]);
  });

  it("show as an answer what a person answers, and not what a bot says next", () => {
    const activity = { text: "Yes", replyToId: "555.7" };
    assert.deepEqual(toBodies(activity, { author: { kind: "agent" } })[0].reply_parameters, {
      message_id: 7,
      allow_sending_without_reply: true,
    });
    assert.equal(toBodies(activity, { lastInboundId: "555.7" })[0].reply_parameters, undefined);
  });
});

describe("calls of the Bot API", () => {
  const fake = createFake({
    account,
    publicUrl: "https://bots.example.com",
    webhookUrl: "https://bots.example.com/webhooks/telegram/shop",
    clock: systemClock,
  });
  const http = createHttp({ connections: 1 });
  let reachable;
  let ports;
  before(async () => {
    await fake.listen();
    reachable = { ...account, apiUrl: fake.url };
    ports = { http, baseUrl: fake.url, clock: systemClock, log: silentLog };
  });
  after(async () => {
    await http.close();
    await fake.close();
  });

  async function fail(behaviour) {
    fake.behave(behaviour);
    const [request] = telegram.toRequests({ type: "message", text: "hi" }, context);
    const sending = telegram.createClient(ports).send(request, { ...context, account: reachable });
    return sending.then(assert.fail, (error) => error);
  }
  const refusal = (error_code, description, more) => ({
    status: error_code,
    body: { ok: false, error_code, description, ...more },
  });

  it("wait as long as parameters.retry_after says", async () => {
    const error = await fail(
      refusal(429, "Too Many Requests: retry after 9", { parameters: { retry_after: 9 } }),
    );
    assert.deepEqual(
      [error.code, error.retryAfterMs, error.retryable],
      ["CHANNEL_RATE_LIMITED", 9_000, true],
    );
  });

  it("say that a customer who blocked the bot cannot be reached", async () => {
    const error = await fail(refusal(403, "Forbidden: bot was blocked by the user"));
    assert.deepEqual(
      [error.code, error.retryable, error.scope],
      ["CHANNEL_UNDELIVERABLE", false, "customer"],
    );
    assert.match(error.message, /blocked by the user/);
    assert.equal((await fail(refusal(400, "Bad Request: chat not found"))).code, "CHANNEL_UNDELIVERABLE");
  });

  it("stop the bot's line when its token is refused", async () => {
    for (const status of [401, 404]) {
      const error = await fail(refusal(status, "Unauthorized"));
      assert.deepEqual([error.code, error.scope], ["CHANNEL_AUTH", "instance"]);
    }
  });

  it("register the address with the bot's own secret, and check it", async () => {
    const callbackUrl = "https://bots.example.com/webhooks/telegram/shop";
    const before = await telegram.connect.validate(reachable, { ...ports, callbackUrl });
    assert.deepEqual(
      before.map(({ id, state }) => [id, state]),
      [
        ["callbackUrl", "skipped"],
        ["token", "ok"],
        ["webhook", "failed"],
      ],
    );
    await telegram.connect.register(reachable, { ...ports, callbackUrl });
    const { body } = fake.calls.findLast(({ path }) => path.endsWith("/setWebhook"));
    assert.equal(JSON.parse(body).secret_token, "110201543-a-webhook-secret");
    const [, , webhook] = await telegram.connect.validate(reachable, { ...ports, callbackUrl });
    assert.equal(webhook.state, "ok");
  });

  it("need an address that Telegram can use", async () => {
    const callbackUrl = "http://bots.example.com:3978/webhooks/telegram/shop";
    // A name that leads nowhere: only the address is looked at.
    const own = { ...account, instances: [] };
    const [check] = await telegram.connect.validate(own, { ...ports, callbackUrl });
    assert.equal(check.state, "failed");
  });
});
