import assert from "node:assert/strict";
import type { MessageView } from "../../src/desk/contract";
import { buildConfiguration, ECHO_FLOW } from "../support/accounts";
import { CHANNEL_NAMES, sentOn } from "../support/platforms";
import { CUSTOMERS, openSession } from "../support/session";
import { eventually, startTestApp, type TestApp } from "../support/startApp";

const range = (count: number) => Array.from({ length: count }, (_, n) => n);

describe("the order of messages", function () {
  this.timeout(30_000);
  let test: TestApp;
  afterEach(() => test.stop());

  async function transcript(): Promise<MessageView[]> {
    await test.idle();
    const [conversation] = await test.conversations("sam");
    return test.messages("sam", conversation?.id ?? "");
  }

  for (const channel of ["facebook", "twitter"] as const) {
    it(`${channel}: items of one body are worked by the platform's time`, async () => {
      test = await startTestApp({ configuration: buildConfiguration({ helper: "only", flow: ECHO_FLOW }) });
      const start = Date.now() - 60_000;
      const shuffled = [7, 2, 9, 0, 4, 1, 8, 3, 6, 5];
      const batch = shuffled.map((n) => ({
        customerId: CUSTOMERS[channel],
        text: `m${n}`,
        at: start + n * 1_000,
      }));
      for (const signed of test.platforms[channel].webhook.batch(batch))
        assert.equal(await test.platforms.post(channel, signed), 200);
      const seen = await transcript();
      const inbound = seen.filter(({ direction }) => direction === "in");
      assert.deepEqual(
        inbound.map(({ text }) => text),
        range(10).map((n) => `m${n}`),
      );
      assert.deepEqual(
        inbound.map(({ occurredAt }) => occurredAt),
        range(10).map((n) => new Date(start + n * 1_000).toISOString()),
      );
      assert.deepEqual(
        sentOn(test.platforms, channel).map(({ text }) => text),
        range(10).map((n) => `You said: m${n}`),
      );
    });

    it(`${channel}: one that comes late keeps its place at the end and shows both times`, async () => {
      test = await startTestApp();
      const now = Date.now();
      await test.say(channel, CUSTOMERS[channel], "second", { at: now - 1_000 });
      assert.equal((await transcript()).length, 1);
      await test.say(channel, CUSTOMERS[channel], "first, but late", { at: now - 3_600_000 });
      const seen = await transcript();
      assert.deepEqual(
        seen.map(({ text }) => text),
        ["second", "first, but late"],
      );
      assert.deepEqual(
        seen.map(({ seq }) => seq),
        [1, 2],
      );
      assert.equal(seen[1]?.occurredAt, new Date(now - 3_600_000).toISOString());
      assert.ok(Date.parse(seen[1]?.storedAt ?? "") >= now);
    });
  }

  for (const channel of CHANNEL_NAMES) {
    it(`${channel}: one slow answer and five quick ones stay in order`, async () => {
      test = await startTestApp({ configuration: buildConfiguration({ helper: "only", flow: ECHO_FLOW }) });
      const api = test.platforms[channel === "whatsapp" ? "sms" : channel];
      api.behave({ delayMs: 300 });
      const start = Date.now();
      for (const n of range(6)) {
        assert.equal(await test.say(channel, CUSTOMERS[channel], `m${n}`), 200);
      }
      assert.ok(
        Date.now() - start < 300 || sentOn(test.platforms, channel).length < 6,
        "webhooks do not wait for the platform",
      );
      await eventually(() => sentOn(test.platforms, channel).length === 6, "six answers");
      assert.deepEqual(
        sentOn(test.platforms, channel).map(({ text }) => text),
        range(6).map((n) => `You said: m${n}`),
      );
    });
  }

  it("one customer's slow platform call holds up nobody else", async () => {
    test = await startTestApp({ configuration: buildConfiguration({ helper: "only", flow: ECHO_FLOW }) });
    const isSend = ({ method }: { method: string }) => method === "POST";
    test.platforms.facebook.behave({ delayMs: 2_000, match: isSend });
    await test.say("facebook", "1", "slow");
    await eventually(() => test.platforms.facebook.calls.some(isSend), "the slow call");
    const start = Date.now();
    for (const n of range(20)) await test.say("facebook", String(100 + n), "quick");
    await eventually(() => test.platforms.facebook.sent.length === 20, "twenty quick answers");
    assert.ok(Date.now() - start < 1_900);
  });

  it("receipts in any order, repeated, move no status backwards", async () => {
    test = await startTestApp();
    const { platforms } = test;
    for (const channel of CHANNEL_NAMES) {
      const session = await openSession(test, channel);
      for (const n of range(4)) await session.write(`${channel} ${n}`);
      await test.idle();
      const sent = platforms[channel === "whatsapp" ? "sms" : channel].sent.filter(
        ({ customerId }) => customerId === session.customerId,
      );
      assert.deepEqual(
        sent.map(({ text }) => text),
        range(4).map((n) => `${channel} ${n}`),
      );
      const last = channel === "sms" ? "delivered" : "read";
      for (const status of ["read", "delivered", "accepted", "delivered", "failed"] as const) {
        // Facebook and X report reading up to a message: of the last only.
        for (const one of [...sent].reverse()) {
          const signed = platforms[channel].webhook.receipt({
            customerId: session.customerId,
            sent: one,
            status,
          });
          if (signed !== undefined) assert.ok([200, 204].includes(await platforms.post(channel, signed)));
        }
      }
      const seen = await session.outbound();
      assert.deepEqual(
        seen.map(({ text, status }) => [text, status]),
        range(4).map((n) => [`${channel} ${n}`, last]),
      );
    }
  });

  it("facebook: what the customer read up to is read, and nothing later", async () => {
    test = await startTestApp();
    const session = await openSession(test, "facebook");
    for (const text of ["one", "two"]) {
      await session.write(text);
      await test.idle();
    }
    const { sent, webhook } = test.platforms.facebook;
    const read = async (index: number) => {
      const one = sent[index];
      assert.ok(one !== undefined);
      const signed = webhook.receipt({ customerId: session.customerId, sent: one, status: "read" });
      assert.ok(signed !== undefined);
      assert.equal(await test.platforms.post("facebook", signed), 200);
      return (await session.outbound()).map(({ status }) => status);
    };
    assert.deepEqual(await read(0), ["read", "accepted"]);
    assert.deepEqual(await read(1), ["read", "read"]);
  });
});
