import assert from "node:assert/strict";
import { sms } from "../../../src/adapters/sms";
import type { Activity } from "../../../src/core/activity";
import type { SendContext } from "../../../src/core/channel";
import type { OutboundMedia } from "../../../src/core/media";
import {
  ACCOUNT_SID,
  buildAccount,
  buildContext,
  buildInstance,
  CUSTOMER,
  OUR_NUMBER,
} from "../twilio/account";
import { checkTwilioRequest } from "../twilio/requests.schema";

const SERVICE = "MG00000000000000000000000000000001";
const US_NUMBER = "+14155550100";
const KB = 1024;

/** A stored file as the pipeline hands it over. */
function buildMedia(id: string, contentType: string, bytes: number): [string, OutboundMedia] {
  const url = `https://bots.example.com/media/${id}?sig=x`;
  return [
    `media:${id}`,
    { id, contentType, bytes, url, name: `${id}.bin`, read: async () => Buffer.alloc(0) },
  ];
}
const attach = (...urls: string[]) => urls.map((contentUrl) => ({ contentType: "image/*", contentUrl }));

function buildActivity(over: Partial<Activity> = {}): Activity {
  const parties = { from: { id: OUR_NUMBER }, recipient: { id: CUSTOMER }, conversation: { id: "t" } };
  return { type: "message", channelId: "sms", ...parties, text: "Hello", ...over };
}
function send(over: Partial<Activity> = {}, context: Partial<SendContext> = {}): Record<string, string>[] {
  const requests = sms.toRequests(buildActivity(over), buildContext("sms", context));
  for (const request of requests) checkTwilioRequest(request);
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
    const instance = buildInstance("sms", { values: { messagingServiceSid: SERVICE } });
    const [sent] = send({}, { instance });
    assert.equal(sent?.MessagingServiceSid, SERVICE);
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

describe("sms files", () => {
  const us = { customerId: US_NUMBER };
  const mediaOf = (requests: ReturnType<typeof sms.toRequests>) =>
    requests.map(({ body }) => {
      const form = new URLSearchParams(body);
      return [form.get("Body"), form.getAll("MediaUrl").length];
    });
  const sendAll = (over: Partial<Activity>, context: Partial<SendContext>) => {
    const requests = sms.toRequests(buildActivity(over), buildContext("sms", context));
    for (const request of requests) checkTwilioRequest(request);
    return mediaOf(requests);
  };

  it("go with the text by MMS in North America", () => {
    const media = new Map([buildMedia("a", "image/jpeg", 900 * KB), buildMedia("b", "image/png", 900 * KB)]);
    assert.deepEqual(sendAll({ attachments: attach("media:a", "media:b") }, { ...us, media }), [
      ["Hello", 2],
    ]);
    assert.deepEqual(sendAll({ text: "", attachments: attach("media:a") }, { ...us, media }), [[null, 1]]);
  });
  it("go in as many calls as Twilio's limits ask for, the text with the last", () => {
    const many = Array.from({ length: 12 }, (_, n) => buildMedia(`m${n}`, "image/gif", 10));
    const urls = many.map(([url]) => url);
    assert.deepEqual(sendAll({ attachments: attach(...urls) }, { ...us, media: new Map(many) }), [
      [null, 10],
      ["Hello", 2],
    ]);
    const large = [buildMedia("a", "image/jpeg", 3000 * KB), buildMedia("b", "image/jpeg", 3000 * KB)];
    const attachments = attach("media:a", "media:b");
    assert.deepEqual(sendAll({ attachments }, { ...us, media: new Map(large) }), [
      [null, 1],
      ["Hello", 1],
    ]);
  });
  it("never take the text with them when nobody has looked at them", () => {
    assert.deepEqual(sendAll({ attachments: attach("https://x.example/a.png") }, us), [
      [null, 1],
      ["Hello", 0],
    ]);
  });
  it("go as links where MMS does not reach, by type, size and country", () => {
    const link = "Hello\na.bin: https://bots.example.com/media/a?sig=x";
    const cases: [string, string, number, Partial<SendContext>][] = [
      [
        "not from North America",
        "image/jpeg",
        10,
        { instance: buildInstance("sms", { externalId: "+31600000000" }) },
      ],
      ["not to the Netherlands", "image/jpeg", 10, { customerId: CUSTOMER }],
      ["not to Jamaica", "image/jpeg", 10, { customerId: "+18765550100" }],
      ["too large", "image/jpeg", 5 * KB * KB + 1, us],
      ["too large for a document", "application/pdf", 500 * KB + 1, us],
      ["a type Twilio does not take", "application/zip", 10, us],
    ];
    for (const [name, type, bytes, context] of cases) {
      const media = new Map([buildMedia("a", type, bytes)]);
      assert.deepEqual(sendAll({ attachments: attach("media:a") }, { ...context, media }), [[link, 0]], name);
    }
    assert.deepEqual(sendAll({ attachments: attach("http://x.example/a.png") }, us), [
      ["Hello\nhttp://x.example/a.png", 0],
    ]);
  });
  it("that are gone leave the text, and are refused alone", () => {
    const attachments = [{ contentType: "image/png", contentUrl: "media:gone", name: "Receipt" }];
    assert.deepEqual(sendAll({ attachments }, us), [["Hello\nReceipt: not available any more", 0]]);
    assert.throws(() => send({ text: "", attachments }, us), {
      code: "CHANNEL_REFUSED",
      retryable: false,
      message: "The file of this message is no longer there. Attach it again.",
    });
  });
  it("count as parts of the message", () => {
    const requests = sms.toRequests(
      buildActivity({ attachments: attach("https://x.example/a.png") }),
      buildContext("sms", us),
    );
    const callbacks = requests.map(({ body }) => new URLSearchParams(body).get("StatusCallback"));
    assert.deepEqual(
      callbacks.map((url) => new URL(url ?? "").searchParams.get("p")),
      ["1/2", "2/2"],
    );
  });
  it("and cards say everything in words", () => {
    const content = {
      title: "Order 10042",
      text: "Two items",
      images: [{ url: "https://x.example/a.webp" }],
      buttons: [
        { type: "imBack", title: "Track", value: "track" },
        { type: "openUrl", title: "Shop", value: "https://x.example/" },
      ],
    };
    const attachments = [{ contentType: "application/vnd.microsoft.card.hero", content }];
    assert.equal(
      send({ text: "", attachments }, us)[0]?.Body,
      "Order 10042\nTwo items\n1. Track\nShop: https://x.example/\nhttps://x.example/a.webp",
    );
  });
  it("and places go as links to a map", () => {
    const entities = [{ type: "GeoCoordinates", latitude: 52.3, longitude: 4.75, name: "Office" }];
    assert.equal(send({ text: "", entities })[0]?.Body, "Office: https://maps.google.com/?q=52.3,4.75");
  });
  it("and templates are for WhatsApp only: their text goes", () => {
    const template = { id: "HX00000000000000000000000000000001", variables: {} };
    assert.equal(send({ channelData: { template } })[0]?.Body, "Hello");
  });
});
