import assert from "node:assert/strict";
import type { FakeBehaviour, FakeCall, SignedWebhook } from "../../src/adapters/shared/fakePlatform";
import type { MessageView } from "../../src/desk/contract";
import {
  CHANNEL_NAMES,
  type ChannelName,
  type Platforms,
  sentOn,
  startPlatforms,
} from "../support/platforms";
import { openSession, type Session } from "../support/session";
import { createSkippingClock, type SkippingClock } from "../support/skippingClock";
import { eventually, startTestApp, type TestApp } from "../support/startApp";

const TEXTS = ["first", "second", "third"];
/** Instead of the clients' 10 and 15 s. */
const TIMEOUT_MS = 400;
const isSend = (call: FakeCall) => call.method === "POST";

/** What the platform does once, and what the agent sees of the message that met it. */
interface Fault {
  name: string;
  behaviours(channel: ChannelName): FakeBehaviour[];
  seen: {
    status: readonly MessageView["status"][];
    code: string;
    words: RegExp;
    platformCode(channel: ChannelName): string | null;
  };
}

const HELD: Fault[] = [
  {
    name: "500",
    // The second is for the list that tells whether the first was taken.
    behaviours: (channel) => Array.from({ length: channel === "facebook" ? 1 : 2 }, () => ({ status: 500 })),
    seen: {
      status: ["queued", "sending"],
      code: "CHANNEL_UNAVAILABLE",
      words: /tried again/,
      platformCode: (channel) => codeOf(channel, { facebook: "2", twitter: "HTTP 500", twilio: "20500" }),
    },
  },
  {
    name: "503",
    behaviours: () => [{ status: 503 }, { status: 503 }],
    seen: {
      status: ["queued", "sending"],
      code: "CHANNEL_UNAVAILABLE",
      words: /tried again/,
      platformCode: (channel) => codeOf(channel, { facebook: "2", twitter: "HTTP 503", twilio: "20500" }),
    },
  },
  {
    name: "429 without Retry-After",
    behaviours: () => [{ status: 429 }],
    seen: {
      status: ["queued"],
      code: "CHANNEL_RATE_LIMITED",
      words: /goes out by itself/,
      platformCode: (channel) => codeOf(channel, { facebook: "613", twitter: "HTTP 429", twilio: "20429" }),
    },
  },
  {
    name: "429 with Retry-After",
    behaviours: () => [{ status: 429, headers: { "Retry-After": "40" } }],
    seen: {
      status: ["queued"],
      code: "CHANNEL_RATE_LIMITED",
      words: /goes out by itself/,
      platformCode: (channel) => codeOf(channel, { facebook: "613", twitter: "HTTP 429", twilio: "20429" }),
    },
  },
  {
    name: "an invalid token",
    behaviours: () => [{ status: 401 }, { status: 401 }],
    seen: {
      status: ["queued"],
      code: "CHANNEL_AUTH",
      words: /renew.*held messages then go out/,
      platformCode: (channel) =>
        codeOf(channel, { facebook: "190/463", twitter: "HTTP 401", twilio: "20003" }),
    },
  },
];

/** How often Facebook, which cannot be asked, gets the message again without an echo to go by. */
const AMBIGUOUS: { name: string; behaviour: FakeBehaviour; taken?: true; blind: number }[] = [
  { name: "a connection reset before the message was taken", behaviour: { drop: "before" }, blind: 1 },
  {
    name: "a connection reset after the message was taken",
    behaviour: { drop: "after" },
    taken: true,
    blind: 0,
  },
  { name: "a time-out, nothing taken", behaviour: { delayMs: TIMEOUT_MS + 50, status: 500 }, blind: 1 },
  { name: "a time-out, taken afterwards", behaviour: { delayMs: TIMEOUT_MS + 50 }, taken: true, blind: 0 },
  { name: "three resets in a row", behaviour: { drop: "before", times: 3 }, blind: 3 },
];

const REFUSALS: Readonly<
  Record<ChannelName, { answer: FakeBehaviour; code: string; platformCode: string; words: RegExp }>
> = {
  facebook: {
    answer: {
      status: 400,
      body: {
        error: {
          message: "(#551) This person isn't available right now.",
          type: "OAuthException",
          code: 551,
          error_subcode: 1545041,
        },
      },
    },
    code: "CHANNEL_UNDELIVERABLE",
    platformCode: "551/1545041",
    words: /cannot receive messages/,
  },
  twitter: {
    answer: {
      status: 403,
      body: { errors: [{ code: 349, message: "You cannot send messages to this user." }] },
    },
    code: "CHANNEL_UNDELIVERABLE",
    platformCode: "349",
    words: /does not accept direct messages/,
  },
  sms: {
    answer: {
      status: 400,
      body: { code: 21610, message: "Attempt to send to unsubscribed recipient", status: 400 },
    },
    code: "CHANNEL_UNDELIVERABLE",
    platformCode: "21610",
    words: /opted out with STOP/,
  },
  whatsapp: {
    answer: { status: 400, body: { code: 63016, message: "Outside the allowed window", status: 400 } },
    code: "CHANNEL_WINDOW_CLOSED",
    platformCode: "63016",
    words: /^This conversation has exceeded the 24 hour limit to respond to the customer\.$/,
  },
};

