import assert from "node:assert/strict";
import { facebook } from "../../../src/adapters/facebook";
import { ACTIVITY_EVENTS, type Activity } from "../../../src/core/activity";
import type { Inbound } from "../../../src/core/channel";
import { buildAccount, CUSTOMER, PAGE, toRequest } from "./account";

const AT = 1_763_700_000_001;
const parties = { sender: { id: CUSTOMER }, recipient: { id: PAGE }, timestamp: AT };
const toInbound = (item: unknown, list = "messaging") =>
  facebook.toInbound(
    toRequest(JSON.stringify({ object: "page", entry: [{ id: PAGE, time: AT, [list]: [item] }] })),
    buildAccount(),
  );
function only(items: Inbound[]): Inbound {
  assert.equal(items.length, 1, JSON.stringify(items));
  return items[0] as Inbound;
}
function activityOf(what: object, list?: string): Activity & { key: string } {
  const item = only(toInbound({ ...parties, ...what }, list));
  assert.ok(item.kind === "activity", JSON.stringify(item));
  return { ...item.activity, key: item.key };
}
const ofMessage = (message: object) => activityOf({ message: { mid: "m_1", ...message } });
const ofAttachment = (attachment: object, more: object = {}) =>
  ofMessage({ attachments: [attachment], ...more });

