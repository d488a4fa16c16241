import assert from "node:assert/strict";
import { whatsapp } from "../../../src/adapters/whatsapp";
import type { Activity } from "../../../src/core/activity";
import type { SendContext } from "../../../src/core/channel";
import { buildContext, CUSTOMER, NOW, OUR_NUMBER } from "../twilio/account";

const DAY_MS = 86_400_000;

function send(over: Partial<Activity> = {}, context: Partial<SendContext> = {}): Record<string, string>[] {
  const parties = { from: { id: OUR_NUMBER }, recipient: { id: CUSTOMER }, conversation: { id: "t" } };
  const activity = { type: "message", channelId: "whatsapp", ...parties, text: "Hello", ...over };
  const requests = whatsapp.toRequests(activity, buildContext("whatsapp", context));
  return requests.map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
}

describe("whatsapp toRequests", () => {
  it("puts the prefix before both numbers, in the callback too", () => {
    const [sent] = send();
    assert.equal(sent?.To, `whatsapp:${CUSTOMER}`);
    assert.equal(sent?.From, `whatsapp:${OUR_NUMBER}`);
    assert.match(
      sent?.StatusCallback ?? "",
      /\?m=out~A+&c=whatsapp%3A%2B31612345678&i=whatsapp%3A%2B14155238886$/,
    );
  });
  it("writes to a business-scoped id without a plus", () => {
    assert.equal(send({}, { customerId: "NL.123456" })[0]?.To, "whatsapp:NL.123456");
  });
  it("turns Markdown into WhatsApp's marks", () => {
    const text = "**Your** *order* ~~1~~ 2";
    assert.equal(send({ text, textFormat: "markdown" })[0]?.Body, "*Your* _order_ ~1~ 2");
  });
  it("is shut 24 hours after the customer's last message, to the millisecond", () => {
    assert.equal(send({}, { lastInboundAt: NOW - DAY_MS }).length, 1);
    for (const lastInboundAt of [NOW - DAY_MS - 1, undefined]) {
      assert.throws(() => send({}, { lastInboundAt }), {
        name: "ChannelError",
        code: "CHANNEL_WINDOW_CLOSED",
        message: "This conversation has exceeded the 24 hour limit to respond to the customer.",
        retryable: false,
      });
    }
  });
  it("says nothing about the window when there is nothing to send", () => {
    assert.deepEqual(send({ text: " " }, { lastInboundAt: undefined }), []);
    assert.deepEqual(send({ type: "typing" }, { lastInboundAt: undefined }), []);
  });
});
