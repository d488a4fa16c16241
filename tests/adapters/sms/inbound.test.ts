import assert from "node:assert/strict";
import { sms } from "../../../src/adapters/sms";

import { ACTIVITY_EVENTS } from "../../../src/core/activity";
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

function receive(over: Changes = {}, fixture = "text", url = WEBHOOK_PATH): Inbound[] {
  return sms.toInbound(buildRequest(readFixture(`sms/fixtures/${fixture}.json`, over), url), buildAccount());
}
function receiveOne(over: Changes = {}, fixture = "text", url = WEBHOOK_PATH): Inbound {
  const items = receive(over, fixture, url);
  assert.equal(items.length, 1);
  return items[0] as Inbound;
}

describe("sms toInbound", () => {
  describe("messages", () => {
    it("turns a text into an activity with all pairs kept", () => {
      const sid = "SM5f3c0000000000000000000000000001";
      assert.deepEqual(receiveOne(), {
        kind: "activity",
        channel: "sms",
        instanceExternalId: OUR_NUMBER,
        customerId: CUSTOMER,
        profile: { phone: CUSTOMER },
        key: sid,
        activity: {
          type: "message",
          id: sid,
          channelId: "sms",
          serviceUrl: "urn:switchboard:sms",
          from: { id: CUSTOMER, role: "user" },
          recipient: { id: OUR_NUMBER, role: "bot" },
          conversation: { id: toThreadId("sms", OUR_NUMBER, CUSTOMER) },
          text: "Where is my order? Zoë 👋🏽",
          textFormat: "plain",
          channelData: readFixture("sms/fixtures/text.json"),
        },
      });
    });
    it("leaves WhatsApp to the other channel", () => {
      assert.deepEqual(receive({ From: `whatsapp:${CUSTOMER}`, To: `whatsapp:${OUR_NUMBER}` }), []);
      assert.deepEqual(receive({ From: `whatsapp:${CUSTOMER}`, To: undefined }), []);
    });
    it("takes the odd ids of public samples and short codes as they are", () => {
      const item = receiveOne({ From: "2222", To: "1111", MessageSid: "3333" });
      assert.ok(item.kind === "activity");
      assert.deepEqual([item.customerId, item.instanceExternalId, item.key], ["2222", "1111", "3333"]);
    });
    it("reads the message id under its older names", () => {
      const item = receiveOne({ MessageSid: undefined, SmsMessageSid: undefined, SmsSid: "SM1" });
      assert.ok(item.kind === "activity" && item.key === "SM1");
    });
    it("drops NUL from the text and keeps it in the pairs", () => {
      const item = receiveOne({ Body: "a\0b" });
      assert.ok(item.kind === "activity");
      assert.equal(item.activity.text, "ab");
      assert.equal((item.activity.channelData as Record<string, string>).Body, "a\0b");
    });
    it("keeps repeated names and __proto__ among the pairs", () => {
      const request = buildRequest("From=%2B1&To=%2B2&MessageSid=SM1&Body=hi&x=1&x=2&__proto__=3");
      const [item] = sms.toInbound(request, buildAccount());
      assert.ok(item?.kind === "activity");
      const raw = JSON.parse(JSON.stringify(item.activity.channelData)) as object;
      assert.deepEqual(Object.entries(raw).slice(4), [
        ["x", ["1", "2"]],
        ["__proto__", "3"],
      ]);
    });
  });

  describe("without text", () => {
    const cases: [string, Changes][] = [
      ["image", { NumMedia: "1", MediaContentType0: "image/jpeg" }],
      ["video", { NumMedia: "1", MediaContentType0: "video/3gpp" }],
      ["voice or audio message", { NumMedia: "1", MediaContentType0: "audio/amr" }],
      ["contact card", { NumMedia: "1", MediaContentType0: "text/x-vcard" }],
      ["file", { NumMedia: "1", MediaContentType0: "application/pdf" }],
      ["3 files", { NumMedia: "3", MediaContentType0: "image/jpeg" }],
      ["message without text", {}],
    ];
    for (const [reason, over] of cases) {
      it(`is kept as unsupported: ${reason}`, () => {
        const pairs = { Body: "", ...over };
        assert.deepEqual(receiveOne(pairs), {
          kind: "unsupported",
          channel: "sms",
          instanceExternalId: OUR_NUMBER,
          customerId: CUSTOMER,
          key: "SM5f3c0000000000000000000000000001",
          reason,
          raw: readFixture("sms/fixtures/text.json", pairs),
        });
      });
    }
    it("takes an absent body and blanks for no text", () => {
      for (const Body of [undefined, " \n"]) assert.equal(receiveOne({ Body }).kind, "unsupported");
    });
    for (const name of ["From", "To"]) {
      it(`is a dead letter when ${name} is missing`, () => {
        const item = receiveOne({ [name]: undefined });
        assert.ok(item.kind === "unsupported");
        assert.equal(item.reason, `webhook without ${name}`);
        assert.equal(item.customerId === undefined, name === "From");
        assert.equal(item.instanceExternalId === undefined, name === "To");
      });
    }
    it("keys a message without any id by its body", () => {
      const over = { MessageSid: undefined, SmsMessageSid: undefined, SmsSid: "" };
      const [one, same] = [receiveOne(over), receiveOne(over)];
      const other = receiveOne({ ...over, Body: "other" });
      assert.ok(one.kind === "unsupported" && same.kind === "unsupported" && other.kind === "unsupported");
      assert.equal(one.key, same.key);
      assert.notEqual(one.key, other.key);
      assert.equal(one.reason, "webhook without MessageSid");
    });
    it("keeps JSON as unsupported and refuses what is none", () => {
      const request = { ...buildRequest('{"a":1}'), headers: { "content-type": "application/json" } };
      const [item] = sms.toInbound(request, buildAccount());
      assert.ok(item?.kind === "unsupported");
      assert.deepEqual(item.raw, { a: 1 });
      const broken = { ...request, body: Buffer.from("{") };
      assert.throws(() => sms.toInbound(broken, buildAccount()), { code: "WEBHOOK_BODY_UNREADABLE" });
    });
  });

  describe("opting out and in", () => {
    const eventOf = (over: Changes) => {
      const item = receiveOne(over);
      assert.ok(item.kind === "activity");
      const { type, name, text } = item.activity;
      return type === "event" ? `${name} ${text}` : type;
    };
    it("knows Twilio's own word for it", () => {
      assert.equal(
        eventOf({ Body: "Stop please", OptOutType: "STOP" }),
        `${ACTIVITY_EVENTS.optOut} Stop please`,
      );
      assert.equal(eventOf({ Body: "Yes", OptOutType: "START" }), `${ACTIVITY_EVENTS.optIn} Yes`);
    });
    it("knows the exact words", () => {
      for (const Body of [
        "STOP",
        "stop",
        " Stop ",
        "UNSUBSCRIBE",
        "StopAll",
        "cancel",
        "end",
        "quit",
        "revoke",
        "optout",
      ]) {
        assert.equal(eventOf({ Body }), `switchboard.optOut ${Body}`);
      }
      for (const Body of ["START", "unstop"]) assert.equal(eventOf({ Body }), `switchboard.optIn ${Body}`);
    });
    it("leaves everything else a message", () => {
      for (const Body of [
        "Please stop",
        "Stop!",
        "yes",
        "help",
        "stopping",
        "STOP STOP",
        "x".repeat(2_000),
      ]) {
        assert.equal(eventOf({ Body }), "message");
      }
      assert.equal(eventOf({ Body: "HELP", OptOutType: "HELP" }), "message");
    });
  });

  describe("status callbacks", () => {
    const STATUS_URL = `${WEBHOOK_PATH}/status`;
    const base = {
      kind: "receipt",
      channel: "sms",
      instanceExternalId: OUR_NUMBER,
      customerId: CUSTOMER,
    } as const;
    const providerIds = ["SM5f3c0000000000000000000000000002"];

    it("turns From and To round", () => {
      assert.deepEqual(receiveOne({}, "status", STATUS_URL), { ...base, status: "delivered", providerIds });
    });
    it("maps every status", () => {
      const words: Record<string, string[]> = {
        accepted: ["accepted", "scheduled", "queued", "sending", "sent", "Sent"],
        delivered: ["delivered", "partially_delivered"],
        read: ["read"],
        failed: ["failed", "undelivered", "canceled"],
      };
      for (const [status, given] of Object.entries(words)) {
        for (const MessageStatus of given) {
          const item = receiveOne({ MessageStatus }, "status", STATUS_URL);
          assert.ok(item.kind === "receipt" && item.status === status, MessageStatus);
        }
      }
    });
    it("ignores a status that nobody knows", () => {
      for (const MessageStatus of ["teleported", "constructor", "__proto__"]) {
        const item = receiveOne({ MessageStatus }, "status", STATUS_URL);
        assert.deepEqual(item, {
          kind: "ignored",
          channel: "sms",
          reason: `message status ${MessageStatus}`,
        });
      }
    });
    it("carries the code and words of a failure", () => {
      const fail = (over: Changes) => {
        const item = receiveOne({ MessageStatus: "undelivered", ...over }, "status", STATUS_URL);
        assert.ok(item.kind === "receipt");
        return item.error;
      };
      assert.equal(fail({ ErrorCode: "30003" })?.platformCode, "30003");
      assert.match(fail({ ErrorCode: "30003" })?.message ?? "", /switched off/);
      assert.deepEqual(fail({ ErrorCode: "39999", ErrorMessage: "Moon in the way" }), {
        platformCode: "39999",
        message: "Twilio refuses this message: Moon in the way (39999)",
      });
      assert.equal(fail({})?.platformCode, "undelivered");
    });
    it("prefers what we wrote into the URL over a service's other number and masked digits", () => {
      const url = `${STATUS_URL}?m=out~1&c=%2B31612345678&i=%2B14155238886`;
      const expected = { ...base, status: "delivered", ourMessageId: "out~1", providerIds };
      assert.deepEqual(receiveOne({ From: "+19995550000", To: "+316XXXX" }, "status", url), expected);
      assert.deepEqual(receiveOne({ From: undefined, To: undefined }, "status", url), expected);
    });
    it("keeps a callback that names nobody", () => {
      const item = receiveOne({ To: undefined }, "status", STATUS_URL);
      assert.ok(item.kind === "unsupported");
      assert.equal(item.reason, "status callback without addresses");
      assert.equal(item.customerId, undefined);
      assert.equal(item.key, "SM5f3c0000000000000000000000000002.delivered");
    });
  });
});
