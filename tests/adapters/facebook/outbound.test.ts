import assert from "node:assert/strict";
import { facebook } from "../../../src/adapters/facebook";
import type { Activity } from "../../../src/core/activity";
import type { Instance, SendContext } from "../../../src/core/channel";
import type { OutboundMedia } from "../../../src/core/media";
import { buildAccount, CUSTOMER } from "./account";
import { assertRequest } from "./requests.schema";

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
/** Every call is checked against Meta's reference. */
const bodies = (sent: Activity, context: SendContext = toContext()) =>
  facebook.toRequests(sent, context).map((request) => assertRequest(request));
const messages = (over: Partial<Activity>, context?: SendContext) =>
  bodies(activity(over), context).map(({ message: { metadata, ...message } }) => message);
const toActions = (...titles: string[]) => ({
  suggestedActions: { actions: titles.map((title) => ({ title, value: `v:${title}` })) },
});
const toMedia = (over: Partial<OutboundMedia> = {}): [Partial<Activity>, SendContext] => {
  const media: OutboundMedia = {
    id: "m~1",
    contentType: "image/png",
    bytes: 100,
    name: "plan.png",
    url: "https://bots.example.com/media/m~1?s=x",
    read: async () => Buffer.alloc(0),
    ...over,
  };
  const attachments = [{ contentType: media.contentType, contentUrl: "media:m~1" }];
  return [{ text: "", attachments }, toContext({ media: new Map([["media:m~1", media]]) })];
};

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

  it("sends the file first, then the text with its buttons", () => {
    const sent = messages({
      text: "Pick",
      ...toActions("Red", "Blue"),
      attachments: [{ contentType: "image/png", contentUrl: "https://x.example/a.png", name: "Plan" }],
    });
    assert.deepEqual(sent, [
      { attachment: { type: "image", payload: { url: "https://x.example/a.png", is_reusable: false } } },
      {
        text: "Pick",
        quick_replies: [
          { content_type: "text", title: "Red", payload: "v:Red" },
          { content_type: "text", title: "Blue", payload: "v:Blue" },
        ],
      },
    ]);
  });

  it("sends each kind of file by the address that Meta fetches", () => {
    for (const [contentType, type] of [
      ["image/png", "image"],
      ["image/JPEG", "image"],
      ["image/svg+xml", "file"],
      ["video/mp4", "video"],
      ["audio/ogg", "audio"],
      ["application/pdf", "file"],
    ] as const) {
      const [sent, context] = toMedia({ contentType });
      assert.deepEqual(messages(sent, context), [
        {
          attachment: {
            type,
            payload: { url: "https://bots.example.com/media/m~1?s=x", is_reusable: false },
          },
        },
      ]);
    }
  });

  it("sends a large picture as a file and a larger file as a link", () => {
    const megabyte = 1024 * 1024;
    const typeAt = (bytes: number) => messages(...toMedia({ bytes }))[0];
    assert.equal(typeAt(8 * megabyte).attachment.type, "image");
    assert.equal(typeAt(8 * megabyte + 1).attachment.type, "file");
    assert.equal(typeAt(25 * megabyte).attachment.type, "file");
    assert.equal(typeAt(25 * megabyte + 1).text, "plan.png: https://bots.example.com/media/m~1?s=x");
  });

  it("sends an address without https as a link", () => {
    const attachments = [{ contentType: "image/png", contentUrl: "http://x.example/a.png", name: "Plan" }];
    assert.deepEqual(messages({ text: "Look", attachments }), [
      { text: "Look\nPlan: http://x.example/a.png" },
    ]);
  });

  it("keeps the text when a file is gone, and refuses a message that was only that", () => {
    const attachments = [{ contentType: "image/png", contentUrl: "media:gone", name: "plan.png" }];
    assert.deepEqual(messages({ attachments }), [
      { text: "Hello" },
      { text: "(Could not be attached: plan.png)" },
    ]);
    for (const contentUrl of ["media:gone", "data:image/png;base64,AAAA", "file:///etc/passwd"]) {
      const sent = activity({ text: "", attachments: [{ contentType: "image/png", contentUrl }] });
      assert.throws(() => facebook.toRequests(sent, toContext()), {
        code: "CHANNEL_REFUSED",
        retryable: false,
      });
    }
  });

  it("numbers choices that are too many or too long for quick replies", () => {
    const titles = (count: number) => Array.from({ length: count }, (_, index) => `C${index + 1}`);
    assert.equal(messages(toActions(...titles(13)))[0].quick_replies.length, 13);
    assert.match(messages(toActions(...titles(14)))[0].text, /^Hello\n1\. C1\n[\s\S]*\n14\. C14$/);
    assert.equal(messages(toActions("x".repeat(20)))[0].text, "Hello");
    assert.equal(messages(toActions("x".repeat(21)))[0].text, `Hello\n1. ${"x".repeat(21)}`);
    assert.deepEqual(messages({ text: "", ...toActions("Yes", "No") })[0].text, "1. Yes\n2. No");
  });

  it("puts quick replies on the last part of a long text, and on a file alone", () => {
    const long = messages({ text: "word ".repeat(900), ...toActions("Yes") });
    assert.deepEqual(
      long.map(({ quick_replies }) => quick_replies?.length),
      [undefined, undefined, 1],
    );
    const attachments = [{ contentType: "image/png", contentUrl: "https://x.example/a.png" }];
    const [file, ...others] = messages({ text: "", attachments, ...toActions("Yes") });
    assert.equal(others.length, 0);
    assert.equal(file.quick_replies.length, 1);
  });

  const toCard = (text: string, buttons: object[]): Partial<Activity> => ({
    text: "",
    attachments: [{ contentType: "application/vnd.microsoft.card.hero", content: { text, buttons } }],
  });
  const page = (title: string) => ({ type: "openUrl", title, value: `https://x.example/${title.length}` });
  const answer = (title: string) => ({ type: "imBack", title, value: `v:${title}` });

  it("makes a button template where there are pages to open", () => {
    assert.deepEqual(messages(toCard("Look", [page("Shop"), answer("Buy")])), [
      {
        attachment: {
          type: "template",
          payload: {
            template_type: "button",
            text: "Look",
            buttons: [
              { type: "postback", title: "Buy", payload: "v:Buy" },
              { type: "web_url", title: "Shop", url: "https://x.example/4" },
            ],
          },
        },
      },
    ]);
  });

  it("leaves further choices to quick replies below the template", () => {
    const [sent] = messages(toCard("Look", [page("Shop"), ...["A", "B", "C"].map(answer)]));
    assert.equal(sent.attachment.payload.buttons.length, 1);
    assert.equal(sent.quick_replies.length, 3);
  });

  it("writes links out that a template cannot hold", () => {
    const four = messages(toCard("Look", ["A", "BB", "CCC", "DDDD"].map(page)))[0];
    assert.equal(four.text.split("\n").length, 5);
    assert.match(messages(toCard("Look", [page("x".repeat(21))]))[0].text, /^Look\nx{21}: https/);
    assert.match(messages(toCard("y".repeat(641), [page("Shop")]))[0].text, /\nShop: https/);
    assert.equal(messages(toCard("", [page("Shop")]))[0].text, "Shop: https://x.example/4");
    const both = messages(toCard("Look", [page("Shop"), answer("x".repeat(21))]))[0];
    assert.equal(both.text, `Look\n1. ${"x".repeat(21)}\nShop: https://x.example/4`);
  });

  it("strips markdown and leaves plain text alone", () => {
    const text = "**Bold** [shop](https://x.example)";
    assert.equal(messages({ text, textFormat: "markdown" })[0].text, "Bold shop: https://x.example");
    assert.equal(messages({ text })[0].text, text);
  });

  it("quotes what an agent answers to, once, beside the message", () => {
    const agent = { author: { kind: "agent" }, lastInboundId: "m_1" } as const;
    const quote = (replyToId: string, over: Partial<SendContext> = agent, text = "Hi") =>
      bodies(activity({ text, replyToId }), toContext(over)).map(({ reply_to }) => reply_to);
    assert.deepEqual(quote("m_1"), [{ mid: "m_1" }]);
    assert.deepEqual(quote("mid.$cAAF"), [{ mid: "mid.$cAAF" }]);
    assert.deepEqual(quote("m_1", agent, "word ".repeat(500)), [{ mid: "m_1" }, undefined]);
    assert.deepEqual(quote("m_1", { author: { kind: "bot" }, lastInboundId: "m_1" }), [undefined]);
    for (const strange of ["out~1", "m_1#edit2", "8Ye93guuuR-znFEnHhXkdVtuKzv"])
      assert.deepEqual(quote(strange), [undefined]);
  });

  it("sends stickers by their number", () => {
    const sticker = { text: "", channelData: { sticker_id: 369239263222822 } };
    assert.deepEqual(messages(sticker), [{ sticker_id: 369239263222822 }]);
    assert.deepEqual(messages({ ...sticker, text: "Thanks" })[1], { text: "Thanks" });
    assert.deepEqual(messages({ text: "Hi", channelData: { sticker_id: "x" } }), [{ text: "Hi" }]);
  });

  it("reacts and takes a reaction back", () => {
    const type = "messageReaction";
    const added = bodies(activity({ type, replyToId: "m_1", reactionsAdded: [{ type: "👍" }] }));
    const recipient = { id: CUSTOMER };
    assert.deepEqual(added, [
      { recipient, sender_action: "react", payload: { message_id: "m_1", reaction: "👍" } },
    ]);
    const removed = bodies(activity({ type, replyToId: "m_1", reactionsRemoved: [{ type: "👍" }] }));
    assert.deepEqual(removed, [{ recipient, sender_action: "unreact", payload: { message_id: "m_1" } }]);
    assert.deepEqual(bodies(activity({ type, reactionsAdded: [{ type: "👍" }] })), []);
    assert.deepEqual(bodies(activity({ type, replyToId: "m_1" })), []);
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
