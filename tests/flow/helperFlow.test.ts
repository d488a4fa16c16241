// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of our own templates
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { threadOf } from "../../src/core/ids";
import { expressionsParsed } from "../../src/expressions/compile";
import { buildConfiguration } from "../support/accounts";
import { sentOn } from "../support/platforms";
import { eventually, startTestApp, type TestApp } from "../support/startApp";

const withFlow = (steps: Record<string, unknown>): string =>
  buildConfiguration({ helper: "first", flow: { start: "number", steps } });

const STEPS = (origin: string) => ({
  number: { do: "ask", text: "Order number?", kind: "number", save: "no", next: "look", giveUp: "people" },
  look: {
    do: "http",
    method: "POST",
    url: `${origin}/orders/\${vars.no}`,
    save: "order",
    next: "tell",
    error: "people",
  },
  tell: { do: "say", text: "It is ${vars.order.body.state}.", next: "number" },
  people: { do: "handoff", text: "A person will look.", summary: "Order ${vars.no}" },
});

describe("a helper flow in the server", function () {
  this.timeout(60_000);
  let test: TestApp;
  let service: Server;
  let origin = "";
  let onOrder: () => void | Promise<void> = () => {};
  const keys: (string | undefined)[] = [];

  before(async () => {
    service = createServer(async (request, response) => {
      keys.push(String(request.headers["idempotency-key"]));
      await onOrder();
      response.end('{"state":"packed"}');
    });
    await new Promise<void>((resolve) => void service.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  });
  after(() => {
    service.closeAllConnections();
    service.close();
  });
  beforeEach(() => {
    keys.length = 0;
    onOrder = () => {};
  });
  afterEach(() => test.stop());

  const start = (hosts = origin.replace("http://", "")) =>
    startTestApp({
      configuration: withFlow(STEPS(origin)),
      environment: { SWITCHBOARD_FLOW_HOSTS: hosts },
    });
  const texts = () => sentOn(test.platforms, "sms").map(({ text }) => text);

  it("asks, looks up and tells", async () => {
    test = await start();
    await test.say("sms", "+12065550100", "hi");
    await eventually(() => texts().length === 1, "the question");
    await test.say("sms", "+12065550100", "1234");
    await eventually(() => texts().length === 3, "the answer");
    assert.deepEqual(texts(), ["Order number?", "It is packed.", "Order number?"]);
  });

  it("that loses a race asks the service again under the same key, and answers once", async () => {
    test = await start();
    await test.say("sms", "+12065550100", "hi");
    await eventually(() => texts().length === 1, "the question");
    const { store } = test.app.internals;
    const conversation = await eventually(async () => (await test.conversations("sam"))[0], "its row");
    const threadId = threadOf(conversation.id) ?? "";
    onOrder = async () => {
      onOrder = () => {};
      const head = await store.read("threads", threadId, "head");
      assert.ok(head);
      await store.batch("threads", threadId, [{ do: "replace", doc: head.doc, etag: head.etag }], "test");
    };
    await test.say("sms", "+12065550100", "1234");
    await eventually(() => texts().length === 3, "the answer");
    await test.idle();
    assert.equal(keys.length, 2);
    assert.equal(keys[0], keys[1]);
    assert.deepEqual(texts(), ["Order number?", "It is packed.", "Order number?"]);
  });

  it("goes on where it was after a restart", async () => {
    test = await start();
    await test.say("sms", "+12065550100", "hi");
    await eventually(() => texts().length === 1, "the question");
    await test.idle();
    const { platforms, folder } = test;
    await test.app.stop();
    test = await startTestApp({
      platforms,
      folder,
      configuration: withFlow(STEPS(origin)),
      environment: { SWITCHBOARD_FLOW_HOSTS: origin.replace("http://", "") },
    });
    await test.say("sms", "+12065550100", "77");
    await eventually(() => texts().includes("It is packed."), "the answer");
    assert.equal(keys.length, 1);
  });

  it("makes a ticket and tells its number, once although the turn was repeated", async () => {
    test = await startTestApp({
      configuration: withFlow({
        number: { do: "ask", text: "What is broken?", save: "what", next: "look" },
        look: { do: "http", url: `${origin}/stock`, next: "ticket" },
        ticket: {
          do: "ticket",
          subject: "Broken: ${vars.what}",
          priority: "high",
          activity: "repair",
          fields: { words: "=length(vars.what)" },
          save: "no",
          next: "tell",
        },
        tell: { do: "say", text: "It is ticket ${vars.no}.", next: "people" },
        people: { do: "handoff" },
      }),
      environment: { SWITCHBOARD_FLOW_HOSTS: origin.replace("http://", "") },
    });
    await test.say("sms", "+12065550100", "hi");
    await eventually(() => texts().length === 1, "the question");
    const conversation = await eventually(async () => (await test.conversations("sam"))[0], "its row");
    const threadId = threadOf(conversation.id) ?? "";
    const { store } = test.app.internals;
    onOrder = async () => {
      onOrder = () => {};
      const head = await store.read("threads", threadId, "head");
      assert.ok(head);
      await store.batch("threads", threadId, [{ do: "replace", doc: head.doc, etag: head.etag }], "test");
    };
    await test.say("sms", "+12065550100", "the mill");
    await eventually(() => texts().length === 2, "the number");
    await test.idle();
    assert.equal(keys.length, 2);
    type Tickets = { items: { number: string; [more: string]: unknown }[] };
    const all = await test.call<Tickets>("sam", "GET", "/api/desk/tickets?state=open");
    assert.equal(all.body.items.length, 1);
    const [ticket] = all.body.items;
    assert.equal(texts()[1], `It is ticket ${ticket?.number}.`);
    assert.deepEqual(
      [ticket?.subject, ticket?.priority, ticket?.activity, ticket?.fields, ticket?.conversationId],
      ["Broken: the mill", "high", "repair", { words: 8 }, conversation.id],
    );
    assert.equal((await test.call<Tickets>("ana", "GET", "/api/desk/tickets")).body.items.length, 1);
    const mine = await test.call<Tickets>("ana", "GET", `/api/desk/tickets?conversation=${conversation.id}`);
    assert.equal(mine.body.items[0]?.number, ticket?.number);
    assert.equal((await test.call("ana", "GET", `/api/desk/tickets/${ticket?.number}`)).status, 200);
    assert.equal((await test.call("ana", "GET", "/api/desk/tickets/T-1")).status, 404);
  });

  it("is refused at the start when a step asks a host that is not allowed", async () => {
    await assert.rejects(start("orders.example.com"), (error: Error & { code?: string }) => {
      assert.equal(error.code, "CONFIG_INVALID");
      assert.match(error.message, /flows\/helper\.steps\.look\.url: SWITCHBOARD_FLOW_HOSTS does not allow/);
      return true;
    });
    test = await startTestApp();
  });

  it("compiles nothing for a message", async () => {
    test = await start();
    await test.say("sms", "+12065550100", "hi");
    await eventually(() => texts().length === 1, "the question");
    await test.say("sms", "+12065550100", "1");
    await eventually(() => texts().length === 3, "the answer");
    await test.idle();
    const before = expressionsParsed();
    for (let i = 0; i < 5; i++) {
      await test.say("sms", `+1206555020${i}`, "hi");
      await eventually(() => texts().length === 4 + 3 * i, "the question");
      await test.say("sms", `+1206555020${i}`, "12");
      await eventually(() => texts().length === 6 + 3 * i, "the answer");
    }
    assert.equal(expressionsParsed(), before);
  });
});
