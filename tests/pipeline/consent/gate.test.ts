import assert from "node:assert/strict";
import { listConsents } from "../../../src/contacts/consent/consents";
import type { Inbound } from "../../../src/core/channel";
import { createFakeClock } from "../../support/clock";
import { createMemoryStore } from "../../support/memoryStore";
import { shareStore } from "../../support/sharedStore";
import { createBench, message, type PipelineBench, say, threadOf, WITH_HELPER, withFiles } from "../bench";
import { crashAfter } from "../crash";

const GATED = {
  id: "ask",
  text: { en: "May we keep what you write?" },
  gate: { declined: { en: "Then please phone 555." }, most: 2 },
};
const ASK = GATED.text.en;
const RETRY = "Please answer yes or no, so that we can go on.";
const NO = GATED.gate.declined.en;
const PEOPLE = { instances: [{ externalId: "2000", notice: "ask" }], more: { notices: [GATED] } };
const HELPER = { ...WITH_HELPER, ...PEOPLE };
const DAY_MS = 24 * 60 * 60 * 1000;

const texts = (bench: PipelineBench) => bench.sent.map(({ text }) => text);
const heard = (bench: PipelineBench) => bench.turns.map(({ activity }) => activity.text);
const kinds = async (bench: PipelineBench) =>
  (await listConsents(bench.store, threadOf("1"))).items.map(({ kind }) => kind);

/** Customers take their time: what they write is later than what they were asked. */
async function later(bench: PipelineBench, ...said: string[]): Promise<void> {
  for (const text of said) {
    bench.clock.advance(15_000);
    await bench.say("1", text);
  }
}

function tap(value: unknown): Inbound {
  const said = message("1", "Yes");
  if (said.kind !== "activity") throw new TypeError("no activity");
  return { ...said, activity: { ...said.activity, value } };
}