describe("facebook attachments", () => {
  it("takes files of every kind by their address", () => {
    const url = "https://cdn.fbsbx.com/v/t59.2708-21/123_plan%20B.pdf?oh=1";
    for (const [type, contentType, name] of [
      ["image", "image/*", undefined],
      ["video", "video/*", undefined],
      ["audio", "audio/*", undefined],
      ["file", "application/octet-stream", "123_plan B.pdf"],
    ]) {
      const activity = ofAttachment({ type, payload: { url } });
      assert.equal(activity.type, "message");
      assert.equal(activity.text, undefined);
      assert.deepEqual(activity.attachments, [
        { contentType, contentUrl: url, ...(name === undefined ? {} : { name }) },
      ]);
    }
  });

  it("keeps several files in order beside the text", () => {
    const files = ["a", "b"].map((name) => ({
      type: "image",
      payload: { url: `https://x.fbcdn.net/${name}` },
    }));
    const activity = ofMessage({ text: "two", attachments: files });
    assert.equal(activity.text, "two");
    assert.deepEqual(
      activity.attachments?.map(({ contentUrl }) => contentUrl),
      ["https://x.fbcdn.net/a", "https://x.fbcdn.net/b"],
    );
  });

  it("says that a file came without its address", () => {
    assert.match(ofAttachment({ type: "audio", payload: {} }).text ?? "", /voice or audio message/);
    assert.match(ofAttachment({ type: "image" }).text ?? "", /did not pass on/);
  });

  it("shows a sticker once, with or without its twin", () => {
    const payload = { url: "https://x.fbcdn.net/s.png", sticker_id: 369239263222822 };
    const [image, sticker] = ["image", "sticker"].map((type) => ({ type, payload }));
    const wanted = [{ contentType: "image/*", contentUrl: payload.url, name: "sticker" }];
    for (const attachments of [[image], [sticker], [image, sticker], [sticker, image]]) {
      assert.deepEqual(ofMessage({ sticker_id: payload.sticker_id, attachments }).attachments, wanted);
    }
    const other = { type: "image", payload: { url: "https://x.fbcdn.net/p.png" } };
    assert.equal(ofMessage({ attachments: [image, sticker, other] }).attachments?.length, 2);
    assert.equal(ofMessage({ sticker_id: 5 }).text, "Sent a sticker");
  });

  it("makes a place of a location, and words of a broken one", () => {
    const named = ofAttachment({
      type: "location",
      title: "Café Central",
      payload: { coordinates: { lat: 48.21, long: 16.36 } },
    });
    assert.deepEqual(named.entities, [
      { type: "GeoCoordinates", latitude: 48.21, longitude: 16.36, name: "Café Central" },
    ]);
    assert.equal(named.text, "Café Central");
    const bare = ofAttachment({ type: "location", payload: { coordinates: { lat: -90, long: 180 } } });
    assert.equal(bare.text, undefined);
    assert.equal(bare.entities?.length, 1);
    for (const coordinates of [{ lat: 91, long: 0 }, { lat: "x", long: 0 }, {}, null]) {
      const broken = ofAttachment({ type: "location", payload: { coordinates } });
      assert.equal(broken.entities, undefined);
      assert.match(broken.text ?? "", /location/);
    }
  });

  it("writes shared links out, in each of Meta's forms", () => {
    const url = "https://a.example/page";
    for (const attachment of [
      { type: "fallback", payload: { url, title: "A page" } },
      { type: "fallback", title: "A page", url },
      { type: "fallback", title: "A page", payload: url },
      {
        type: "fallback",
        title: "A page",
        url: `https://l.facebook.com/l.php?u=${encodeURIComponent(url)}&h=x`,
      },
    ]) {
      assert.equal(ofAttachment(attachment).text, `A page\n${url}`);
    }
    assert.equal(ofAttachment({ type: "fallback" }).text, "Shared a link");
    assert.equal(
      ofAttachment({ type: "fallback", payload: { url, title: "A page" } }, { text: `See ${url}` }).text,
      `See ${url}\nA page`,
    );
  });

  it("writes reels and posts out and fetches nothing", () => {
    for (const [type, words] of [
      ["reel", "Shared a reel"],
      ["ig_reel", "Shared a reel"],
      ["post", "Shared a post"],
      ["ig_post", "Shared a post"],
    ]) {
      const url = "https://www.facebook.com/reel/1";
      const activity = ofAttachment({ type, payload: { url, title: "Baking" } });
      assert.equal(activity.text, `Baking\n${url}`);
      assert.equal(activity.attachments, undefined);
      assert.equal(ofAttachment({ type, payload: { url } }).text, `${words}\n${url}`);
      assert.equal(ofAttachment({ type, payload: { reel_video_id: 7 } }).text, words);
    }
  });

  it("writes templates, products and receipts out", () => {
    const elements = [
      { id: "1", title: "Sourdough", subtitle: "€ 4.20", image_url: "https://x.example/1.png" },
    ];
    assert.equal(
      ofAttachment({ type: "template", payload: { product: { elements } } }).text,
      "Sourdough\n€ 4.20",
    );
    const receipt = {
      template_type: "receipt",
      currency: "EUR",
      elements: [{ title: "Roll", price: 1.1, currency: "EUR" }],
      summary: { total_cost: 1.1 },
    };
    assert.equal(ofAttachment({ type: "template", payload: receipt }).text, "Roll\n1.1 EUR\nTotal: 1.1 EUR");
    assert.equal(ofAttachment({ type: "template" }).text, "Sent a card without text");
  });

  it("puts an appointment into words, in its own time zone", () => {
    const payload = {
      booking_id: "b",
      status: "CONFIRMED",
      start_time: 1763712000,
      end_time: 1763713800,
      timezone: "Europe/Vienna",
    };
    const activity = ofAttachment({ type: "appointment_booking", payload });
    assert.equal(activity.name, ACTIVITY_EVENTS.notice);
    assert.equal(
      activity.text,
      "Appointment confirmed: 21 Nov 2025, 09:00 to 21 Nov 2025, 09:30 (Europe/Vienna)",
    );
    const odd = ofAttachment({
      type: "appointment_booking",
      payload: { start_time: 1763712000, timezone: "Mars" },
    });
    assert.match(odd.text ?? "", /^Appointment: 21 Nov 2025, 08:00/);
  });

  it("shows a placeholder for what Messenger does not pass on", () => {
    const activity = ofMessage({ is_unsupported: true });
    assert.equal(activity.type, "message");
    assert.match(activity.text ?? "", /does not pass on/);
  });
});

