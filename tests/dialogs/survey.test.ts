import assert from "node:assert/strict";
import type { SurveyState } from "../../src/core/conversation";
import { type SurveySettings, surveySchema } from "../../src/core/texts";
import { beginAsking, takeAnswer } from "../../src/dialogs/survey";

const SURVEY: SurveySettings = surveySchema.parse({
  id: "after",
  name: "After",
  questions: [
    { id: "stars", kind: "rating", text: { en: "How did we do?", pt: "Como correu?" } },
    { id: "solved", kind: "choice", text: { en: "Is it solved?" }, choices: ["Yes", "No", "Partly"] },
    { id: "comment", kind: "text", text: { en: "Anything else?" } },
  ],
  thanks: { en: "Thank you.", pt: "Obrigado." },
});
const at = (question: number, more: Partial<SurveyState> = {}): SurveyState => ({
  surveyId: "after",
  conversationId: "t.1",
  question,
  answers: {},
  misses: 0,
  language: "en",
  until: 0,
  ...more,
});
/** The answer as it is kept; "again": asked again; undefined: it was none. */
function answer(question: number, said: string, survey = SURVEY): string | number | undefined {
  const step = takeAnswer(survey, at(question), said);
  if (step.kind === "notAnAnswer") return undefined;
  if (step.kind === "on" && step.state.question === question) return "again";
  const answers = step.kind === "on" ? step.state.answers : step.answers;
  return Object.values(answers)[0];
}

describe("beginAsking", () => {
  it("asks the first question with its scale, in the customer's language", () => {
    assert.deepEqual(beginAsking(SURVEY, "pt-BR"), { text: "Como correu? (1-5)", choices: [] });
  });
  it("says the introduction first", () => {
    const { text } = beginAsking({ ...SURVEY, intro: { en: "Two questions." } }, "en");
    assert.equal(text, "Two questions.\nHow did we do? (1-5)");
  });
});

describe("takeAnswer", () => {
  it("goes from question to question and says thanks", () => {
    const first = takeAnswer(SURVEY, at(0), "4");
    assert.ok(first.kind === "on");
    assert.deepEqual(first.say, { text: "Is it solved?", choices: ["Yes", "No", "Partly"] });
    const second = takeAnswer(SURVEY, first.state, "partly");
    assert.ok(second.kind === "on");
    assert.deepEqual(second.say, { text: "Anything else?", choices: [] });
    assert.deepEqual(takeAnswer(SURVEY, second.state, " Fine, thanks. "), {
      kind: "done",
      answers: { stars: 4, solved: "Partly", comment: "Fine, thanks." },
      say: { text: "Thank you.", choices: [] },
    });
  });

  it("says nothing at the end where no thanks are set", () => {
    const { thanks: _thanks, ...survey } = SURVEY;
    assert.deepEqual(takeAnswer(survey, at(2), "ok"), { kind: "done", answers: { comment: "ok" } });
  });

  it("reads a rating with little around it", () => {
    for (const said of ["4", " 4 ", "(4)", "4.", "4!", "4/5", "4 / 5", "4 out of 5", "4 de 5", "4 stars"])
      assert.equal(answer(0, said), 4, said);
  });

  it("takes what only has a number in it for words to people", () => {
    for (const said of [
      "I waited 4 hours",
      "4 of my orders are lost",
      "+351912345678",
      "4.5",
      "",
      "order 12",
    ])
      assert.equal(answer(0, said), undefined, said);
  });

  it("asks again for a number out of range, twice; the third is for people", () => {
    for (const said of ["0", "6", "10", "-3", "9999"]) assert.equal(answer(0, said), "again", said);
    const first = takeAnswer(SURVEY, at(0, { language: "pt" }), "6");
    assert.ok(first.kind === "on");
    assert.equal(first.say.text, "Responda, por favor, com um número de 1 a 5.");
    const second = takeAnswer(SURVEY, first.state, "7");
    assert.ok(second.kind === "on");
    assert.equal(second.state.misses, 2);
    assert.deepEqual(takeAnswer(SURVEY, second.state, "8"), { kind: "notAnAnswer" });
    const right = takeAnswer(SURVEY, second.state, "5");
    assert.ok(right.kind === "on");
    assert.equal(right.state.misses, 0, "the next question begins anew");
  });

  it("reads a choice by name, in any case, and by number as it is counted on the telephone", () => {
    const cases = { Yes: "Yes", no: "No", "3": "Partly", "(2)": "No", "1.": "Yes", "#3": "Partly" };
    for (const [said, wanted] of Object.entries(cases)) assert.equal(answer(1, said), wanted, said);
    assert.equal(answer(1, "4"), "again");
    assert.equal(answer(1, "0"), "again");
    assert.equal(answer(1, "maybe"), undefined);
    const step = takeAnswer(SURVEY, at(1), "4");
    assert.ok(step.kind === "on");
    assert.deepEqual(step.say, {
      text: "Please answer with a number from 1 to 3.",
      choices: ["Yes", "No", "Partly"],
    });
  });

  it("keeps a comment of at most 2,000 characters; none at all is no answer", () => {
    assert.equal(String(answer(2, "x".repeat(3000))).length, 2000);
    assert.equal(answer(2, "  "), undefined);
  });

  it("is over when an admin took the question away meanwhile", () => {
    assert.deepEqual(takeAnswer(SURVEY, at(3), "5"), { kind: "notAnAnswer" });
  });
});
