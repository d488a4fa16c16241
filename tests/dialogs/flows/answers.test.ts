// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of our own templates
import assert from "node:assert/strict";
import type { Activity } from "../../../src/core/activity";
import { createTalk, textsOf } from "../bench";

interface Case {
  step: Record<string, unknown>;
  language?: string;
  /** Hours from GMT. */
  timezone?: number;
  /** What is said, and what is saved; undefined: asked again. */
  answers: readonly (readonly [said: string | Partial<Activity>, saved: unknown])[];
}

/** Asks once, hears one answer; what was saved, or undefined when it was asked again. */
async function hear({ step, language = "en", timezone = 0 }: Case, said: string | Partial<Activity>) {
  const talk = createTalk(
    {
      start: { do: "ask", text: "?", retry: "again", save: "got", next: "done", ...step },
      done: { do: "handoff" },
    },
    { turn: { language, customer: { id: "555", timezone } } },
  );
  await talk.say("hi");
  const outcome = typeof said === "string" ? await talk.say(said) : await talk.say("", said);
  if (outcome.fault !== undefined) throw new TypeError(outcome.fault.message);
  if (textsOf(outcome)[0] === "again") return undefined;
  return (outcome as { handoff?: unknown }).handoff === undefined ? undefined : talk;
}

/** The fake clock's day. */
const today = (): string =>
  new Date(createTalk({ start: { do: "end" } }).clock.now()).toISOString().slice(0, 10);
const shift = (days: number): string =>
  new Date(Date.parse(today()) + days * 86_400_000).toISOString().slice(0, 10);

const CASES: Record<string, Case> = {
  "a text of some length": {
    step: { min: 3, max: 5 },
    answers: [
      ["ab", undefined],
      ["abc", "abc"],
      ["  abcde ", "abcde"],
      ["abcdef", undefined],
      ["", undefined],
    ],
  },
  "a number in English": {
    step: { kind: "number", min: 1, max: 2000 },
    answers: [
      ["2", 2],
      ["1,234.5", 1234.5],
      ["€ 12.50", 12.5],
      ["about 3", 3],
      ["12 items", 12],
      ["0", undefined],
      ["2001", undefined],
      ["two", undefined],
      ["2 or 3", undefined],
      ["call me at noon tomorrow, 3 times", undefined],
    ],
  },
  "a number in Portuguese": {
    step: { kind: "number" },
    language: "pt-BR",
    answers: [
      ["1.234,5", 1234.5],
      ["12,50 €", 12.5],
      ["-3", -3],
    ],
  },
  "a phone number, with a country for those without one": {
    step: { kind: "phone", country: "PT" },
    answers: [
      ["+1 (425) 230-6549", "+14252306549"],
      ["912 345 678", "+351912345678"],
      ["12", undefined],
      ["my phone", undefined],
    ],
  },
  "a phone number of no known country": {
    step: { kind: "phone" },
    answers: [
      ["912 345 678", undefined],
      ["+351912345678", "+351912345678"],
    ],
  },
  "an e-mail address": {
    step: { kind: "email" },
    answers: [
      ["ann@example.com", "ann@example.com"],
      ["ann at example.com", undefined],
      ["ann@example", undefined],
    ],
  },
  "yes or no": {
    step: { kind: "yesNo" },
    language: "pt",
    answers: [
      ["Sim!", "yes"],
      ["não, obrigado", "no"],
      ["YES", "yes"],
      ["1", "yes"],
      ["nope", "no"],
      ["maybe", undefined],
      [{ text: "Sim", value: "yes" }, "yes"],
    ],
  },
  "a choice with labels in languages": {
    step: {
      choices: [
        { label: { en: "My order", pt: "A encomenda" }, value: "order" },
        { label: { en: "Other", pt: "Outra coisa" }, value: "other" },
      ],
    },
    language: "pt-PT",
    answers: [
      ["a ENCOMENDA", "order"],
      ["order", "order"],
      ["2)", "other"],
      ["“Outra coisa”.", "other"],
      ["3", undefined],
      ["My order", undefined],
    ],
  },
  "an attachment of some kind": {
    step: { kind: "attachment", accept: ["image/*", "application/pdf"] },
    answers: [
      ["a picture", undefined],
      [{ attachments: [{ contentType: "video/mp4" }] }, undefined],
      [{ attachments: [{ contentType: "image/png", name: "cat.png" }] }, "image/png"],
    ],
  },
};

