import assert from "node:assert/strict";
import type { SurveyResult } from "../../src/core/workItem";
import type { ReportRow } from "../../src/reports/row";
import { accepted, buildRow, figuresOf } from "./rows";

const survey = (answers: SurveyResult["answers"], complete = true): SurveyResult => ({
  surveyId: "after",
  answers,
  complete,
  at: 0,
});
// What the pipeline keeps is what reports read: this must compile.
const asRead = (result: SurveyResult): NonNullable<ReportRow["survey"]> => result;

describe("what customers answered", () => {
  const rows = [
    buildRow({ agentId: "ana", survey: asRead(survey({ stars: 5, comment: "Kind." })) }),
    buildRow({ agentId: "ana", survey: asRead(survey({ stars: 2 }, false)) }),
    buildRow({ agentId: "ben", queueId: "vip", survey: asRead(survey({ stars: 1, solved: "No" })) }),
    buildRow({ agentId: "ben", survey: asRead(survey({ comment: "4 of them were late" })) }),
    buildRow({ agentId: "ben", sessions: [accepted(10, { agentId: "ben" })] }),
  ];

  it("is counted, with the average of the ratings: words and missing answers are none", () => {
    assert.deepEqual(figuresOf(rows).surveys, { answered: 4, ratings: 3, averageRating: 8 / 3 });
    assert.deepEqual(figuresOf([buildRow()]).surveys, { answered: 0, ratings: 0, averageRating: null });
  });

  it("comes out by queue, and by the agent who had it last", () => {
    const by = (by: "queue" | "agent", group: string) => figuresOf(rows, { by, group }).surveys;
    assert.equal(by("queue", "general").averageRating, 3.5);
    assert.equal(by("queue", "vip").averageRating, 1);
    assert.equal(by("agent", "ana").averageRating, 3.5);
    assert.deepEqual(by("agent", "ben"), { answered: 2, ratings: 1, averageRating: 1 });
  });
});
