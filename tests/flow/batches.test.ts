import assert from "node:assert/strict";
import type { ConversationView, MessageView } from "../../src/desk/contract";
import { buildConfiguration } from "../support/accounts";
import type { ChannelName } from "../support/platforms";
import { eventually, startTestApp, type TestApp } from "../support/startApp";

interface DeadLetter {
  threadId: string;
  messageId: string;
  customerId: string;
  instance: string;
  text: string;
  reason: { code: string; message: string };
}

const PAGE = "2000";
const HANDLE = "3000";

describe("a webhook with many items", function () {
  this.timeout(30_000);
  let test: TestApp;
  afterEach(() => test.stop());

  const sign = (channel: ChannelName, body: unknown) =>
    test.platforms[channel].webhook.sign(JSON.stringify(body));
  const postBody = (channel: ChannelName, body: unknown) => test.platforms.post(channel, sign(channel, body));
  const deadLetters = async () =>
    (await test.call<{ items: DeadLetter[] }>("admin", "GET", "/api/admin/dead-letters")).body.items;

  const idle = () =>
    eventually(() => {
      const { turns, threads, effects } = test.app.internals.pipeline.backlog();
      return turns + threads + effects === 0;
    }, "all work done");

  async function transcripts(): Promise<Record<string, MessageView[]>> {
    await idle();
    const found: Record<string, MessageView[]> = {};
    for (const { id, customer } of await test.conversations("sam", "?limit=200")) {
      found[customer.id] = [...(found[customer.id] ?? []), ...(await test.messages("sam", id))];
    }
    return found;
  }

  /** The ledger of today must add up. */
  async function assertCountsAddUp(): Promise<void> {
    const { items } = (
      await test.call<{ items: { problems: string[] }[] }>("admin", "GET", "/api/admin/counts")
    ).body;
    assert.deepEqual(
      items.flatMap(({ problems }) => problems),
      [],
    );
  }

  const item = (customer: string, more: Record<string, unknown>) => ({
    sender: { id: customer },
    recipient: { id: PAGE },
    timestamp: Date.now(),
    ...more,
  });
  const text = (mid: string, said: string) => ({ message: { mid, text: said } });

  it("facebook: customers, a broken item, standby, an echo and unknown keys each find their place", async () => {
    test = await startTestApp();
    const body = {
      object: "page",
      surprise: [1, { deep: true }],
      entry: [
        {
          id: PAGE,
          time: Date.now(),
          later_invention: "x",
          messaging: [
            item("101", text("m_101", "one")),
            { sender: "nobody", recipient: 7, message: 5 },
            null,
            item("102", { ...text("m_102", "two"), unknown_key: { a: 1 } }),
            item("104", { brand_new_event: { a: 1 } }),
            item("102", { delivery: { mids: ["m_x"], watermark: 1 } }),
            {
              sender: { id: PAGE },
              recipient: { id: "101" },
              timestamp: Date.now(),
              message: { mid: "m_echo", is_echo: true, app_id: 999, text: "from the page's own inbox" },
            },
          ],
          standby: [item("103", text("m_103s", "while another has the thread"))],
        },
        "no entry at all",
        { id: PAGE, changes: [{ field: "feed", value: {} }] },
        { id: PAGE, time: Date.now(), messaging: [item("103", text("m_103", "three"))] },
      ],
    };
    assert.equal(await postBody("facebook", body), 200);
    const seen = await transcripts();
    const told = (customer: string) =>
      (seen[customer] ?? []).map(({ direction, kind, event, text: said }) => [
        direction,
        kind,
        event,
        kind === "message" ? said : "",
      ]);
    assert.deepEqual(
      told("101").sort(),
      [
        ["in", "message", null, "one"],
        ["out", "message", null, "from the page's own inbox"],
      ].sort(),
    );
    assert.deepEqual(told("102"), [["in", "message", null, "two"]]);
    assert.ok(told("103").some(([, kind, , said]) => kind === "message" && said === "three"));
    assert.ok(
      told("104").some(([, kind, event]) => kind === "event" && event === "unsupported"),
      JSON.stringify(told("104")),
    );
    const dead = await deadLetters();
    assert.equal(dead.length, 3, JSON.stringify(dead.map(({ reason }) => reason)));
    assert.ok(dead.every(({ reason }) => reason.code === "CHANNEL_UNSUPPORTED" && reason.message !== ""));
    assert.deepEqual(test.platforms.facebook.sent, []);

    assert.equal(await postBody("facebook", body), 200);
    const again = await transcripts();
    assert.deepEqual(
      Object.fromEntries(Object.entries(again).map(([id, list]) => [id, list.length])),
      Object.fromEntries(Object.entries(seen).map(([id, list]) => [id, list.length])),
    );
    assert.equal((await deadLetters()).length, 3);
    await assertCountsAddUp();
  });

  it("twitter: twenty messages of one body (XAA) arrive once each, beside events nobody knows", async () => {
    test = await startTestApp();
    const event = (n: number) => ({
      type: "message_create",
      id: String(1_900_000_000_000_000_000n + BigInt(n)),
      created_timestamp: String(Date.now() + n),
      message_create: {
        target: { recipient_id: HANDLE },
        sender_id: String(800 + (n % 4)),
        message_data: { text: `dm ${n}`, entities: {} },
      },
    });
    const events = Array.from({ length: 20 }, (_, n) => event(n));
    const broken = [{ type: "message_create", id: "77", message_create: "not an object" }, 12];
    const payload = {
      direct_message_events: [...events.slice(0, 10), ...broken, ...events.slice(10)],
      hologram_events: [{ id: 1 }],
      users: {},
    };
    const body = {
      data: { event_type: "dm.received", filter: { user_id: HANDLE }, tag: "switchboard", payload },
    };
    assert.equal(await postBody("twitter", body), 200);
    for (const event_type of ["profile.update.bio", "future.event", "dm.typing"]) {
      assert.equal(
        await postBody("twitter", {
          data: { event_type, filter: { user_id: HANDLE }, payload: { anything: true } },
        }),
        200,
      );
    }
    const seen = await transcripts();
    for (const rest of [0, 1, 2, 3]) {
      const wanted = Array.from({ length: 5 }, (_, i) => `dm ${i * 4 + rest}`);
      assert.deepEqual(
        (seen[String(800 + rest)] ?? []).map(({ text: said }) => said),
        wanted,
      );
    }
    assert.equal((await deadLetters()).length, 2);
    await assertCountsAddUp();
  });

  it("twitter: the account activity form (AAA v2) of the same works", async () => {
    test = await startTestApp({
      configuration: buildConfiguration().replace('"apiFlavor":"xaa"', '"apiFlavor":"aaa2"'),
    });
    const event = {
      type: "message_create",
      id: "1900000000000000001",
      created_timestamp: String(Date.now()),
      message_create: {
        target: { recipient_id: HANDLE },
        sender_id: "901",
        message_data: { text: "by account activity", entities: {} },
      },
    };
    const body = {
      for_user_id: HANDLE,
      direct_message_events: [event, event],
      favorite_events: [{ id: "1" }],
      tweet_create_events: [{ id: 1 }],
      never_heard_of_events: [{ id: 1 }],
      users: { "901": { id: "901", name: "Nine", screen_name: "nine" } },
    };
    assert.equal(await postBody("twitter", body), 200);
    const seen = await transcripts();
    assert.deepEqual(
      (seen["901"] ?? []).map(({ text: said }) => said),
      ["by account activity"],
    );
    await assertCountsAddUp();
  });

  it("a page nobody configured: 200 and a dead letter that names it; replayed once it is there", async () => {
    test = await startTestApp();
    const body = {
      object: "page",
      entry: [
        {
          id: "2999",
          time: Date.now(),
          messaging: [{ ...item("105", text("m_105", "to the new page")), recipient: { id: "2999" } }],
        },
      ],
    };
    assert.equal(await postBody("facebook", body), 200);
    const [dead] = await deadLetters();
    assert.ok(dead !== undefined);
    assert.equal(dead.reason.code, "INSTANCE_UNKNOWN");
    assert.match(dead.reason.message, /2999/);
    assert.equal(dead.text, "to the new page");
    assert.deepEqual(await test.conversations("sam"), []);
    const replay = () =>
      test.call<{ code: string }>("admin", "POST", "/api/admin/dead-letters/replay", {
        threadId: dead.threadId,
        messageId: dead.messageId,
      });

    const known = (
      await test.call<{ items: Record<string, unknown>[] }>("admin", "GET", "/api/admin/instances")
    ).body.items;
    assert.equal(known.length, 4);
    const instance = {
      channel: "facebook",
      account: "shop-fb",
      externalId: "2999",
      name: "New page",
      workstream: "messenger",
      values: {},
      secrets: { pageAccessToken: "env:FB_PAGE_TOKEN" },
    };
    const put = await test.call("admin", "PUT", "/api/admin/instances/facebook~2999", instance);
    assert.equal(put.status, 201, JSON.stringify(put.body));
    assert.equal((await replay()).status, 202);
    const [conversation] = await eventually(async () => {
      const live = await test.conversations("sam");
      return live.length > 0 && live;
    }, "the conversation");
    assert.equal(conversation?.customer.id, "105");
    assert.deepEqual(
      (await test.messages("sam", conversation?.id ?? "")).map(({ text: said }) => said),
      ["to the new page"],
    );
    assert.deepEqual(await deadLetters(), []);
    assert.equal((await replay()).status, 404);
    await assertCountsAddUp();
  });

  it("a number nobody configured: the same", async () => {
    test = await startTestApp();
    const pairs = {
      AccountSid: "AC00000000000000000000000000000001",
      MessageSid: "SM1",
      From: "+12065550111",
      To: "+14250000000",
      Body: "to a strange number",
    };
    const signed = test.platforms.sms.webhook.sign(new URLSearchParams(pairs).toString());
    assert.equal(await test.platforms.post("sms", signed), 200);
    const [dead] = await deadLetters();
    assert.equal(dead?.reason.code, "INSTANCE_UNKNOWN");
    assert.equal(dead?.instance, "+14250000000");
  });

  it("an unknown account is 404; so is an account under another provider", async () => {
    test = await startTestApp();
    const { facebook } = test.platforms;
    const signed = facebook.webhook.say({ customerId: "106", text: "hello" });
    const postTo = async (path: string) =>
      (
        await fetch(test.url + path, {
          method: "POST",
          headers: signed.headers,
          body: new Uint8Array(signed.body),
        })
      ).status;
    assert.equal(await postTo("/webhooks/facebook/nobody"), 404);
    assert.equal(await postTo("/webhooks/twitter/shop-fb"), 404);
    assert.equal(await postTo("/webhooks/twilio/shop-fb"), 404);
    assert.equal(await postTo("/webhooks/facebook/SHOP-FB"), 404);
    assert.equal(await postTo("/webhooks/facebook/shop-fb"), 200);
    const live = await eventually(async () => {
      const list = await test.conversations("sam");
      return list.length > 0 && list;
    }, "the one conversation");
    assert.deepEqual(
      live.map(({ customer }: ConversationView) => customer.id),
      ["106"],
    );
  });

  it("a body that is signed but cannot be read is kept whole as a dead letter", async () => {
    test = await startTestApp();
    for (const body of ["{", "null", "[]", '"text"', "\u0000", '{"object":"user","entry":[]}']) {
      assert.equal(
        await test.platforms.post("facebook", test.platforms.facebook.webhook.sign(body)),
        200,
        body,
      );
    }
    await idle();
    const dead = await deadLetters();
    assert.equal(dead.length, 6);
    assert.ok(dead.every(({ reason }) => reason.code === "CHANNEL_UNSUPPORTED"));
    await assertCountsAddUp();
  });
});