describe("facebook events", () => {
  it("tells which message a reply answers", () => {
    assert.equal(ofMessage({ text: "yes", reply_to: { mid: "m_0" } }).replyToId, "m_0");
  });

  it("tells reactions apart by message, emoji and time", () => {
    const react = (reaction: object, timestamp = AT) =>
      activityOf({
        timestamp,
        reaction: { mid: "m_1", action: "react", emoji: "😢", reaction: "sad", ...reaction },
      });
    const added = react({});
    assert.equal(added.type, "messageReaction");
    assert.equal(added.text, "Reacted 😢");
    assert.equal(added.replyToId, "m_1");
    assert.deepEqual(added.reactionsAdded, [{ type: "😢" }]);
    assert.equal(added.reactionsRemoved, undefined);
    const removed = react({ action: "unreact" });
    assert.deepEqual(removed.reactionsRemoved, [{ type: "😢" }]);
    assert.equal(removed.text, "Took back a reaction");
    assert.equal(react({ emoji: undefined, reaction: "love" }).text, "Reacted ❤️");
    const keys = [added, removed, react({ emoji: "❤️" }), react({ mid: "m_2" }), react({}, AT + 1)];
    assert.equal(new Set(keys.map(({ key }) => key)).size, keys.length);
    assert.equal(react({}).key, added.key);
  });

  it("gives each edit of a message its own key", () => {
    const edit = (num_edit: unknown) => activityOf({ message_edit: { mid: "m_1", text: "new", num_edit } });
    assert.equal(edit(1).type, "messageUpdate");
    assert.equal(edit(1).text, "new");
    assert.equal(edit(1).replyToId, "m_1");
    assert.equal(edit("1").key, edit(1).key);
    assert.notEqual(edit(2).key, edit(1).key);
    assert.equal(only(toInbound({ ...parties, message_edit: { mid: "m_1" } })).kind, "unsupported");
  });

  it("keys a deletion apart from the message", () => {
    const activity = ofMessage({ is_deleted: true });
    assert.equal(activity.type, "messageDelete");
    assert.equal(activity.replyToId, "m_1");
    assert.equal(activity.text, "Deleted a message");
    assert.notEqual(activity.key, "m_1");
  });

  it("says where a customer came from, beside a postback or message too", () => {
    const referral = {
      ref: "camp7",
      source: "ADS",
      type: "OPEN_THREAD",
      ads_context_data: { ad_title: "Bread" },
    };
    const alone = activityOf({ referral });
    assert.equal(alone.name, ACTIVITY_EVENTS.referral);
    assert.equal(alone.text, "Came from an ad: Bread, camp7");
    assert.deepEqual(alone.value, referral);
    for (const what of [
      { postback: { mid: "m_3", title: "Start", payload: "START", referral } },
      { message: { mid: "m_3", text: "Start", referral } },
    ]) {
      const items = toInbound({ ...parties, ...what });
      assert.deepEqual(
        items.map((item) =>
          item.kind === "activity" ? [item.activity.type, item.key === "m_3"] : item.kind,
        ),
        [
          ["event", false],
          ["message", true],
        ],
      );
    }
    assert.equal(activityOf({ referral: {} }).text, "Came by a link");
  });

  it("tells opting in from opting out and keeps tokens back", () => {
    const optin = {
      type: "notification_messages",
      title: "Bread news",
      payload: "p",
      notification_messages_token: "secret-token",
    };
    const joined = activityOf({ optin });
    assert.equal(joined.name, ACTIVITY_EVENTS.optIn);
    assert.equal(joined.text, "Agreed to receive notifications: Bread news");
    const left = activityOf({ optin: { ...optin, notification_messages_status: "STOP_NOTIFICATIONS" } });
    assert.equal(left.name, ACTIVITY_EVENTS.optOut);
    assert.notEqual(left.key, joined.key);
    for (const activity of [joined, left]) assert.ok(!JSON.stringify(activity).includes("secret-token"));
  });

  it("tells of linked accounts without the code, and of ratings", () => {
    const linked = activityOf({ account_linking: { status: "linked", authorization_code: "secret-code" } });
    assert.equal(linked.name, ACTIVITY_EVENTS.notice);
    assert.equal(linked.text, "Linked their account");
    assert.ok(!JSON.stringify(linked).includes("secret-code"));
    assert.equal(activityOf({ account_linking: { status: "unlinked" } }).text, "Unlinked their account");
    const rated = activityOf({ response_feedback: { mid: "m_1", feedback: "Good response" } });
    assert.equal(rated.text, "Rated an answer: Good response");
    assert.equal(rated.replyToId, "m_1");
  });

  it("tells whether we may write after each change of the thread", () => {
    const ours = (what: object) => {
      const activity = activityOf(what);
      assert.equal(activity.name, ACTIVITY_EVENTS.threadControl);
      assert.ok(activity.text);
      return (activity.value as { ours: boolean }).ours;
    };
    assert.equal(ours({ pass_thread_control: { previous_owner_app_id: null, new_owner_app_id: 777 } }), true);
    assert.equal(
      ours({ pass_thread_control: { previous_owner_app_id: "777", new_owner_app_id: "9" } }),
      false,
    );
    assert.equal(
      ours({ take_thread_control: { previous_owner_app_id: "777", new_owner_app_id: "9" } }),
      false,
    );
    assert.equal(ours({ take_thread_control: { previous_owner_app_id: "777" } }), false);
    assert.equal(ours({ take_thread_control: { previous_owner_app_id: "9", new_owner_app_id: 777 } }), true);
    assert.equal(ours({ request_thread_control: { requested_owner_app_id: 9 } }), true);
    assert.equal(ours({ app_roles: { "777": ["primary_receiver"] } }), true);
    assert.equal(ours({ app_roles: { "9": ["primary_receiver"] } }), false);
    const inbox = activityOf({ pass_thread_control: { new_owner_app_id: 263902037430900 } });
    assert.match(inbox.text ?? "", /Facebook's own inbox/);
  });

  it("tells the admin what an enforcement or a lost role means", () => {
    const notice = (what: object) => {
      const item = only(toInbound({ recipient: { id: PAGE }, timestamp: AT, ...what }));
      assert.ok(item.kind === "notice", item.kind);
      assert.equal(item.instanceExternalId, PAGE);
      return item;
    };
    const block = notice({ policy_enforcement: { action: "block", reason: "The page sends spam." } });
    assert.equal(block.level, "error");
    assert.match(block.text, /The page sends spam\. Look at Page Quality/);
    assert.equal(notice({ "policy-enforcement": { action: "warning" } }).level, "warning");
    assert.equal(notice({ policy_enforcement: { action: "unblock" } }).level, "info");
    assert.equal(notice({ app_roles: { "9": ["primary_receiver"] } }).level, "warning");
    assert.equal(notice({ app_roles: { "777": ["primary_receiver"] } }).level, "info");
  });

  it("shows everything a customer does in standby, and who may write", () => {
    const ofStandby = (what: object) => activityOf(what, "standby");
    const picture = { type: "image", payload: { url: "https://x.fbcdn.net/a" } };
    const shown = ofStandby({ message: { mid: "m_1", attachments: [picture] } });
    assert.equal(shown.name, ACTIVITY_EVENTS.standby);
    assert.equal(shown.attachments?.length, 1);
    assert.equal(ofStandby({ postback: { title: "Go" } }).text, "Go");
    const reacted = ofStandby({ reaction: { mid: "m_1", action: "react", emoji: "👍" } });
    assert.equal(reacted.name, ACTIVITY_EVENTS.standby);
    const passed = ofStandby({ pass_thread_control: { new_owner_app_id: 777 } });
    assert.equal(passed.name, ACTIVITY_EVENTS.threadControl);
    for (const what of [{}, { read: { watermark: AT } }, { delivery: {} }])
      assert.equal(only(toInbound({ ...parties, ...what }, "standby")).kind, "ignored");
  });
});