describe("a platform that misbehaves", function () {
  this.timeout(30_000);
  let clock: SkippingClock;
  let platforms: Platforms;
  let test: TestApp;
  let session: Session;
  let customers = 0;

  async function start(options: { autoEcho: boolean }): Promise<void> {
    clock = createSkippingClock();
    platforms = await startPlatforms({ clock, ...options });
    test = await startTestApp({ clock, platforms, platformTimeoutMs: TIMEOUT_MS });
  }

  async function stop(): Promise<void> {
    await test.stop();
    await platforms.close();
  }

  /** The fake that answers the API calls of a channel. */
  const api = (channel: ChannelName) => platforms[channel === "whatsapp" ? "sms" : channel];
  const phone = (channel: ChannelName) =>
    sentOn(platforms, channel)
      .filter(({ customerId }) => customerId === session.customerId)
      .map(({ text }) => text);
  const sendCalls = (channel: ChannelName) => api(channel).calls.filter(isSend).length;
  const blind = () => test.app.internals.pipeline.delivery().resentBlind;

  /** A conversation with a customer who was not there before. */
  async function open(channel: ChannelName): Promise<void> {
    customers += 1;
    const customerId =
      channel === "facebook" || channel === "twitter"
        ? String(7000 + customers)
        : `+1206555${1000 + customers}`;
    session = await openSession(test, channel, { customerId });
  }

  async function writeThree(): Promise<void> {
    for (const text of TEXTS) await session.write(text);
  }

  const faultSeen = () =>
    eventually(async () => {
      const seen = await session.outbound();
      return seen[0]?.error != null && seen;
    }, "the fault at the agent's desk");

  /** The telephone has `count` messages, and where only an echo tells us so, it has come: time may be put forward. */
  async function known(channel: ChannelName, count: number): Promise<void> {
    await eventually(() => phone(channel).length >= count, "the message on the telephone");
    const isKnown = async () => (await session.outbound())[0]?.status === "accepted";
    if (channel === "facebook") await eventually(isKnown, "the echo");
  }

  /** Lets time pass in steps until everything has left, so that no test depends on how long a back-off is. */
  async function untilIdle(): Promise<void> {
    await eventually(() => {
      const { outbox, sending } = test.app.internals.pipeline.backlog();
      if (outbox === 0 && sending === 0) return true;
      if (sending === 0) clock.skip(4_000);
      return false;
    }, "an empty outbox");
  }

  async function assertAllArrivedOnce(channel: ChannelName): Promise<void> {
    await untilIdle();
    assert.deepEqual(phone(channel), TEXTS);
    const seen = await session.outbound();
    const wanted = TEXTS.map((text) => ({ text, status: "accepted", error: null }));
    assert.deepEqual(
      seen.map(({ text, status, error }) => ({ text, status, error })),
      wanted,
    );
  }

  for (const channel of CHANNEL_NAMES) {
    describe(channel, () => {
      // Facebook cannot be asked; its echo tells what arrived.
      before(() => start({ autoEcho: channel === "facebook" }));
      after(stop);
      beforeEach(() => open(channel));
      afterEach(async function () {
        if (this.currentTest?.state !== "failed") return;
        // What the fake had left would meet the next test.
        await stop();
        await start({ autoEcho: channel === "facebook" });
      });

      for (const fault of HELD) {
        it(`${fault.name} holds the message, says why, and keeps the order`, async () => {
          for (const behaviour of fault.behaviours(channel)) api(channel).behave(behaviour);
          await writeThree();
          const [first, ...later] = await faultSeen();
          assert.ok(first !== undefined && fault.seen.status.includes(first.status), first?.status);
          assert.equal(first.error?.code, fault.seen.code);
          assert.match(first.error?.message ?? "", fault.seen.words);
          assert.equal(first.error?.platformCode, fault.seen.platformCode(channel));
          assert.deepEqual(
            later.map(({ status, error }) => [status, error]),
            [
              ["queued", null],
              ["queued", null],
            ],
          );
          assert.deepEqual(phone(channel), []);
          await assertAllArrivedOnce(channel);
        });
      }

      it("Retry-After is waited for, and no longer", async () => {
        const before = sendCalls(channel);
        api(channel).behave({ status: 429, headers: { "Retry-After": "40" } });
        await session.write("patience");
        await faultSeen();
        clock.skip(38_000);
        await session.transcript();
        assert.equal(sendCalls(channel), before + 1);
        clock.skip(2_000);
        await eventually(() => phone(channel).length === 1, "the message on the telephone");
        assert.equal(sendCalls(channel), before + 2);
      });

      for (const fault of AMBIGUOUS) {
        it(`${fault.name}: nothing is lost, doubled or out of order`, async () => {
          const before = blind();
          api(channel).behave({ match: isSend, ...fault.behaviour });
          await writeThree();
          if (fault.taken) await known(channel, 1);
          await assertAllArrivedOnce(channel);
          assert.equal(blind() - before, channel === "facebook" ? fault.blind : 0);
        });
      }

      it("a recipient refused for good is failed in words; what follows still goes out", async () => {
        const { answer, code, platformCode, words } = REFUSALS[channel];
        api(channel).behave(answer);
        await writeThree();
        await untilIdle();
        assert.deepEqual(phone(channel), ["second", "third"]);
        const [first, ...later] = await session.outbound();
        assert.equal(first?.status, "failed");
        assert.equal(first.error?.code, code);
        assert.equal(first.error?.platformCode, platformCode);
        assert.match(first.error?.message ?? "", words);
        assert.deepEqual(
          later.map(({ status }) => status),
          ["accepted", "accepted"],
        );
      });

      for (const drop of ["before", "after"] as const) {
        it(`a reset ${drop} the second part of a long text was taken: each part arrives once`, async () => {
          const text = longText(channel);
          let sends = 0;
          api(channel).behave({ drop, match: (call) => isSend(call) && ++sends === 2 });
          await session.write(text);
          await session.write("second");
          if (drop === "after") await known(channel, 2);
          await untilIdle();
          const texts = phone(channel);
          assert.equal(texts.length, 3);
          assert.equal(texts.slice(0, 2).join(" ").replace(/\s+/g, " "), text);
          assert.equal(texts[2], "second");
        });
      }

      it("the same text again is not taken for the one that arrived", async () => {
        await session.write("ok");
        await eventually(() => phone(channel).length === 1, "the first");
        api(channel).behave({ drop: "before", match: isSend });
        await session.write("ok");
        await untilIdle();
        assert.deepEqual(phone(channel), ["ok", "ok"]);
      });

      it("one that goes on failing is not hammered", async () => {
        const before = api(channel).calls.length;
        api(channel).behave({ status: 500, times: 5, match: isSend });
        await session.write("anybody there?");
        const end = Date.now() + 300;
        await eventually(() => Date.now() > end, "a third of a second");
        assert.ok(
          api(channel).calls.length - before <= 3,
          `${api(channel).calls.length - before} calls in 0.3 s`,
        );
        await untilIdle();
        assert.deepEqual(phone(channel), ["anybody there?"]);
      });
    });
  }

  describe("facebook without an echo", () => {
    before(() => start({ autoEcho: false }));
    after(stop);

    it("sends an ambiguous message again after 20 s, and counts it", async () => {
      await open("facebook");
      api("facebook").behave({ drop: "after" });
      await session.write("did it arrive?");
      const [seen] = await faultSeen();
      assert.equal(seen?.status, "sending");
      await untilIdle();
      assert.deepEqual(phone("facebook"), ["did it arrive?", "did it arrive?"]);
      assert.equal(blind(), 1);
    });
  });
});

