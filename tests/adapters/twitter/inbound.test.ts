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
        "unsupported: location",
        "activity",
        "unsupported: unreadable message",
        "unsupported: message without sender",
        "ignored: typing",
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

  it("keeps a shared place whole, with its customer", () => {
    const item = toInbound(body)[3];
    assert.ok(item?.kind === "unsupported");
    assert.equal(item.customerId, "555");
    assert.equal(item.instanceExternalId, "900");
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

  it("warns of an encrypted message that it cannot read", () => {
    const [item] = toInbound({
      data: { event_type: "chat.received", filter: { user_id: "900" }, payload: "…" },
    });
    assert.ok(item?.kind === "unsupported");
    assert.match(item.reason, /encrypted/);
    assert.equal(item.instanceExternalId, "900");
  });

  it("ignores other activity events and keeps a message event without a message", () => {
    const toData = (event_type: string) =>
      toInbound({ data: { event_type, filter: { user_id: "900" } } })[0]?.kind;
    assert.equal(toData("post.create"), "ignored");
    assert.equal(toData("dm.read"), "ignored");
    assert.equal(toData("dm.received"), "unsupported");
    assert.equal(toData("oauth.revoke"), "unsupported");
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

  it("keeps revoked access and unknown bodies", () => {
    assert.equal(toInbound({ user_event: { revoke: {} } })[0]?.kind, "unsupported");
    assert.equal(toInbound({ hello: 1 })[0]?.kind, "unsupported");
    assert.equal(toInbound({ for_user_id: "900", new_events: [] })[0]?.kind, "ignored");
  });
});
