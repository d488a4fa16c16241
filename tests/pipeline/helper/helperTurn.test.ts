import assert from "node:assert/strict";
import type { BotOutcome, BotTurn } from "../../../src/dialogs/bot";
import { DEFAULT_MESSAGES } from "../../../src/routing/texts/defaultTexts";
import type { TestSettings } from "../../support/settings";
import { createBench, deed, message, type PipelineBench, say, WITH_HELPER } from "../bench";

type Workstream = NonNullable<TestSettings["workstreams"]>[number];
const APOLOGY = DEFAULT_MESSAGES.helperFailed.text.en;
const TO_PEOPLE = DEFAULT_MESSAGES.personWanted.text.en;
const choices = (...titles: string[]) => ({
  ...say("What is it about?"),
  suggestedActions: { actions: titles.map((title) => ({ type: "imBack", title, value: title })) },
});

function benchWith(
  workstream: Partial<Workstream>,
  bot?: (turn: BotTurn) => Partial<BotOutcome> | Promise<Partial<BotOutcome>>,
  more: Parameters<typeof createBench>[0] = {},
): PipelineBench {
  const stream = { id: "messenger", helper: "first", flow: "flow", ...workstream } as Workstream;
  return createBench({
    ...WITH_HELPER,
    ...more,
    workstreams: [stream],
    ...(bot === undefined ? {} : { bot }),
  });
}

const sentTo = (bench: PipelineBench) => bench.sent.map(({ text }) => text);
const holder = async (bench: PipelineBench) => (await bench.item("1"))?.holder;

describe("a customer who asks for a person", () => {
  it("gets one at once, is told so, and the helper hears nothing of it", async () => {
    const bench = benchWith({});
    await bench.say("1", "hi", "Talk to an agent!");
    assert.equal(bench.turns.length, 1);
    assert.equal(await holder(bench), "queue");
    assert.deepEqual(sentTo(bench), ["You said: hi", TO_PEOPLE]);
    const item = await bench.item("1");
    assert.match(item?.summary ?? "", /Talk to an agent!/);
    assert.match(JSON.stringify((await bench.record("1"))?.trace), /The customer asked for a person/);
  });

  it("with the first message gets one too", async () => {
    const bench = benchWith({});
    await bench.say("1", "person");
    assert.equal(bench.turns.length, 0);
    assert.equal(await holder(bench), "queue");
  });

  it("in a longer text, beside a file, or in a work stream for the helper only, does not", async () => {
    const bench = benchWith({});
    await bench.say("1", "which agent?");
    assert.equal(await holder(bench), "bot");
    await bench.webhook({
      ...message("1", "agent"),
      activity: {
        ...(message("1", "agent") as never as { activity: object }).activity,
        attachments: [{ contentType: "image/*", contentUrl: "https://cdn.example.com/a" }],
      },
    } as never);
    await bench.quiet();
    assert.equal(await holder(bench), "bot");
    const only = benchWith({ helper: "only" });
    await only.say("1", "agent");
    assert.equal(await holder(only), "bot");
    assert.deepEqual(sentTo(only), ["You said: agent"]);
  });

  it("by a choice that the helper itself offers is the helper's to answer", async () => {
    const bench = benchWith({ personChoice: true }, () => ({ sends: [choices("Order", "Agent")] }));
    await bench.say("1", "hi", "Agent");
    assert.deepEqual(
      bench.turns.map(({ activity }) => [activity.text, activity.value]),
      [
        ["hi", undefined],
        ["Agent", "Agent"],
      ],
    );
    assert.equal(await holder(bench), "bot");
  });

  it("is not spoken to without a person after an opt-out, or where an admin wants no such texts", async () => {
    const silent = benchWith({ automatedMessages: false });
    await silent.say("1", "agent");
    assert.deepEqual(sentTo(silent), []);
    assert.equal(await holder(silent), "queue");
    const out = benchWith({});
    await out.webhook(deed("1", "event", { name: "switchboard.optOut" }));
    await out.say("1", "agent");
    assert.deepEqual(sentTo(out), []);
    assert.equal(await holder(out), "queue");
  });
});