describe("reports on the first part of a long text", function () {
  this.timeout(20_000);

  for (const channel of CHANNEL_NAMES) {
    it(`${channel}: do not end the message before its second part has left`, async () => {
      const platforms = await startPlatforms({ autoEcho: true });
      const test = await startTestApp({ platforms });
      try {
        const session = await openSession(test, channel);
        const api = platforms[channel === "whatsapp" ? "sms" : channel];
        // Its echo and receipts overtake the answer to the call, and the second call meets a fault.
        const post = (signed: SignedWebhook | undefined) =>
          signed !== undefined && void platforms.post(channel, signed);
        const stop = api.onSent((sent) => {
          for (const status of ["accepted", "delivered", "read"] as const) {
            post(platforms[channel].webhook.receipt({ customerId: sent.customerId, sent, status }));
          }
        });
        api.behave({ delayMs: 100, match: isSend });
        api.behave({ status: 429, headers: { "Retry-After": "0.3" }, match: isSend });
        await session.write(longText(channel));
        await eventually(() => sentOn(platforms, channel).length === 2, "both parts");
        stop();
        const [first, second] = sentOn(platforms, channel).map(({ text }) => text);
        assert.equal(`${first} ${second}`.replace(/\s+/g, " "), longText(channel));
      } finally {
        await test.stop();
        await platforms.close();
      }
    });
  }
});

/** Needs two calls. */
function longText(channel: ChannelName): string {
  return `${"word ".repeat(channel === "twitter" ? 3_000 : 500)}end`;
}

function codeOf(channel: ChannelName, codes: { facebook: string; twitter: string; twilio: string }): string {
  return channel === "facebook" || channel === "twitter" ? codes[channel] : codes.twilio;
}
