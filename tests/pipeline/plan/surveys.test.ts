import assert from "node:assert/strict";
import { ACTIVITY_EVENTS } from "../../../src/core/activity";
import { ChannelError } from "../../../src/core/errors";
import type { Doc } from "../../../src/core/store";
import type { Announcement, SurveyResult } from "../../../src/core/workItem";
import { keepSurvey } from "../../../src/pipeline/effects/surveyResults";
import { assignTo, end } from "../../../src/routing/sessions";
import type { TestSettings } from "../../support/settings";
import { conversationOf, createBench, deed, message, type PipelineBench, withFiles } from "../bench";

const HOUR_MS = 60 * 60 * 1000;
type Surveys = NonNullable<NonNullable<TestSettings["more"]>["surveys"]>;

const STARS = { id: "stars", kind: "rating", text: { en: "How did we do?", pt: "Como correu?" } } as const;
const COMMENT = { id: "comment", kind: "text", text: { en: "Anything else?" } } as const;
const AFTER: Surveys[number] = {
  id: "after",
  name: "After",
  questions: [STARS, COMMENT],
  thanks: { en: "Thank you." },
};
const CHOICE: Surveys[number] = {
  id: "after",
  name: "After",
  questions: [
    { id: "solved", kind: "choice", text: { en: "Solved?" }, choices: ["Yes", "No"] },
    { id: "stars", kind: "rating", text: { en: "Stars?" } },
  ],
};
const settingsOf = (survey: Surveys[number]): TestSettings => ({
  workstreams: [{ id: "messenger", survey: "after" }],
  more: { surveys: [survey] },
});

