import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { facebook } from "../../../src/adapters/facebook";
import { ACTIVITY_EVENTS } from "../../../src/core/activity";
import type { Inbound } from "../../../src/core/channel";
import { buildAccount, CUSTOMER, PAGE, toRequest } from "./account";

const FIXTURES = path.join(process.cwd(), "tests/adapters/facebook/fixtures");
const readFixture = (name: string) => JSON.parse(readFileSync(path.join(FIXTURES, name), "utf8")).body;
const toInbound = (body: unknown) => facebook.toInbound(toRequest(JSON.stringify(body)), buildAccount());
const ofItem = (item: unknown, entry: object = {}): Inbound => {
  const [inbound] = toInbound({
    object: "page",
    entry: [{ id: PAGE, time: 1763700000500, messaging: [item], ...entry }],
  });
  assert.ok(inbound);
  return inbound;
};
const ofMessage = (message: unknown): Inbound =>
  ofItem({ sender: { id: CUSTOMER }, recipient: { id: PAGE }, timestamp: 1763700000001, message });

describe("facebook inbound", () => {
  it("keeps every item of a batch, each as what it is", () => {
    const items = toInbound(readFixture("mixed.json"));
    assert.deepEqual(
      items.map((item) => {
        if (item.kind === "activity") return `activity ${item.activity.name ?? item.activity.type}`;
        return "reason" in item ? `${item.kind}: ${item.reason}` : item.kind;
      }),
      [
        "echo",
        "activity message",
        "activity switchboard.referral",
        "activity message",
        "receipt",
        "unsupported: unreadable item",
        "unsupported: unreadable item",
        "unsupported: message",
        "activity message",
        "receipt",
        "notice",
        "activity switchboard.optIn",
        "activity switchboard.standby",
        "ignored: standby",
        "echo",
        "ignored: page change",
        "unsupported: unreadable entry",
      ],
    );
  });

  it("finds our message id in an echo, without the number of the part", () => {
    const [echo] = toInbound(readFixture("mixed.json"));
    assert.ok(echo?.kind === "echo");
    assert.equal(echo.ourMessageId, "out~abc");
    assert.equal(echo.key, "m_1");
    assert.equal(echo.customerId, "555");
  });

  it("takes an echo of another application for another tool's", () => {
    const echo = ofMessage({ mid: "m", is_echo: true, app_id: 999, metadata: "theirs", text: "Hi" });
    assert.ok(echo.kind === "echo");
    assert.equal(echo.ourMessageId, undefined);
  });

  it("takes metadata of our application for our id whatever it looks like", () => {
    const echo = ofMessage({ mid: "m", is_echo: true, app_id: "777", metadata: "custom", text: "Hi" });
    assert.ok(echo.kind === "echo");
    assert.equal(echo.ourMessageId, "custom");
  });

  it("shows what another tool sent, whatever it is", () => {
    const ofEcho = (message: object) => {
      const echo = ofMessage({ mid: "m", is_echo: true, app_id: 999, ...message });
      assert.ok(echo.kind === "echo");
      assert.equal(echo.activity.from.id, PAGE);
      return echo.activity;
    };
    const picture = { type: "image", payload: { url: "https://scontent.xx.fbcdn.net/a.png" } };
    assert.equal(ofEcho({ attachments: [picture] }).attachments?.length, 1);
    assert.equal(ofEcho({ attachments: [{ type: "image" }] }).type, "message");
    const buttons = [{ type: "web_url", title: "Shop", url: "https://a.example" }];
    const template = { type: "template", payload: { template_type: "button", text: "Look", buttons } };
    assert.equal(ofEcho({ attachments: [template] }).text, "Look\n[Shop: https://a.example]");
    const empty = ofEcho({});
    assert.equal(empty.name, ACTIVITY_EVENTS.unsupported);
    assert.match(empty.text ?? "", /message without text/);
    assert.deepEqual(empty.value, { reason: "message without text" });
  });

  it("makes a text of a postback, its payload the value", () => {
    const item = toInbound(readFixture("mixed.json"))[3];
    assert.ok(item?.kind === "activity");
    assert.equal(item.key, "m_3");
    assert.equal(item.activity.text, "Get started");
    assert.equal(item.activity.value, "START");
    assert.equal(item.occurredAt, 1763700000003);
  });

  it("keys a postback without mid by its content", () => {
    const tap = {
      sender: { id: CUSTOMER },
      recipient: { id: PAGE },
      timestamp: 1763700000003,
      postback: { payload: "A" },
    };
    const keyOf = (item: unknown) => {
      const inbound = ofItem(item);
      assert.ok(inbound.kind === "activity");
      return inbound.key;
    };
    assert.equal(keyOf(tap), keyOf(structuredClone(tap)));
    assert.notEqual(keyOf(tap), keyOf({ ...tap, postback: { payload: "B" } }));
    assert.notEqual(keyOf(tap), keyOf({ ...tap, timestamp: 1763700000004 }));
  });

  it("reads numeric ids, seconds and quick replies", () => {
    const item = toInbound(readFixture("mixed.json"))[8];
    assert.ok(item?.kind === "activity");
    assert.equal(item.customerId, "555");
    assert.equal(item.instanceExternalId, "101");
    assert.equal(item.occurredAt, 1763700001000);
    assert.equal(item.activity.value, "R");
    assert.equal(item.activity.text, "Red");
  });

  it("uses the entry's time where the item has none, and none where neither has", () => {
    const item = { sender: { id: CUSTOMER }, recipient: { id: PAGE }, message: { mid: "m", text: "x" } };
    assert.equal((ofItem(item) as { occurredAt?: number }).occurredAt, 1763700000500);
    const bare = ofItem(item, { time: "soon" });
    assert.ok(bare.kind === "activity");
    assert.equal(bare.occurredAt, undefined);
    assert.equal(bare.activity.timestamp, undefined);
  });

  it("reads receipts with message ids, with a watermark, with both", () => {
    const base = { sender: { id: CUSTOMER }, recipient: { id: PAGE } };
    const both = ofItem({ ...base, delivery: { mids: ["m_1", 5], watermark: 1763700000001 } });
    assert.ok(both.kind === "receipt");
    assert.deepEqual(both.providerIds, ["m_1"]);
    assert.equal(both.upTo, 1763700000001);
    assert.equal(both.status, "delivered");
    const read = ofItem({ ...base, read: { watermark: 1763700000001 } });
    assert.ok(read.kind === "receipt");
    assert.equal(read.status, "read");
    assert.equal(ofItem({ ...base, delivery: {} }).kind, "unsupported");
  });

  it("shows what a customer wrote in standby as an event that no bot answers", () => {
    const item = toInbound(readFixture("mixed.json"))[12];
    assert.ok(item?.kind === "activity");
    assert.equal(item.activity.type, "event");
    assert.equal(item.activity.name, ACTIVITY_EVENTS.standby);
    assert.equal(item.activity.text, "to the other app");
    assert.equal(item.instanceExternalId, "102");
  });

  it("keeps what it does not know whole, with the customer and the reason", () => {
    const poll = { mid: "m", attachments: [{ type: "poll", payload: { question: "?" } }] };
    const item = ofMessage(poll);
    assert.ok(item.kind === "unsupported");
    assert.equal(item.reason, "poll");
    assert.equal(item.customerId, CUSTOMER);
    assert.equal(item.instanceExternalId, PAGE);
    assert.deepEqual((item.raw as { message: unknown }).message, poll);
    for (const type of ["constructor", "__proto__", "toString", 5, null]) {
      assert.equal(ofMessage({ mid: "m", attachments: [{ type }] }).kind, "unsupported");
    }
  });

  it("keeps the text of a message that also has an attachment", () => {
    const item = ofMessage({
      mid: "m",
      text: "look",
      attachments: [{ type: "image", payload: { url: "https://x" } }],
    });
    assert.ok(item.kind === "activity");
    assert.equal(item.activity.text, "look");
  });

  it("names the customer of a plugin by its reference, and knows the person again", () => {
    const item = toInbound(readFixture("mixed.json"))[11];
    assert.ok(item?.kind === "activity");
    assert.equal(item.customerId, "ref:ref77");
    const later = ofItem({
      sender: { id: CUSTOMER },
      recipient: { id: PAGE },
      timestamp: 1763700000001,
      prior_message: { source: "checkbox_plugin", identifier: "ref77" },
      message: { mid: "m_9", text: "Hi" },
    });
    assert.ok(later.kind === "activity");
    assert.deepEqual(later.profile, { aliases: ["ref:ref77"] });
  });

  it("keeps a body of another object as one unsupported item", () => {
    const items = toInbound({ object: "instagram", entry: [] });
    assert.equal(items.length, 1);
    assert.equal(items[0]?.kind, "unsupported");
  });

  it("reads past a byte order mark and refuses abysses", () => {
    assert.equal(
      facebook.toInbound(toRequest('\ufeff{"object":"page","entry":[]}'), buildAccount()).length,
      0,
    );
    const abyss = `{"object":"page","entry":[{"id":"1","messaging":[${"[".repeat(50_000)}${"]".repeat(50_000)}]}]}`;
    assert.throws(() => facebook.toInbound(toRequest(abyss), buildAccount()), {
      code: "WEBHOOK_BODY_UNREADABLE",
    });
  });
});
