import assert from "node:assert/strict";
import { whatsapp } from "../../../src/adapters/whatsapp";
import type { Activity } from "../../../src/core/activity";
import type { SendContext } from "../../../src/core/channel";
import type { OutboundMedia } from "../../../src/core/media";
import { buildContext, CUSTOMER, NOW, OUR_NUMBER } from "../twilio/account";
import { checkTwilioRequest } from "../twilio/requests.schema";

const DAY_MS = 86_400_000;

function send(over: Partial<Activity> = {}, context: Partial<SendContext> = {}): Record<string, string>[] {
  const parties = { from: { id: OUR_NUMBER }, recipient: { id: CUSTOMER }, conversation: { id: "t" } };
  const activity = { type: "message", channelId: "whatsapp", ...parties, text: "Hello", ...over };
  const requests = whatsapp.toRequests(activity, buildContext("whatsapp", context));
  for (const request of requests) checkTwilioRequest(request);
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

describe("whatsapp files and places", () => {
  const MB = 1024 * 1024;
  const store = (contentType: string, bytes: number): Partial<SendContext> => {
    const url = "https://bots.example.com/media/a?sig=x";
    const media: OutboundMedia = {
      id: "a",
      contentType,
      bytes,
      url,
      name: "a.bin",
      read: async () => Buffer.alloc(0),
    };
    return { media: new Map([["media:a", media]]) };
  };
  const attachments = [{ contentType: "application/octet-stream", contentUrl: "media:a" }];
  const shown = (sent: Record<string, string>[]) =>
    sent.map(({ Body, MediaUrl }) => (MediaUrl === undefined ? Body : `${Body ?? ""}<${MediaUrl}>`));

  it("go one a call, the text after them", () => {
    const three = [...attachments, ...attachments, ...attachments];
    assert.deepEqual(shown(send({ attachments: three }, store("image/jpeg", MB))), [
      ...Array(3).fill("<https://bots.example.com/media/a?sig=x>"),
      "Hello",
    ]);
    assert.equal(send({ text: "", attachments }, store("image/jpeg", MB)).length, 1);
  });
  const link = "Hello\na.bin: https://bots.example.com/media/a?sig=x";
  const cases: [string, number, boolean][] = [
    ["image/jpeg", 5 * MB, true],
    ["image/jpeg", 5 * MB + 1, false],
    ["image/png", 1, true],
    ["image/webp", 1, true],
    ["image/webp", MB, false],
    ["image/gif", 1, false],
    ["image/svg+xml", 1, false],
    ["audio/ogg", 16 * MB, true],
    ["audio/ogg", 16 * MB + 1, false],
    ["audio/wav", 1, false],
    ["video/mp4", 1, true],
    ["video/quicktime", 1, false],
    ["application/pdf", 1, true],
    ["application/vnd.openxmlformats-officedocument.wordprocessingml.document", 1, true],
    ["text/vcard", 1, true],
    ["text/html", 1, false],
    ["application/zip", 1, false],
  ];
  for (const [type, bytes, isFile] of cases) {
    it(`${isFile ? "send" : "link"} ${type} of ${bytes} bytes`, () => {
      const sent = shown(send({ attachments }, store(type, bytes)));
      assert.deepEqual(sent, isFile ? ["<https://bots.example.com/media/a?sig=x>", "Hello"] : [link]);
    });
  }
  it("know others' pictures by their ending", () => {
    const sendUrl = (contentUrl: string) =>
      shown(send({ text: "", attachments: [{ contentType: "image/*", contentUrl }] }));
    for (const url of ["https://x.example/a.PNG?b=1", "https://x.example/photo"]) {
      assert.deepEqual(sendUrl(url), [`<${url}>`]);
    }
    for (const url of ["https://x.example/a.gif", "http://x.example/a.png"])
      assert.deepEqual(sendUrl(url), [url]);
  });
  it("send a place as one", () => {
    const entities = [
      { type: "GeoCoordinates", latitude: 52.3, longitude: -4.75, name: "Office | 2nd\nfloor" },
      { type: "Place", name: "Café", geo: { type: "GeoCoordinates", latitude: 1, longitude: 2 } },
      { type: "GeoCoordinates", latitude: 0, longitude: 0 },
      { type: "GeoCoordinates", latitude: 91, longitude: 0 },
      null,
      "x",
    ];
    assert.deepEqual(
      send({ entities }).map(({ Body, PersistentAction }) => [Body, PersistentAction]),
      [
        ["Office | 2nd\nfloor", "geo:52.3,-4.75|Office 2nd floor"],
        ["Café", "geo:1,2|Café"],
        ["0, 0", "geo:0,0"],
        ["Hello", undefined],
      ],
    );
  });
  it("list choices by number under the text", () => {
    const suggestedActions = {
      actions: [
        { title: "Yes", value: "y" },
        { title: "No", value: "n" },
      ],
    };
    assert.equal(send({ suggestedActions })[0]?.Body, "Hello\n1. Yes\n2. No");
  });
});

describe("whatsapp templates", () => {
  const id = "HX00000000000000000000000000000001";
  const use = (variables: unknown, over: Partial<Activity> = {}, lastInboundAt?: number) =>
    send(
      { text: "Hello Tom, there is news.", channelData: { template: { id, variables } }, ...over },
      { lastInboundAt },
    );

  it("go in a shut window, with nothing beside them", () => {
    const [sent, ...others] = use({ "1": "Tom", "2": 10042 });
    assert.equal(others.length, 0);
    assert.equal(sent?.ContentSid, id);
    assert.deepEqual(JSON.parse(sent?.ContentVariables ?? ""), { "1": "Tom", "2": "10042" });
    assert.equal(sent?.Body, undefined);
    assert.match(sent?.StatusCallback ?? "", /\?m=out~A+&c=/);
    assert.equal(use({})[0]?.ContentVariables, undefined);
  });
  it("go in an open window as well, files or not", () => {
    const attachments = [{ contentType: "image/png", contentUrl: "https://x.example/a.png" }];
    assert.equal(use({}, { attachments }, NOW - 1).length, 1);
  });
  it("have their line breaks taken out, which WhatsApp refuses", () => {
    assert.deepEqual(JSON.parse(use({ "1": " a\n\tb      c " })[0]?.ContentVariables ?? ""), {
      "1": "a b c",
    });
  });
  it("are refused in words when a variable is missing", () => {
    const cases: [unknown, Partial<Activity>, string][] = [
      [{ "1": "Tom", "2": " " }, {}, "{{2}}"],
      [{ "1": null }, {}, "{{1}}"],
      [{ "1": "Tom" }, { text: "Hello Tom, order {{2}} for {{ name }}" }, "{{2}}, {{name}}"],
      [undefined, { text: "Hello {{1}}" }, "{{1}}"],
    ];
    for (const [variables, over, names] of cases) {
      assert.throws(() => use(variables, over), {
        code: "CHANNEL_REFUSED",
        retryable: false,
        message: `The message template needs a value for ${names}. Fill it in and send again.`,
      });
    }
  });
  it("are refused in words without an id of Twilio's", () => {
    for (const template of [{ id: "order_update", variables: {} }, {}, 5, { id: `${id}&Body=x` }]) {
      assert.throws(() => send({ channelData: { template } }), { code: "CHANNEL_REFUSED", message: /no id/ });
    }
  });
  it("are not asked for by other data", () => {
    for (const channelData of [undefined, null, "x", {}, { template: null }]) {
      assert.equal(send({ channelData })[0]?.Body, "Hello");
    }
  });
});
