import assert from "node:assert/strict";
import { listConsents } from "../../../src/contacts/consent/consents";
import { ACTIVITY_EVENTS } from "../../../src/core/activity";
import { ChannelError } from "../../../src/core/errors";
import { createPositions } from "../../../src/pipeline/duty/positions";
import { assignTo, end } from "../../../src/routing/sessions";
import {
  conversationOf,
  createBench,
  deed,
  message,
  type PipelineBench,
  say,
  threadOf,
  WITH_HELPER,
} from "../bench";
import { crashAfter } from "../crash";

const OUT = "You will get no automatic messages from us any more. Write START to get them again.";
const IN = "You will get automatic messages from us again. Write STOP to stop them.";
const texts = (bench: PipelineBench) => bench.sent.map(({ text }) => text);
const kinds = async (bench: PipelineBench) =>
  (await listConsents(bench.store, threadOf("1"))).items.map(({ kind }) => kind);
const isOut = async (bench: PipelineBench) => (await bench.head("1"))?.optedOut === true;

describe("opting out", () => {
  for (const word of [
    "STOP",
    "Stop!",
    " unsubscribe ",
    "opt-out",
    "PARAR",
    "désabonner",
    "abmelden",
    "Baja.",
  ]) {
    it(`"${word}" is heard by nobody, confirmed once and recorded`, async () => {
      const bench = createBench(WITH_HELPER);
      await bench.say("1", word, word);
      assert.deepEqual(texts(bench), [OUT]);
      assert.deepEqual(bench.turns, []);
      assert.equal(await bench.item("1"), undefined);
      const [event] = bench.inbound("1");
      assert.deepEqual([event?.activity.type, event?.activity.name], ["event", ACTIVITY_EVENTS.optOut]);
      assert.equal(event?.activity.text, word);
      assert.equal(await isOut(bench), true);
      assert.deepEqual(await kinds(bench), ["optedOut", "optedOut"]);
    });
  }

  for (const words of ["please stop that", "end", "cancel", "stopping", "yes"]) {
    it(`"${words}" is a message as any other`, async () => {
      const bench = createBench(WITH_HELPER);
      await bench.say("1", words);
      assert.deepEqual(texts(bench), [`You said: ${words}`]);
    });
  }

  it("takes no offered choice for it, nor a tap", async () => {
    const offer = {
      ...say("?"),
      suggestedActions: { actions: [{ type: "imBack", title: "Stop", value: "s" }] },
    };
    const bench = createBench({ ...WITH_HELPER, bot: () => ({ sends: [offer] }) });
    await bench.say("1", "hi", "stop");
    const tapped = message("1", "stop");
    if (tapped.kind !== "activity") throw new TypeError("no activity");
    await bench.webhook({ ...tapped, activity: { ...tapped.activity, value: "x" } });
    await bench.quiet();
    assert.equal(bench.turns.length, 3);
    assert.equal(await isOut(bench), false);
  });

  it("goes by the work stream's own words of a language instead of ours", async () => {
    const bench = createBench({
      workstreams: [
        { id: "messenger", stopWords: { en: ["leave me alone"] }, startWords: { en: ["come back"] } },
      ],
    });
    await bench.say("1", "stop");
    assert.equal(await isOut(bench), false);
    await bench.say("1", "Leave me alone!");
    assert.equal(await isOut(bench), true);
    await bench.say("1", "parar", "come back");
    assert.equal(await isOut(bench), false);
  });

  it("is undone by a word, which means nothing to who has not opted out", async () => {
    const bench = createBench(WITH_HELPER);
    await bench.say("1", "start");
    assert.deepEqual(texts(bench), ["You said: start"]);
    await bench.say("1", "stop");
    bench.clock.advance(1);
    await bench.say("1", "start");
    assert.deepEqual(texts(bench).slice(1), [OUT, IN]);
    assert.equal(await isOut(bench), false);
    assert.deepEqual(await kinds(bench), ["optedOut", "optedIn"]);
    await bench.say("1", "hi");
    assert.equal(texts(bench).at(-1), "You said: hi");
  });

  it("by the platform is recorded as well, and not confirmed: the platform has", async () => {
    const bench = createBench();
    await bench.say("1", "hi");
    await bench.webhook(deed("1", "event", { name: ACTIVITY_EVENTS.optOut, text: "STOP" }));
    await bench.quiet();
    assert.deepEqual(texts(bench), []);
    assert.deepEqual(await kinds(bench), ["optedOut"]);
    assert.equal((await bench.item("1"))?.optedOut, bench.clock.now());
    await bench.webhook(deed("1", "event", { name: ACTIVITY_EVENTS.optIn }));
    await bench.quiet();
    assert.equal((await bench.item("1"))?.optedOut, undefined);
  });

  it("is confirmed although the platform's window was shut before it", async () => {
    const bench = createBench();
    await bench.say("1", "hi");
    Object.assign(bench.ports.channels.get("facebook")?.definition ?? {}, {
      window: { hours: 1, closedText: "Shut." },
    });
    bench.clock.advance(2 * 60 * 60 * 1000);
    await bench.say("1", "stop");
    assert.deepEqual(texts(bench), [OUT]);
  });

  it("says nothing where an admin switched the text off", async () => {
    const bench = createBench({
      more: { automatedMessages: [{ id: "off", trigger: "optedOut", enabled: false }] },
    });
    await bench.say("1", "stop");
    assert.deepEqual(texts(bench), []);
    assert.equal(await isOut(bench), true);
  });

  for (const purpose of ["receive", "turn", "consent"]) {
    it(`is confirmed and recorded once when the process dies after "${purpose}"`, async () => {
      const bench = await crashAfter(purpose, (first) => first.say("1", "stop"));
      bench.clock.advance(60_000);
      await bench.pipeline.sweep.run();
      await bench.quiet();
      assert.equal(bench.outbound("1").length, 1);
      assert.deepEqual(await kinds(bench), ["optedOut"]);
      assert.deepEqual(bench.effects(), []);
      await bench.pipeline.stop(0);
    });
  }

  describe("keeps silent", () => {
    it("the helper: a new conversation goes to people", async () => {
      const bench = createBench(WITH_HELPER);
      await bench.say("1", "stop", "where is my order?");
      assert.deepEqual(bench.turns, []);
      assert.deepEqual(texts(bench), [OUT]);
      const item = await bench.item("1");
      assert.deepEqual([item?.holder, item?.lastText], ["queue", "where is my order?"]);
      assert.equal(typeof item?.optedOut, "number");
      assert.match(item?.summary ?? "", /opted out/);
    });

    it("the helper in the middle of a talk, even where it is alone", async () => {
      const bench = createBench({
        ...WITH_HELPER,
        workstreams: [{ id: "messenger", helper: "only", flow: "flow" }],
      });
      await bench.say("1", "hi", "stop", "but I need help");
      assert.deepEqual(bench.turns.length, 1);
      assert.equal((await bench.item("1"))?.holder, "queue");
      assert.equal((await bench.head("1"))?.dialog, undefined);
    });

    it("the helper that an agent or the customer wants back", async () => {
      const bench = createBench({
        ...WITH_HELPER,
        bot: () => ({ sends: [say("One moment.")], handoff: {} }),
      });
      await bench.say("1", "hi", "stop", "menu");
      assert.equal(bench.turns.length, 1);
      assert.equal((await bench.item("1"))?.holder, "queue");
    });

    it("announcements", async () => {
      const bench = createBench({ more: { automatedMessages: [{ id: "e", trigger: "ended" }] } });
      await bench.pipeline.start();
      await bench.say("1", "hi", "stop");
      await assignTo(bench.ports, conversationOf("1"), "ana");
      await end(bench.ports, conversationOf("1"), "ana");
      await bench.quiet();
      assert.deepEqual(texts(bench), [OUT]);
      await bench.pipeline.stop(0);
    });

    it("places in line", async () => {
      const bench = createBench({
        more: {
          automatedMessages: [
            { id: "p", trigger: "position" },
            { id: "n", trigger: "nextInLine" },
          ],
        },
      });
      await bench.pipeline.start();
      await bench.say("1", "hi", "stop");
      const positions = createPositions(bench.ports, async () => true);
      positions.start();
      for (let i = 0; i < 4; i++) {
        await bench.pass(30_000);
        await bench.quiet();
      }
      await positions.stop();
      assert.notEqual((await bench.item("1"))?.toldPosition, undefined, "its place was to be told");
      assert.deepEqual(texts(bench), [OUT]);
      await bench.pipeline.stop(0);
    });

    it("surveys, begun or under way", async () => {
      const survey = {
        id: "after",
        name: "After",
        questions: [{ id: "rating", kind: "rating" as const, text: { en: "1 to 5?" } }],
      };
      const bench = createBench({
        workstreams: [{ id: "messenger", survey: "after" }],
        more: { surveys: [survey] },
      });
      await bench.pipeline.start();
      await bench.say("1", "hi", "stop");
      await assignTo(bench.ports, conversationOf("1"), "ana");
      await end(bench.ports, conversationOf("1"), "ana");
      await bench.quiet();
      assert.deepEqual(texts(bench), [OUT]);
      await bench.say("2", "hi");
      await assignTo(bench.ports, conversationOf("2"), "ana");
      await end(bench.ports, conversationOf("2"), "ana");
      await bench.quiet();
      await bench.say("2", "stop", "4");
      assert.deepEqual(texts(bench), [OUT, "1 to 5? (1-5)", OUT]);
      await bench.pipeline.stop(0);
    });

    it("notices", async () => {
      const bench = createBench({
        instances: [{ externalId: "2000", notice: "n" }],
        more: { notices: [{ id: "n", text: { en: "We keep it." } }] },
      });
      await bench.say("1", "stop", "hi");
      assert.deepEqual(texts(bench), [OUT]);
    });

    it("what a turn says beside the helper", async () => {
      const bench = createBench(WITH_HELPER);
      await bench.say("1", "stop", "person");
      assert.deepEqual(texts(bench), [OUT]);
    });

    it("what waited in the outbox; what an agent wrote goes out", async () => {
      let down = true;
      const bench = createBench({
        ...WITH_HELPER,
        send: () => {
          if (down) throw new ChannelError("CHANNEL_UNAVAILABLE", "away", { retryable: true });
          return {};
        },
      });
      await bench.pipeline.start();
      await bench.say("1", "hi", "stop", "a person then");
      await assignTo(bench.ports, conversationOf("1"), "ana");
      await bench.pipeline.outbox.add({
        conversationId: conversationOf("1"),
        agent: { id: "ana", name: "Ana" },
        text: "Ana here.",
      });
      down = false;
      for (let i = 0; i < 5; i++) {
        await bench.pass(60_000);
        await bench.quiet();
      }
      assert.deepEqual(texts(bench), [OUT, "Ana here."]);
      assert.equal(bench.outbound("1")[0]?.status, "failed");
      await bench.pipeline.stop(0);
    });
  });
});