describe("a survey", () => {
  let bench: PipelineBench;
  const ID = conversationOf("1");
  const texts = () => bench.sent.map(({ text }) => text);
  const result = async () => (await bench.item("1"))?.survey;
  const closedRow = () =>
    bench.store
      .all<Doc & { survey?: SurveyResult; conversationId?: string }>("history")
      .find(({ id }) => id === `closed~${ID}`);

  /** Ana has ended it, and the customer has been asked. */
  async function ask(
    survey = AFTER,
    options: Parameters<typeof createBench>[0] = {},
  ): Promise<Awaited<ReturnType<typeof end>>> {
    bench = createBench({ ...settingsOf(survey), ...options });
    await bench.pipeline.start();
    await bench.say("1", "hi");
    await assignTo(bench.ports, ID, "ana");
    const item = await end(bench.ports, ID, "ana");
    await bench.quiet();
    return item;
  }
  afterEach(() => bench.pipeline.stop(0));

  it("is asked after the end, one question at a time, and kept on the live row", async () => {
    await ask();
    assert.deepEqual(texts(), ["How did we do? (1-5)"]);
    await bench.say("1", "4");
    assert.deepEqual(texts().slice(1), ["Anything else?"]);
    await bench.say("1", "Ana was kind.");
    assert.deepEqual(texts().slice(2), ["Thank you."]);
    assert.deepEqual(await result(), {
      surveyId: "after",
      answers: { stars: 4, comment: "Ana was kind." },
      complete: true,
      at: bench.clock.now(),
    });
    assert.equal((await bench.head("1"))?.survey, undefined);
    assert.deepEqual(bench.effects(), []);
  });

  it("keeps answers out of people's way: the row stays in wrap-up, can be closed, and nothing is unread", async () => {
    await ask();
    await bench.say("1", "4", "fine");
    const item = await bench.item("1");
    assert.equal(item?.state, "wrapUp");
    assert.equal(item.lastText, "hi");
    await bench.pipeline.closing.close(item, "agentClosed");
    assert.equal(await bench.item("1"), undefined);
    assert.deepEqual(closedRow()?.survey?.answers, { stars: 4, comment: "fine" });
    assert.deepEqual((await bench.record("1"))?.last?.survey?.answers, { stars: 4, comment: "fine" });
    assert.deepEqual(
      bench.messages("1").map(({ conversationId }) => conversationId),
      Array(6).fill(ID),
    );
  });

  it("keeps each answer as it comes: many customers give the first one only", async () => {
    await ask();
    await bench.say("1", "5");
    assert.deepEqual(await result(), {
      surveyId: "after",
      answers: { stars: 5 },
      complete: false,
      at: bench.clock.now(),
    });
  });

  it("asks again for a number out of range, twice; a third is for people", async () => {
    await ask();
    await bench.say("1", "9", "0");
    assert.deepEqual(texts().slice(1), Array(2).fill("Please answer with a number from 1 to 5."));
    assert.equal((await bench.item("1"))?.state, "wrapUp");
    assert.equal(await result(), undefined);
    await bench.say("1", "11");
    assert.equal(texts().length, 3);
    assert.equal((await bench.item("1"))?.state, "active");
    assert.equal((await bench.item("1"))?.lastText, "11");
    assert.equal((await bench.head("1"))?.survey, undefined);
  });

  it("takes the right number after a wrong one", async () => {
    await ask();
    await bench.say("1", "9", "3");
    assert.deepEqual(texts().slice(2), ["Anything else?"]);
    assert.deepEqual((await result())?.answers, { stars: 3 });
  });

  it("is over when the customer speaks of something else: people hear it, and what was answered stays", async () => {
    await ask({ ...AFTER, questions: [COMMENT, STARS] });
    await bench.say("1", "All good");
    await bench.say("1", "But where is my parcel?");
    const item = await bench.item("1");
    assert.equal(item?.state, "active");
    assert.equal(item.agentId, "ana");
    assert.equal(item.lastText, "But where is my parcel?");
    assert.deepEqual(item.survey?.answers, { comment: "All good" });
    assert.equal(item.survey?.complete, false);
    await bench.say("1", "5");
    assert.equal((await bench.item("1"))?.lastText, "5");
  });

  it("takes a file for something else, with words beside it too", async () => {
    await ask({ ...AFTER, questions: [COMMENT] });
    await bench.webhook(withFiles("1", ["broken.png"], { text: "Look" }));
    await bench.quiet();
    assert.equal((await bench.item("1"))?.state, "active");
    assert.equal(bench.inbound("1").at(-1)?.files?.[0]?.state, "stored");
  });

  it("ends with its time: what comes later is a message, and what was answered stays", async () => {
    const item = await ask({ ...AFTER, expiresHours: 2 });
    await bench.say("1", "4");
    await bench.pipeline.closing.close(item, "agentClosed");
    bench.clock.advance(2 * HOUR_MS + 1);
    await bench.say("1", "5");
    assert.equal((await bench.item("1", 2))?.lastText, "5");
    assert.deepEqual(closedRow()?.survey?.answers, { stars: 4 });
    assert.equal((await bench.head("1"))?.survey, undefined);
  });

  it("goes on after the conversation is closed: no new one opens, record and history have the answers", async () => {
    const item = await ask();
    await bench.pipeline.closing.close(item, "agentClosed");
    await bench.say("1", "2", "Too slow");
    assert.equal((await bench.head("1"))?.conversations, 1);
    assert.equal((await bench.head("1"))?.live, undefined);
    const kept = { stars: 2, comment: "Too slow" };
    assert.deepEqual((await bench.record("1"))?.last?.survey?.answers, kept);
    assert.deepEqual(closedRow()?.survey?.answers, kept);
    assert.deepEqual(texts().slice(1), ["Anything else?", "Thank you."]);
    await bench.say("1", "One more thing");
    assert.equal((await bench.head("1"))?.conversations, 2);
  });

  it("opens a new conversation for something else after the close", async () => {
    const item = await ask();
    await bench.pipeline.closing.close(item, "agentClosed");
    await bench.say("1", "Where is my parcel?");
    assert.equal((await bench.item("1", 2))?.lastText, "Where is my parcel?");
    assert.equal((await bench.head("1"))?.survey, undefined);
  });

  it("takes a choice by number or by tap, and its choices are gone afterwards", async () => {
    for (const said of ["2", "(2)", "no"]) {
      await ask(CHOICE);
      const actions = bench.outbound("1")[0]?.activity.suggestedActions?.actions;
      assert.deepEqual(
        actions?.map(({ title }) => title),
        ["Yes", "No"],
      );
      await bench.say("1", said);
      assert.deepEqual((await result())?.answers, { solved: "No" }, said);
      assert.equal((await bench.head("1"))?.choices, undefined);
    }
  });

  it("does not read its choices into what the customer says to people afterwards", async () => {
    await ask({ ...CHOICE, expiresHours: 1 });
    bench.clock.advance(HOUR_MS + 1);
    await bench.say("1", "2");
    assert.equal(bench.inbound("1").at(-1)?.understood, undefined);
    assert.equal((await bench.item("1"))?.lastText, "2");
  });

  it("is over when the customer opts out; nothing more is asked, what was answered stays", async () => {
    await ask();
    await bench.say("1", "4");
    await bench.webhook(deed("1", "event", { name: ACTIVITY_EVENTS.optOut, text: "STOP" }));
    await bench.quiet();
    assert.equal((await bench.head("1"))?.survey, undefined);
    assert.equal((await bench.item("1"))?.state, "wrapUp");
    await bench.say("1", "5");
    assert.deepEqual((await result())?.answers, { stars: 4 });
    assert.equal((await bench.item("1"))?.lastText, "5");
    assert.equal(texts().length, 2);
  });

  it("is over when an agent writes: the customer's next words answer the agent", async () => {
    await ask();
    await bench.pipeline.outbox.add({
      conversationId: ID,
      agent: { id: "ana", name: "Ana" },
      text: "Sorry, how many did you order?",
    });
    await bench.say("1", "4");
    assert.equal((await bench.item("1"))?.lastText, "4");
    assert.equal(await result(), undefined);
  });

  it("is not begun when the customer has written since, nor in a shut window", async () => {
    bench = createBench(settingsOf(AFTER));
    await bench.say("1", "hi");
    await assignTo(bench.ports, ID, "ana");
    await end(bench.ports, ID, "ana");
    await bench.say("1", "wait");
    await bench.pipeline.start();
    await bench.pass(40_000);
    assert.deepEqual(texts(), []);
    await end(bench.ports, ID, "ana");
    await bench.quiet();
    assert.deepEqual(texts(), ["How did we do? (1-5)"]);
    await bench.pipeline.stop(0);

    bench = createBench(settingsOf(AFTER));
    const channel = bench.ports.channels.get("facebook");
    assert.ok(channel);
    channel.toRequests = () => {
      throw new ChannelError("CHANNEL_WINDOW_CLOSED", "Shut.", { retryable: false });
    };
    await bench.pipeline.start();
    await bench.say("1", "hi");
    await assignTo(bench.ports, ID, "ana");
    await end(bench.ports, ID, "ana");
    await bench.quiet();
    assert.equal((await bench.head("1"))?.survey, undefined);
  });

  it("is not begun when it was taken off the work stream meanwhile", async () => {
    bench = createBench(settingsOf(AFTER));
    await bench.say("1", "hi");
    await assignTo(bench.ports, ID, "ana");
    await end(bench.ports, ID, "ana");
    bench.settings.change({ more: { surveys: [AFTER] } });
    await bench.pipeline.start();
    await bench.pass(40_000);
    assert.deepEqual(texts(), []);
    assert.deepEqual(
      bench.store.all<Announcement>("routing").filter(({ type }) => type === "announcement"),
      [],
    );
  });

  it("is over when an admin deletes it: the next words are for people", async () => {
    await ask();
    bench.settings.change({});
    await bench.say("1", "4");
    assert.equal((await bench.item("1"))?.lastText, "4");
  });

  it("may be a link, with the conversation's id, and asks nothing", async () => {
    await ask({ id: "after", name: "After", mode: "link", link: "https://ask.example/?c={ConversationId}" });
    assert.deepEqual(texts(), [`How did we do? https://ask.example/?c=${encodeURIComponent(ID)}`]);
    assert.equal((await bench.head("1"))?.survey, undefined);
    await bench.say("1", "5");
    assert.equal((await bench.item("1"))?.lastText, "5");
  });

  it("speaks the customer's language to the end", async () => {
    await ask(AFTER, { instances: [{ externalId: "2000", language: "pt-PT" }] });
    assert.deepEqual(texts(), ["Como correu? (1-5)"]);
    await bench.say("1", "6");
    assert.equal(texts()[1], "Responda, por favor, com um número de 1 a 5.");
  });

  for (const purpose of ["receive", "turn", "survey", "effectDone"]) {
    it(`goes on the same after the process dies after "${purpose}"`, async () => {
      await ask();
      let dead = false;
      bench.store.before = () => (dead ? new Promise(() => {}) : undefined);
      bench.store.afterCommit = (done) => {
        if (done !== purpose) return;
        dead = true;
        return new Promise(() => {});
      };
      void bench.webhook(message("1", "4")).catch(() => {});
      for (let i = 0; i < 50; i++) await new Promise(setImmediate);
      assert.ok(dead, purpose);
      delete bench.store.before;
      delete bench.store.afterCommit;
      const { store, clock } = bench;
      bench = createBench({ ...settingsOf(AFTER), store, clock, serverId: "server~2" });
      await bench.pipeline.start();
      await bench.quiet();
      await bench.pass(40_000);
      await bench.say("1", "fine");
      assert.deepEqual((await result())?.answers, { stars: 4, comment: "fine" });
      assert.deepEqual(
        bench.outbound("1").map(({ activity }) => activity.text),
        ["How did we do? (1-5)", "Anything else?", "Thank you."],
      );
      assert.deepEqual(bench.effects(), []);
    });
  }
});

describe("keepSurvey", () => {
  it("lets a newer result stand when an older step is repeated", async () => {
    const bench = createBench(settingsOf(AFTER));
    await bench.say("1", "hi");
    const id = conversationOf("1");
    const done: SurveyResult = {
      surveyId: "after",
      answers: { stars: 4, comment: "x" },
      complete: true,
      at: 5,
    };
    const part: SurveyResult = { surveyId: "after", answers: { stars: 4 }, complete: false, at: 5 };
    for (const result of [part, done, part, { ...part, at: 4 }, done])
      await keepSurvey(bench.ports, id, result);
    const item = await bench.item("1");
    assert.deepEqual(item?.survey, done);
    assert.equal(item.version, 3, "done twice is done once");
    await bench.pipeline.closing.close(item, "forceClosed");
    await keepSurvey(bench.ports, id, part);
    assert.deepEqual((await bench.record("1"))?.last?.survey, done);
    const later = { ...done, answers: { stars: 1 }, at: 6 };
    await keepSurvey(bench.ports, id, later);
    assert.deepEqual((await bench.record("1"))?.last?.survey, later);
  });
});
