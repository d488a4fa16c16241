import assert from "node:assert/strict";
import { azure } from "../../../src/adapters/azure";
import { toCustomerId } from "../../../src/adapters/azure/reference";
import type { Activity } from "../../../src/core/activity";
import type { SendContext } from "../../../src/core/channel";

const customerId = toCustomerId({
  channelId: "msteams",
  conversationId: "19:a/b;c",
  userId: "u",
  botId: "b",
  serviceUrl: "https://x.example/",
});

function send(over: Partial<Activity>, to = customerId) {
  const activity: Activity = {
    type: "message",
    channelId: "azure",
    from: { id: "" },
    recipient: { id: "" },
    conversation: { id: "" },
    ...over,
  };
  return azure.toRequests(activity, { customerId: to } as SendContext);
}
const bodies = (over: Partial<Activity>) =>
  send(over).map(({ body }) => JSON.parse(body) as Record<string, unknown>);

describe("azure toRequests", () => {
  it("addresses the conversation", () => {
    const [request] = send({ text: "hello" });
    assert.equal(request?.method, "POST");
    assert.equal(request?.path, "/v3/conversations/19%3Aa%2Fb%3Bc/activities");
    assert.deepEqual(bodies({ text: "*hello*" }), [
      { type: "message", text: "*hello*", textFormat: "plain" },
    ]);
    assert.equal(bodies({ text: "*hello*", textFormat: "markdown" })[0]?.textFormat, "markdown");
  });

  it("passes buttons and cards on", () => {
    const attachments = [{ contentType: "application/vnd.microsoft.card.hero", content: { title: "Hi" } }];
    const suggestedActions = {
      actions: [
        { title: "Yes", value: "yes" },
        { title: "Site", value: "https://x.example", type: "openUrl" },
      ],
    };
    const [body] = bodies({ text: "Well?", attachments, suggestedActions });
    assert.deepEqual(body?.attachments, attachments);
    assert.deepEqual(body?.suggestedActions, {
      actions: [
        { type: "imBack", title: "Yes", value: "yes" },
        { type: "openUrl", title: "Site", value: "https://x.example" },
      ],
    });
    assert.equal(bodies({ attachments }).length, 1);
  });

  it("splits a long text; the buttons come last", () => {
    const sent = bodies({
      text: "word ".repeat(8_000),
      suggestedActions: { actions: [{ title: "Yes", value: "yes" }] },
    });
    assert.equal(sent.length, 3);
    assert.ok(sent.every(({ text }) => String(text).length <= 15_000));
    assert.deepEqual(
      sent.map((body) => "suggestedActions" in body),
      [false, false, true],
    );
  });

  it("makes nothing of nothing", () => {
    assert.deepEqual(send({ text: " " }), []);
    assert.deepEqual(send({ type: "typing" }), []);
    assert.deepEqual(send({ text: "", suggestedActions: { actions: [] } }), []);
  });

  it("refuses a customer who is not of this channel", () => {
    assert.throws(() => send({ text: "hello" }, "+12065550100"), { code: "CHANNEL_UNDELIVERABLE" });
  });
});

describe("azure as a webhook", () => {
  it("verifies nothing", () => {
    const request = {
      method: "POST",
      url: "/webhooks/azure/bot",
      headers: { authorization: "Bearer x" },
      body: Buffer.from("{}"),
    } as const;
    assert.throws(() => azure.verify(request, {} as never), { code: "WEBHOOK_BAD_SIGNATURE" });
    assert.deepEqual(azure.toInbound(request, {} as never), []);
  });
});
