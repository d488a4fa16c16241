import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { twitter } from "../../../src/adapters/twitter";
import { buildAccount, toRequest } from "./account";

const FIXTURES = path.join(process.cwd(), "tests/adapters/twitter/fixtures");
const body = JSON.parse(readFileSync(path.join(FIXTURES, "accountActivity.json"), "utf8")).body;
const toInbound = (value: unknown) => twitter.toInbound(toRequest(JSON.stringify(value)), buildAccount());
const message = (from: string, to: string, text: string, more: object = {}) => ({
  type: "message_create",
  id: "1700000000000000009",
  created_timestamp: "1763700000456",
  message_create: {
    target: { recipient_id: to },
    sender_id: from,
    message_data: { text, entities: { urls: [] }, ...more },
  },
});

describe("twitter inbound", () => {
  it("keeps every item of a batch, each as what it is", () => {
    assert.deepEqual(
      toInbound(body).map((item) => ("reason" in item ? `${item.kind}: ${item.reason}` : item.kind)),
      [
        "activity",
        "echo",
        "ignored: note to self",
        "activity",
        "activity",
        "unsupported: unreadable message",
        "unsupported: message without sender",
        "typing",
        "receipt",
        "ignored: read by ourselves",
        "ignored: post",
        "ignored: like",
      ],
    );
  });

  it("undoes X's escaping once, expands links and drops the attachment's", () => {
    const [item] = toInbound(body);
    assert.ok(item?.kind === "activity");
    assert.equal(item.activity.text, "Tom & I &lt; https://example.com/?a=$&b=&amp; and");
    assert.equal(item.occurredAt, 1763700000123);
    assert.equal(item.key, "1700000000000000001");
  });

  it("brings the customer's name and profile along", () => {
    const [item] = toInbound(body);
    assert.ok(item?.kind === "activity");
    assert.equal(item.activity.from.name, "Ann");
    const data = item.activity.channelData as { users: Record<string, { followers_count: number }> };
    assert.equal(data.users["555"]?.followers_count, 3);
  });

  it("takes what the handle said for an echo", () => {
    const echo = toInbound(body)[1];
    assert.ok(echo?.kind === "echo");
    assert.equal(echo.customerId, "555");
    assert.equal(echo.activity.from.id, "900");
    assert.equal(echo.activity.recipient.id, "555");
    assert.equal(echo.key, "1700000000000000002");
  });

  it("gives a shared place as an entity, without X's link to its map", () => {
    const item = toInbound(body)[3];
    assert.ok(item?.kind === "activity");
    assert.equal(item.activity.text, "");
    assert.deepEqual(item.activity.entities, [{ type: "GeoCoordinates", latitude: 48.21, longitude: 16.37 }]);
    assert.equal(item.key, "1700000000000000004");
  });

  it("gives a quick reply's value", () => {
    const item = toInbound(body)[4];
    assert.ok(item?.kind === "activity");
    assert.equal(item.activity.text, "Billing");
    assert.equal(item.activity.value, "opt_1");
    assert.equal(item.activity.from.name, undefined);
  });

  it("reads a read receipt by message id and by the time in it", () => {
    const item = toInbound(body)[8];
    assert.ok(item?.kind === "receipt");
    assert.equal(item.status, "read");
    assert.deepEqual(item.providerIds, ["1991739330970386433"]);
    assert.ok(item.upTo !== undefined && item.upTo <= 1763700005000 && item.upTo > 1763600000000);
  });

  it("reads the X Activity API's envelope", () => {
    const users = { "555": { data: { id: "555", name: "Ann", username: "ann" } } };
    const payload = { direct_message_events: [message("555", "900", "hello")], users };
    const [item] = toInbound({ data: { event_type: "dm.received", filter: { user_id: "900" }, payload } });
    assert.ok(item?.kind === "activity");
    assert.equal(item.activity.text, "hello");
    assert.equal(item.activity.from.name, "Ann");
    const sent = { direct_message_events: [message("900", "555", "hi")] };
    const [echo] = toInbound({ data: { event_type: "dm.sent", filter: { user_id: "900" }, payload: sent } });
    assert.equal(echo?.kind, "echo");
  });

  it("tells the profile in the words of either version", () => {
    const [old] = toInbound(body);
    assert.ok(old?.kind === "activity");
    assert.deepEqual(old.profile, { name: "Ann", screenName: "ann", followers: 3 });
    const metrics = { followers_count: 97, followers_count_str: "97", following_count: 1 };
    const users = { "555": { data: { id: "555", name: "Ann", username: "ann", public_metrics: metrics } } };
    const payload = { direct_message_events: [message("555", "900", "hello")], users };
    const [item] = toInbound({ data: { event_type: "dm.received", filter: { user_id: "900" }, payload } });
    assert.ok(item?.kind === "activity");
    assert.deepEqual(item.profile, { name: "Ann", screenName: "ann", followers: 97, friends: 1 });
  });

  it("delivers without a profile, and with hostile ones", () => {
    for (const users of [
      undefined,
      null,
      [],
      "x",
      { "555": null },
      { "555": { name: 5, followers_count: -1 } },
    ]) {
      const [item] = toInbound({
        for_user_id: "900",
        direct_message_events: [message("555", "900", "x")],
        users,
      });
      assert.ok(item?.kind === "activity", JSON.stringify(users));
      assert.equal(item.profile, undefined);
    }
  });

  it("takes no id from a number that was rounded", () => {
    const event = { ...message("555", "900", "hello"), id: 1209117874389844000 };
    const [item, again] = [event, event].flatMap((one) =>
      toInbound({ for_user_id: "900", direct_message_events: [one] }),
    );
    assert.ok(item?.kind === "activity" && again?.kind === "activity");
    assert.equal(item.activity.id, undefined);
    assert.doesNotMatch(item.key, /1209117874389844000/);
    assert.equal(item.key, again.key);
    const named = { ...event, id_str: "1209117874389843969" };
    const [other] = toInbound({ for_user_id: "900", direct_message_events: [named] });
    assert.ok(other?.kind === "activity");
    assert.equal(other.key, "1209117874389843969");
  });

  it("takes a quick reply without metadata as text", () => {
    const reply = { quick_reply_response: { type: "options" } };
    const [item] = toInbound({
      for_user_id: "900",
      direct_message_events: [message("555", "900", "Austin", reply)],
    });
    assert.ok(item?.kind === "activity");
    assert.equal(item.activity.text, "Austin");
    assert.equal(item.activity.value, undefined);
  });

  it("says before the message where the customer came from", () => {
    const event = {
      ...message("555", "900", "hello"),
      initiated_via: { tweet_id: "77", welcome_message_id: "8" },
    };
    const [referral, item] = toInbound({ for_user_id: "900", direct_message_events: [event] });
    assert.ok(referral?.kind === "activity" && item?.kind === "activity");
    assert.equal(referral.activity.name, "switchboard.referral");
    assert.equal(
      referral.activity.text,
      "Came from the post https://x.com/i/status/77 and the welcome message 8",
    );
    assert.deepEqual(referral.activity.value, event.initiated_via);
    assert.notEqual(referral.key, item.key);
    assert.equal(item.activity.text, "hello");
  });

  it("names the application that an echo was written with, and reads its choices and buttons", () => {
    const offers = {
      quick_reply: { type: "options", options: [{ label: "Billing" }, { label: "Other" }] },
      ctas: [{ type: "web_url", label: "Help", url: "https://example.com" }],
    };
    const event = message("900", "555", "Pick", offers) as { message_create: object };
    event.message_create = { ...event.message_create, source_app_id: "268278" };
    const [echo] = toInbound({
      for_user_id: "900",
      direct_message_events: [event],
      apps: { "268278": { id: "268278", name: "Twitter Web App" } },
    });
    assert.ok(echo?.kind === "echo");
    assert.equal(echo.activity.from.name, "Twitter Web App");
    assert.equal(echo.activity.text, "Pick\n1. Billing\n2. Other\nHelp: https://example.com");
  });

  it("shows typing of a customer and not our own", () => {
    const typing = (sender_id: string, recipient_id: string) => ({
      for_user_id: "900",
      direct_message_indicate_typing_events: [
        { created_timestamp: "1763700000456", sender_id, target: { recipient_id } },
      ],
    });
    const [item] = toInbound(typing("555", "900"));
    assert.ok(item?.kind === "typing");
    assert.equal(item.customerId, "555");
    assert.equal(toInbound(typing("900", "555"))[0]?.kind, "ignored");
  });

  it("reads reading and typing of the X Activity API as lists and as one entry", () => {
    const entry = { created_timestamp: "1763700000456", sender_id: "555", target: { recipient_id: "900" } };
    const toData = (event_type: string, payload: object) =>
      toInbound({ data: { event_type, filter: { user_id: "900" }, payload } })[0]?.kind;
    assert.equal(toData("dm.indicate_typing", entry), "typing");
    assert.equal(toData("dm.indicate_typing", { direct_message_indicate_typing_events: [entry] }), "typing");
    assert.equal(toData("dm.read", { ...entry, last_read_event_id: "17" }), "receipt");
    assert.equal(toData("dm.read", { direct_message_mark_read_events: [entry] }), "receipt");
    assert.equal(toData("dm.read", { sender_id: null }), "unsupported");
  });

  it("warns of an encrypted message, and shows the customer's as unreadable", () => {
    const toData = (event_type: string, sender_id: string) => ({
      data: {
        event_uuid: "85",
        event_type,
        payload: {
          id: "e4f4",
          created_at_msec: "1763700000456",
          sender_id,
          conversation_id: "555:900",
          encoded_event: "CwAB",
        },
      },
    });
    const [notice, item, ...others] = toInbound(toData("chat.received", "555"));
    assert.equal(others.length, 0);
    assert.ok(notice?.kind === "notice" && item?.kind === "unsupported");
    assert.equal(notice.level, "warning");
    assert.match(notice.text, /encrypted, cannot be read/);
    assert.equal(notice.instanceExternalId, "900");
    assert.equal(item.customerId, "555");
    assert.equal(item.instanceExternalId, "900");
    assert.match(item.reason, /customer wrote an encrypted message/);
    assert.equal(item.occurredAt, 1763700000456);
    assert.deepEqual(
      toInbound(toData("chat.sent", "900")).map(({ kind }) => kind),
      ["notice"],
    );
    const bare = toInbound({
      data: { event_type: "chat.received", filter: { user_id: "900" }, payload: "…" },
    });
    assert.deepEqual(
      bare.map(({ kind }) => kind),
      ["notice"],
    );
  });

  it("ignores other activity events and keeps a message event without a message", () => {
    const toData = (event_type: string) =>
      toInbound({ data: { event_type, filter: { user_id: "900" } } })[0]?.kind;
    assert.equal(toData("post.create"), "ignored");
    assert.equal(toData("dm.read"), "ignored");
    assert.equal(toData("dm.received"), "unsupported");
  });

  it("finds the handle by the parties when the body names none, or a stranger", () => {
    for (const stranger of [undefined, "1"]) {
      const events = [message("555", "900", "in"), message("900", "555", "out")];
      const [incoming, echo] = toInbound({ for_user_id: stranger, direct_message_events: events });
      assert.ok(incoming?.kind === "activity" && echo?.kind === "echo");
      assert.equal(incoming.instanceExternalId, "900");
      assert.equal(incoming.customerId, "555");
      assert.equal(echo.customerId, "555");
    }
  });

  it("tells with its cure that access was revoked, in either API's words", () => {
    const revoke = {
      date_time: "2026-07-23T21:44:05+00:00",
      target: { app_id: "1" },
      source: { user_id: "900" },
    };
    const payload = { date_time: "2026-07-23T21:44:05+00:00", user_id: "900", app_id: "1" };
    for (const given of [
      { user_event: { revoke } },
      { data: { event_type: "oauth.revoke", filter: {}, payload } },
    ]) {
      const [notice] = toInbound(given);
      assert.ok(notice?.kind === "notice");
      assert.equal(notice.level, "error");
      assert.equal(notice.instanceExternalId, "900");
      assert.equal(notice.occurredAt, Date.UTC(2026, 6, 23, 21, 44, 5));
      assert.match(notice.text, /Make a new Access Token/);
      assert.deepEqual(toInbound(given)[0], notice);
    }
    const stranger = {
      data: { event_type: "oauth.revoke", filter: {}, payload: { ...payload, user_id: "1" } },
    };
    assert.equal(toInbound(stranger)[0]?.kind, "ignored");
    assert.equal(toInbound({ user_event: { revoke: {} } })[0]?.kind, "notice");
    assert.equal(toInbound({ user_event: { other: {} } })[0]?.kind, "unsupported");
  });

  it("tells how a replay ended", () => {
    const toNotice = (job_state: string) =>
      toInbound({ replay_job_status: { webhook_id: "1", job_state, job_id: "2" } })[0];
    const [done, bad] = [toNotice("Complete"), toNotice("Incomplete")];
    assert.ok(done?.kind === "notice" && bad?.kind === "notice");
    assert.equal(done.level, "info");
    assert.match(done.text, /replay 2 .*Complete/);
    assert.equal(bad.level, "warning");
    assert.notEqual(done.key, bad.key);
  });

  it("keeps unknown bodies and unknown kinds of events whole", () => {
    assert.equal(toInbound({ hello: 1 })[0]?.kind, "unsupported");
    assert.equal(toInbound({ for_user_id: "900", new_events: [] })[0]?.kind, "ignored");
    const [item] = toInbound({
      for_user_id: "900",
      direct_message_events: [{ type: "reaction_create", id: "5" }],
    });
    assert.ok(item?.kind === "unsupported");
    assert.match(item.reason, /reaction_create/);
    assert.equal(item.key, "5");
  });
});