describe("an answer", () => {
  for (const [what, given] of Object.entries(CASES)) {
    describe(`that is ${what}`, () => {
      for (const [said, saved] of given.answers) {
        it(`${JSON.stringify(said)} -> ${saved === undefined ? "asked again" : JSON.stringify(saved)}`, async () => {
          const talk = await hear(given, said);
          if (saved === undefined) return assert.equal(talk, undefined);
          const got = talk?.context().got;
          if (given.step.kind === "attachment" || given.step.kind === "yesNo")
            return assert.notEqual(talk, undefined);
          assert.deepEqual(got, saved);
        });
      }
    });
  }

  describe("that is a date", () => {
    const asDate = (said: string, more: Partial<Case> = {}) =>
      hear({ step: { kind: "date", ...more.step }, answers: [], ...more }, said).then(
        (talk) => talk?.context().got,
      );

    it("is read in the customer's language", async () => {
      assert.equal(await asDate("tomorrow"), shift(1));
      assert.equal(await asDate("amanhã", { language: "pt" }), shift(1));
      assert.equal(await asDate("mañana", { language: "es" }), shift(1));
      assert.equal(await asDate("2027-02-28"), "2027-02-28");
      assert.equal(await asDate("24 December 2027"), "2027-12-24");
    });

    it("has the day first, but in the United States", async () => {
      assert.equal(await asDate("3/4/2027", { language: "en-GB" }), "2027-04-03");
      assert.equal(await asDate("3/4/2027", { language: "en-US" }), "2027-03-04");
    });

    it("is the day where the customer is", async () => {
      assert.equal(
        await asDate("today", { timezone: 14 }),
        shift(new Date(Date.parse(today())).getTime() >= 0 ? dayAhead() : 0),
      );
    });

    it("is read in English where the language, or the time zone, makes no sense", async () => {
      assert.equal(await asDate("tomorrow", { language: "constructor" }), shift(1));
      assert.equal(await asDate("tomorrow", { language: "__proto__", timezone: 99 }), shift(1));
    });

    it("is none without a day, or with one that does not exist", async () => {
      assert.equal(await asDate("at 5"), undefined);
      assert.equal(await asDate("soon"), undefined);
      assert.equal(await asDate("2027-02-30"), undefined);
    });

    it("keeps to its limits", async () => {
      const step = { kind: "date", min: "today", max: "2030-01-01" };
      assert.equal(await asDate("yesterday", { step }), undefined);
      assert.equal(await asDate("2031-05-05", { step }), undefined);
      assert.equal(await asDate("tomorrow", { step }), shift(1));
    });
  });

  for (const [kind, hostile] of [
    ["date", "1 hour "],
    ["date", "and "],
    ["number", "1 , "],
    ["phone", "+1 ext "],
    ["email", "a.@"],
    ["yesNo", "yes!? "],
  ] as const)
    it(`as ${kind} is none where a customer sends pages of "${hostile}"`, async () => {
      const pages = hostile.repeat(4000 / hostile.length);
      assert.equal(await hear({ step: { kind }, answers: [] }, pages), undefined);
    });

  it("of yes or no leads where it says, and is saved as true or false", async () => {
    const talk = createTalk({
      start: { do: "ask", text: "Sure?", kind: "yesNo", save: "sure", yes: "good", no: "bad" },
      good: { do: "say", text: "${if(vars.sure, 'yes', 'no')}" },
      bad: { do: "say", text: "no" },
    });
    const asked = await talk.say("hi");
    assert.deepEqual(
      asked.sends[0]?.suggestedActions?.actions.map(({ title }) => title),
      ["Yes", "No"],
    );
    assert.deepEqual(textsOf(await talk.say("sure")), ["yes"]);
  });
});

/** A clock fourteen hours ahead may stand on the next day. */
function dayAhead(): number {
  const now = createTalk({ start: { do: "end" } }).clock.now();
  return new Date(now + 14 * 3_600_000).toISOString().slice(0, 10) === today() ? 0 : 1;
}
