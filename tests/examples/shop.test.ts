import assert from "node:assert/strict";
import { read } from "../docs/parts";
import { eventually } from "../support/startApp";
import { type RunningExample, startExample } from "./example";
import { startShopService } from "./shopService";

const CONFIG = "examples/shop/switchboard.yaml";

describe("examples/shop", function () {
  this.timeout(60_000);
  let service: Awaited<ReturnType<typeof startShopService>>;
  let shop: RunningExample;

  before(async () => {
    service = await startShopService();
    // The plugin reads it when it is loaded.
    process.env.SHOP_SERVICE = service.origin;
    shop = await startExample(CONFIG, {
      environment: { SWITCHBOARD_FLOW_HOSTS: new URL(service.origin).host },
      configuration: read(CONFIG).replaceAll("http://127.0.0.1:4100", service.origin),
    });
  });
  after(async () => {
    await shop.stop();
    service.stop();
    delete process.env.SHOP_SERVICE;
  });

  it("tells on SMS, in Portuguese, how an order is doing", async () => {
    await shop.say("sms", { text: "olá" });
    assert.deepEqual(await shop.hears("sms", 1), ["Olá! Qual é o número da encomenda? Começa por CC."]);
    await shop.say("sms", { text: "cc 1001" });
    assert.deepEqual(await shop.hears("sms", 1), ["Qual é o código postal de entrega da encomenda CC-1001?"]);
    await shop.say("sms", { text: "1100-053" });
    const [status, more] = await shop.hears("sms", 2);
    assert.equal(status, "A encomenda CC-1001 está a caminho. Deve chegar a 2026-12-01.");
    assert.match(more ?? "", /^Posso ajudar em mais alguma coisa\?/);
  });

  it("brings a late order to who has the skills, with all that they need", async () => {
    for (const agent of ["ana", "rui"])
      await shop.call(agent, "PUT", "/api/desk/presence", { presence: "available" });
    await shop.say("facebook", { text: "Where is my order CC-1003?" });
    assert.deepEqual(await shop.hears("facebook", 1), [
      "What is the postal code that order CC-1003 goes to?",
    ]);
    await shop.say("facebook", { text: "SW1A 1AA" });
    const [late, moment] = await shop.hears("facebook", 2);
    assert.match(
      late ?? "",
      /^We are sorry, order CC-1003 is late\. .* T-\d+, and the voucher SORRY-\d+ is yours\.$/,
    );
    assert.equal(moment, "One moment please; a person will be with you.");

    const conversation = await shop.accept("rui");
    assert.equal(conversation.queueId, "orders");
    assert.equal(conversation.summary, "Order CC-1003: late");
    assert.deepEqual(conversation.skills, { orders: 3, parcels: 2 });
    assert.equal(conversation.context?.orderState, "late");
    const { items } = await shop.call<{ items: unknown[] }>("ana", "GET", "/api/desk/offers");
    assert.deepEqual(items, []);
    const texts = (await shop.messages("rui", conversation.id)).map(({ text }) => text);
    assert.ok(texts.includes("Where is my order CC-1003?") && texts.includes("SW1A 1AA"));

    await shop.call("rui", "POST", `/api/desk/conversations/${conversation.id}/messages`, {
      clientId: "1",
      text: "It is found: it comes tomorrow.",
    });
    const heard = await shop.hears("facebook", 1);
    assert.equal(heard.at(-1), "It is found: it comes tomorrow.");
  });

  it("puts a gold customer into the queue of the VIPs by the plugin's field", async () => {
    // +12065550147 is gold at the service.
    await shop.say("sms", { text: "sim" });
    const found = await eventually(
      async () =>
        (await shop.conversations("sam")).find(
          ({ channel, queueId }) => channel === "sms" && queueId !== null,
        ),
      "the conversation in a queue",
    );
    assert.equal(found.queueId, "vip");
  });
});
