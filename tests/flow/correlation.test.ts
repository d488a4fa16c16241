import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { request } from "undici";
import type { DeadLetterView } from "../../src/admin/operationsContract";
import type { SignedWebhook } from "../../src/core/fake";
import { buildConfiguration } from "../support/accounts";
import { createJsonLog, type JsonLog } from "../support/jsonLog";
import { type ChannelName, sentOn, startPlatforms, webhookPath } from "../support/platforms";
import { LOG_BYTES_A_MESSAGE } from "../support/publishedUnits";
import { eventually, startTestApp, type TestApp, type TestAppOptions } from "../support/startApp";

const PHONE = "+12065550142";

describe("one correlation id", function () {
  this.timeout(60_000);
  let test: TestApp;
  let json: JsonLog;

  async function start(
    options: TestAppOptions & { helper?: "only" | "off"; level?: "debug" } = {},
  ): Promise<void> {
    const { helper = "off", level, ...more } = options;
    json = createJsonLog(level);
    test = await startTestApp({ log: json.log, configuration: buildConfiguration({ helper }), ...more });
  }
  afterEach(() => test.stop());

  /** Posts what a customer writes; the id that the answer carries. */
  async function say(channel: ChannelName, customerId: string, text: string, more = {}): Promise<string> {
    return post(channel, test.platforms[channel].webhook.say({ customerId, text, ...more }));
  }
  async function post(channel: ChannelName, signed: SignedWebhook): Promise<string> {
    const reply = await request(test.url + webhookPath(channel) + (signed.path ?? ""), {
      method: signed.method,
      headers: signed.headers,
      body: signed.body,
    });
    await reply.body.dump();
    return String(reply.headers["x-correlation-id"]);
  }
  /** A message for a page that is configured nowhere. */
  function sayToStranger(text: string): Promise<string> {
    const { facebook } = test.platforms;
    const known = JSON.parse(String(facebook.webhook.say({ customerId: "5551234567", text }).body)) as object;
    return post("facebook", facebook.webhook.sign(JSON.stringify(known).replaceAll('"2000"', '"2001"')));
  }
  const linesOf = (id: string) => json.lines().filter(({ correlationId }) => correlationId === id);
  const wordsOf = (id: string) => linesOf(id).map(({ msg }) => msg);

  it("leads from the webhook to the platform's answer, and no line of the message has another", async () => {
    await start({ helper: "only", level: "debug" });
    const id = await say("sms", PHONE, "where is the brass lamp?");
    await eventually(() => sentOn(test.platforms, "sms").length === 1, "the helper's answer");
    await test.idle();
    const steps = wordsOf(id).filter((words) => words !== "a step was done");
    assert.deepEqual(steps.sort(), [
      "a message came in",
      "a message was accepted by the platform",
      "a message was worked",
      "a webhook was stored",
    ]);
    const sent = linesOf(id).find(({ msg }) => msg === "a message was accepted by the platform");
    assert.deepEqual(sent?.providerIds, [test.platforms.sms.sent[0]?.id]);
    assert.equal(sent?.channel, "sms");
    const { threadId } = sent ?? {};
    for (const line of json.lines()) if (line.threadId === threadId) assert.equal(line.correlationId, id);
  });

  it("is the trace's too, and an agent's answer has that of the agent's request", async () => {
    await start();
    const id = await say("facebook", "555", "a person, please");
    await test.call("ana", "PUT", "/api/desk/presence", { presence: "available" });
    const offer = await eventually(async () => (await test.offers("ana"))[0], "an offer");
    await test.idle();
    assert.ok(wordsOf(id).includes("a conversation stands in a queue"));
    const conversation = `/api/desk/conversations/${offer.conversationId}`;
    const trace = await test.call<{ items: { kind: string; correlationId?: string }[] }>(
      "sam",
      "GET",
      `${conversation}/trace`,
    );
    const rules = trace.body.items.filter(({ kind }) => kind === "rules");
    assert.deepEqual(
      rules.map(({ correlationId }) => correlationId),
      [id],
    );
    await test.call("ana", "POST", `/api/desk/offers/${offer.id}/accept`);
    const answer = await test.call("ana", "POST", `${conversation}/messages`, { text: "Here I am." });
    await eventually(() => sentOn(test.platforms, "facebook").length === 1, "the agent's answer");
    await test.idle();
    assert.deepEqual(wordsOf(String(answer.headers["x-correlation-id"])), [
      "an agent's message was written",
      "a message was accepted by the platform",
    ]);
  });

  it("is on the dead letter of a message that nobody can work", async () => {
    await start();
    const id = await sayToStranger("to a page nobody knows");
    const list = await test.call<{ items: DeadLetterView[] }>("sam", "GET", "/api/admin/dead-letters");
    assert.equal(list.body.items[0]?.correlationId, id);
    const [dead] = linesOf(id).filter(({ msg }) => msg === "a message became a dead letter");
    assert.deepEqual([dead?.code, dead?.messageId], ["INSTANCE_UNKNOWN", list.body.items[0]?.messageId]);
  });

  it("stays with a message that is tried again, by another process too", async () => {
    const platforms = await startPlatforms();
    platforms.sms.behave({ status: 429 });
    await start({ helper: "only", platforms });
    const id = await say("sms", PHONE, "patience");
    await eventually(() => wordsOf(id).includes("a send is tried again later"), "the first try");
    const { folder } = test;
    await test.app.stop();
    json = createJsonLog();
    test = await startTestApp({
      log: json.log,
      configuration: buildConfiguration({ helper: "only" }),
      platforms,
      folder,
    });
    await eventually(() => wordsOf(id).includes("a message was accepted by the platform"), "the second try");
    await platforms.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is never that of another message, whatever happens at the same time", async () => {
    await start({ helper: "only" });
    const customers = Array.from({ length: 12 }, (_, n) => `+1206555${String(1000 + n)}`);
    const ids: string[] = [];
    for (let round = 0; round < 3; round++)
      await Promise.all(customers.map(async (phone) => ids.push(await say("sms", phone, `word ${round}`))));
    await eventually(() => sentOn(test.platforms, "sms").length === 36, "all answers");
    await test.idle();
    assert.equal(new Set(ids).size, 36);
    const bytes = json.text().length / 72;
    process.stdout.write(`      ${bytes.toFixed(0)} bytes of log for each message, in or out\n`);
    assert.ok(bytes <= LOG_BYTES_A_MESSAGE, String(bytes));
    for (const id of ids) {
      const threads = new Set(
        linesOf(id).flatMap(({ threadId }) => (threadId === undefined ? [] : [threadId])),
      );
      assert.equal(threads.size, 1, id);
      for (const words of [
        "a message came in",
        "a message was worked",
        "a message was accepted by the platform",
      ])
        assert.equal(
          wordsOf(id).filter((one) => one === words).length,
          1,
          `${words}: ${wordsOf(id).join(", ")}`,
        );
    }
  });

  it("is all that names a customer: no words, numbers, names or tokens in the log", async () => {
    await start({ helper: "only" });
    await say("sms", PHONE, "my card is 4111 1111 1111 1111", { name: "Gilda Moore" });
    await say("facebook", "5551234567", "secret words", { name: "Gilda Moore" });
    await sayToStranger("to nobody");
    await test.call("nobody", "GET", "/api/desk/offers?token=abc");
    await test.idle();
    assert.ok(json.lines().length > 6);
    assert.doesNotMatch(
      json.text(),
      /4111|secret words|to nobody|Gilda|2065550142|5551234567|token-of|token=abc/,
    );
  });
});
