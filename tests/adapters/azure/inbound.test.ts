import assert from "node:assert/strict";
import { toItem } from "../../../src/adapters/azure/inbound";
import { readCustomerId } from "../../../src/adapters/azure/reference";
import type { Inbound } from "../../../src/core/channel";

const BOT = "app-1";
const MESSAGE = {
  type: "message",
  id: "m1",
  timestamp: "2026-03-01T10:00:00.123Z",
  channelId: "webchat",
  serviceUrl: "https://webchat.example/",
  from: { id: "u1", name: "Gilda" },
  recipient: { id: "shop@key" },
  conversation: { id: "c1" },
  text: "hello",
};

const read = (over: Record<string, unknown> = {}): Inbound => toItem({ ...MESSAGE, ...over }, BOT);

function said(over: Record<string, unknown> = {}) {
  const item = read(over);
  return item.kind === "activity" ? item : assert.fail(item.kind);
}

describe("azure toItem", () => {
  it("makes an item of a message", () => {
    const item = said({ locale: "en-GB" });
    assert.equal(item.instanceExternalId, BOT);
    assert.equal(item.occurredAt, Date.UTC(2026, 2, 1, 10, 0, 0, 123));
    assert.equal(readCustomerId(item.customerId)?.serviceUrl, MESSAGE.serviceUrl);
    const { text, from, recipient, locale, serviceUrl, timestamp, id } = item.activity;
    assert.deepEqual(
      { text, locale, timestamp, id },
      { text: "hello", locale: "en-GB", timestamp: MESSAGE.timestamp, id: "m1" },
    );
    assert.deepEqual(from, { id: item.customerId, name: "Gilda", role: "user" });
    assert.deepEqual(recipient, { id: BOT, role: "bot" });
    assert.equal(serviceUrl, "urn:switchboard:azure");
  });

  it("knows a repeat by conversation and id", () => {
    assert.equal(said().key, said({ text: "other" }).key);
    assert.notEqual(said().key, said({ conversation: { id: "c2" } }).key);
    assert.notEqual(said().key, said({ id: "m2" }).key);
  });

  it("makes a key where there is no id", () => {
    assert.equal(said({ id: undefined }).key, said({ id: undefined }).key);
    assert.notEqual(said({ id: undefined }).key, said({ id: undefined, text: "other" }).key);
  });

  it("gives everybody a name", () => {
    const name = said({ from: { id: "u1", name: " " } }).activity.from.name ?? "";
    assert.match(name, /^Visitor .{6}$/);
    assert.equal(said({ from: { id: "u1" }, conversation: { id: "c2" } }).activity.from.name, name);
    assert.notEqual(said({ from: { id: "u2" } }).activity.from.name, name);
  });

  it("takes our name out of what is said in a group, and no other", () => {
    const mention = (id: string, text: string) => ({ type: "mention", text, mentioned: { id } });
    const entities = [
      mention("shop@key", "<at>Shop</at>"),
      mention("u9", "<at>Noah</at>"),
      { type: "clientInfo" },
      null,
    ];
    assert.equal(
      said({ text: "<at>Shop</at> ask <at>Noah</at>", entities }).activity.text,
      "ask <at>Noah</at>",
    );
  });

  it("keeps files with a link and drops what has none", () => {
    const file = { contentType: "image/png", contentUrl: "https://files.example/a.png", name: "a.png" };
    const attachments = [
      file,
      { contentType: "text/html", content: "<p>hello</p>" },
      { contentType: "image/png", contentUrl: "data:image/png;base64,AA" },
      { contentUrl: "javascript:alert(1)" },
      7,
    ];
    assert.deepEqual(said({ attachments }).activity.attachments, [file]);
    assert.equal(said({ attachments: attachments.slice(1) }).activity.attachments, undefined);
  });

  it("leaves out what is not as it should be", () => {
    const { activity, occurredAt } = said({
      locale: 7,
      timestamp: "soon",
      attachments: "x",
      entities: "x",
      value: null,
      textFormat: "xml",
      channelData: { token: "secret" },
    });
    assert.equal(occurredAt, undefined);
    assert.equal(activity.textFormat, "plain");
    assert.ok(
      !("locale" in activity || "timestamp" in activity || "attachments" in activity || "value" in activity),
    );
    assert.deepEqual(activity.channelData, { channelId: "webchat" });
  });

  it("shows a message without text as unsupported, without the site's own data", () => {
    const attachments = [{ contentType: "image/png", contentUrl: "https://files.example/a.png" }];
    for (const [over, reason] of [
      [{ text: undefined, attachments }, "image"],
      [{ text: " ", attachments: [{}] }, "message without text"],
      [{ text: "", value: { size: "L" } }, "answer to a card"],
      [{ text: 7, value: null }, "message without text"],
    ] as const) {
      const item = read({ ...over, channelData: { token: "secret" } });
      assert.equal(item.kind === "unsupported" && item.reason, reason);
      assert.ok(item.kind === "unsupported" && item.customerId !== undefined);
      assert.ok(!JSON.stringify(item.raw).includes("secret"));
    }
  });

  it("ignores everything that nobody said", () => {
    for (const type of [
      "conversationUpdate",
      "typing",
      "event",
      "endOfConversation",
      "invoke",
      "messageReaction",
      "?".repeat(500),
    ]) {
      const item = toItem({ type }, BOT);
      assert.equal(item.kind, "ignored", type);
      assert.ok(item.kind === "ignored" && item.reason.length <= 40);
    }
  });

  it("refuses a message that does not say where to answer", () => {
    for (const key of ["channelId", "serviceUrl", "from", "recipient", "conversation"]) {
      assert.throws(() => read({ [key]: undefined }), { code: "INPUT_INVALID" }, key);
    }
  });
});
