import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createKnowledge } from "../../../src/dialogs/knowledge/knowledge";
import { readAnswers } from "../../../src/dialogs/knowledge/readAnswers";
import { createFakeClock } from "../../support/clock";

describe("knowledge", () => {
  let folder: string;
  const clock = createFakeClock();
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "knowledge-"));
    write(
      "faq.md",
      [
        "Words before the first question are for people who edit the file.",
        "# When are you open?",
        "- What are your opening hours?",
        "- Are you open on Sunday?",
        "",
        "Every day from **nine** to five.",
        "",
        "## How do I return a machine?",
        "Send it back within 30 days:",
        "- pack it,",
        "- print the label.",
        "# A heading without an answer",
        "# Do you deliver to islands?",
        "Yes, for a fee.",
      ].join("\n"),
    );
    write("beans/faq.md", "# Which beans are the strongest?\nThe dark roast.\n");
    write("faq.pt.md", "# Quando estão abertos?\nTodos os dias das nove às cinco.\n");
    write("notes.txt", "# Not Markdown?\nNo.");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("reads headings as questions, with other ways to ask", () => {
    assert.deepEqual(
      readAnswers(folder).map(({ questions, language, source }) => [questions.length, language, source]),
      [
        [1, undefined, "beans"],
        [3, undefined, ""],
        [1, undefined, ""],
        [1, undefined, ""],
        [1, "pt", ""],
      ],
    );
    const returned = readAnswers(folder).find(({ questions }) => questions[0]?.includes("return"));
    assert.equal(returned?.answer, "Send it back within 30 days:\n- pack it,\n- print the label.");
  });

  for (const [asked, answer] of [
    ["when are you open", /nine/],
    ["opening hours?", /nine/],
    ["openning hours", /nine/],
    ["are you open sundays", /nine/],
    ["how can I return my coffee machine please", /pack it/],
    ["strongest beans", /dark roast/],
    ["do you sell bicycles", undefined],
    ["hello", undefined],
    ["???", undefined],
    ["islands", /fee/],
  ] as const) {
    it(`answers "${asked}" ${answer === undefined ? "with nothing" : `as ${answer.source}`}`, () => {
      const found = createKnowledge(folder, clock).find(undefined, asked, "en");
      if (answer === undefined) assert.equal(found, undefined);
      else assert.match(found ?? "nothing", answer);
    });
  }

  it("keeps to the source and to the customer's language", () => {
    const knowledge = createKnowledge(folder, clock);
    assert.deepEqual(knowledge.sources(), new Set(["beans"]));
    assert.equal(knowledge.find("beans", "when are you open", "en"), undefined);
    assert.match(knowledge.find("beans", "strongest beans", "en") ?? "", /dark/);
    assert.match(knowledge.find(undefined, "quando estao abertos", "pt-BR") ?? "", /Todos/);
    assert.equal(knowledge.find(undefined, "quando estao abertos", "en"), undefined);
  });

  it("takes an edit over without a restart", () => {
    const knowledge = createKnowledge(folder, clock);
    assert.equal(knowledge.find(undefined, "bicycles", "en"), undefined);
    write("faq.md", "# Do you sell bicycles?\nSince today.\n");
    utimesSync(path.join(folder, "faq.md"), new Date(), new Date(Date.now() + 5_000));
    assert.equal(knowledge.find(undefined, "bicycles", "en"), undefined);
    clock.advance(10_000);
    assert.equal(knowledge.find(undefined, "bicycles", "en"), "Since today.");
  });

  it("knows nothing where there is no folder", () => {
    const knowledge = createKnowledge(path.join(folder, "gone"), clock);
    assert.equal(knowledge.find(undefined, "anything", "en"), undefined);
    assert.equal(knowledge.sources().size, 0);
  });
});
