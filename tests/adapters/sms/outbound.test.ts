import assert from "node:assert/strict";
import { sms } from "../../../src/adapters/sms";
import type { Activity } from "../../../src/core/activity";
import type { SendContext } from "../../../src/core/channel";
import {
  ACCOUNT_SID,
  buildAccount,
  buildContext,
  buildInstance,
  CUSTOMER,
  OUR_NUMBER,
} from "../twilio/account";

function buildActivity(over: Partial<Activity> = {}): Activity {
  const parties = { from: { id: OUR_NUMBER }, recipient: { id: CUSTOMER }, conversation: { id: "t" } };
  return { type: "message", channelId: "sms", ...parties, text: "Hello", ...over };
}
function send(over: Partial<Activity> = {}, context: Partial<SendContext> = {}): Record<string, string>[] {
  const requests = sms.toRequests(buildActivity(over), buildContext("sms", context));
  return requests.map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
}

describe("sms toRequests", () => {
  it("makes a call of the Messages resource", () => {
    const [request] = sms.toRequests(buildActivity(), buildContext("sms"));
    assert.equal(request?.method, "POST");
    assert.equal(request?.path, `/2010-04-01/Accounts/${ACCOUNT_SID}/Messages.json`);
    assert.equal(request?.contentType, "application/x-www-form-urlencoded");
    assert.deepEqual(send(), [
      {
        To: CUSTOMER,
        From: OUR_NUMBER,
        Body: "Hello",
        StatusCallback:
          "https://bots.example.com/webhooks/twilio/shop/status?m=out~AAAAAAAAAAAAAAAAAAAAAA&c=%2B31612345678&i=%2B14155238886",
      },
    ]);
  });
  it("asks for no callback where nobody could receive it", () => {
    assert.equal(send({}, { account: buildAccount({ publicUrls: [] }) })[0]?.StatusCallback, undefined);
    const values = { accountSid: ACCOUNT_SID, statusCallback: "off" };
    assert.equal(send({}, { account: buildAccount({ values }) })[0]?.StatusCallback, undefined);
  });
  it("names the messaging service beside the number", () => {
    const instance = buildInstance("sms", { values: { messagingServiceSid: "MG1" } });
    const [sent] = send({}, { instance });
    assert.equal(sent?.MessagingServiceSid, "MG1");
    assert.equal(sent?.From, OUR_NUMBER);
  });
  it("sends from short codes and names as they are", () => {
    for (const externalId of ["12345", "My Shop"]) {
      assert.equal(send({}, { instance: buildInstance("sms", { externalId }) })[0]?.From, externalId);
    }
  });
  it("knows no reply window", () => assert.equal(send({}, { lastInboundAt: undefined }).length, 1));
  it("takes the marks out of Markdown, and only out of Markdown", () => {
    const text = "**Your** _order_: [track it](https://x.example/a_b)";
    assert.equal(
      send({ text, textFormat: "markdown" })[0]?.Body,
      "Your order: track it: https://x.example/a_b",
    );
    assert.equal(send({ text, textFormat: "plain" })[0]?.Body, text);
    assert.equal(send({ text })[0]?.Body, text);
  });
  it("writes choices as a numbered list and files as links", () => {
    const suggestedActions = {
      actions: [
        { title: "Yes", value: "y" },
        { title: "No", value: "n" },
      ],
    };
    const attachments = [
      { contentType: "image/png", contentUrl: "https://x.example/a.png", name: "Receipt" },
      { contentType: "image/png", contentUrl: "https://x.example/b.png" },
    ];
    const lines = ["Hello", "1. Yes", "2. No", "Receipt: https://x.example/a.png", "https://x.example/b.png"];
    assert.equal(send({ suggestedActions, attachments })[0]?.Body, lines.join("\n"));
  });
  it("splits at 1600 characters, never inside a grapheme", () => {
    const sent = send({ text: "👋🏽".repeat(900) });
    assert.equal(sent.length, 3);
    assert.ok(sent.every(({ Body = "" }) => Body.length <= 1600));
    assert.equal(sent.map(({ Body }) => Body).join(""), "👋🏽".repeat(900));
  });
  it("replaces half a surrogate pair, which no form can carry", () => {
    assert.equal(send({ text: "a\ud83db\udc4b" })[0]?.Body, "a\ufffdb\ufffd");
  });
});
