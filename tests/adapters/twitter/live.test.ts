import assert from "node:assert/strict";
import { twitter } from "../../../src/adapters/twitter";
import type { Inbound } from "../../../src/core/channel";
import { CUSTOMER, toRequest } from "./account";
import { buildMedia, type Live, mediaOf, NOW, startLive } from "./live";

const FLAVORS = ["xaa", "aaa1-premium"];

describe("twitter client against X", function () {
  this.timeout(10_000);
  let live: Live;
  const start = async (flavor = "xaa", options?: Parameters<typeof startLive>[1]) => {
    live = await startLive(flavor, options);
  };
  afterEach(() => live.close());

  const attach = { attachments: [{ contentType: "image/png", contentUrl: "media:m1" }] };
  const paths = () =>
    live.fake.calls.map(({ method, path }) => `${method} ${path.replace(/\d{15,}/g, "ID")}`);
  const sendPath = (flavor: string) =>
    flavor === "xaa"
      ? `POST /2/dm_conversations/with/ID/messages`
      : "POST /1.1/direct_messages/events/new.json";

  for (const flavor of FLAVORS) {
    it(`uploads an image in one call and sends it with its text (${flavor})`, async () => {
      await start(flavor);
      const content = Buffer.from([0, 255, 13, 10, 45, 45]);
      const [id] = await live.send({ text: "See", ...attach }, { media: mediaOf(buildMedia({}, content)) });
      assert.deepEqual(paths(), ["POST /2/media/upload", sendPath(flavor)]);
      const [sent] = live.fake.sent;
      assert.equal(id, sent?.id);
      assert.equal(sent?.text, "See");
      assert.equal(sent?.media?.[0]?.contentType, "image/png");
      assert.ok(sent?.media?.[0]?.content?.equals(content));
    });
  }

  it("uploads a video in parts, waits as X asks, and sends it", async () => {
    await start();
    const content = Buffer.alloc(2 * 1024 * 1024, "v");
    const media = mediaOf(buildMedia({ contentType: "video/mp4" }, content));
    await live.send({ ...attach }, { media });
    assert.deepEqual(paths(), [
      "POST /2/media/upload/initialize",
      "POST /2/media/upload/ID/append",
      "POST /2/media/upload/ID/append",
      "POST /2/media/upload/ID/append",
      "POST /2/media/upload/ID/finalize",
      "GET /2/media/upload?command=STATUS&media_id=ID",
      "GET /2/media/upload?command=STATUS&media_id=ID",
      sendPath("xaa"),
    ]);
    assert.deepEqual(live.waits, [1_000, 1_000]);
    assert.ok(live.fake.sent[0]?.media?.[0]?.content?.equals(content));
    const init = JSON.parse(live.fake.calls[0]?.body ?? "");
    assert.equal(init.media_category, "dm_video");
  });

  it("uploads a large image in parts", async () => {
    await start();
    const content = Buffer.alloc(1024 * 1024, "i");
    await live.send({ ...attach }, { media: mediaOf(buildMedia({}, content)) });
    assert.equal(JSON.parse(live.fake.calls[0]?.body ?? "").media_category, "dm_image");
    assert.ok(live.fake.sent[0]?.media?.[0]?.content?.equals(content));
    assert.deepEqual(live.waits, []);
  });

  it("sends a GIF as such", async () => {
    await start();
    await live.send({ ...attach }, { media: mediaOf(buildMedia({ contentType: "image/gif" })) });
    assert.equal(JSON.parse(live.fake.calls[0]?.body ?? "").media_category, "dm_gif");
    assert.equal(live.fake.sent.length, 1);
  });

  for (const flavor of FLAVORS) {
    it(`sends text and link when X refuses the file (${flavor})`, async () => {
      await start(flavor);
      const refusal = { status: 400, body: { title: "Invalid Request", detail: "bad media" } };
      live.fake.behave({ ...refusal, match: ({ path }) => path.startsWith("/2/media/upload") });
      await live.send({ text: "See", ...attach }, { media: mediaOf(buildMedia()) });
      assert.equal(live.fake.sent[0]?.text, "See\nhttps://bots.example.com/media/m1?signed");
      assert.equal(live.fake.sent[0]?.media, undefined);
    });
  }

  it("sends the link of a video that X cannot process", async () => {
    await start();
    const processing_info = { state: "failed", error: { message: "InvalidMedia" } };
    const body = { data: { id: "1", processing_info } };
    live.fake.behave({ status: 200, body, match: ({ path }) => path.endsWith("/finalize") });
    await live.send({ text: "See", ...attach }, { media: mediaOf(buildMedia({ contentType: "video/mp4" })) });
    assert.match(live.fake.sent[0]?.text ?? "", /^See\nhttps:/);
  });

  it("gives up on a video that X never finishes, to be tried again", async () => {
    await start();
    const processing_info = { state: "in_progress", check_after_secs: 9_999 };
    const body = { data: { id: "1", processing_info } };
    const match = ({ path }: { path: string }) => /finalize|STATUS/.test(path);
    live.fake.behave({ status: 200, body, match, times: 100 });
    const media = mediaOf(buildMedia({ contentType: "video/mp4" }));
    await assert.rejects(live.send({ text: "See", ...attach }, { media }), {
      code: "CHANNEL_UNAVAILABLE",
      retryable: true,
      ambiguous: false,
    });
    assert.ok(Math.max(...live.waits) <= 20_000);
    assert.equal(live.fake.sent.length, 0);
  });

  it("is certain that nothing was sent when an upload breaks", async () => {
    await start();
    live.fake.behave({ drop: "after", match: ({ path }) => path.startsWith("/2/media/upload") });
    await assert.rejects(live.send({ text: "See", ...attach }, { media: mediaOf(buildMedia()) }), {
      code: "CHANNEL_UNAVAILABLE",
      retryable: true,
      ambiguous: false,
    });
  });

  it("uploads once more when X lost the file", async () => {
    await start("aaa1-premium");
    const body = { errors: [{ code: 325, message: "A media id was not found." }] };
    live.fake.behave({ status: 400, body, match: ({ path }) => path.startsWith("/1.1/direct_messages") });
    await live.send({ text: "See", ...attach }, { media: mediaOf(buildMedia()) });
    assert.equal(paths().filter((path) => path === "POST /2/media/upload").length, 2);
    assert.equal(live.fake.sent.length, 1);
    live.fake.behave({
      status: 400,
      body,
      match: ({ path }) => path.startsWith("/1.1/direct_messages"),
      times: 2,
    });
    await assert.rejects(live.send({ text: "See", ...attach }, { media: mediaOf(buildMedia()) }), {
      code: "CHANNEL_REFUSED",
    });
  });

  it("puts the id in its place and leaves equal words of the text alone", async () => {
    await start();
    const text = "switchboard-uploaded-media-id";
    await live.send({ text, ...attach }, { media: mediaOf(buildMedia()) });
    assert.equal(live.fake.sent[0]?.text, text);
    assert.equal(live.fake.sent[0]?.media?.length, 1);
  });

  for (const flavor of FLAVORS) {
    it(`finds a message with a file after the connection broke (${flavor})`, async () => {
      await start(flavor);
      const context = live.toContext({ media: mediaOf(buildMedia()) });
      const activity = {
        type: "message",
        channelId: "twitter",
        from: { id: "900" },
        recipient: { id: CUSTOMER },
      };
      const [request] = twitter.toRequests(
        { ...activity, conversation: { id: "t" }, text: "See", ...attach },
        context,
      );
      assert.ok(request);
      live.fake.behave({ drop: "after", match: ({ path }) => !path.startsWith("/2/media") });
      await assert.rejects(live.client.send(request, context), { ambiguous: true });
      const found = await live.client.reconcile(request, context, NOW);
      assert.deepEqual(found, { outcome: "sent", providerId: live.fake.sent[0]?.id });
    });
  }

  it("shows choices as buttons, and hears the tapped one", async () => {
    await start("aaa1-premium");
    await live.send({ text: "Pick", suggestedActions: { actions: [{ title: "Billing", value: "b" }] } });
    const choice = live.fake.sent[0]?.choices?.[0];
    assert.deepEqual(choice, { title: "Billing", value: "b" });
    const [item] = receive(
      live.fake.webhook.say({ customerId: CUSTOMER, text: "", choice: choice as never }),
    );
    assert.ok(item?.kind === "activity");
    assert.equal(item.activity.text, "Billing");
    assert.equal(item.activity.value, "b");
  });

  function receive({ body, headers }: { body: Buffer; headers: Record<string, string> }): Inbound[] {
    const request = toRequest(body, headers);
    twitter.verify(request, live.account);
    return twitter.toInbound(request, live.account);
  }

  describe("mediaRequest", () => {
    const ask = (url: string) => live.client.mediaRequest?.(url, live.toContext());

    it("signs the address, so that X gives the file", async () => {
      await start();
      const content = Buffer.from("image");
      const media = [{ contentType: "image/jpeg", content }];
      const [item] = receive(live.fake.webhook.say({ customerId: CUSTOMER, text: "look", media }));
      assert.ok(item?.kind === "activity");
      assert.equal(item.activity.text, "look");
      const [attachment] = item.activity.attachments ?? [];
      assert.equal(attachment?.contentType, "image/jpeg");
      const request = await ask(attachment?.contentUrl ?? "");
      assert.ok(request);
      assert.equal(request.trustedOrigin, live.fake.url);
      const path = new URL(request.url).pathname;
      const get = (headers: Record<string, string>) =>
        live.http.request({ origin: live.fake.url, path, method: "GET", headers, timeoutMs: 5_000 });
      assert.equal((await get({})).status, 401);
      const found = await get({ ...request.headers });
      assert.equal(found.status, 200);
      assert.equal(found.body, "image");
    });

    it("names X's hosts only", async () => {
      await start();
      for (const url of [
        "https://ton.twitter.com/1.1/ton/data/dm/1/2/a.jpg",
        "https://video.twimg.com/dm_video/1/vid/720x720/x.mp4?tag=1",
      ]) {
        const request = await ask(url);
        assert.deepEqual(request?.hosts, ["ton.twitter.com", ".twimg.com"]);
        assert.equal(request?.url, url);
        assert.match(
          request?.headers.authorization ?? "",
          /^OAuth oauth_consumer_key="ck".*oauth_signature=/,
        );
      }
    });

    it("refuses every other address", async () => {
      await start();
      for (const url of [
        "https://ton.twitter.com.evil.example/a.jpg",
        "https://eviltwimg.com/a.jpg",
        "https://twimg.com.evil.example/a",
        "http://ton.twitter.com/a.jpg",
        "https://ton.twitter.com:8443/a.jpg",
        "https://user:pass@ton.twitter.com/a.jpg",
        "https://ton.twitter.com@evil.example/a.jpg",
        "http://127.0.0.1:1/a.jpg",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "media:m1",
        "",
      ]) {
        assert.throws(() => ask(url), { code: "CHANNEL_UNSUPPORTED", retryable: false }, url);
      }
    });
  });

  describe("profile", () => {
    const ask = (customerId: string) =>
      live.client.profile?.({ account: live.account, instance: live.toContext().instance, customerId });

    it("tells name, handle, followers and friends", async () => {
      await start();
      live.fake.webhook.say({ customerId: CUSTOMER, text: "Hi", name: "Ann Lee" });
      assert.deepEqual(await ask(CUSTOMER), {
        name: "Ann Lee",
        screenName: "AnnLee",
        followers: 12,
        friends: 34,
      });
    });

    it("tells nothing of somebody who is gone", async () => {
      await start();
      assert.equal(await ask("404"), undefined);
      live.fake.behave({ status: 404 });
      assert.equal(await ask("404"), undefined);
    });

    it("throws what X refuses", async () => {
      await start();
      live.fake.behave({ status: 401 });
      await assert.rejects(ask(CUSTOMER) ?? Promise.resolve(), { code: "CHANNEL_AUTH", scope: "instance" });
      live.fake.behave({ status: 429 });
      await assert.rejects(ask(CUSTOMER) ?? Promise.resolve(), { code: "CHANNEL_RATE_LIMITED" });
    });
  });

  describe("signal", () => {
    it("shows typing and reading on version 1.1", async () => {
      await start("aaa1-enterprise");
      await live.client.signal?.("typing", live.toContext());
      await live.client.signal?.("read", live.toContext({ lastInboundId: "17" }));
      assert.deepEqual(
        live.fake.calls.map(({ path, body }) => `${path} ${body}`),
        [
          `/1.1/direct_messages/indicate_typing.json recipient_id=${CUSTOMER}`,
          `/1.1/direct_messages/mark_read.json last_read_event_id=17&recipient_id=${CUSTOMER}`,
        ],
      );
      live.fake.behave({ status: 503 });
      await assert.rejects(live.client.signal?.("typing", live.toContext()) ?? Promise.resolve(), {
        code: "CHANNEL_UNAVAILABLE",
      });
    });

    it("costs no call where X has no such thing, or nothing was read", async () => {
      await start();
      await live.client.signal?.("typing", live.toContext());
      await live.client.signal?.("read", live.toContext({ lastInboundId: "17" }));
      assert.equal(live.fake.calls.length, 0);
      await live.close();
      await start("aaa1-premium");
      await live.client.signal?.("read", live.toContext());
      assert.equal(live.fake.calls.length, 0);
    });
  });
});
