import assert from "node:assert/strict";
import { request } from "undici";
import type { FakeMessage } from "../../src/adapters/shared/fakePlatform";
import type { Message } from "../../src/core/conversation";
import type { MediaView, MessageView } from "../../src/desk/contract";
import { CHANNEL_NAMES, type ChannelName, sentOn } from "../support/platforms";
import { openSession } from "../support/session";
import { eventually, startTestApp, type TestApp } from "../support/startApp";

/** The smallest picture there is. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const PICTURE = { contentType: "image/png", name: "cat.png", content: PNG };

describe("every shape, all the way", function () {
  this.timeout(60_000);
  let test: TestApp;
  beforeEach(async () => {
    test = await startTestApp();
  });
  afterEach(() => test.stop());

  const send = (channel: ChannelName, customerId: string, message: Partial<FakeMessage>) =>
    test.platforms.post(channel, test.platforms[channel].webhook.say({ customerId, text: "", ...message }));
  const upload = async (content: Buffer, contentType: string, name: string): Promise<MediaView> => {
    const reply = await request(`${test.url}/api/desk/media?name=${encodeURIComponent(name)}`, {
      method: "POST",
      headers: { authorization: "Bearer token-of-ana", "content-type": contentType },
      body: content,
    });
    assert.equal(reply.statusCode, 201);
    return (await reply.body.json()) as MediaView;
  };

  for (const channel of CHANNEL_NAMES) {
    it(`${channel}: a customer's picture reaches the desk, with its text and its bytes`, async () => {
      const session = await openSession(test, channel);
      assert.equal(await send(channel, session.customerId, { text: "look", media: [PICTURE] }), 200);
      const message = await eventually(async () => {
        const found = (await test.messages("ana", session.conversationId)).find(
          ({ text }) => text === "look",
        );
        return found?.attachments[0]?.state === "stored" ? found : undefined;
      }, "the picture");
      const [file] = message.attachments;
      assert.equal(file?.kind, "image");
      assert.equal(file.contentType, "image/png");
      const reply = await request(test.url + file.url, { headers: { authorization: "Bearer token-of-ana" } });
      assert.equal(reply.headers["content-type"], "image/png");
      assert.deepEqual(Buffer.from(await reply.body.arrayBuffer()), PNG);
      const stranger = await request(test.url + file.url);
      assert.equal(stranger.statusCode, 401);
      await stranger.body.dump();
    });

    it(`${channel}: an agent's picture reaches the customer, with its text`, async () => {
      const session = await openSession(test, channel);
      const { id } = await upload(PNG, "image/png", "map.png");
      const { status, body } = await test.call<MessageView>(
        "ana",
        "POST",
        `/api/desk/conversations/${session.conversationId}/messages`,
        { text: "Here it is", attachments: [{ mediaId: id }] },
      );
      assert.equal(status, 201, JSON.stringify(body));
      await eventually(
        async () =>
          (await test.messages("ana", session.conversationId)).find(({ id }) => id === body.id)?.status !==
            "queued" && sentOn(test.platforms, channel).length > 0,
        "the sends",
      );
      await test.idle();
      const sent = sentOn(test.platforms, channel) as readonly {
        text: string;
        media?: readonly { url?: string; content?: Buffer }[];
      }[];
      const texts = sent.map(({ text }) => text).join("\n");
      assert.match(texts, /Here it is/);
      const files = sent.flatMap(({ media = [] }) => media);
      const [file] = files;
      if (file?.content !== undefined) assert.deepEqual(file.content, PNG);
      else {
        // By address: what the platform would fetch is the picture, and a changed address is nothing.
        const url = file?.url ?? /https:\S+\/media\/\S+/.exec(texts)?.[0] ?? "";
        const own = test.url + new URL(url).pathname + new URL(url).search;
        const head = await request(own, { method: "HEAD" });
        assert.equal(head.statusCode, 200, own);
        assert.equal(head.headers["content-type"], "image/png");
        const reply = await request(own);
        assert.deepEqual(Buffer.from(await reply.body.arrayBuffer()), PNG);
        const forged = await request(own.replace(/sig=.../, "sig=AAA"));
        assert.equal(forged.statusCode, 403);
        await forged.body.dump();
      }
    });

    it(`${channel}: choices reach the customer, and the number typed back is understood`, async () => {
      const session = await openSession(test, channel);
      await test.call("ana", "POST", `/api/desk/conversations/${session.conversationId}/messages`, {
        text: "Which one?",
        choices: ["Red", "Blue"],
      });
      await eventually(() => sentOn(test.platforms, channel).length === 1, "the question");
      const [sent] = sentOn(test.platforms, channel) as readonly { text: string; choices?: unknown[] }[];
      assert.ok((sent?.choices?.length ?? 0) === 2 || /1\. Red\n2\. Blue/.test(sent?.text ?? ""), sent?.text);
      await test.say(channel, session.customerId, "2");
      const answer = await eventually(
        async () => (await test.messages("ana", session.conversationId)).find(({ text }) => text === "2"),
        "the answer",
      );
      assert.deepEqual(answer.choices, ["Blue"]);
    });

    it(`${channel}: what an edit, a reaction or a deletion is about is told`, async () => {
      const session = await openSession(test, channel);
      const { react, edit, unsend } = test.platforms[channel].webhook;
      const { customerId } = session;
      const sign = test.platforms[channel].webhook.say({ customerId, text: "helo" });
      await test.platforms.post(channel, sign);
      const target = await eventually(
        async () => (await test.messages("ana", session.conversationId)).find(({ text }) => text === "helo"),
        "the message",
      );
      const messageId = await platformIdOf(test, target.id, session.conversationId);
      if (edit !== undefined)
        await test.platforms.post(channel, edit({ customerId, messageId, text: "hello" }));
      if (react !== undefined)
        await test.platforms.post(channel, react({ customerId, messageId, emoji: "❤" }));
      await test.idle();
      const views = await test.messages("ana", session.conversationId);
      if (edit !== undefined) assert.equal(views.find(({ id }) => id === target.id)?.text, "hello");
      if (react !== undefined) {
        const reaction = views.find(({ event }) => event === "reaction");
        assert.equal(reaction?.replyToId, target.id);
        assert.equal(reaction.reaction?.emoji, "❤");
      }
      if (unsend !== undefined) {
        await test.platforms.post(channel, unsend({ customerId, messageId }));
        await test.idle();
        const gone = (await test.messages("ana", session.conversationId)).find(({ id }) => id === target.id);
        assert.ok(gone?.deletedAt);
        assert.equal(gone.text, "");
      }
    });
  }

  it("whatsapp: a place has its coordinates and name", async () => {
    const session = await openSession(test, "whatsapp");
    await send("whatsapp", session.customerId, {
      location: { latitude: 48.2, longitude: 16.37, name: "Café Central" },
    });
    const place = await eventually(
      async () => (await test.messages("ana", session.conversationId)).find(({ place }) => place !== null),
      "the place",
    );
    assert.equal(place.place?.latitude, 48.2);
    assert.match(place.place?.name ?? place.text, /Café Central/);
  });
});

/** The platform's id of a message, as the store has it. */
async function platformIdOf(test: TestApp, id: string, conversationId: string): Promise<string> {
  const threadId = conversationId.slice(0, conversationId.lastIndexOf("."));
  const stored = await test.app.internals.store.read<Message>("threads", threadId, id);
  return stored?.doc.activity.id ?? "";
}
