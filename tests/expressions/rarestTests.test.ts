import assert from "node:assert/strict";
import { compileCondition, treeOf } from "../../src/expressions/compile";
import { requirementOf } from "../../src/expressions/conditionTests";
import { createMarks } from "../../src/expressions/marks";
import { createRarestTests } from "../../src/expressions/rarestTests";
import { createWordTable } from "../../src/expressions/wordTable";

/** The kinds of the tests that each condition is filed under, beside all the others. */
function chosen(...texts: string[]): string[] {
  const requirements = texts.map((text) => {
    const tree = treeOf(compileCondition(text, { "context.*": "any" }));
    const requirement = tree && requirementOf(tree);
    assert.ok(requirement, text);
    return requirement;
  });
  const rarest = createRarestTests(requirements);
  return requirements.map((requirement) =>
    rarest
      .of(requirement)
      .map(({ kind, field }) => `${kind} ${field.at(-1)}`)
      .join(", "),
  );
}
const many = (text: (i: number) => string) => Array.from({ length: 40 }, (_, i) => text(i));

describe("createRarestTests", () => {
  const cases: [name: string, text: (i: number) => string, kind: string][] = [
    [
      "the name that one condition has, not the channel that all have",
      (i) => `context.channel == 'sms' && context.name == 'n${i}'`,
      "equal name",
    ],
    ["a value before a limit", (i) => `context.age >= 1 && context.channel == 'c${i % 4}'`, "equal channel"],
    [
      "a narrow range before a common value",
      (i) => `context.channel == 'c${i % 4}' && context.n >= ${i} && context.n < ${i + 1}`,
      "range n",
    ],
    [
      "a common value before ranges that overlap",
      (i) => `context.n >= ${i} && context.n < 99 && context.channel == 'c${i % 4}'`,
      "equal channel",
    ],
    ["words before presence", (i) => `exists(context.name) && hasWord(context.text, 'w${i}')`, "words text"],
    [
      "each branch",
      (i) => `context.name == 'n${i}' || (context.flag == true && startsWith(context.text, 'x${i}'))`,
      "equal name, text text",
    ],
  ];
  for (const [name, text, kind] of cases)
    it(`chooses ${name}`, () =>
      assert.deepEqual(
        chosen(...many(text)),
        many(() => kind),
      ));
});

describe("createWordTable", () => {
  const found = (said: string, ...phrases: string[]): number[] => {
    const marks = createMarks(phrases.length);
    createWordTable(phrases.map((words, position) => ({ words: ` ${words} `, position }))).find(
      ` ${said} `,
      marks,
    );
    return phrases.map((_, position) => position).filter((position) => ((marks[0] ?? 0) >> position) & 1);
  };

  it("asks for the word of a phrase that the fewest have", () => {
    assert.deepEqual(found("my product 7", "product 5", "product 6", "product 7"), [2]);
  });
  it("asks for the longest of those that are as rare", () => {
    assert.deepEqual(found("a card", "a gift"), []);
  });
  it("finds nothing in a text without words", () => assert.deepEqual(found("", "a", "b"), []));
});
