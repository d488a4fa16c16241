import assert from "node:assert/strict";
import { sms } from "../../../src/adapters/sms";
import { whatsapp } from "../../../src/adapters/whatsapp";
import type { Inbound } from "../../../src/core/channel";
import { toThreadId } from "../../../src/core/ids";
import {
  buildAccount,
  buildRequest,
  CUSTOMER,
  OUR_NUMBER,
  readFixture,
  WEBHOOK_PATH,
} from "../twilio/account";

type Changes = Readonly<Record<string, string | undefined>>;

/** Asks both channels: whatever is WhatsApp's must not be claimed twice. */
function receive(over: Changes = {}, fixture = "text", url = WEBHOOK_PATH): Inbound {
  const request = buildRequest(readFixture(`whatsapp/fixtures/${fixture}.json`, over), url);
  const items = whatsapp.toInbound(request, buildAccount());
  assert.equal(items.length, 1);
  assert.deepEqual(sms.toInbound(request, buildAccount()), []);
  return items[0] as Inbound;
}

describe("whatsapp toInbound", () => {
  it("turns a text into an activity with the customer's name", () => {
    const sid = "SM5f3c0000000000000000000000000003";
    assert.deepEqual(receive(), {
      kind: "activity",
      channel: "whatsapp",
      instanceExternalId: OUR_NUMBER,
      customerId: CUSTOMER,
      profile: { name: "Zoë van Dam", phone: CUSTOMER },
      key: sid,
      activity: {
        type: "message",
        id: sid,
        channelId: "whatsapp",
        serviceUrl: "urn:switchboard:whatsapp",
        from: { id: CUSTOMER, name: "Zoë van Dam", role: "user" },
        recipient: { id: OUR_NUMBER, role: "bot" },
        conversation: { id: toThreadId("whatsapp", OUR_NUMBER, CUSTOMER) },
        text: "Hello there",
        textFormat: "plain",
        channelData: readFixture("whatsapp/fixtures/text.json"),
      },
    });
  });
  it("leaves SMS to the other channel", () => {
    const request = buildRequest(readFixture("sms/fixtures/text.json"));
    assert.deepEqual(whatsapp.toInbound(request, buildAccount()), []);
    const json = { ...request, headers: { "content-type": "application/json" } };
    assert.deepEqual(whatsapp.toInbound(json, buildAccount()), []);
  });
  it("takes the business-scoped id of a customer who hides the number", () => {
    for (const id of ["IN.2081978709342", "US.ENT.abcDEF123"]) {
      const item = receive({ From: `whatsapp:${id}`, ExternalUserId: id, WaId: undefined });
      assert.ok(item.kind === "activity");
      assert.equal(item.customerId, id);
    }
  });
  it("prefers the phone number to the business-scoped id", () => {
    const both = receive({ ExternalUserId: "NL.123456" });
    assert.ok(both.kind === "activity" && both.customerId === CUSTOMER);
    const hidden = receive({ From: "whatsapp:NL.123456", ExternalUserId: "NL.123456" });
    assert.ok(hidden.kind === "activity" && hidden.customerId === CUSTOMER);
  });
  it("takes the title of a button or list entry for the text", () => {
    for (const name of ["ButtonText", "ListTitle"]) {
      const item = receive({ Body: "", [name]: "Track my order", ButtonPayload: "not {json" });
      assert.ok(item.kind === "activity");
      assert.equal(item.activity.text, "Track my order");
    }
  });
  it("says in words what has neither text nor anything else that can be shown", () => {
    const cases: [string, Changes][] = [
      ["image", { NumMedia: "1", MediaContentType0: "image/jpeg" }],
      ["sticker", { NumMedia: "1", MediaContentType0: "image/webp" }],
      ["voice or audio message", { NumMedia: "1", MediaContentType0: "audio/ogg; codecs=opus" }],
      ["contact card", { NumMedia: "1", MediaContentType0: "text/vcard" }],
      ["contact card", { MessageType: "CONTACTS" }],
      ["location", { Latitude: "north", Longitude: "4.75" }],
      ["reaction", { MessageType: "reaction" }],
      ["message without text", {}],
    ];
    for (const [reason, over] of cases) {
      const item = receive({ Body: "", ...over });
      assert.ok(item.kind === "unsupported");
      assert.equal(item.reason, reason);
      assert.equal(item.customerId, CUSTOMER);
      assert.deepEqual(item.raw, readFixture("whatsapp/fixtures/text.json", { Body: "", ...over }));
    }
  });
  it("leaves STOP to the business, as Twilio does on WhatsApp", () => {
    const typed = receive({ Body: "STOP" });
    assert.ok(typed.kind === "activity" && typed.activity.type === "message");
    const told = receive({ Body: "STOP", OptOutType: "STOP" });
    assert.ok(told.kind === "activity" && told.activity.name === "switchboard.optOut");
  });
  it("reads what became of a message from the callback's own URL", () => {
    const expected = {
      kind: "receipt",
      channel: "whatsapp",
      instanceExternalId: OUR_NUMBER,
      customerId: CUSTOMER,
      status: "read",
      providerIds: ["SM5f3c0000000000000000000000000004"],
    };
    assert.deepEqual(receive({}, "status", `${WEBHOOK_PATH}/status`), expected);
    const url = `${WEBHOOK_PATH}/status?m=out~1&c=whatsapp%3A%2B31612345678&i=whatsapp%3A%2B14155238886`;
    const masked = { To: undefined, From: undefined, ChannelPrefix: undefined };
    assert.deepEqual(receive(masked, "status", url), { ...expected, ourMessageId: "out~1" });
  });
  it("keeps a callback that names nobody but its channel", () => {
    const item = receive({ To: undefined, From: undefined }, "status", `${WEBHOOK_PATH}/status`);
    assert.ok(item.kind === "unsupported");
  });
});
