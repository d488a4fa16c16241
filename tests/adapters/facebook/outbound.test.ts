import assert from "node:assert/strict";
import { facebook } from "../../../src/adapters/facebook";
import type { Activity } from "../../../src/core/activity";
import type { Instance, SendContext } from "../../../src/core/channel";
import { buildAccount, CUSTOMER } from "./account";

const HOUR_MS = 3_600_000;
const NOW = 1_763_700_000_000;
const account = buildAccount();
const [plain, tagged] = account.instances as [Instance, Instance];
const activity = (over: Partial<Activity> = {}): Activity => ({
  type: "message",
  channelId: "facebook",
  from: { id: "101" },
  recipient: { id: CUSTOMER },
  conversation: { id: "t" },
  text: "Hello",
  ...over,
});
const toContext = (over: Partial<SendContext> = {}): SendContext => ({
  account,
  instance: plain,
  customerId: CUSTOMER,
  messageId: "out~1",
  author: { kind: "agent" },
  lastInboundAt: NOW - HOUR_MS,
  now: NOW,
  ...over,
});
const bodies = (sent: Activity, context: SendContext) =>
  facebook.toRequests(sent, context).map(({ body }) => JSON.parse(body));

describe("facebook outbound", () => {
  it("makes one call of the Send API with our id in its metadata", () => {
    const [request] = facebook.toRequests(activity(), toContext());
    assert.equal(request?.path, "/v26.0/101/messages");
    assert.deepEqual(JSON.parse(request?.body ?? ""), {
      recipient: { id: CUSTOMER },
      messaging_type: "RESPONSE",
      message: { text: "Hello", metadata: "out~1" },
    });
  });

  it("uses the account's Graph version and the plugin's reference", () => {
    const values = { ...account.values, graphVersion: "v27.0" };
    const context = toContext({ account: { ...account, values }, customerId: "ref:abc" });
    const [request] = facebook.toRequests(activity(), context);
    assert.equal(request?.path, "/v27.0/101/messages");
    assert.deepEqual(JSON.parse(request?.body ?? "").recipient, { user_ref: "abc" });
  });

  it("numbers the parts of a long text", () => {
    const parts = bodies(activity({ text: "a ".repeat(1500) }), toContext());
    assert.deepEqual(
      parts.map(({ message }) => message.metadata),
      ["out~1#1/2", "out~1#2/2"],
    );
    assert.ok(parts.every(({ message }) => message.text.length < 2000));
  });

  it("writes choices and files as text", () => {
    const sent = activity({
      text: "Pick",
      suggestedActions: {
        actions: [
          { title: "Red", value: "r" },
          { title: "Blue", value: "b" },
        ],
      },
      attachments: [{ contentType: "image/png", contentUrl: "https://x.example/a.png", name: "Plan" }],
    });
    assert.equal(
      bodies(sent, toContext())[0].message.text,
      "Pick\n1. Red\n2. Blue\nPlan: https://x.example/a.png",
    );
  });

  it("tags only a person's answer, only after 24 hours, only up to 7 days, only where allowed", () => {
    const at = (hours: number) => NOW - hours * HOUR_MS;
    const typeOf = (over: Partial<SendContext>) => bodies(activity(), toContext(over))[0];
    assert.equal(typeOf({ instance: tagged, lastInboundAt: at(24) }).messaging_type, "RESPONSE");
    assert.equal(typeOf({ instance: tagged, lastInboundAt: at(24) }).tag, undefined);
    assert.equal(typeOf({ instance: tagged, lastInboundAt: at(25) }).tag, "HUMAN_AGENT");
    assert.equal(typeOf({ instance: tagged, lastInboundAt: at(168) }).messaging_type, "MESSAGE_TAG");
    for (const refused of [
      { instance: plain, lastInboundAt: at(25) },
      { instance: tagged, lastInboundAt: at(169) },
      { instance: tagged, lastInboundAt: undefined },
      { instance: tagged, lastInboundAt: at(25), author: { kind: "bot" } },
      { instance: tagged, lastInboundAt: at(25), author: { kind: "system" } },
    ] satisfies Partial<SendContext>[]) {
      assert.throws(() => typeOf(refused), {
        code: "CHANNEL_WINDOW_CLOSED",
        message: "This conversation has exceeded the 24 hour limit to respond to the customer.",
      });
    }
  });
});
