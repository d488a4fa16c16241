import assert from "node:assert/strict";
import { twitter } from "../../../src/adapters/twitter";
import type { Activity } from "../../../src/core/activity";
import type { Instance, PlatformRequest, SendContext } from "../../../src/core/channel";
import { buildAccount, CUSTOMER } from "./account";
import { buildMedia, mediaOf, NOW, toActivity } from "./live";
import { checkCall } from "./requests.schema";

const V2 = ["xaa", "aaa2"];
const V1 = ["aaa1-enterprise", "aaa1-premium"];

function toContext(flavor = "xaa", media?: SendContext["media"]): SendContext {
  const account = buildAccount(flavor);
  return {
    account,
    instance: account.instances[0] as Instance,
    customerId: CUSTOMER,
    messageId: "out~1",
    author: { kind: "agent" },
    lastInboundAt: undefined,
    now: NOW,
    ...(media === undefined ? {} : { media }),
  };
}
function render(over: Partial<Activity>, flavor?: string, media?: SendContext["media"]): PlatformRequest[] {
  const requests = twitter.toRequests(toActivity(over), toContext(flavor, media));
  for (const request of requests) checkCall(request);
  return requests;
}
const bodies = (requests: PlatformRequest[]) => requests.map(({ body }) => JSON.parse(body));
const oldData = (requests: PlatformRequest[]) =>
  bodies(requests).map(({ event }) => event.message_create.message_data);
const choices = (...titles: string[]) => ({
  suggestedActions: { actions: titles.map((title) => ({ title, value: `v:${title}`, type: "imBack" })) },
});
const file = (id = "m1") => ({ contentType: "image/png", contentUrl: `media:${id}` });
const ID = "switchboard-uploaded-media-id";

