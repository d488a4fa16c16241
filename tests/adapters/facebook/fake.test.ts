import assert from "node:assert/strict";
import { createFake } from "../../../src/adapters/facebook";
import type { FakePlatform } from "../../../src/adapters/shared/fakePlatform";
import { hmac } from "../../../src/adapters/shared/signature";
import { systemClock } from "../../../src/core/clock";
import { buildAccount, CUSTOMER, PAGE } from "./account";

describe("fake Facebook", function () {
  // Real sockets on a busy machine.
  this.timeout(10_000);
  let fake: FakePlatform;
  const token = `EAA-${PAGE}`;
  const proof = hmac("sha256", "s3cret", token).toString("hex");

  beforeEach(async () => {
    fake = createFake({ account: buildAccount(), publicUrl: "", webhookUrl: "", clock: systemClock });
    await fake.listen();
  });
  afterEach(() => fake.close());

  async function call(path: string, body?: unknown, bearer = token) {
    const response = await fetch(`${fake.url}/v26.0/${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as { error?: { code: number } } };
  }
  const send = (message: unknown, more: object = {}) =>
    call(`${PAGE}/messages?appsecret_proof=${proof}`, {
      recipient: { id: CUSTOMER },
      messaging_type: "RESPONSE",
      message,
      ...more,
    });
  const template = (over: object) => ({
    attachment: {
      type: "template",
      payload: {
        template_type: "button",
        text: "Look",
        buttons: [{ type: "postback", title: "Go", payload: "P" }],
        ...over,
      },
    },
  });

  it("takes what Meta takes", async () => {
    const quick_replies = [{ content_type: "text", title: "Red", payload: "R" }];
    const file = { type: "image", payload: { url: "https://a.example/a.png", is_reusable: false } };
    for (const message of [
      { text: "Hi", quick_replies },
      { attachment: file },
      { sticker_id: 5 },
      template({}),
    ]) {
      assert.equal((await send(message)).status, 200, JSON.stringify(message));
    }
    assert.deepEqual(
      fake.sent.map(({ text, media, choices }) => [text, media?.[0]?.url, choices?.[0]?.value]),
      [
        ["Hi", undefined, "R"],
        ["", "https://a.example/a.png", undefined],
        ["", undefined, undefined],
        ["Look", undefined, "P"],
      ],
    );
  });

  it("refuses what Meta refuses", async () => {
    const reply = { content_type: "text", title: "Red", payload: "R" };
    for (const message of [
      {},
      { text: "x".repeat(2000) },
      { text: "Hi", sticker_id: 5 },
      { text: "Hi", quick_replies: [] },
      { text: "Hi", quick_replies: Array.from({ length: 14 }, () => reply) },
      { text: "Hi", quick_replies: [{ ...reply, title: "x".repeat(21) }] },
      { text: "Hi", quick_replies: [{ ...reply, content_type: "colour" }] },
      { attachment: { type: "image", payload: { url: "media:m~1" } } },
      { attachment: { type: "poll", payload: {} } },
      template({ text: "" }),
      template({ text: "x".repeat(641) }),
      template({ buttons: [] }),
      template({ buttons: [{ type: "web_url", title: "Go", url: "javascript:1" }] }),
    ]) {
      const { status, body } = await send(message);
      assert.equal(status, 400, JSON.stringify(message));
      assert.equal(body.error?.code, 100);
    }
    assert.equal(
      (await send({ text: "Hi" }, { messaging_type: "MESSAGE_TAG", tag: "ACCOUNT_UPDATE" })).status,
      400,
    );
    assert.equal((await send({ text: "Hi" }, { reply_to: {} })).status, 400);
    assert.equal(fake.sent.length, 0);
  });

  it("takes sender actions by themselves alone", async () => {
    const act = (body: object) =>
      call(`${PAGE}/messages?appsecret_proof=${proof}`, { recipient: { id: CUSTOMER }, ...body });
    assert.equal((await act({ sender_action: "typing_on" })).status, 200);
    for (const body of [
      { sender_action: "dance" },
      { sender_action: "typing_on", message: { text: "Hi" } },
      { sender_action: "react", payload: { message_id: "m_1" } },
      { sender_action: "unreact", payload: {} },
    ]) {
      assert.equal((await act(body)).status, 400, JSON.stringify(body));
    }
    assert.equal(fake.sent.length, 0);
  });

  it("shows profiles and settings to those alone who prove themselves", async () => {
    fake.webhook.say({ customerId: CUSTOMER, text: "Hi", name: "Zoë Ode" });
    const profile = await call(`${CUSTOMER}?fields=first_name,last_name&appsecret_proof=${proof}`);
    assert.deepEqual(profile.body, { id: CUSTOMER, first_name: "Zoë", last_name: "Ode" });
    assert.equal((await call(`${CUSTOMER}?fields=shoe_size&appsecret_proof=${proof}`)).status, 400);
    assert.equal((await call(`${CUSTOMER}?appsecret_proof=x`)).status, 400);
    assert.equal((await call(`999?appsecret_proof=${proof}`)).status, 400);
    assert.equal(
      (await call(`${PAGE}/subscribed_apps?appsecret_proof=${proof}`, undefined, "other")).status,
      401,
    );
    assert.equal((await call("777/subscriptions", undefined, "777|wrong")).status, 400);
    assert.equal((await call("777/subscriptions", undefined, "777|s3cret")).status, 200);
    assert.equal((await call("nowhere/at/all")).status, 400);
  });

  it("forgets nothing it said it would serve", async () => {
    fake.webhook.say({
      customerId: CUSTOMER,
      text: "",
      media: [{ contentType: "text/plain", name: "a b.txt", content: Buffer.from("hello") }],
    });
    const response = await fetch(`${fake.url}/cdn/1/a%20b.txt`);
    assert.equal(response.headers.get("content-type"), "text/plain");
    assert.equal(await response.text(), "hello");
    assert.equal((await fetch(`${fake.url}/cdn/2/a.txt`)).status, 404);
  });
});
