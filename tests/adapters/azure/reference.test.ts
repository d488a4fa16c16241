import assert from "node:assert/strict";
import {
  type Reference,
  readCustomerId,
  referenceOf,
  toCustomerId,
} from "../../../src/adapters/azure/reference";

const REFERENCE: Reference = {
  channelId: "msteams",
  conversationId: "19:abc_def@thread.v2;messageid=1",
  userId: "29:Zoë",
  botId: "28:app",
  serviceUrl: "https://smba.example/emea/",
};

describe("azure customer ids", () => {
  it("give the reference back", () => {
    assert.deepEqual(readCustomerId(toCustomerId(REFERENCE)), REFERENCE);
  });

  it("are the same whatever the order of an activity's parts", () => {
    const { channelId, conversationId, userId, botId, serviceUrl } = REFERENCE;
    const parts = { recipient: { id: botId }, from: { id: userId }, conversation: { id: conversationId } };
    for (const activity of [
      { ...parts, serviceUrl, channelId },
      { channelId, serviceUrl, ...parts, text: "hello" },
    ]) {
      assert.equal(toCustomerId(referenceOf(activity) ?? assert.fail()), toCustomerId(REFERENCE));
    }
  });

  it("differ by conversation, so that an answer never goes to another window", () => {
    assert.notEqual(toCustomerId({ ...REFERENCE, conversationId: "other" }), toCustomerId(REFERENCE));
  });

  it("of other channels, and broken ones, are none", () => {
    const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const wrong = [
      "",
      "555",
      "+12065550100",
      "e30",
      encoded([]),
      encoded(["a", "b", "c", "d", ""]),
      encoded([1, 2, 3, 4, 5]),
    ];
    for (const text of wrong) assert.equal(readCustomerId(text), undefined, text);
  });

  it("need every part of an activity", () => {
    const whole = {
      channelId: "webchat",
      serviceUrl: "https://x.example",
      from: { id: "u" },
      recipient: { id: "b" },
      conversation: { id: "c" },
    };
    assert.ok(referenceOf(whole));
    for (const key of Object.keys(whole)) {
      assert.equal(referenceOf({ ...whole, [key]: undefined }), undefined, key);
      assert.equal(referenceOf({ ...whole, [key]: { id: 7 } }), undefined, key);
    }
    for (const nothing of [undefined, null, 7, []]) assert.equal(referenceOf(nothing), undefined);
  });
});