describe("a notice that asks", () => {
  it("lets nobody hear the customer before a yes, and the helper then hears what waited, in order", async () => {
    const bench = createBench(HELPER);
    await bench.say("1", "first", "second");
    assert.deepEqual(texts(bench), [ASK]);
    assert.deepEqual(heard(bench), []);
    const item = await bench.item("1");
    assert.deepEqual([item?.holder, item?.notice?.answer], ["bot", "waiting"]);
    await later(bench, "Yes!");
    assert.deepEqual(heard(bench), ["first", "second"]);
    assert.deepEqual(texts(bench), [ASK, "You said: first", "You said: second"]);
    await later(bench, "third");
    assert.deepEqual(heard(bench), ["first", "second", "third"]);
    assert.deepEqual(await kinds(bench), ["noticeShown", "accepted"]);
    assert.equal((await bench.item("1"))?.notice?.answer, "accepted");
    assert.equal((await bench.head("1"))?.held, undefined);
    assert.equal((await bench.head("1"))?.conversations, 1);
    assert.deepEqual(
      bench.inbound("1").map(({ activity, seq, status }) => [activity.text, seq, status]),
      [
        ["first", 1, "worked"],
        ["second", 3, "worked"],
        ["Yes!", 4, "worked"],
        ["third", 7, "worked"],
      ],
    );
    await later(bench, "yes");
    assert.equal(heard(bench).at(-1), "yes", "a later yes is a word as any other");
  });

  it("queues the conversation for people only after the yes", async () => {
    const bench = createBench(PEOPLE);
    await bench.say("1", "help me");
    assert.equal((await bench.item("1"))?.holder, "bot");
    await assert.rejects(
      async () =>
        bench.pipeline.takeOver.take((await bench.item("1")) as never, { agentId: "ana", how: "pick" }),
      { code: "CONSENT_WAITING" },
    );
    await later(bench, "1");
    const item = await bench.item("1");
    assert.deepEqual([item?.holder, item?.queueId, item?.lastText], ["queue", "general", "help me"]);
    assert.equal(bench.store.all("routing").filter(({ type }) => type === "item").length, 1);
    assert.match(JSON.stringify((await bench.record("1"))?.trace), /rules/);
    await later(bench, "still there?");
    assert.equal((await bench.item("1"))?.lastText, "still there?");
  });

  it("takes a tap for the answer, in every language a word, and a second tap for nothing", async () => {
    const bench = createBench(HELPER);
    await bench.say("1", "hi");
    const [yes] = (await bench.head("1"))?.choices ?? [];
    assert.equal(yes?.title, "Yes");
    await bench.webhook(tap(yes.value), tap(yes.value));
    await bench.quiet();
    assert.deepEqual(heard(bench), ["hi"]);
    const other = createBench(HELPER);
    await other.say("1", "oi");
    await later(other, "Não, obrigado.");
    assert.deepEqual(texts(other), [ASK, NO]);
  });

  it("does not take a word written before the question for an answer, nor an old button", async () => {
    const bench = createBench(HELPER);
    await bench.webhook(message("1", "hi"), message("1", "yes"));
    await bench.quiet();
    assert.deepEqual(heard(bench), []);
    bench.clock.advance(15_000);
    await bench.webhook(tap("switchboard.consent.yes.older"));
    await bench.quiet();
    assert.deepEqual(heard(bench), []);
    await later(bench, "ok");
    assert.deepEqual(heard(bench).slice(0, 2), ["hi", "yes"]);
  });

  it("asks again for any other answer, at most so often, then says the other way once and is silent", async () => {
    const bench = createBench(PEOPLE);
    await bench.say("1", "hi");
    await later(bench, "what?", "hm", "hello", "hello?");
    assert.deepEqual(texts(bench), [ASK, RETRY, NO]);
    assert.deepEqual(await kinds(bench), ["noticeShown", "declined"]);
    assert.equal(await bench.item("1"), undefined);
    assert.equal((await bench.record("1"))?.closedReason, "consentDeclined");
    assert.equal((await bench.head("1"))?.conversations, 1);
  });

  it("ends with the other way when the customer declines, and asks again a day later", async () => {
    const bench = createBench(PEOPLE);
    await bench.say("1", "hi");
    await later(bench, "no", "no", "hello?");
    assert.deepEqual(texts(bench), [ASK, NO]);
    assert.equal((await bench.record("1"))?.last?.notice?.answer, "declined");
    bench.clock.advance(DAY_MS);
    await bench.say("1", "and now?");
    assert.deepEqual(texts(bench), [ASK, NO, ASK]);
    assert.equal((await bench.head("1"))?.conversations, 2);
  });

  it("lets a customer who declined change their mind: all that waited is heard", async () => {
    const bench = createBench(HELPER);
    await bench.say("1", "my order");
    await later(bench, "no", "well", "yes");
    assert.deepEqual(heard(bench), ["my order", "well"]);
    assert.deepEqual(await kinds(bench), ["noticeShown", "declined", "accepted"]);
    assert.equal((await bench.item("1", 2))?.holder, "bot");
  });

  it("fetches no file before the yes, unless an admin lets it", async () => {
    const bench = createBench(PEOPLE);
    await bench.webhook(withFiles("1", ["a.png"]));
    await bench.quiet();
    assert.equal(bench.inbound("1")[0]?.files?.[0]?.state, "refused");
    await later(bench, "yes");
    assert.equal(bench.inbound("1")[0]?.files?.[0]?.state, "stored");
    const eager = createBench({
      ...PEOPLE,
      more: { notices: [{ ...GATED, gate: { ...GATED.gate, fetchFiles: true } }] },
    });
    await eager.webhook(withFiles("1", ["a.png"]));
    await eager.quiet();
    const [stored] = eager.inbound("1")[0]?.files ?? [];
    assert.equal(stored?.state, "stored");
    await later(eager, "yes");
    assert.deepEqual(eager.inbound("1")[0]?.files?.[0], stored, "not fetched again");
  });

  it("asks those who talk already when their next conversation begins, and everybody again for a new text", async () => {
    const bench = createBench({
      ...WITH_HELPER,
      bot: ({ activity }) => ({ sends: [say("ok")], ended: activity.text === "bye" }),
    });
    const asked = () => texts(bench).filter((text) => text !== "ok");
    await bench.say("1", "hi");
    bench.settings.change(HELPER);
    await later(bench, "more", "bye", "new");
    assert.deepEqual(asked(), [ASK]);
    await later(bench, "yes", "bye");
    const text = { en: "May we keep it for a year?" };
    bench.settings.change({ ...HELPER, more: { notices: [{ ...GATED, text }] } });
    await later(bench, "again");
    assert.deepEqual(asked(), [ASK, text.en]);
  });

  it("lets through who waits when an admin takes the gate away, once and in order", async () => {
    const bench = createBench(HELPER);
    await bench.say("1", "first");
    bench.settings.change({ ...HELPER, more: { notices: [{ id: "ask", text: GATED.text }] } });
    await later(bench, "second");
    assert.deepEqual(heard(bench), ["first", "second"]);
    assert.deepEqual(texts(bench), [ASK, "You said: first", "You said: second"]);
  });

  it("asks nobody who has opted out; with the word that undoes it the question comes", async () => {
    const bench = createBench(HELPER);
    await bench.say("1", "stop");
    await bench.say("1", "hi");
    assert.equal(bench.sent.length, 1);
    await later(bench, "start");
    assert.equal(texts(bench).at(-1), ASK);
    await later(bench, "yes");
    assert.deepEqual(heard(bench), ["hi"]);
  });

  it("leaves out what the customer deleted while it waited", async () => {
    const bench = createBench(HELPER);
    await bench.webhook(message("1", "secret", { key: "m1" }), message("1", "hello"));
    await bench.quiet();
    const gone = message("1", "", { key: "del" });
    if (gone.kind !== "activity") throw new TypeError("no activity");
    await bench.webhook({ ...gone, activity: { ...gone.activity, type: "messageDelete", replyToId: "m1" } });
    await bench.quiet();
    await later(bench, "yes");
    assert.deepEqual(heard(bench), ["hello"]);
  });

  for (const purpose of ["receive", "turn", "consent"]) {
    it(`lets all that waited through once when the process dies after "${purpose}" of the yes`, async () => {
      const bench = await crashAfter(
        purpose,
        async (first) => {
          first.clock.advance(15_000);
          await first.say("1", "yes");
        },
        { bench: PEOPLE, before: (first) => first.say("1", "first", "second") },
      );
      bench.clock.advance(60_000);
      await bench.pipeline.sweep.run();
      await bench.quiet();
      const item = await bench.item("1");
      assert.deepEqual([item?.holder, item?.lastText], ["queue", "first"]);
      assert.deepEqual(
        bench.inbound("1").map(({ activity, status }) => [activity.text, status]),
        [
          ["first", "worked"],
          ["second", "worked"],
          ["yes", "worked"],
        ],
      );
      assert.deepEqual(await kinds(bench), ["noticeShown", "accepted"]);
      assert.equal(bench.outbound("1").length, 1);
      assert.deepEqual(bench.effects(), []);
      await bench.pipeline.stop(0);
    });
  }

  it("hears each once where two servers share the store, whichever gets the yes", async () => {
    const clock = createFakeClock();
    const store = createMemoryStore(clock.now);
    const server = async (serverId: string) => {
      const feed = await shareStore(store, clock);
      return { feed, bench: createBench({ ...HELPER, store, clock, serverId, view: feed.store }) };
    };
    const { bench: a, feed: feedOfA } = await server("server~a");
    const { bench: b, feed: feedOfB } = await server("server~b");
    const settle = async () => {
      for (let i = 0; i < 3; i++) {
        for (const feed of [feedOfA, feedOfB]) await feed.readNow();
        for (const bench of [a, b]) await bench.quiet();
      }
    };
    await a.say("1", "first");
    await settle();
    await b.say("1", "second");
    await settle();
    clock.advance(15_000);
    await Promise.all([b.webhook(message("1", "yes")), a.webhook(message("1", "third"))]);
    await settle();
    assert.deepEqual(
      a.inbound("1").map(({ status }) => status),
      ["worked", "worked", "worked", "worked"],
    );
    const answers = a.outbound("1").map(({ activity }) => activity.text ?? "");
    assert.deepEqual(answers.filter((text) => text.startsWith("You said")).toSorted(), [
      "You said: first",
      "You said: second",
      "You said: third",
    ]);
    assert.equal((await a.head("1"))?.held, undefined);
    for (const bench of [a, b]) await bench.pipeline.stop(0);
  });
});