describe("a word that is both", () => {
  it("takes a customer who waits to the helper, not round in circles", async () => {
    const both = { personWords: { en: ["help"] }, helperWords: { en: ["help"] } };
    const bench = benchWith(both);
    await bench.say("1", "help");
    assert.equal(await holder(bench), "queue");
    await bench.say("1", "help");
    assert.equal(await holder(bench), "bot");
    assert.equal(sentTo(bench).at(-1), "You said: help");
  });
});

describe("the standing choice", () => {
  const titles = (bench: PipelineBench) =>
    bench.outbound("1").map(({ activity }) => activity.suggestedActions?.actions.map(({ title }) => title));

  it("is the last of the helper's own, by tap, title or number", async () => {
    for (const answer of ["Talk to a person", "3", "talk to a person!"]) {
      const bench = benchWith({ personChoice: true }, () => ({
        sends: [say("Hi."), choices("Order", "Else")],
      }));
      await bench.say("1", "hi");
      assert.deepEqual(titles(bench), [undefined, ["Order", "Else", "Talk to a person"]]);
      await bench.say("1", answer);
      assert.equal(await holder(bench), "queue", answer);
      assert.equal(bench.turns.length, 1);
    }
  });

  it("of the customer's language, and of a button", async () => {
    const bench = benchWith({ personChoice: true }, () => ({ sends: [choices("Order")] }));
    await bench.webhook({ ...message("1", "hi"), profile: { locale: "pt_BR" } } as never);
    await bench.quiet();
    assert.deepEqual(titles(bench), [["Order", "Falar com uma pessoa"]]);
    const tap = message("1", "Falar com uma pessoa") as { activity: object };
    await bench.webhook({ ...tap, activity: { ...tap.activity, value: "Falar com uma pessoa" } } as never);
    await bench.quiet();
    assert.equal(await holder(bench), "queue");
  });

  it("without choices of the helper's is a button and nothing else: 1 is an answer", async () => {
    const bench = benchWith({ personChoice: true }, () => ({ sends: [say("How many?")] }), {
      abilities: { quickReplies: true },
    });
    await bench.say("1", "hi", "1");
    assert.deepEqual(titles(bench), [["Talk to a person"], ["Talk to a person"]]);
    assert.equal(bench.turns[1]?.activity.text, "1");
    const listed = benchWith({ personChoice: true }, () => ({ sends: [say("How many?")] }));
    await listed.say("1", "hi");
    assert.deepEqual(titles(listed), [undefined]);
  });

  it("is not offered by a helper that hands over, ends, or is alone", async () => {
    for (const [helper, outcome] of [
      ["first", { handoff: {} }],
      ["first", { ended: true }],
      ["only", {}],
    ] as const) {
      const bench = benchWith({ personChoice: true, helper }, () => ({ sends: [choices("A")], ...outcome }));
      await bench.say("1", "hi");
      assert.deepEqual(titles(bench), [["A"]]);
    }
  });
});

