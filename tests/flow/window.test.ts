import assert from "node:assert/strict";
import type { ConversationView } from "../../src/desk/contract";
import { type Platforms, sentOn, startPlatforms } from "../support/platforms";
import { openSession } from "../support/session";
import { createSkippingClock, type SkippingClock } from "../support/skippingClock";
import { eventually, startTestApp, type TestApp } from "../support/startApp";

const HOUR_MS = 3_600_000;
const CLOSED = "This conversation has exceeded the 24 hour limit to respond to the customer.";

describe("the reply window", function () {
  this.timeout(30_000);
  let clock: SkippingClock;
  let platforms: Platforms;
  let test: TestApp;

  before(async () => {
    clock = createSkippingClock();
    platforms = await startPlatforms({ clock });
    test = await startTestApp({ clock, platforms });
  });
  after(async () => {
    await test.stop();
    await platforms.close();
  });

  for (const channel of ["facebook", "whatsapp"] as const) {
    it(`${channel}: shuts 24 hours after the customer's last message and opens with the next`, async () => {
      const session = await openSession(test, channel);
      const path = `/api/desk/conversations/${session.conversationId}`;
      const write = (text: string) =>
        test.call<{ code: string; message: string }>("ana", "POST", `${path}/messages`, { text });
      const view = async () => (await test.call<ConversationView>("ana", "GET", path)).body;
      const opened = Date.parse((await view()).windowClosesAt ?? "");
      assert.ok(Math.abs(opened - clock.now() - 24 * HOUR_MS) < 60_000, "the desk shows when it shuts");

      clock.skip(23.9 * HOUR_MS);
      await session.write("just in time");
      await eventually(() => sentOn(platforms, channel).length === 1, "the message inside the window");

      clock.skip(0.2 * HOUR_MS);
      const calls = platforms[channel === "facebook" ? "facebook" : "sms"].calls.length;
      const refused = await write("too late");
      assert.equal(refused.status, 409);
      assert.equal(refused.body.code, "CHANNEL_WINDOW_CLOSED");
      assert.equal(refused.body.message, CLOSED);
      assert.deepEqual(
        (await session.outbound()).map(({ text }) => text),
        ["just in time"],
      );
      assert.equal(platforms[channel === "facebook" ? "facebook" : "sms"].calls.length, calls);

      assert.equal(await test.say(channel, session.customerId, "are you there?"), 200);
      await eventually(
        async () => Date.parse((await view()).windowClosesAt ?? "") > clock.now() + 23 * HOUR_MS,
        "the new window",
      );
      assert.equal((await write("yes")).status, 201);
      await eventually(() => sentOn(platforms, channel).length === 2, "the message in the new window");
    });
  }

  it("a message that was queued in time and held past the end fails in words, and what follows is refused", async () => {
    const session = await openSession(test, "whatsapp", { customerId: "+12065550188" });
    clock.skip(23.9 * HOUR_MS);
    platforms.sms.behave({ status: 429, headers: { "Retry-After": "3600" } });
    await session.write("held too long");
    await eventually(async () => (await session.outbound())[0]?.error != null, "the message held");
    clock.skip(HOUR_MS + 1_000);
    const seen = await eventually(async () => {
      const [message] = await session.outbound();
      return message?.status === "failed" && message;
    }, "the failure at the agent's desk");
    assert.equal(seen.error?.code, "CHANNEL_WINDOW_CLOSED");
    assert.equal(seen.error?.message, CLOSED);
    assert.ok(!sentOn(platforms, "whatsapp").some(({ text }) => text === "held too long"));
  });

  it("counts from the platform's time of the message, not from when it reached us", async () => {
    await test.call("ana", "PUT", "/api/desk/presence", { presence: "available" });
    await test.say("facebook", "6660", "sent yesterday", { at: clock.now() - 23 * HOUR_MS });
    const offer = await eventually(
      async () => (await test.offers("ana")).find(({ customer }) => customer.id === "6660"),
      "an offer",
    );
    const accepted = await test.call<ConversationView>("ana", "POST", `/api/desk/offers/${offer.id}/accept`);
    assert.ok(Date.parse(accepted.body.windowClosesAt ?? "") < clock.now() + 1.1 * HOUR_MS);
    clock.skip(1.1 * HOUR_MS);
    const refused = await test.call<{ code: string }>(
      "ana",
      "POST",
      `/api/desk/conversations/${offer.conversationId}/messages`,
      { text: "hello" },
    );
    assert.equal(refused.status, 409);
    assert.equal(refused.body.code, "CHANNEL_WINDOW_CLOSED");
  });

  for (const channel of ["sms", "twitter"] as const) {
    it(`${channel}: has no window`, async () => {
      // Our own clock beside X's: its signatures carry the time.
      const session = await openSession(test, channel);
      clock.skip(20 * 24 * HOUR_MS);
      await session.write("after twenty days");
      await eventually(
        () => sentOn(platforms, channel).some(({ text }) => text === "after twenty days"),
        "the message",
      );
    });
  }
});