describe("twitter outbound", () => {
  it("uses the call of the account's API", () => {
    for (const flavor of V2) {
      const [request] = render({ text: "Hi" }, flavor);
      assert.equal(request?.path, `/2/dm_conversations/with/${CUSTOMER}/messages`);
      assert.deepEqual(JSON.parse(request?.body ?? ""), { text: "Hi" });
    }
    for (const flavor of V1) {
      const [request] = render({ text: "Hi" }, flavor);
      assert.equal(request?.path, "/1.1/direct_messages/events/new.json");
      assert.deepEqual(JSON.parse(request?.body ?? "").event.message_create, {
        target: { recipient_id: CUSTOMER },
        message_data: { text: "Hi" },
      });
    }
  });

  it("sends text and its file in one call", () => {
    const media = mediaOf(buildMedia());
    const [request, ...others] = render({ text: "The plan", attachments: [file()] }, "xaa", media);
    assert.equal(others.length, 0);
    assert.equal(request?.upload, "media:m1");
    assert.deepEqual(JSON.parse(request?.body ?? ""), {
      text: "The plan",
      attachments: [{ media_id: ID }],
    });
    const [old] = render({ text: "The plan", attachments: [file()] }, "aaa1-premium", media);
    assert.equal(old?.upload, "media:m1");
    assert.deepEqual(oldData([old as PlatformRequest]), [
      { text: "The plan", attachment: { type: "media", media: { id: ID } } },
    ]);
  });

  it("needs one call a file, the text with the last", () => {
    const media = mediaOf(buildMedia(), buildMedia({ id: "m2", contentType: "video/mp4" }));
    const requests = render({ text: "Both", attachments: [file("m1"), file("m2")] }, "xaa", media);
    assert.deepEqual(
      requests.map(({ upload }) => upload),
      ["media:m1", "media:m2"],
    );
    assert.deepEqual(
      bodies(requests).map(({ text }) => text),
      [undefined, "Both"],
    );
    const alone = render({ attachments: [file()] }, "xaa", media);
    assert.deepEqual(bodies(alone), [{ attachments: [{ media_id: ID }] }]);
  });

  it("lets a file ride on the last part of a long text", () => {
    const text = "word ".repeat(3_000).trim();
    const requests = render({ text, attachments: [file()] }, "xaa", mediaOf(buildMedia()));
    assert.equal(requests.length, 2);
    assert.equal(requests.filter(({ upload }) => upload !== undefined).length, 1);
    assert.equal(
      bodies(requests)
        .map((body) => body.text)
        .join(" "),
      text,
    );
  });

  it("sends as a link what X does not take", () => {
    const url = "https://bots.example.com/media/m1?signed";
    for (const over of [
      { contentType: "application/pdf" },
      { contentType: "audio/ogg" },
      { contentType: "image/svg+xml" },
      { contentType: "image/png", bytes: 5 * 1024 * 1024 + 1 },
      { contentType: "image/gif", bytes: 15 * 1024 * 1024 + 1 },
    ]) {
      const [request] = render({ text: "See", attachments: [file()] }, "xaa", mediaOf(buildMedia(over)));
      assert.equal(request?.upload, undefined, over.contentType);
      assert.deepEqual(JSON.parse(request?.body ?? ""), { text: `See\nplan.png: ${url}` });
    }
    const [foreign] = render({
      attachments: [{ contentType: "image/png", contentUrl: "https://x.example/a" }],
    });
    assert.deepEqual(JSON.parse(foreign?.body ?? ""), { text: "https://x.example/a" });
  });

  it("keeps the text when its file is lost, and refuses a file alone that is", () => {
    assert.deepEqual(bodies(render({ text: "Hi", attachments: [file()] })), [{ text: "Hi" }]);
    assert.throws(() => render({ attachments: [file()] }), { code: "CHANNEL_REFUSED", retryable: false });
  });

  it("numbers choices on version 2", () => {
    assert.deepEqual(bodies(render({ text: "Pick one", ...choices("Billing", "Other") })), [
      { text: "Pick one\n1. Billing\n2. Other" },
    ]);
  });

  it("shows choices and links as buttons on version 1.1", () => {
    const card = {
      contentType: "application/vnd.microsoft.card.hero",
      content: { buttons: [{ type: "openUrl", title: "Help", value: "https://example.com/help" }] },
    };
    const asked = { text: "Pick one", attachments: [card], ...choices("Billing", "Other") };
    assert.deepEqual(oldData(render(asked, "aaa1-premium")), [
      {
        text: "Pick one",
        quick_reply: {
          type: "options",
          options: [
            { label: "Billing", metadata: "v:Billing" },
            { label: "Other", metadata: "v:Other" },
          ],
        },
        ctas: [{ type: "web_url", label: "Help", url: "https://example.com/help" }],
      },
    ]);
    assert.deepEqual(bodies(render(asked, "xaa")), [
      { text: "Pick one\n1. Billing\n2. Other\nHelp: https://example.com/help" },
    ]);
  });

  it("hangs buttons on the last call only", () => {
    const text = "word ".repeat(3_000).trim();
    const [first, last] = oldData(render({ text, ...choices("A") }, "aaa1-premium"));
    assert.equal(first.quick_reply, undefined);
    assert.equal(last.quick_reply.options.length, 1);
  });

  it("numbers on version 1.1 what its buttons cannot say", () => {
    const long = "x".repeat(37);
    for (const asked of [
      choices(long),
      choices("see https://example.com"),
      choices(...Array.from({ length: 21 }, (_, n) => `Choice ${n}`)),
      { suggestedActions: { actions: [{ title: "Big", value: "x".repeat(1_001) }] } },
    ]) {
      const [data] = oldData(render({ text: "Pick", ...asked }, "aaa1-premium"));
      assert.equal(data.quick_reply, undefined);
      assert.match(data.text, /^Pick\n1\. /);
    }
    const [bare] = oldData(render(choices("A", "B"), "aaa1-premium"));
    assert.deepEqual(bare, { text: "1. A\n2. B" });
    const twenty = Array.from({ length: 20 }, (_, n) => `Choice ${n}`);
    const [full] = oldData(render({ text: "Pick", ...choices(...twenty, ...[]) }, "aaa1-premium"));
    assert.equal(full.quick_reply.options.length, 20);
  });

  it("writes markdown without its marks", () => {
    const markdown = "**Bold** and [a page](https://example.com)\n# Title";
    const [body] = bodies(render({ text: markdown, textFormat: "markdown" }));
    assert.deepEqual(body, { text: "Bold and a page: https://example.com\nTitle" });
    assert.deepEqual(bodies(render({ text: "2*3*4 **x**" })), [{ text: "2*3*4 **x**" }]);
  });

  it("sends nothing for typing", () => {
    assert.deepEqual(render({ type: "typing" }), []);
  });
});
