import assert from "node:assert/strict";
import { parse } from "./definitions";

const problems = (text: string): string[] => {
  try {
    parse(text);
    return [];
  } catch (error) {
    return (error as { details: string[] }).details;
  }
};
const notice = (gate: string, text = "{ en: Hello }"): string =>
  `notices:\n  - { id: n, text: ${text}${gate === "" ? "" : `, gate: { ${gate} }`} }\n`;

describe("rules of notices", () => {
  it("find nothing in a notice that asks nothing, and in one that says all in its languages", () => {
    assert.deepEqual(problems(notice("", "{ en: Hello, de: Hallo }")), []);
    const gate = `declined: { en: Phone us, de: Anrufen }, retry: { en: Yes or no, de: Ja oder nein },
      acceptChoice: { en: Fine, de: Gut }, declineChoice: { en: No, de: Nein },
      acceptWords: { en: [fine] }, declineWords: { en: [never] }`;
    assert.deepEqual(problems(notice(gate, "{ en: Hello, de: Hallo }")), []);
  });

  it("refuse a text that lacks a language of the notice, each with its place", () => {
    const found = problems(
      notice(
        "declined: { en: a }, retry: { en: a }, acceptChoice: { en: a }, declineChoice: { en: b }",
        "{ en: Hello, de: Hallo }",
      ),
    );
    assert.deepEqual(
      found,
      ["declined", "retry", "acceptChoice", "declineChoice"].map(
        (key) => `notices[0].gate.${key}: say it in "de" too, as the notice is (line 2)`,
      ),
    );
  });

  it("refuse a gate that does not say what happens to who declines", () => {
    const [fault, ...more] = problems(notice("most: 2"));
    assert.match(fault ?? "", /^notices\[0\]\.gate\.declined: /);
    assert.deepEqual(more, []);
  });

  it("refuse a word that agrees and declines, as it is understood, in whatever language", () => {
    assert.deepEqual(
      problems(
        notice("declined: { en: x }, acceptWords: { en: [Sure] }, declineWords: { de: [nie, ' SURE! '] }"),
      ),
      ['notices[0].gate.declineWords.de[1]: " SURE! " agrees and declines (line 2)'],
    );
    assert.deepEqual(
      problems(notice("declined: { en: x }, acceptChoice: { en: Okay }, declineChoice: { en: okay }")),
      ['notices[0].gate.declineChoice.en: "okay" agrees and declines (line 2)'],
    );
  });

  it("refuse to ask never, or without end", () => {
    for (const most of [0, 11, 1.5])
      assert.equal(problems(notice(`declined: { en: x }, most: ${most}`)).length, 1);
    for (const most of [1, 10]) assert.deepEqual(problems(notice(`declined: { en: x }, most: ${most}`)), []);
  });

  it("refuse a notice that an instance or a work stream names and nobody declared", () => {
    const found = problems(`workstreams: [{ id: w, channel: facebook, fallbackQueue: q, notice: m }]
queues: [{ id: q, name: Q }]
${notice("")}`);
    assert.deepEqual(
      found.map((each) => each.replace(/ \(line.*/, "")),
      ['workstreams[0].notice: no notice "m"; did you mean "n"?'],
    );
  });
});