describe("a helper that fails", () => {
  const fault = { code: "HELPER_FAILED", message: "broke" };

  for (const [what, outcome] of Object.entries<Partial<BotOutcome>>({
    breaks: { fault, handoff: {} },
    "says nothing": {},
    "says empty things": { sends: [say(" ")] },
  }))
    for (const helper of ["first", "only"] as const)
      it(`(${helper}) and ${what} is replaced by people, with an apology, once`, async () => {
        const bench = benchWith({ helper }, () => outcome);
        await bench.say("1", "hi");
        assert.equal(await holder(bench), "queue");
        assert.deepEqual(sentTo(bench), [APOLOGY]);
        const trace = JSON.stringify((await bench.record("1"))?.trace);
        assert.match(trace, /"kind":"fault"/);
        assert.match((await bench.item("1"))?.summary ?? "", /The helper failed/);
      });

  it("after it handed over with words needs no apology", async () => {
    const bench = benchWith({}, () => ({ sends: [say("Wait.")], fault, handoff: {}, promised: true }));
    await bench.say("1", "hi");
    assert.deepEqual(sentTo(bench), ["Wait."]);
  });

  it("apologises in the customer's language, in an admin's words where there are any", async () => {
    const bench = benchWith({}, () => ({}), {
      instances: [{ externalId: "2000", language: "es" }],
      more: {
        automatedMessages: [
          {
            id: "a",
            trigger: "helperFailed",
            text: { en: "Sorry {CustomerName}", es: "Perdón {CustomerName}" },
          },
        ],
      },
    });
    await bench.webhook(message("1", "hola", { name: "Gilda" }));
    await bench.quiet();
    assert.deepEqual(sentTo(bench), ["Perdón Gilda"]);
  });

  it("asks the same four times in a row is replaced by people; the fourth is not asked", async () => {
    const bench = benchWith({}, () => ({ sends: [say("Well."), say("Order number?")] }));
    await bench.say("1", "a", "b", "c");
    assert.equal(await holder(bench), "bot");
    await bench.say("1", "d");
    assert.equal(await holder(bench), "queue");
    assert.deepEqual(sentTo(bench).slice(-2), ["Well.", APOLOGY]);
    assert.equal((await bench.head("1"))?.asked, undefined);
  });

  it("asks something else in between does not", async () => {
    let n = 0;
    const bench = benchWith({}, () => ({ sends: [say(++n === 3 ? "Name?" : "Order number?")] }));
    await bench.say("1", "a", "b", "c", "d", "e");
    assert.equal(await holder(bench), "bot");
  });

  it("gives the same answer ten times, waiting for nothing, does not", async () => {
    const bench = benchWith({}, () => ({ sends: [say("We are open.")], dialog: undefined }));
    await bench.say("1", ..."abcdefghij");
    assert.equal(await holder(bench), "bot");
  });
});

describe("a helper that is alone", () => {
  it("goes on after a hand-off; without words of its own the customer is told that nobody comes", async () => {
    let words = true;
    const bench = benchWith({ helper: "only" }, () => ({
      sends: words ? [say("I would rather not.")] : [],
      handoff: {},
    }));
    await bench.say("1", "refund");
    words = false;
    await bench.say("1", "refund");
    assert.equal(await holder(bench), "bot");
    assert.deepEqual(sentTo(bench), ["I would rather not.", DEFAULT_MESSAGES.noPeople.text.en]);
    assert.match(JSON.stringify((await bench.record("1"))?.trace), /may not hand over here/);
  });

  it("on one page goes by the page's own setting", async () => {
    const bench = benchWith({}, () => ({ sends: [say("No.")], handoff: {} }), {
      instances: [{ externalId: "2000", helper: "only" }],
    });
    await bench.say("1", "agent");
    assert.equal(await holder(bench), "bot");
  });
});

describe("a hand-off", () => {
  const RULES = {
    rules: [{ name: "vip", if: "context.amount >= 500 || conversation.skills.vip >= 5", queue: "vip" }],
    classification: [
      {
        name: "skills",
        rules: [{ name: "all", if: "true", set: { skills: { billing: 2, french: 4 } } }],
      },
    ],
  };
  const handedOver = async (handoff: NonNullable<BotOutcome["handoff"]>, context = {}) => {
    const bench = benchWith(RULES, () => ({ sends: [say("Wait.")], handoff, context }));
    await bench.say("1", "hi");
    return (await bench.item("1")) ?? assert.fail("no row");
  };

  it("to a queue that does not exist goes by the rules, then to the fallback queue", async () => {
    assert.equal((await handedOver({ queueId: "gone" }, { amount: 700 })).queueId, "vip");
    assert.equal((await handedOver({ queueId: "gone" }, { amount: 7 })).queueId, "general");
    assert.equal((await handedOver({ queueId: "general" }, { amount: 700 })).queueId, "general");
  });

  it("adds its skills to what classification finds, its ratings before those; rules see them", async () => {
    const item = await handedOver({ skills: { billing: 9, vip: 5 } });
    assert.deepEqual(item.skills, { billing: 9, french: 4, vip: 5 });
    assert.equal(item.queueId, "vip");
    assert.deepEqual(item.routed?.skills, { billing: 9, vip: 5 }, "a dry run reads them again");
  });
});
